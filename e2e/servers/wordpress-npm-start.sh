#!/usr/bin/env bash
# Install (once) and start a newer WordPress from npm (PHP and SQLite within
# Node) on loopback, for the end-to-end tests: the blog answers at
# http://127.0.0.1:9400, without pretty permalinks.
#
#   VIGIE_E2E_ROOT   where it is installed and runs; default /var/tmp/vigie-e2e
#
# Needs Node 20 with npm, curl and unzip. One that still runs is left alone;
# else everything starts with empty data. Its users and their application
# passwords are those of wordpress-debian-start.sh. The last line says READY
# and the address.
set -euo pipefail

ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
HERE=$(cd "$(dirname "$0")" && pwd)
HOME_DIR=$ROOT/wordpress-npm
RUN=$HOME_DIR/run
PORT=9400
URL=http://127.0.0.1:$PORT
NODE_VERSION=24.21.0
CLI_VERSION=3.1.56
BUILDS_VERSION=0.9.19
WORDPRESS=6.5

say() { printf 'wordpress (npm): %s\n' "$*"; }
running() { [ -f "$RUN/pid" ] && grep -qs playground "/proc/$(cat "$RUN/pid")/cmdline" && curl -fsS -o /dev/null "$URL/index.php?rest_route=/" 2>/dev/null; }

if running; then
  say "READY $URL"
  exit 0
fi
"$HERE/wordpress-npm-stop.sh"

mkdir -p "$RUN"
NPM="npm install --no-fund --no-audit --loglevel=error"
NODE_DIR=$ROOT/node-$NODE_VERSION
if [ ! -e "$NODE_DIR/installed" ]; then
  say "installing node $NODE_VERSION"
  rm -rf "$NODE_DIR" && mkdir -p "$NODE_DIR"
  (cd "$NODE_DIR" && echo '{"private":true}' >package.json && $NPM "node@$NODE_VERSION")
  touch "$NODE_DIR/installed"
fi
export PATH=$NODE_DIR/node_modules/.bin:$PATH
if ! command -v unzip >/dev/null; then
  say "installing unzip"
  apt-get -o DPkg::Lock::Timeout=300 -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends unzip >/dev/null
fi
if [ "$(cat "$HOME_DIR/installed" 2>/dev/null)" != "$CLI_VERSION $BUILDS_VERSION" ]; then
  say "installing @wp-playground/cli $CLI_VERSION and wordpress-builds $BUILDS_VERSION"
  echo '{"private":true}' >"$HOME_DIR/package.json"
  (cd "$HOME_DIR" && $NPM "@wp-playground/cli@$CLI_VERSION" "@wp-playground/wordpress-builds@$BUILDS_VERSION")
  echo "$CLI_VERSION $BUILDS_VERSION" >"$HOME_DIR/installed"
fi

say "starting WordPress $WORDPRESS"
unzip -q "$HOME_DIR/node_modules/@wp-playground/wordpress-builds/src/wordpress/wp-$WORDPRESS.zip" -d "$RUN/html"
mkdir -p "$RUN/html/wp-content/mu-plugins"
cp "$HERE/wordpress-plugin.php" "$RUN/html/wp-content/mu-plugins/tests.php"
cp "$HERE/wordpress-setup.php" "$RUN/html/tests-setup.php"
cat >"$RUN/blueprint.json" <<'JSON'
{"steps": [{"step": "runPHP", "code":
  "<?php require '/wordpress/wp-load.php'; update_option('blogname', 'Le carnet du fournil'); update_option('permalink_structure', ''); $passwords='/wordpress/app-password-'; require '/wordpress/tests-setup.php';"}]}
JSON
# The program would listen on every interface: this keeps it to loopback.
cat >"$RUN/loopback.cjs" <<'JS'
const net = require('node:net')
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port === 'number') return listen.call(this, port, '127.0.0.1', ...rest.filter((a) => typeof a === 'function'))
  return listen.call(this, port, ...rest)
}
JS
cd "$RUN"
NODE_OPTIONS="--require=$RUN/loopback.cjs" setsid node "$HOME_DIR/node_modules/.bin/wp-playground-cli" server --port $PORT --workers 6 \
  --wordpress-install-mode install-from-existing-files --mount-dir-before-install "$RUN/html" /wordpress \
  --define WP_ENVIRONMENT_TYPE local --blueprint "$RUN/blueprint.json" >"$RUN/log" 2>&1 </dev/null &
PID=$!
echo $PID >"$RUN/pid"

for _ in $(seq 1 3000); do # five minutes, on a busy machine
  # The set-up writes the password of guest-author last. The very first request
  # may be answered by a redirect.
  if [ -s "$RUN/html/app-password-guest-author" ] && curl -fsS -o /dev/null "$URL/index.php?rest_route=/" 2>/dev/null; then
    cp "$RUN"/html/app-password-* "$RUN/"
    say "READY $URL"
    exit 0
  fi
  kill -0 $PID 2>/dev/null || break
  sleep 0.1
done
say "did not start; the end of its log:" >&2
tail -20 "$RUN/log" >&2
"$HERE/wordpress-npm-stop.sh"
exit 1
