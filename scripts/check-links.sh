#!/usr/bin/env bash
# Checks that every relative link of the Markdown files leads to something that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

broken=0
checked=0
while IFS= read -r file; do
    while IFS=: read -r line link; do
        target=${link#*](}
        target=${target%)}
        target=${target%% *}
        case $target in
            http://* | https://* | mailto:* | '#'*) continue ;;
        esac
        checked=$((checked + 1))
        if [ ! -e "$(dirname "$file")/${target%%#*}" ]; then
            echo "$file:$line: $target leads nowhere" >&2
            broken=$((broken + 1))
        fi
    done < <(grep -noE '\]\([^)]+\)' "$file" || true)
done < <(git ls-files --cached --others --exclude-standard '*.md')

echo "$checked links checked, $broken broken"
[ "$broken" -eq 0 ]
