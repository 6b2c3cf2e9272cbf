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

# One run at a time: the servers' ports are fixed.
exec 9>"$VIGIE_E2E_ROOT/lock"
flock -n 9 || { say "waiting for another run to end"; flock 9; }

missing=()
command -v tmux >/dev/null || missing+=(tmux)
command -v ssh-agent >/dev/null || missing+=(openssh-client)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v jq >/dev/null || missing+=(jq)
command -v curl >/dev/null || missing+=(curl)
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
export npm_config_fetch_retries=5 # a slow registry is asked again

# What the tests start carries MARK in its environment, so that it can be told
# and ended when they are interrupted and cannot do so themselves.
MARK=$$-$(date +%s)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/vigie-e2e.XXXXXX")
network=theirs
finish() {
  for environ in /proc/[0-9]*/environ; do
    pid=${environ//[^0-9]/}
    if grep -qsz "^VIGIE_E2E_MARK=$MARK\$" "$environ"; then kill "$pid" 2>/dev/null || true; fi
  done
  while read -r _ disk _; do # small disks of tests that could not take them away
    case $disk in "$WORK"/*) umount -l "$disk" || true ;; esac
  done </proc/mounts
  [ $network = theirs ] || e2e/servers/bluesky-stop.sh
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

NETWORK=$VIGIE_E2E_ROOT/bluesky/run/network.pid
if ! { [ -f "$NETWORK" ] && kill -0 "$(cat "$NETWORK")" 2>/dev/null; }; then
  for port in 2583 5543 6390; do
    if (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; then
      say "something else listens on 127.0.0.1:$port: end it, or set VIGIE_E2E_ROOT to where its network runs"
      exit 1
    fi
  done
  network=ours
fi
e2e/servers/bluesky-start.sh 9>&-

export VIGIE_E2E_BIN=${VIGIE_E2E_BIN:-bin/vigie}
[ -x "$VIGIE_E2E_BIN" ] || "${MAKE:-make}" build
VIGIE_E2E_BIN=$(realpath "$VIGIE_E2E_BIN")
LOG=$VIGIE_E2E_ROOT/results.log
began=$(date +%s)
status=0
VIGIE_E2E_MARK=$MARK TMPDIR=$WORK "$GO" test -tags e2e -count=1 -timeout 90m -v ${VIGIE_E2E_RUN:+-run "$VIGIE_E2E_RUN"} ./e2e/... 9>&- 2>&1 | tee "$LOG" || status=$?
count() { grep -cE "^ *--- $1: " "$LOG" || true; }
say "$(count PASS) passed, $(count FAIL) failed in $(($(date +%s) - began)) s"
grep -E '^ *--- FAIL: ' "$LOG" || true
exit "$status"
