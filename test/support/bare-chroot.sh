#!/usr/bin/env bash
# `npm run test:bare` (root, Debian): clones the committed state into a Debian that debootstrap made (minbase: no git, no
# Python, no libraries of a browser), adds nothing but the host's Node and npm, and runs there what a stranger would:
# `npm start`, `npm test`, and `npm start` once more where no browser can start.
# The Debian is kept in the cache and copied; what runs in it sees an empty HOME and the host's npm settings.
set -euo pipefail
cd "$(dirname "$0")/../.."
cache=${STRANDLINE_TEST_CACHE:-$HOME/.cache/test-kube}
debian=$cache/debian-minbase
host_path=$(printf %s "$PATH" | tr : '\n' | grep -v node_modules | paste -sd:)
node=$(PATH=$host_path command -v node)
npm=$(dirname "$(dirname "$(readlink -f "$(PATH=$host_path command -v npm)")")")
user_config=$(PATH=$host_path npm config get userconfig)
global_config=$(PATH=$host_path npm config get globalconfig)

if [ ! -d "$debian" ]; then
  command -v debootstrap > /dev/null || apt-get install -y -qq debootstrap > /dev/null
  mkdir -p "$cache"
  rm -rf "$debian.part"
  debootstrap --variant=minbase bookworm "$debian.part" > /dev/null
  mv "$debian.part" "$debian"
fi

root=$(mktemp -d /var/tmp/strandline-bare-XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
cp -a "$debian/." "$root"
cp "$node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules" "$root/host"
cp -rL "$npm" "$root/usr/local/lib/node_modules/npm"
for program in npm npx; do ln -s "../lib/node_modules/npm/bin/$program-cli.js" "$root/usr/local/bin/$program"; done
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
for file in "$user_config" "$global_config"; do if [ -f "$file" ]; then cp "$file" "$root/host/"; fi; done
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
  mkdir -p "$root/etc/ssl/certs"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
fi
git clone --quiet --no-hardlinks . "$root/strandline"

passed=0 failed=0
inside() { # inside [NAME=VALUE…] COMMAND: in mount and process namespaces of its own, so that nothing outlives it
  unshare --mount --pid --fork bash -ec '
    root=$1; shift
    mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
    exec chroot "$root" env -i HOME=/home/stranger PATH=/usr/local/bin:/usr/bin:/bin TERM=dumb \
      NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NPM_CONFIG_CACHE=/tmp/npm \
      NPM_CONFIG_USERCONFIG=/host/'"$(basename "$user_config")"' NPM_CONFIG_GLOBALCONFIG=/host/'"$(basename "$global_config")"' \
      "${@:1:$#-1}" bash -c "cd /strandline; ${@: -1}"' bash "$root" "$@"
}
expect() { # expect STATUS WHAT COMMAND…
  local wanted=$1 what=$2 status=0 started=$SECONDS
  shift 2
  printf '\n##### %s\n' "$what"
  "$@" || status=$?
  if [ "$status" -eq "$wanted" ]; then
    passed=$((passed + 1))
    printf '✓ %s (exit %s, %s s)\n' "$what" "$status" "$((SECONDS - started))"
  else
    failed=$((failed + 1))
    printf '✗ %s: exit %s instead of %s\n' "$what" "$status" "$wanted"
  fi
}

mkdir -p "$root/home/stranger"
expect 1 'no git, no Python, no browser here' inside 'command -v git python3 chromium google-chrome'
expect 0 'npm start, set-up and all' inside 'npm start > /tmp/printed; status=$?; cat /tmp/printed; exit $status'
expect 0 'it printed what docs/getting-started.md shows' inside \
  'node_modules/node/bin/node test/docs/as-shown.ts docs/getting-started.md "npm start" < /tmp/printed'
expect 0 'report.html, report.pdf and result.json are there' inside \
  'test -s out/report.html && test -s out/result.json && head -c 5 out/report.pdf | grep -q %PDF-'
if [ "${1:-}" != --no-tests ]; then expect 0 'npm test' inside 'npm test'; fi
expect 5 'npm start where no browser can start' inside PUPPETEER_EXECUTABLE_PATH=/bin/false 'rm -rf out; npm start'
expect 0 'report.html and result.json are there, and no report.pdf' inside \
  'test -s out/report.html && test -s out/result.json && test ! -e out/report.pdf'

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
