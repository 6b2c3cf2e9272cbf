#!/usr/bin/env bash
# Install (once) and start an emulator of Telegram's Bot API on loopback for
# the end-to-end tests: npm telegram-test-api. It says READY and its address.
#
#   VIGIE_E2E_ROOT   where it is installed and runs; default /var/tmp/vigie-e2e
#
# One that still runs is ended first: it begins without messages.
set -euo pipefail

ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
HERE=$(cd "$(dirname "$0")" && pwd)
export TELEGRAM_HOME=$ROOT/telegram TELEGRAM_PORT=${TELEGRAM_PORT:-9443}
NODE_VERSION=24.21.0
EMULATOR_VERSION=4.2.1
NPM="npm install --no-fund --no-audit --loglevel=error"

"$HERE/telegram-stop.sh"
NODE_DIR=$ROOT/node-$NODE_VERSION
if [ ! -e "$NODE_DIR/installed" ]; then
  rm -rf "$NODE_DIR" && mkdir -p "$NODE_DIR"
  (cd "$NODE_DIR" && echo '{"private":true}' >package.json && $NPM "node@$NODE_VERSION" >&2)
  touch "$NODE_DIR/installed"
fi
export PATH=$NODE_DIR/node_modules/.bin:$PATH
mkdir -p "$TELEGRAM_HOME"
if [ "$(cat "$TELEGRAM_HOME/installed" 2>/dev/null)" != "$EMULATOR_VERSION" ]; then
  (cd "$TELEGRAM_HOME" && echo '{"private":true}' >package.json && $NPM "telegram-test-api@$EMULATOR_VERSION" >&2)
  echo "$EMULATOR_VERSION" >"$TELEGRAM_HOME/installed"
fi
setsid node "$HERE/telegram.mjs" >"$TELEGRAM_HOME/log" 2>&1 </dev/null &
echo $! >"$TELEGRAM_HOME/pid"
for _ in $(seq 1 1000); do
  if grep '^READY' "$TELEGRAM_HOME/log"; then exit 0; fi
  sleep 0.1
done
cat "$TELEGRAM_HOME/log" >&2
exit 1
