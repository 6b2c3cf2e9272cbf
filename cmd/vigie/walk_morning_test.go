//go:build walk

package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

const (
	regular = "Clara Vidal" // writes to Miette again, and her window closes soon
	gram    = inbox.AccountID("miette-minigram")
	clara   = "from:clara_vidal kind:dm"
)

// attachInTheMorning: the header names the clients with what they wait for,
// the next deadline and the health of the networks.
func attachInTheMorning(w *walker) {
	w.attach()
	for i, client := range []string{"Miette", "Atlas", "Nordlys", "Clair"} {
		n := len(w.threads("client:" + strings.ToLower(client) + " state:ours -kind:watch"))
		w.see(fmt.Sprintf("%d %s %d", i+1, client, n))
	}
	w.matches(w.words("échéance dans 4[0-3] min +✓", "due in 4[0-3] min +✓"))
	w.press("g", "a")
	w.see("Bluesky miette.bsky.example", "Mastodon miette", w.words("tout va bien", "all is well"))
	w.press("esc")
	coloured := regexp.MustCompile(`\x1b\[[0-9;]*[34]8[;:]`).Match(w.term.written())
	if coloured == w.m.mono {
		w.t.Errorf("colours are drawn: %v", coloured)
	}
}

// readTheDigest: what the screen tells is what the command tells.
func readTheDigest(w *walker) {
	w.press("d")
	w.see(w.words("depuis hier soir", "since yesterday evening"))
	for range 4 {
		if strings.Contains(w.term.text(), w.words("depuis hier, 0:00", "since yesterday, 0:00")) {
			break
		}
		w.press("l")
	}
	w.see(w.words("depuis hier, 0:00", "since yesterday, 0:00"))
	w.figures(w.digest("yesterday"))
	w.press("esc")
	w.unseen(w.words("Bilan ·", "Digest ·"))
}

// digest is what the command tells of each client.
func (w *walker) digest(since string) map[string]digestRow {
	w.t.Helper()
	told := map[string]digestRow{}
	for line := range strings.SplitSeq(strings.TrimSpace(w.vigie("digest", "--since", since, "--json")), "\n") {
		var r digestRow
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			w.t.Fatalf("digest: %v\n%s", err, line)
		}
		told[r.Client] = r
	}
	return told
}

// columns are the heads of the digest's table, in French and English, and what
// the command tells of each.
var columns = map[string]func(digestRow) int{
	"reçus in": func(r digestRow) int { return r.Received }, "veille watch": func(r digestRow) int { return r.Watched },
	"pers. pers.": func(r digestRow) int { return r.Persons }, "répond. answ.": func(r digestRow) int { return r.Answered },
	"faits done": func(r digestRow) int { return r.Done }, "pauses snooz.": func(r digestRow) int { return r.Snoozed },
	"escal. escal.": func(r digestRow) int { return r.Escalated }, "manqués missed": func(r digestRow) int { return r.Missed },
	"échecs failed": func(r digestRow) int { return r.Failed }, "masqués hidden": func(r digestRow) int { return r.Hidden },
	"ànous ours": func(r digestRow) int { return r.Waiting }, "retard late": func(r digestRow) int { return r.Overdue },
}

// figures compares the table on the screen with what the command tells.
func (w *walker) figures(told map[string]digestRow) {
	w.t.Helper()
	if len(told) != 4 {
		w.t.Fatalf("digest of %d clients", len(told))
	}
	var heads []string
	rows := map[string][]string{}
	for l := range strings.SplitSeq(strings.ReplaceAll(w.term.text(), "à nous", "ànous"), "\n") {
		if i := strings.LastIndex(l, "│"); i >= 0 {
			l = l[i+len("│"):]
		}
		fields := strings.Fields(strings.TrimLeft(l, "▌ "))
		switch {
		case len(fields) < 6:
		case fields[0] == w.words("reçus", "in"):
			heads = fields
		case len(fields) == len(heads)+1:
			rows[strings.ToLower(fields[0])] = fields[1:]
		}
	}
	for client, r := range told {
		row := rows[client]
		if len(row) < 6 {
			w.t.Errorf("no figures of %s:\n%s", client, w.term.text())
			continue
		}
		for both, figure := range columns {
			fr, en, _ := strings.Cut(both, " ")
			i := slices.Index(heads, w.words(fr, en))
			if want := strings.Replace(fmt.Sprint(figure(r)), "0", "·", 1); i >= 0 && row[i] != want && row[i] != fmt.Sprint(figure(r)) {
				w.t.Errorf("%s, %s: the screen tells %s, the command %d", client, heads[i], row[i], figure(r))
			}
		}
	}
}

// goToTheNextDue: the cursor is on the thread whose window closes first, and
// its row says when.
func goToTheNextDue(w *walker) {
	w.press("j", "j", "j", "g", "d")
	w.until("the cursor is on "+regular, func() bool { return strings.Contains(w.row(), "Clara") })
	if row := w.row(); !regexp.MustCompile(w.words("fenêtre 4[0-3] min", "window 4[0-3] min")).MatchString(row) {
		w.t.Errorf("the row does not say when its window closes: %q", row)
	}
	first := w.threads("client:miette state:ours")[0]
	if first.Author.Name.String() != regular || first.Window.IsZero() {
		w.t.Errorf("the first thread is %s's, window %v", first.Author.Name, first.Window)
	}
}

// openIt: who speaks is told, the person and the charter are at hand, nothing
// of another client is on the right.
func openIt(w *walker) {
	w.press("enter")
	w.see("Miette · miette.lyon", "12", "croissants")
	apart := func(shown string) {
		for _, other := range []string{"Atlas", "Nordlys", "Clair "} {
			if strings.Contains(shown, other) {
				w.t.Errorf("%s is told beside a thread of Miette:\n%s", other, w.term.text())
			}
		}
	}
	apart(w.right())
	w.press("p")
	w.see(w.words("3e échange", "3rd exchange"), "28 ", "11 ", w.words("répondu, fait", "answered, done"))
	_, card, _ := strings.Cut(w.term.text(), "━━")
	apart(card)
	w.press("esc")
	w.unseen(w.words("3e échange", "3rd exchange"))
}

// answerWithASavedReply: in their language, with the variables filled, counted
// as the network counts.
func answerWithASavedReply(w *walker) {
	w.press("r")
	w.see("Miette · miette.lyon → "+regular, w.words("vouvoyer", "vous"))
	w.press(";hor")
	w.see(";horaires")
	w.press("tab")
	w.see("Bonjour Clara,", "À bientôt !")
	w.unseen("{{name}}")
	text := "Bonjour Clara, la boutique est ouverte du mardi au samedi de 7 h à 13 h et de 15 h à 19 h, le dimanche de 7 h à 13 h. À bientôt !"
	w.matches(fmt.Sprintf("%d/1000 (octets|bytes|o|B)", len(text)))
}

// slipAndMend: the charter stops a slip, and names the rule.
func slipAndMend(w *walker) {
	begun := w.clock.Now()
	const slip = " Tu passes quand ?"
	w.press(slip)
	w.press("ctrl+s")
	w.see(w.words("« Tu » — Miette vouvoie", "“Tu” — Miette says vous"))
	if n := len(w.answers(gram, begun)) + len(w.outbox(clara)); n != 0 {
		w.t.Fatalf("%d answers left against the charter", n)
	}
	for range len(slip) {
		w.term.press("backspace")
	}
	w.term.quiet()
	w.press("ctrl+s")
	w.agree(w.words("Premier envoi", "First"))
	w.see(w.words("en attente", "held"), w.words("u pour annuler", "u to undo"))
	w.matches(`\b(10|9|8) s\b`)
}

// takeBackAndSendAgain: nothing reached the network, the text is back, and
// then exactly one answer arrives.
func takeBackAndSendAgain(w *walker) {
	begun := w.clock.Now().Add(-time.Minute)
	w.press("u")
	w.see("→ "+regular, "À bientôt !")
	w.term.dwell() // the composer came by itself: it takes no keys at once
	if n := len(w.answers(gram, begun)); n != 0 {
		w.t.Fatalf("%d answers left though taken back", n)
	}
	if held := w.outbox(clara); len(held) != 0 {
		w.t.Fatalf("in the outbox though taken back: %+v", held)
	}
	w.press("ctrl+s")
	w.see(w.words("en attente", "held"))
	w.until("one answer reaches the network", func() bool { return len(w.answers(gram, begun)) == 1 })
	w.until("the thread is theirs", func() bool { return w.thread(clara).State == inbox.Theirs })
	view, err := w.srv.eng.Thread(w.t.Context(), w.thread(clara).ID)
	if err != nil {
		w.t.Fatal(err)
	}
	last := view.Messages[len(view.Messages)-1]
	if answer := w.answers(gram, begun)[0]; !last.Outgoing || last.Remote == "" || last.Text.String() != answer.Text {
		w.t.Errorf("kept %q as %q, the network has %q", last.Text, last.Remote, answer.Text)
	}
}

// loseTheLink: the terminal dies while an answer is written. What was written,
// the cursor in it, the view, the client and the thread are back; nothing was
// sent twice, and what came meanwhile is here.
func loseTheLink(w *walker) {
	const text = "Bonjour, nous regardons cela ce matin."
	answered := len(w.world.Deeds(gram))
	w.press("esc")
	w.press("1")
	w.until("Miette only", func() bool { return !strings.Contains(w.list(), "Atlas") })
	w.press("g", "g", "j", "r")
	w.see("→ ")
	w.press(text)
	w.term.press("left", "left", "left", "left", "left", "left")
	w.term.quiet()
	writes := w.line("→ ")
	x, y := w.term.cursor()
	shown := w.right()
	w.term.hangUp()
	w.until("the session is over", func() bool { return len(w.srv.eng.Sessions()) == 0 })
	w.until("the draft is kept as it stood", func() bool {
		drafts, err := w.srv.eng.Drafts(w.t.Context(), 0)
		return err == nil && len(drafts) == 1 && drafts[0].Text == text && drafts[0].Rest == len("matin.")
	})
	if _, err := w.world.Say("clair-mastodon", inbox.KindMention, "Bravo pour le stand du salon, quelle équipe"); err != nil {
		w.t.Fatal(err)
	}
	w.until("what comes is collected", func() bool { return len(w.threads(`client:clair "stand du salon"`)) == 1 })
	w.attach()
	w.see("Bonjour, nous regardons cela", writes[strings.Index(writes, "→ "):])
	w.term.quiet()
	if gx, gy := w.term.cursor(); gx != x || gy != y {
		w.t.Errorf("the cursor is at %d,%d; it was at %d,%d\n%s", gx, gy, x, y, w.term.text())
	}
	if strings.Contains(w.list(), "Atlas") {
		w.t.Errorf("another client's threads are shown:\n%s", w.term.text())
	}
	countdown := regexp.MustCompile(`SLA \d[^·]*`) // time passes meanwhile
	shown = countdown.ReplaceAllString(shown, "SLA ")
	if again := countdown.ReplaceAllString(w.right(), "SLA "); again != shown {
		w.t.Errorf("the right is\n%s\nwas\n%s", again, shown)
	}
	if n := len(w.world.Deeds(gram)); n != answered {
		w.t.Errorf("%d deeds, %d before", n, answered)
	}
	w.discard()
	w.press("0")
}

// outbox lists what has not arrived of the threads of a query.
func (w *walker) outbox(query string) []inbox.Action {
	w.t.Helper()
	acts, err := w.srv.eng.Outbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	of := map[inbox.ThreadID]bool{}
	for _, t := range w.threads(query) {
		of[t.ID] = true
	}
	var out []inbox.Action
	for _, a := range acts {
		if of[a.Thread] {
			out = append(out, a)
		}
	}
	return out
}
