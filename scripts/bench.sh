#!/usr/bin/env bash
# Runs a benchmark; without a name, lists them.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"

usage() {
    cat <<'END'
Usage: scripts/bench.sh [NAME]

Builds the workspace with all features and runs the benchmark NAME of benches/benches.
Without NAME, lists the benchmarks. Its last line of output is for programs:
RESULT p50_ms=… p95_ms=… p99_ms=… open_ms=… requests=…
END
}

names() {
    local file
    for file in benches/benches/*.rs; do
        basename "$file" .rs
    done
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
[ $# -eq 1 ] || fail "one benchmark at a time; scripts/bench.sh --help tells more"
names | grep -qxF -- "$1" || fail "there is no benchmark $1; there are: $(names | paste -sd ' ')"

need_build_tools
cargo bench --profile release --workspace --all-features --bench "$1"
