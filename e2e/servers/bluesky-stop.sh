#!/usr/bin/env bash
# Stop what bluesky-start.sh started and throw its data away. The
# installation stays. Doing it twice does no harm.
set -uo pipefail

RUN=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}/bluesky/run

# end PIDFILE NAME: end that process if it still is what it was, and wait.
end() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  if grep -qs "$2" "/proc/$pid/cmdline"; then
    kill "$pid"
    for _ in $(seq 1 40); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
    kill -0 "$pid" 2>/dev/null && kill -9 "$pid"
  fi
  rm -f "$1"
}

end "$RUN/network.pid" bluesky.mjs
end "$RUN/redis.pid" redis-server
PID=$(head -1 "$RUN/postgres/postmaster.pid" 2>/dev/null)
if [ -n "$PID" ] && grep -qs postgres "/proc/$PID/cmdline"; then
  kill -QUIT "$PID" # at once: the data is not kept
  while kill -0 "$PID" 2>/dev/null; do sleep 0.1; done
fi
rm -rf "$RUN"
