#!/usr/bin/env bash
# Every check, with all features: format, lints, unit, integration and documentation tests, API
# documentation, links. Installs what is missing. CI runs exactly this.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
need_build_tools
# A Vulkan driver that needs no GPU: the GPU code of the reasoner is tested on it.
if command -v apt-get >/dev/null; then
    need_packages mesa-vulkan-drivers libvulkan1
fi

step() {
    local name=$1
    shift
    say "$name"
    local start=$SECONDS
    "$@"
    say "$name: done in $((SECONDS - start)) s"
}

all=(--locked --release --workspace --all-features)

step "Format" cargo fmt --all --check
step "Links in the documentation" scripts/check-links.sh
step "Build" cargo build "${all[@]}" --all-targets
step "Lints" cargo clippy "${all[@]}" --all-targets -- -D warnings
step "API documentation" env RUSTDOCFLAGS="-D warnings" cargo doc "${all[@]}" --no-deps
step "Tests" cargo test "${all[@]}"
say "All checks passed in $SECONDS s"
