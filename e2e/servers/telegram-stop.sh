#!/usr/bin/env bash
# Stop what telegram-start.sh started. Doing it twice does no harm.
set -uo pipefail

FILE=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}/telegram/pid
pid=$(cat "$FILE" 2>/dev/null) || exit 0
if grep -qs telegram.mjs "/proc/$pid/cmdline"; then
  kill "$pid"
  for _ in $(seq 1 40); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -0 "$pid" 2>/dev/null && kill -9 "$pid"
fi
rm -f "$FILE"
