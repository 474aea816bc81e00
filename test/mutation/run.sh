#!/usr/bin/env bash
# `npm run mutation`: how many faults, sown into the detectors and the correlation, the tests notice. First the quick tests
# over both folders; then each detector against the golden file of its own words, which would take hours for all of them.
# `npm run mutation -- --mutate GLOB` runs the quick tests alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=test/mutation
[ -d $here/node_modules ] || npm --prefix $here ci --legacy-peer-deps --no-audit --no-fund --loglevel=error
export NODE_OPTIONS="--import $PWD/$here/mocha-paths.mjs" TZ=UTC
stryker() { node $here/node_modules/@stryker-mutator/core/bin/stryker.js run "$@"; }

if [ $# -gt 0 ]; then
  stryker $here/stryker.config.json "$@"
  exit
fi

rm -rf reports
stryker $here/stryker.config.json
for golden in test/orphans/golden/*.json; do
  check=$(basename "$golden" .json)
  [ -f "src/orphans/$check.ts" ] || continue
  node $here/words-config.mjs "$check" > reports/words.config.json
  stryker reports/words.config.json --mutate "src/orphans/$check.ts"
done
unset NODE_OPTIONS
node $here/score.mjs reports
