#!/usr/bin/env bash
# Build the Collector of builder.yaml, once for each state of that file, and print where it is.
# It is kept outside the tree, in ~/.cache/telemetry-events. The first time takes some minutes.
set -euo pipefail

BUILDER=go.opentelemetry.io/collector/cmd/builder@v0.165.0

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=$(cat "$here/builder.yaml" "$here/build.sh" | git hash-object --stdin)
kept=${XDG_CACHE_HOME:-$HOME/.cache}/telemetry-events/collector-${state:0:16}

if [ ! -x "$kept/otelcol" ]; then
  mkdir -p "$kept"
  staged=$(mktemp -d "$kept/build.XXXXXX")
  trap 'rm -rf "$staged"' EXIT
  cd "$staged"
  echo "building the Collector of $here/builder.yaml, which takes some minutes the first time" >&2
  GOBIN=$staged go install "$BUILDER" >&2
  ./builder --config "$here/builder.yaml" > "$kept/build.log" 2>&1 || { tail -20 "$kept/build.log" >&2; exit 1; }
  # In one step: others may be building it too.
  mv collector/otelcol "$kept/otelcol"
fi
echo "$kept/otelcol"
