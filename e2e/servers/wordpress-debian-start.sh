#!/usr/bin/env bash
# Install (once) and start a WordPress of Debian with a MariaDB of its own, on
# loopback, for the end-to-end tests: the blog answers at
# http://127.0.0.1:8081/carnet, a sub-directory with pretty permalinks.
#
#   VIGIE_E2E_ROOT   where it runs; default /var/tmp/vigie-e2e. The user "mysql"
#                    must be able to enter it.
#
# Needs Debian 12, and root. One that still runs is left alone; else everything
# starts with empty data. Its users are admin (an administrator), reader (a
# subscriber) and guest-author (an author); their application passwords lie in
# run/app-password-NAME. The last line says READY and the address.
set -euo pipefail

ROOT=${VIGIE_E2E_ROOT:-/var/tmp/vigie-e2e}
HERE=$(cd "$(dirname "$0")" && pwd)
HOME_DIR=$ROOT/wordpress-debian
RUN=$HOME_DIR/run
PORT=8081
DB_PORT=3391
URL=http://127.0.0.1:$PORT/carnet

say() { printf 'wordpress (debian): %s\n' "$*"; }
running() { [ -f "$RUN/php.pid" ] && grep -qs router.php "/proc/$(cat "$RUN/php.pid")/cmdline" && curl -fsS -o /dev/null "$URL/wp-json/" 2>/dev/null; }

if running; then
  say "READY $URL"
  exit 0
fi
"$HERE/wordpress-debian-stop.sh"

if ! command -v mariadbd >/dev/null || ! command -v php >/dev/null || [ ! -d /usr/share/wordpress ] || ! php -m | grep -qi mysqli; then
  say "installing wordpress, php and mariadb"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update
  # Debian starts what it installs, a web server among it; these are not wanted.
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && ours=1; }
  apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends \
    wordpress php-cli php-mysql php-xml php-mbstring php-curl php-gd mariadb-server curl >/dev/null
  [ -z "${ours:-}" ] || rm -f /usr/sbin/policy-rc.d
fi

say "starting mariadb and the blog"
mkdir -p "$RUN/site/carnet"
chmod a+x "$ROOT" "$HOME_DIR" "$RUN"
install -d -o mysql -g mysql "$RUN/db" "$RUN/tmp"
export TMPDIR=$RUN/tmp # the caller's own may be closed to other users
mariadb-install-db --no-defaults --user=mysql --datadir="$RUN/db" --auth-root-authentication-method=normal --skip-test-db >"$RUN/db.log" 2>&1
setsid mariadbd --no-defaults --user=mysql --datadir="$RUN/db" --bind-address=127.0.0.1 --port=$DB_PORT --socket="$RUN/db/s.sock" \
  --pid-file="$RUN/db/pid" --innodb-flush-log-at-trx-commit=0 --skip-log-bin --performance-schema=off >>"$RUN/db.log" 2>&1 </dev/null &
for _ in $(seq 1 1200); do # two minutes
  mariadb-admin --no-defaults -S "$RUN/db/s.sock" -uroot ping >/dev/null 2>&1 && break
  sleep 0.1
done
mariadb --no-defaults -S "$RUN/db/s.sock" -uroot -e "create database wp; create user wp@'%' identified by 'wp'; grant all on wp.* to wp@'%';
  create user wp@localhost identified by 'wp'; grant all on wp.* to wp@localhost;"

# Debian's files are only read: configuration, plug-ins and uploads are ours.
SITE=$RUN/site/carnet
cp -rL /usr/share/wordpress/. "$SITE/" 2>/dev/null || true # a link may lead nowhere
rm -f "$SITE/wp-config.php"
cat >"$SITE/wp-config.php" <<PHP
<?php
define('DB_NAME','wp'); define('DB_USER','wp'); define('DB_PASSWORD','wp'); define('DB_HOST','127.0.0.1:$DB_PORT');
define('DB_CHARSET','utf8mb4'); define('DB_COLLATE','');
foreach (['AUTH_KEY','SECURE_AUTH_KEY','LOGGED_IN_KEY','NONCE_KEY','AUTH_SALT','SECURE_AUTH_SALT','LOGGED_IN_SALT','NONCE_SALT'] as \$k) define(\$k, 'test-'.\$k);
define('WP_ENVIRONMENT_TYPE','local'); // application passwords over plain http
define('WP_HOME','$URL'); define('WP_SITEURL','$URL');
define('DISABLE_WP_CRON',true); define('WP_HTTP_BLOCK_EXTERNAL',true); define('AUTOMATIC_UPDATER_DISABLED',true);
\$table_prefix='wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__.'/');
require_once ABSPATH.'wp-settings.php';
PHP
mkdir -p "$SITE/wp-content/mu-plugins"
cp "$HERE/wordpress-plugin.php" "$SITE/wp-content/mu-plugins/tests.php"
cat >"$RUN/setup.php" <<PHP
<?php
define('WP_INSTALLING', true); \$_SERVER['HTTP_HOST']='127.0.0.1:$PORT';
require '$SITE/wp-load.php'; require_once ABSPATH.'wp-admin/includes/upgrade.php';
wp_install('Le carnet du fournil','admin','admin@example.test',true,'','adminpw');
update_option('permalink_structure','/%postname%/');
PHP
cp "$HERE/wordpress-setup.php" "$RUN/accounts.php"
printf '%s\n' "\$passwords='$RUN/app-password-'; require '$RUN/accounts.php';" >>"$RUN/setup.php"
php "$RUN/setup.php" >"$RUN/setup.log" 2>&1
cat >"$RUN/router.php" <<'PHP'
<?php // what is no file goes to the blog, as a web server's rewriting would have it
$root = __DIR__.'/site'; $path = $root.parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path)) return false;
if (is_dir($path) && is_file(rtrim($path,'/').'/index.php') && rtrim($path,'/') !== "$root/carnet") { require rtrim($path,'/').'/index.php'; return; }
$_SERVER['SCRIPT_NAME'] = '/carnet/index.php'; chdir("$root/carnet"); require "$root/carnet/index.php";
PHP
setsid php -S 127.0.0.1:$PORT -t "$RUN/site" "$RUN/router.php" >"$RUN/php.log" 2>&1 </dev/null &
PID=$!
echo $PID >"$RUN/php.pid"

for _ in $(seq 1 3000); do # five minutes, on a busy machine
  if curl -fsS -o /dev/null "$URL/wp-json/" 2>/dev/null; then
    say "READY $URL"
    exit 0
  fi
  kill -0 $PID 2>/dev/null || break
  sleep 0.1
done
say "did not start; the end of its logs:" >&2
tail -20 "$RUN/setup.log" "$RUN/php.log" >&2
"$HERE/wordpress-debian-stop.sh"
exit 1
