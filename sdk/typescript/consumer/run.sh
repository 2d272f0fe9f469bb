#!/usr/bin/env bash
# Builds and runs a program of its own against the packed package, outside of the repository: run.sh PACKAGE
set -euo pipefail
trap 'echo "consumer: line $LINENO failed" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
sdk=$(dirname "$here")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cp "$here"/{package.json,tsconfig.json,main.ts,visit.proto} "$sdk/.npmrc" "$place"
mkdir "$place/telemetry_events" && cp -R "$sdk/../../proto/telemetry_events/v1" "$place/telemetry_events/"
cp "$1" "$place/telemetry-events.tgz"
cd "$place"
npm install --loglevel=error --no-package-lock > npm.log || { cat npm.log >&2; exit 1; }

# What is in the package, and what is not.
test -e node_modules/telemetry-events/LICENSE
test ! -e node_modules/telemetry-events/build/dist/gen/telemetry_conformance
test ! -e node_modules/pino

# An event of the program's own, generated with the options of the package.
cat > buf.gen.yaml <<'YAML'
version: v2
plugins:
  - local: node_modules/.bin/protoc-gen-es
    out: gen
    opt: [target=ts, import_extension=js, "rewrite_imports=./telemetry_events/**/*_pb.js:telemetry-events/gen"]
YAML
"$sdk/../../.venv/bin/buf" generate --path visit.proto
npx --no-install tsc
TELEMETRY_EVENTS_DIR="$place/journals" node build/main.js > printed
cat printed
diff printed "$here/expected.txt"
test "$(cat journals/*/*.jsonl | wc -l)" = 2
