#!/usr/bin/env bash
# `npm run mutation`: how many faults, sown into the detectors and the correlation, the tests notice. First the correlation
# against its direct tests; then the detectors against the quick tests; then each detector against the golden file of its
# own words, which would take hours for all of them. `npm run mutation -- --mutate GLOB` looks at one file or a few.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=test/mutation
[ -d $here/node_modules ] || npm --prefix $here ci --legacy-peer-deps --no-audit --no-fund --loglevel=error
export NODE_OPTIONS="--import $PWD/$here/mocha-paths.mjs" TZ=UTC
stryker() { node $here/node_modules/@stryker-mutator/core/bin/stryker.js run "$@"; }
round() {
  mkdir -p reports
  node $here/round-config.mjs "$1" > reports/round.config.json
  stryker reports/round.config.json "${@:2}"
}

if [ $# -gt 0 ]; then
  case "$*" in
  *src/correlate*) round correlate "$@" ;;
  *) stryker $here/stryker.config.json "$@" ;;
  esac
  exit
fi

rm -rf reports
round correlate
stryker $here/stryker.config.json
for golden in test/orphans/golden/*.json; do
  check=$(basename "$golden" .json)
  [ -f "src/orphans/$check.ts" ] || continue
  round "$check"
done
unset NODE_OPTIONS
node $here/score.mjs reports
