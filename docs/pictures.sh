#!/usr/bin/env bash
# Makes docs/picture.svg and docs/guide/pictures/*.svg: the real program on the
# simulated networks, with the same history and clock each time, driven by keys in
# a tmux of its own. Needs Go and tmux. BIN names a vigie that is built already.
#
#	docs/pictures.sh              all of them, in some minutes
#	docs/pictures.sh en/queue     those named; "readme" is docs/picture.svg
#
# Two runs give the same bytes, but for this: thread numbers come of the order in
# which the accounts were collected, all at once; and of the accounts, what is
# left of their limits and the seconds since differ.
set -euo pipefail
cd "$(dirname "$0")/.."
out=docs/guide/pictures
at=2026-11-23T08:00
dir=$(mktemp -d)
home=$dir/home
shown_home=/home/ines
chapters='start queue thread answering triage moderation search people day accounts keys looks ssh configuration'

tm() { tmux -S "$dir/tmux" -f /dev/null "$@"; }
quit() {
	tm kill-server 2>/dev/null || true
	HOME=$home XDG_RUNTIME_DIR=$home "$dir/vigie" stop >/dev/null 2>&1 || true
	# What was killed may still write for a moment.
	for _ in $(seq 20); do
		rm -rf "$dir" 2>/dev/null && return
		sleep 0.2
	done
}
trap quit EXIT

if [ -n "${BIN:-}" ]; then cp "$BIN" "$dir/vigie"; else go build -o "$dir/vigie" ./cmd/vigie; fi
go build -o "$dir/picture" ./docs/picture

# run NAME COLUMNS ROWS COMMAND… starts a command in a terminal of that name.
run() {
	local name=$1 columns=$2 rows=$3
	shift 3
	env -u TMUX -u NO_COLOR -u VIGIE_CONFIG -u VIGIE_DATA -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME \
		TERM=xterm-256color COLORTERM=truecolor LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=Europe/Paris HOME="$home" XDG_RUNTIME_DIR="$home" \
		tmux -S "$dir/tmux" -f /dev/null new-session -d -s "$name" -x "$columns" -y "$rows" "$*"
	tm set -g status off
}

# keys NAME KEY… presses keys, with a pause after each: escape and a letter at
# once would be another key.
keys() {
	local name=$1
	shift
	for key in "$@"; do
		tm send-keys -t "$name" "$key"
		sleep 0.3
	done
}

# types NAME TEXT types a text.
types() {
	tm send-keys -t "$1" -l -- "$2"
	sleep 0.3
}

# shown NAME PATTERN waits half a minute for something on the screen.
shown() {
	for _ in $(seq 150); do
		tm capture-pane -p -t "$1" | grep -qE -- "$2" && return
		sleep 0.2
	done
	echo "pictures: never on the screen of $1: $2" >&2
	tm capture-pane -p -t "$1" >&2
	return 1
}

# still NAME waits until the screen does not change for two seconds: all of the
# history is there.
still() {
	local before now='' same=0
	for _ in $(seq 60); do
		before=$now
		now=$(tm capture-pane -p -t "$1")
		if [ "$now" = "$before" ]; then same=$((same + 1)); else same=0; fi
		[ $same -ge 4 ] && return
		sleep 0.5
	done
}

# demo NAME COLUMNS ROWS LANG OPTION… opens the demonstration, with its history.
demo() {
	local name=$1 columns=$2 rows=$3 lang=$4
	shift 4
	data=$(mktemp -d "$dir/demo.XXXX")
	run "$name" "$columns" "$rows" "$dir/vigie" --data "$data" --lang "$lang" demo --seed 1 --at "$at" --still "$@"
	shown "$name" 'Clair [0-9]'
	still "$name"
}

# draw NAME FILE COLUMNS ROWS TITLE puts the screen into a file, and ends the
# terminal. The directory of this run is shown as somebody's home, a terminal's
# name as pts/3, the port of a simulated server as 40080.
draw() {
	still "$1"
	tm capture-pane -e -N -p -t "$1" | sed "s|$home|$shown_home|g; s|pts/[0-9]*|pts/3|g; s|127\.0\.0\.1:[0-9]\{5\}|127.0.0.1:40080|g" >"$dir/screen"
	"$dir/picture" -columns "$3" -rows "$4" -title "$5" <"$dir/screen" >"$dir/picture.svg"
	mv "$dir/picture.svg" "$2"
	tm kill-session -t "$1"
	echo "$2"
}

# say LANG ENGLISH FRENCH is the one or the other.
say() { if [ "$1" = fr ]; then echo "$3"; else echo "$2"; fi; }

# scene LANG CHAPTER brings the screen of a chapter about, in a terminal named s.
scene() {
	local l=$1
	case $2 in
	start)
		run s 100 30 "$dir/vigie" --lang "$l"
		shown s "$(say "$l" 'Where things are' 'Où sont les choses')"
		;;
	queue) demo s 100 30 "$l" && keys s j ;;
	thread)
		demo s 100 30 "$l"
		keys s 4 f
		types s 'text:sous-titrée'
		keys s Enter Enter
		shown s 'boucle magn'
		;;
	answering)
		demo s 100 30 "$l"
		keys s Enter r
		types s ';hor'
		keys s Tab
		types s ' Je te souhaite une belle journée.'
		shown s '“te”|« te »'
		;;
	triage)
		demo s 100 30 "$l"
		keys s 1 j v j j z
		types s "$(say "$l" 'if no reply 2d' 'si pas de réponse 2j')"
		;;
	moderation)
		demo s 100 30 "$l"
		keys s f
		types s 'is:held'
		keys s Enter
		shown s 'Bruno Keller'
		keys s Enter m
		;;
	search)
		demo s 100 30 "$l"
		keys s /
		types s '(merci OR bravo) kind:comment -from:paul'
		;;
	people)
		demo s 100 30 "$l"
		keys s p +
		types s +vip
		keys s Enter n
		types s "$(say "$l" 'Orders for her office every week' 'Commande chaque semaine pour son bureau')"
		keys s Enter
		;;
	day) demo s 100 30 "$l" && keys s d ;;
	accounts) demo s 100 30 "$l" && keys s g a ;;
	keys)
		demo s 100 30 "$l"
		keys s '?'
		;;
	looks) demo s 100 30 "$l" --linear && keys s j k ;;
	ssh)
		demo s 100 30 "$l"
		run other 80 24 "$dir/vigie" --data "$data" --lang "$l" demo
		shown other 'Clair'
		keys other Enter r
		types other 'Bonjour Clara'
		shown s "$(say "$l" 'writing here' 'écrit ici')"
		;;
	configuration)
		"$dir/vigie" --lang "$l" config example |
			sed "s|^    hours: .*|    hours: {mon-fri: ['08:00-12:00', '13:30-25:00']}|; s|^    answer_within: .*|    answer_within: 4 hours|; s|query: is:overdue .*|query: is:overduo|" >"$home/config.yaml"
		# As wide as lines are once the home has its shown name.
		run s $((100 + ${#home} - ${#shown_home})) 30 "cd $home; PS1='$ ' PATH=$dir:\$PATH sh"
		types s "vigie --lang $l --config config.yaml config check"
		keys s Enter
		;;
	*)
		echo "pictures: no chapter $2; there are readme and en/ or fr/ with: $chapters" >&2
		return 1
		;;
	esac
}

# title LANG CHAPTER says what the picture shows, for those who do not see it.
title() {
	case $2 in
	start) say "$1" 'The welcome: what to press to try the demonstration or to add an account, and where things are' "L'accueil : que presser pour essayer la démonstration ou ajouter un compte, et où sont les choses" ;;
	queue) say "$1" 'The queue: views, clients and accounts on the left, threads in the order of what expires first, and one thread' "La file : vues, clients et comptes à gauche, les fils dans l'ordre de ce qui expire d'abord, et un fil" ;;
	thread) say "$1" 'A thread: the post, what was said under it, an answer written elsewhere, and what is new' "Un fil : la publication, ce qui s'est dit dessous, une réponse écrite ailleurs, et ce qui est nouveau" ;;
	answering) say "$1" 'An answer being written: who speaks, the text, what the charter says of it, and the counter' 'Une réponse en cours : qui parle, le texte, ce que la charte en dit, et le compteur' ;;
	triage) say "$1" 'Three marked threads, and the snooze dialog with what the words mean' 'Trois fils cochés, et le dialogue de pause avec ce que veulent dire les mots' ;;
	moderation) say "$1" 'A comment that waits for moderation, and what can be done with it on the network' 'Un commentaire en attente de modération, et ce que le réseau permet d’en faire' ;;
	search) say "$1" 'The search with its hits' 'La recherche et ce qu’elle trouve' ;;
	people) say "$1" 'The card of a person: identities, badge, note, and other exchanges' "La fiche d'une personne : identités, badge, note et autres échanges" ;;
	day) say "$1" 'The digest: what happened since yesterday evening, client by client' "Le bilan : ce qui s'est passé depuis hier soir, client par client" ;;
	accounts) say "$1" 'The accounts: last and next collection, and what is left of the limits' 'Les comptes : dernier et prochain relevé, et ce qui reste des quotas' ;;
	keys) say "$1" 'The help: the keys of this screen' "L'aide : les touches de cet écran" ;;
	looks) say "$1" 'The screen for screen readers: a line after another, without boxes' "L'écran pour lecteurs d'écran : une ligne après l'autre, sans cadres" ;;
	ssh) say "$1" 'Two terminals on one inbox: the status line says who else is there, the thread who is writing' "Deux terminaux sur une boîte : la ligne d'état dit qui d'autre est là, le fil qui écrit" ;;
	configuration) say "$1" 'vigie config check names each mistake with its line' 'vigie config check nomme chaque erreur avec sa ligne' ;;
	esac
}

# readme draws the picture of the README: the thread is found by its words.
readme() {
	demo s 120 40 en
	for _ in $(seq 60); do
		tm capture-pane -p -t s | grep -qE '│ .*ouverts lundi' && break
		keys s j
	done
	shown s '│ .*ouverts lundi'
	keys s r
	types s "Bonjour Clara, oui, la boutique ouvre lundi de 8 h à 12 h. Je note 12 croissants pour votre bureau ; à quelle heure passez-vous ?"
	shown s 'passez-vous'
	draw s docs/picture.svg 120 40 'vigie: views and clients, threads of four clients in the order of what expires first, and an answer being written under the band that says who speaks'
}

mkdir -p "$out" "$home"
wanted=${*:-readme $(for c in $chapters; do echo "en/$c fr/$c"; done)}
for want in $wanted; do
	if [ "$want" = readme ]; then
		readme
		continue
	fi
	lang=${want%/*} chapter=${want#*/}
	scene "$lang" "$chapter"
	draw s "$out/$chapter.$lang.svg" 100 30 "$(title "$lang" "$chapter")"
	tm kill-session -t other 2>/dev/null || true
done
