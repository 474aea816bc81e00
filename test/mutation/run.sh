#!/usr/bin/env bash
# `npm run mutation [-- --mutate GLOB]`: how many faults, sown into the detectors and the correlation, the tests notice.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -d test/mutation/node_modules ] || npm --prefix test/mutation ci --legacy-peer-deps --no-audit --no-fund --loglevel=error
NODE_OPTIONS="--import $PWD/test/mutation/mocha-paths.mjs" TZ=UTC \
  exec node test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js run test/mutation/stryker.config.json "$@"
