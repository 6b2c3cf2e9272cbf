#!/usr/bin/env bash
# Install (once) and start a real mailbox on loopback for the end-to-end tests:
# Debian's Dovecot (IMAP) and aiosmtpd (SMTP), both with a sign-in.
#
#   VIGIE_E2E_ROOT   where it runs; default /var/tmp/vigie-e2e. The user "mail"
#                    must be able to enter it.
#
# Prints "READY IMAP-PORT SMTP-PORT". Any user name, password "laterne-fjord".
# Needs Debian 12 and root. Everything starts with empty mailboxes.
set -euo pipefail

ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
HERE=$(cd "$(dirname "$0")" && pwd)
RUN=$ROOT/mailbox
IMAP=10643
SMTP=10625
PASSWORD=laterne-fjord

"$HERE/mailbox-stop.sh"
missing=()
[ -x /usr/sbin/dovecot ] && [ -x /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
if [ ${#missing[@]} -gt 0 ]; then
  echo "mailbox: installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
  # Debian starts what it installs; this one has a configuration of its own.
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && ours=1; }
  apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
  [ -z "${ours:-}" ] || rm -f /usr/sbin/policy-rc.d
fi

mkdir -p "$RUN"
chmod a+x "$ROOT" "$RUN"
install -d -o mail -g mail "$RUN/mail" "$RUN/outside"
cat >"$RUN/dovecot.conf" <<CONF
protocols = imap
listen = 127.0.0.1
base_dir = $RUN/base
state_dir = $RUN/state
log_path = $RUN/log
ssl = no
disable_plaintext_auth = no
mailbox_idle_check_interval = 2 secs
first_valid_uid = 1
mail_location = maildir:$RUN/mail/%u
passdb {
  driver = static
  args = password=$PASSWORD
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$RUN/mail/%u
}
service imap-login {
  inet_listener imap {
    port = $IMAP
  }
  inet_listener imaps {
    port = 0
  }
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \Sent
  }
  mailbox Trash {
    auto = create
    special_use = \Trash
  }
  mailbox Junk {
    auto = create
    special_use = \Junk
  }
}
CONF
dovecot -c "$RUN/dovecot.conf" >"$RUN/start.log" 2>&1 </dev/null
setsid /usr/bin/python3 "$HERE/mailbox-smtp.py" "$SMTP" "$RUN/outside" "$PASSWORD" >"$RUN/smtp.log" 2>&1 </dev/null &
echo $! >"$RUN/smtp.pid"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for _ in $(seq 1 1000); do
  if listens $IMAP && listens $SMTP; then
    echo "READY $IMAP $SMTP"
    exit 0
  fi
  sleep 0.1
done
echo "mailbox: did not start" >&2
tail -20 "$RUN/start.log" "$RUN/log" "$RUN/smtp.log" >&2
"$HERE/mailbox-stop.sh"
exit 1
