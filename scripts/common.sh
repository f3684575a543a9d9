# Shared by the scripts of this folder; sourced, not run.
# Needs bash. Installs nothing without saying what.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Third-party code is most of the build, so what is built outlives the checkout.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tastegraph/target}

say() { printf '\n==> %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 2; }

# need_packages NAME...: installs Debian packages that are not there yet.
need_packages() {
    local missing=()
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "Installing system packages: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >&2
}

# What building anything needs.
need_cargo() {
    if [ -f "$HOME/.cargo/env" ]; then . "$HOME/.cargo/env"; fi
    command -v cargo >/dev/null || fail "there is no cargo; install Rust 1.95 or newer (https://rustup.rs)"
    local found
    found=$(rustc --version | sed -E 's/rustc ([0-9]+)\.([0-9]+).*/\1 \2/')
    local major=${found% *} minor=${found#* }
    if [ "$major" -eq 1 ] && [ "$minor" -lt 95 ]; then
        fail "rustc is $(rustc --version | cut -d' ' -f2), 1.95 or newer is needed: rustup update stable"
    fi
}

# What building everything needs: also a C++ compiler for RocksDB, libclang for its bindings, and CMake
# for llama.cpp.
need_build_tools() {
    need_cargo
    if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
        need_packages g++ clang cmake libclang-dev
    else
        command -v c++ >/dev/null || fail "there is no C++ compiler; install one with your package manager"
        command -v clang >/dev/null || fail "there is no clang; install clang and libclang with your package manager"
    fi
}

# A pip, from the system or from a virtual environment in the folder $1.
pip_in() {
    if python3 -m pip --version >/dev/null 2>&1; then
        echo "python3 -m pip"
    else
        python3 -m venv "$1/venv" || fail "there is no pip; on Debian: apt-get install python3-venv"
        echo "$1/venv/bin/pip"
    fi
}
