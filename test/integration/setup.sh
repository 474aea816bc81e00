#!/usr/bin/env bash
# Installs what the integration tests need beyond Node, when it is not there yet: Debian's Prometheus, Pushgateway,
# shellcheck and poppler, a real S3 server built from its Go module, and schemathesis from PyPI. Never skips silently: what
# cannot be had fails.
set -euo pipefail
cache=${STRANDLINE_TEST_CACHE:-$HOME/.cache/test-kube}

missing=()
for package in prometheus prometheus-pushgateway shellcheck poppler-utils python3-venv; do
  dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
if [ ! -x "$cache/versitygw" ]; then
  echo 'building versitygw (about two minutes, once)' >&2
  mkdir -p "$cache"
  GOBIN=$cache CGO_ENABLED=0 go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
fi
if [ ! -x "$cache/schemathesis/bin/st" ]; then
  echo 'installing schemathesis' >&2
  python3 -m venv "$cache/schemathesis"
  "$cache/schemathesis/bin/pip" install --quiet 'schemathesis==4.32.5'
fi
