#!/usr/bin/env bash
# Install (once) and start a real Ghost with SQLite on loopback, for the
# end-to-end tests: the blog answers at http://127.0.0.1:2368.
#
#   VIGIE_E2E_ROOT   where it is installed and runs; default /var/tmp/vigie-e2e
#
# Needs Debian 12 with npm and curl, and root the first time (for apt, where
# there is no compiler). One that still runs is left alone; else everything
# starts with empty data: an owner, comments open to all, and the key of an
# integration (id:secret) in run/admin-key. The last line says READY and the
# address.
set -euo pipefail

ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
HERE=$(cd "$(dirname "$0")" && pwd)
HOME_DIR=$ROOT/ghost
RUN=$HOME_DIR/run
PORT=2368
URL=http://127.0.0.1:$PORT
PASSWORD=zebra-lantern-4471-quilt
# Ghost wants ^22.23.1 or ^24.20.0; npm's node has the headers that
# better-sqlite3 is compiled with.
NODE_VERSION=22.23.3
GHOST_VERSION=6.65.0

say() { printf 'ghost: %s\n' "$*"; }
running() { [ -f "$RUN/pid" ] && grep -qs ghost "/proc/$(cat "$RUN/pid")/cmdline" && [ -s "$RUN/admin-key" ] && curl -fsS -o /dev/null "$URL/ghost/api/admin/site/" 2>/dev/null; }

if running; then
  say "READY $URL"
  exit 0
fi
"$HERE/ghost-stop.sh"

NPM="npm install --no-fund --no-audit --loglevel=error"
if ! command -v g++ >/dev/null || ! command -v make >/dev/null || [ ! -x /usr/bin/python3 ] || ! command -v jq >/dev/null; then
  say "installing a compiler, python3 and jq"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update
  apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends build-essential python3 jq >/dev/null
fi
NODE_DIR=$ROOT/node-$NODE_VERSION
if [ ! -e "$NODE_DIR/installed" ]; then
  say "installing node $NODE_VERSION"
  rm -rf "$NODE_DIR" && mkdir -p "$NODE_DIR"
  (cd "$NODE_DIR" && echo '{"private":true}' >package.json && $NPM "node@$NODE_VERSION")
  touch "$NODE_DIR/installed"
fi
NODE_HOME=$(dirname "$(dirname "$(find "$NODE_DIR/node_modules" -path '*node-linux-*/bin/node' | head -1)")")
export PATH=$NODE_HOME/bin:$PATH

# Its package names dependencies by files within itself, so npm can install
# them only inside of it.
PACKAGE=$HOME_DIR/package
if [ "$(cat "$HOME_DIR/installed" 2>/dev/null)" != "$GHOST_VERSION" ]; then
  say "installing ghost $GHOST_VERSION: a few minutes"
  rm -rf "$HOME_DIR" && mkdir -p "$HOME_DIR"
  (cd "$HOME_DIR" && npm pack --loglevel=error "ghost@$GHOST_VERSION" >/dev/null && tar xzf "ghost-$GHOST_VERSION.tgz")
  (cd "$PACKAGE" && npm_config_nodedir=$NODE_HOME PYTHON=/usr/bin/python3 $NPM --omit=dev --legacy-peer-deps)
  echo "$GHOST_VERSION" >"$HOME_DIR/installed"
fi

say "starting Ghost $GHOST_VERSION"
mkdir -p "$RUN"
cp -r "$PACKAGE/content" "$RUN/content"
# Its package folder is where it looks for its configuration, and for itself.
cat >"$PACKAGE/config.production.json" <<JSON
{"url": "$URL", "server": {"host": "127.0.0.1", "port": $PORT}, "mail": {"transport": "stub"},
 "database": {"client": "sqlite3", "connection": {"filename": "$RUN/ghost.db"}, "useNullAsDefault": true},
 "logging": {"level": "error", "transports": ["file"], "path": "$RUN/"}, "paths": {"contentPath": "$RUN/content"},
 "privacy": {"useUpdateCheck": false, "useGravatar": false, "useRpcPing": false}, "security": {"staffDeviceVerification": false}}
JSON
cd "$PACKAGE"
NODE_ENV=production setsid node "$PACKAGE/index.js" >"$RUN/log" 2>&1 </dev/null &
PID=$!
echo $PID >"$RUN/pid"

fail() {
  say "$1; the end of its log:" >&2
  tail -20 "$RUN/log" >&2
  "$HERE/ghost-stop.sh"
  exit 1
}
up() { [ "$(curl -s -o /dev/null -w '%{http_code}' "$URL/ghost/api/admin/site/")" = 200 ]; }
for _ in $(seq 1 3000); do # five minutes, on a busy machine
  up && break
  kill -0 $PID 2>/dev/null || fail "it ended"
  sleep 0.1
done
up || fail "did not start"

api() { curl -fsS -b "$RUN/jar" -c "$RUN/jar" -H 'Content-Type: application/json' -H "Origin: $URL" "$@"; }
A=$URL/ghost/api/admin
api -o /dev/null "$A/authentication/setup/" -d "{\"setup\":[{\"name\":\"Claire Roy\",\"email\":\"claire@clair.test\",\"password\":\"$PASSWORD\",\"blogTitle\":\"Clair\"}]}" || fail "no owner"
api -o /dev/null "$A/session/" -d "{\"username\":\"claire@clair.test\",\"password\":\"$PASSWORD\"}" || fail "no session"
api -o /dev/null -X PUT "$A/settings/" -d '{"settings":[{"key":"comments_enabled","value":"all"}]}' || fail "no comments"
api "$A/integrations/?include=api_keys" -d '{"integrations":[{"name":"vigie"}]}' |
  jq -r '.integrations[0].api_keys[] | select(.type == "admin").secret' >"$RUN/admin-key" || fail "no key"
grep -q ':' "$RUN/admin-key" || fail "no key"
say "READY $URL"
