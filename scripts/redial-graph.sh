#!/usr/bin/env bash
# Builds a graph with TMDKG and conversations of ReDial from their files: ontologies, films, and as
# memory the conversations chosen by split or by a list of ids. What is evaluated must not be in memory.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<'END'
Usage: scripts/redial-graph.sh OUT --data DIR --split SPLIT[,SPLIT…] | --ids FILE  [--without FILE] [--encoder FOLDER|none] [--no-index]

Makes the graph OUT, a new folder, from the files
  DIR/tmdkg/entities.tsv  DIR/tmdkg/triples.tsv  DIR/redial/movies.tsv  DIR/redial/dialogs.jsonl
each also with .gz. docs/import-your-data.md describes them.

  --split SPLITS  conversations of these splits, such as train or train,valid
  --ids FILE      conversations with these ids: one a line, what follows a tab is ignored
  --without FILE  but none of these
  --encoder FOLDER  index with this sentence encoder, or with none [default: the one that
                  scripts/fetch-encoder.sh gets, none if it cannot]
  --no-index      leave the index for later

--split and --ids together mean conversations that fit both.
TASTEGRAPH names the command [default: the one built here, else the one on the PATH].

Example: memory and queries of a worker-disjoint split
  awk -F'\t' '$2 == "memory" { print $1 }' data/redial/worker_disjoint.tsv > memory.txt
  scripts/redial-graph.sh redial.tg --data data --ids memory.txt
END
}

out='' data='' index=yes encoder=''
chosen=() without=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit
            ;;
        --data) data=${2:?--data needs a folder} && shift ;;
        --split) chosen+=(--set "split=${2:?--split needs a split}") && shift ;;
        --ids) chosen+=(--set "ids=${2:?--ids needs a file}") && shift ;;
        --without) without=(--set "without=${2:?--without needs a file}") && shift ;;
        --encoder) encoder=${2:?--encoder needs a folder, or none} && shift ;;
        --no-index) index=no ;;
        -*) fail "there is no option $1; --help tells what there is" ;;
        *)
            [ -z "$out" ] || fail "two folders to make: $out and $1"
            out=${1%/}
            ;;
    esac
    shift
done
[ -n "$out" ] || fail "say which folder to make; --help tells more"
[ -n "$data" ] || fail "say where the files lie with --data DIR"
[ -d "$data" ] || fail "$data is no folder"
[ ${#chosen[@]} -gt 0 ] || fail "choose conversations with --split or --ids; the memory of an evaluation must hold none that is evaluated"
[ ! -e "$out" ] || fail "$out exists; name a new folder, or remove it"

tastegraph=${TASTEGRAPH-}
if [ -z "$tastegraph" ]; then
    tastegraph=$CARGO_TARGET_DIR/release/tastegraph
    [ -x "$tastegraph" ] || tastegraph=$(command -v tastegraph) \
        || fail "tastegraph is not built; scripts/quickstart.sh builds it"
fi

# Under another name until it is whole, so that an interrupted run leaves nothing half done.
new=$out.new
rm -rf "$new"
start=$SECONDS
mappings=$root/ontologies/movies/mappings
"$tastegraph" load --graph "$new" --no-index \
    --ontology "$root/ontologies/profile" --ontology "$root/ontologies/movies" \
    --ontology "$root/ontologies/interactions"
import() {
    "$tastegraph" import --graph "$new" --no-index --source "$data" "$@"
}
import "$mappings/tmdkg.ttl"
import "$mappings/redial-movies.ttl"
import "$mappings/redial.ttl" "${chosen[@]}" "${without[@]}"
say "Imported in $((SECONDS - start)) s"
if [ "$index" = yes ]; then
    if [ -z "$encoder" ] && ! encoder=$("$root/scripts/fetch-encoder.sh"); then
        say "Without a sentence encoder: texts are compared by their words alone"
        encoder=none
    fi
    "$tastegraph" index --graph "$new" --encoder "$encoder"
fi
mv "$new" "$out"
say "$out is ready: tastegraph --graph $out recommend \"…\""
