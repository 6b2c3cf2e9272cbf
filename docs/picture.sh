#!/usr/bin/env bash
# Makes docs/picture.svg: the real program on the simulated networks (vigie demo
# --seed 1), driven by keys in a tmux of its own. Needs Go and tmux. The history is
# the same each time; the times in it count back from now, and so differ.
set -euo pipefail
cd "$(dirname "$0")/.."
columns=120 rows=40
answer='Bonjour, merci de votre intérêt : je demande à la fabrication et je reviens vers vous cet après-midi.'
title='vigie: views and clients, threads of four clients, and an answer being written under the band that says who speaks'

dir=$(mktemp -d)
tm() { tmux -S "$dir/tmux" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null || true; rm -rf "$dir"' EXIT

go build -o "$dir/vigie" ./cmd/vigie
go build -o "$dir/picture" ./docs/picture
env -u TMUX -u NO_COLOR TERM=xterm-256color LANG=C.UTF-8 LC_ALL=C.UTF-8 \
	tmux -S "$dir/tmux" -f /dev/null new-session -d -s demo -x "$columns" -y "$rows" "$dir/vigie demo --seed 1"
tm set -g status off

# until PATTERN waits half a minute for a line of the screen.
until_shown() {
	for _ in $(seq 150); do
		tm capture-pane -p -t demo | grep -qE -- "$1" && return
		sleep 0.2
	done
	echo "picture: never on the screen: $1" >&2
	tm capture-pane -p -t demo >&2
	exit 1
}

# until_still waits until the numbers of the first line stay for two seconds:
# all of the history is there, and nothing comes in above the cursor.
until_still() {
	local before now=''
	for _ in $(seq 30); do
		before=$now
		now=$(tm capture-pane -p -t demo | sed -n 1p)
		[ "$now" = "$before" ] && return
		sleep 2
	done
}

until_shown '10 accounts'
until_still
# To the thread under one of our posts, by its author.
for _ in $(seq 60); do
	tm capture-pane -p -t demo | grep -q '│.*POST' && tm capture-pane -p -t demo | grep -qE 'Clair · .* · (Mastodon|Bluesky) · comm' && break
	tm send-keys -t demo j
	sleep 0.15
done
until_shown 'Clair · .* · (Mastodon|Bluesky) · comm'
tm send-keys -t demo r
until_shown 'ctrl\+s send'
tm send-keys -t demo -l -- "$answer"
until_shown 'après-midi'
sleep 1
tm capture-pane -e -N -p -t demo >"$dir/screen"
"$dir/picture" -columns "$columns" -rows "$rows" -title "$title" <"$dir/screen" >"$dir/picture.svg"
mv "$dir/picture.svg" docs/picture.svg
echo docs/picture.svg
