#!/usr/bin/env bash
# From a clone to a first answer: installs what is missing, builds, loads the bundled graph into the
# user's data folder, indexes it and asks. Running it again renews the command and the index, and
# leaves the graph as it is.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ $# -gt 0 ]; then
    echo "usage: scripts/quickstart.sh    (no arguments; TASTEGRAPH_GRAPH names another folder for the graph)" >&2
    [ "$1" = --help ] || [ "$1" = -h ] && exit 0
    exit 2
fi

cd "$root"
need_build_tools

say "Building (the first time RocksDB takes most of it: half an hour on two cores)"
cargo build --locked --release --package tastegraph-cli

bin=${CARGO_HOME:-$HOME/.cargo}/bin
mkdir -p "$bin"
install -m 755 "$CARGO_TARGET_DIR/release/tastegraph" "$bin/tastegraph"
say "Installed $bin/tastegraph"

export TASTEGRAPH_GRAPH=${TASTEGRAPH_GRAPH:-${XDG_DATA_HOME:-$HOME/.local/share}/tastegraph/movies}
TASTEGRAPH_GRAPH=${TASTEGRAPH_GRAPH%/}
if [ -e "$TASTEGRAPH_GRAPH" ]; then
    say "Keeping the graph in $TASTEGRAPH_GRAPH (delete the folder to load the bundled graph anew)"
    "$bin/tastegraph" index
else
    say "Loading the bundled graph into $TASTEGRAPH_GRAPH"
    # Under another name until it is whole, so that an interrupted run leaves nothing half done.
    rm -rf "$TASTEGRAPH_GRAPH.new"
    "$bin/tastegraph" load --graph "$TASTEGRAPH_GRAPH.new" \
        --ontology ontologies/profile --ontology ontologies/movies --ontology ontologies/interactions \
        --into https://w3id.org/tastegraph/graph/movies kg
    mv "$TASTEGRAPH_GRAPH.new" "$TASTEGRAPH_GRAPH"
fi

request="I loved Heat and The Departed, but nothing too long"
say "tastegraph recommend \"$request\""
"$bin/tastegraph" recommend --format table "$request"

case ":$PATH:" in
    *":$bin:"*) say "Ready: tastegraph recommend \"…\", tastegraph chat, tastegraph --help" ;;
    *) say "Ready: $bin/tastegraph recommend \"…\" ($bin is not on your PATH)" ;;
esac
