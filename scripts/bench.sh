#!/usr/bin/env bash
# Runs a benchmark; without a name, lists them.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"

usage() {
    cat <<'END'
Usage: scripts/bench.sh [NAME [ARGUMENT...]]

Builds and runs the benchmark NAME; arguments are passed on to it. Without NAME, lists the
benchmarks. Those of benches/benches need the whole workspace with all features; those of
benches/graph/benches need only the crate tastegraph-graph and build in seconds.

A benchmark that compares with other software has a peer script scripts/peers/NAME.py and its
requirements in scripts/peers/NAME.txt. They are installed from PyPI into a virtual environment in
the user's cache, and the benchmark runs the script: it finds the interpreter in PEER_PYTHON and the
script in PEER_SCRIPT. The last line of output is for programs:
RESULT key=value …
END
}

names() {
    local file
    for file in benches/benches/*.rs benches/benches/*/main.rs benches/graph/benches/*.rs; do
        [ -e "$file" ] && basename "${file%/main.rs}" .rs
    done
    return 0
}

# need_peers NAME: the virtual environment of a benchmark's peers, made anew when its list changes.
need_peers() {
    local list=scripts/peers/$1.txt
    local place=${XDG_CACHE_HOME:-$HOME/.cache}/tastegraph/peers/$1
    command -v python3 >/dev/null || fail "there is no python3, which the peers of $1 need"
    if ! cmp -s "$list" "$place/installed.txt"; then
        say "Installing the peers of $1 into $place"
        rm -rf "$place"
        python3 -m venv "$place" || fail "python3 -m venv failed; on Debian: apt-get install python3-venv"
        "$place/bin/pip" install --quiet --requirement "$list" >&2
        cp "$list" "$place/installed.txt"
    fi
    export PEER_PYTHON=$place/bin/python PEER_SCRIPT=$root/scripts/peers/$1.py
}

case ${1-} in
    -h | --help)
        usage
        exit
        ;;
    '')
        names
        exit
        ;;
esac
name=$1
shift
names | grep -qxF -- "$name" || fail "there is no benchmark $name; there are: $(names | paste -sd ' ')"

if [ -e "scripts/peers/$name.py" ]; then
    need_peers "$name"
fi
if [ -e "benches/graph/benches/$name.rs" ]; then
    need_cargo
    cargo bench --profile release --package tastegraph-graph-benches --bench "$name" -- "$@"
else
    need_build_tools
    cargo bench --profile release --workspace --all-features --bench "$name" -- "$@"
fi
