#!/usr/bin/env bash
# Stop what mailbox-start.sh started and throw its data away. Doing it twice
# does no harm.
set -uo pipefail

RUN=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}/mailbox

# end PIDFILE NAME: end that process if it still is what it was, and wait.
end() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  if grep -qs "$2" "/proc/$pid/cmdline"; then
    kill "$pid"
    for _ in $(seq 1 40); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -0 "$pid" 2>/dev/null && kill -9 "$pid"
  fi
  rm -f "$1"
}

end "$RUN/smtp.pid" mailbox-smtp.py
end "$RUN/base/master.pid" dovecot
rm -rf "$RUN"
