#!/usr/bin/env bash
# Install (once) and start a real Bluesky network on loopback for the
# end-to-end tests: the PDS answers at http://localhost:2583.
#
#   VIGIE_E2E_ROOT   where it is installed and runs; default /var/tmp/vigie-e2e.
#                    The user "postgres" must be able to enter it.
#
# Needs Debian 12, Node 20 with npm, and root the first time (for apt). One
# that still runs is left alone; else everything starts with empty data.
set -euo pipefail

ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
HERE=$(cd "$(dirname "$0")" && pwd)
HOME_DIR=$ROOT/bluesky
RUN=$HOME_DIR/run
PG_PORT=5543
REDIS_PORT=6390

# Pinned: the PDS of 0.6.7 needs Node 22 or newer and asks for a
# better-sqlite3 that aborts on Node 24; 13.2.0 works and brings its binary,
# so that no compiler is needed.
NODE_VERSION=24.21.0
DEV_ENV_VERSION=0.6.7
SQLITE_VERSION=13.2.0

say() { printf 'bluesky: %s\n' "$*"; }
as_postgres() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
running() { [ -f "$RUN/network.pid" ] && grep -qs bluesky.mjs "/proc/$(cat "$RUN/network.pid")/cmdline" && grep -qs '^READY' "$RUN/network.log"; }

if running; then
  say "already running: $(sed -n 's/^READY //p' "$RUN/network.log")"
  exit 0
fi
"$HERE/bluesky-stop.sh"

pg_bin() { find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1; }
if [ -z "$(pg_bin)" ] || ! command -v redis-server >/dev/null; then
  say "installing postgresql and redis-server"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update
  apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends postgresql redis-server >/dev/null
fi
PG_BIN=$(pg_bin)

mkdir -p "$RUN"
chmod a+x "$ROOT" "$HOME_DIR" "$RUN"
NPM="npm install --no-fund --no-audit --loglevel=error"

NODE_DIR=$ROOT/node-$NODE_VERSION
if [ ! -e "$NODE_DIR/installed" ]; then
  say "installing node $NODE_VERSION"
  rm -rf "$NODE_DIR" && mkdir -p "$NODE_DIR"
  (cd "$NODE_DIR" && echo '{"private":true}' >package.json && $NPM "node@$NODE_VERSION")
  touch "$NODE_DIR/installed"
fi
export PATH=$NODE_DIR/node_modules/.bin:$PATH

if [ "$(cat "$HOME_DIR/installed" 2>/dev/null)" != "$DEV_ENV_VERSION" ]; then
  say "installing @atproto/dev-env $DEV_ENV_VERSION"
  cat >"$HOME_DIR/package.json" <<JSON
{"private":true,
 "dependencies":{"@atproto/dev-env":"$DEV_ENV_VERSION"},
 "overrides":{"better-sqlite3":"$SQLITE_VERSION"}}
JSON
  (cd "$HOME_DIR" && $NPM --ignore-scripts)
  echo "$DEV_ENV_VERSION" >"$HOME_DIR/installed"
fi

say "starting postgresql, redis and the network"
DATA=$RUN/postgres
if [ "$(id -u)" = 0 ]; then install -d -o postgres -g postgres "$DATA"; else mkdir -p "$DATA"; fi
as_postgres "$PG_BIN/initdb -D $DATA -A trust -U pg -E UTF8 --locale=C --no-sync >/dev/null"
as_postgres "$PG_BIN/pg_ctl -D $DATA -w -l $DATA/log -o '-p $PG_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$DATA -c fsync=off -c max_connections=200' start >/dev/null"
"$PG_BIN/psql" -h 127.0.0.1 -p $PG_PORT -U pg -d postgres -qc 'create database bsky'
redis-server --bind 127.0.0.1 --port $REDIS_PORT --save '' --daemonize yes --pidfile "$RUN/redis.pid" --dir "$RUN" >/dev/null

cp "$HERE/bluesky.mjs" "$HOME_DIR/bluesky.mjs" # beside its node_modules
cd "$HOME_DIR"
DB_POSTGRES_URL=postgresql://pg@127.0.0.1:$PG_PORT/bsky REDIS_HOST=127.0.0.1:$REDIS_PORT LOG_ENABLED=false \
  setsid node bluesky.mjs >"$RUN/network.log" 2>&1 </dev/null &
PID=$!
echo $PID >"$RUN/network.pid"

for _ in $(seq 1 1200); do # five minutes
  if grep -q '^READY' "$RUN/network.log"; then
    say "ready: $(sed -n 's/^READY //p' "$RUN/network.log")"
    exit 0
  fi
  kill -0 $PID 2>/dev/null || break
  sleep 0.25
done
say "did not start; the end of $RUN/network.log:" >&2
tail -30 "$RUN/network.log" >&2
"$HERE/bluesky-stop.sh"
exit 1
