#!/usr/bin/env bash
# make e2e: the built program against real servers, on this machine alone.
#
# Installs what is missing (by package name, as root on Debian 12, with Go,
# make and Node 20 there), starts Bluesky, runs the tests tagged e2e, and ends
# what it started. What the tests need besides, they start and end themselves.
#
#   VIGIE_E2E_ROOT  where servers are installed and run; default /var/tmp/vigie-e2e
#   VIGIE_E2E_RUN   only tests whose name matches this, as in go test -run
#
# Exit: 0 all passed, else not.
set -euo pipefail
cd "$(dirname "$0")/.."
export VIGIE_E2E_ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
GO=${GO:-go}
mkdir -p "$VIGIE_E2E_ROOT"

say() { printf 'e2e: %s\n' "$*"; }
python_smtp() { /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null; }

exec 9>"$VIGIE_E2E_ROOT/lock"
flock -n 9 || { say "waiting for another run to end"; flock 9; }

missing=()
command -v tmux >/dev/null || missing+=(tmux)
command -v ssh-agent >/dev/null || missing+=(openssh-client)
command -v redis-server >/dev/null || missing+=(redis-server)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
python_smtp || missing+=(python3-aiosmtpd)
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${missing[*]}"
  [ "$(id -u)" = 0 ] || { say "that needs root: apt-get install ${missing[*]}"; exit 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update
  apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
fi
command -v npm >/dev/null || { say "no npm: Node 20 or newer is needed"; exit 1; }

NETWORK=$VIGIE_E2E_ROOT/bluesky/run/network.pid
if ! { [ -f "$NETWORK" ] && kill -0 "$(cat "$NETWORK")" 2>/dev/null; }; then
  trap 'e2e/servers/bluesky-stop.sh' EXIT
  trap 'exit 130' INT TERM HUP
fi
e2e/servers/bluesky-start.sh 9>&-

[ -n "${VIGIE_E2E_BIN:-}" ] || [ -x bin/vigie ] || "${MAKE:-make}" build
LOG=$VIGIE_E2E_ROOT/results.log
began=$(date +%s)
status=0
"$GO" test -tags e2e -count=1 -timeout 12m -v ${VIGIE_E2E_RUN:+-run "$VIGIE_E2E_RUN"} ./e2e/... 9>&- 2>&1 | tee "$LOG" || status=$?
count() { grep -cE "^ *--- $1: " "$LOG" || true; }
say "$(count PASS) passed, $(count FAIL) failed in $(($(date +%s) - began)) s"
grep -E '^ *--- FAIL: ' "$LOG" || true
exit "$status"
