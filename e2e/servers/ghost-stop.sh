#!/usr/bin/env bash
# Stop what ghost-start.sh started and throw its data away. The installation
# stays. Doing it twice does no harm.
set -uo pipefail

RUN=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}/ghost/run

pid=$(cat "$RUN/pid" 2>/dev/null) || pid=
if [ -n "$pid" ] && grep -qs ghost "/proc/$pid/cmdline"; then
  kill "$pid"
  for _ in $(seq 1 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -0 "$pid" 2>/dev/null && kill -9 "$pid"
fi
rm -rf "$RUN"
