//go:build walk

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const (
	thanked = "account:miette-minigram kind:comment"
	outage  = `client:nordlys tag:veille`
	blogger = "from:tom_becker account:nordlys-mastodon"
)

// thanks are the comments under the morning's post: five thanks and a question.
func (w *walker) thanks() []sandbox.Item {
	who := map[int]bool{}
	for _, h := range []string{"hugo_perrin", "nadia_b", "paul_roux", "ana_souza", "emile_faure", "zoe_lambert"} {
		p, _ := w.world.PersonByHandle(h)
		who[p.ID] = true
	}
	return w.world.Items(gram, func(it sandbox.Item) bool { return who[it.Person] })
}

// deeds counts what a brand did, by kind.
func (w *walker) deeds(account inbox.AccountID) map[inbox.ActionKind]int {
	n := map[inbox.ActionKind]int{}
	for _, d := range w.world.Deeds(account) {
		n[d.Kind]++
	}
	return n
}

// likeTheThanks: six comments, told before, liked once each, done together.
func likeTheThanks(w *walker) {
	before, done := w.deeds(gram), len(w.threads(thanked+" state:done"))
	w.command("filter " + thanked)
	w.see("Hugo Perrin", "Zoe Lambert")
	w.matches(`\d (fils|threads)\s*\n`) // what was there before is gone
	w.press("g", "g")
	for range 8 {
		if strings.Contains(w.row(), "Hugo") {
			break
		}
		w.press("j")
	}
	w.press("v", "j", "j", "j", "j", "j")
	told := w.words("6 fils, 1 client, 1 réseau", "6 threads, 1 client, 1 network")
	w.see(told)
	w.command("like")
	w.agree(w.words("Pour tous ceux-là ?", "For all of these?"))
	w.until("six likes", func() bool { return !slices.ContainsFunc(w.thanks(), func(it sandbox.Item) bool { return !it.Liked }) })
	if n := w.deeds(gram)[inbox.ActLike] - before[inbox.ActLike]; n != 6 {
		w.t.Errorf("%d likes", n)
	}
	w.press("e")
	w.until("six done", func() bool { return len(w.threads(thanked+" state:done")) == done+6 })
	w.until("the next thread has the cursor", func() bool { return w.row() != "" && !strings.Contains(w.list(), "Hugo") })
}

// bringTheBatchBack: exactly the batch, and its likes.
func bringTheBatchBack(w *walker) {
	before, done := w.deeds(gram), len(w.threads("state:done"))
	w.press("u")
	w.until("six are back, and no more", func() bool { return len(w.threads("state:done")) == done-6 })
	w.press("u")
	w.until("the likes are taken back", func() bool { return !slices.ContainsFunc(w.thanks(), func(it sandbox.Item) bool { return it.Liked }) })
	after := w.deeds(gram)
	if n := after[inbox.ActUnlike] - before[inbox.ActUnlike]; n != 6 || after[inbox.ActLike] != before[inbox.ActLike] {
		w.t.Errorf("%d likes taken back, %d more given", n, after[inbox.ActLike]-before[inbox.ActLike])
	}
	w.press("g", "l")
	w.see(w.words("Journal", "Log"), "Hugo Perrin", w.words("annulé : fil de Hugo Perrin fait", "undone: "), w.words("retrait du j'aime", "Hugo"))
	w.press("esc")
	w.press("esc")
	w.see("Atlas")
}

// promoteAWatch: it becomes a thread, tagged, and counts for nothing received.
func promoteAWatch(w *walker) {
	before := w.digest("today")["nordlys"].Received
	w.press("w", "3")
	w.see("Nordlys down for 47")
	w.press("g", "g")
	for range 12 {
		if strings.Contains(w.right(), "Nordlys down for 47") {
			break
		}
		w.press("j")
	}
	w.press("P")
	w.until("a thread of the watch", func() bool { return len(w.threads(outage)) == 1 })
	if t := w.thread(outage); !t.Promoted || t.State != inbox.Ours {
		w.t.Errorf("promoted: %v, state %v", t.Promoted, t.State)
	}
	if after := w.digest("today")["nordlys"].Received; after != before {
		w.t.Errorf("%d received, %d before", after, before)
	}
	w.press("w")
	w.command("filter tag:veille")
	w.until("the cursor is on it", func() bool { return strings.Contains(w.row(), "Nordlys") && strings.Contains(w.right(), "down for 47") })
}

// escalateIt: the brief has all that its reader needs, the row says with whom
// it is, and the thread is no longer ours.
func escalateIt(w *walker) {
	w.press("t")
	w.see(w.words("Étiqueter", "Tag"))
	w.press("motif/api", "enter")
	w.until("tagged", func() bool { return len(w.threads(outage+" tag:motif/api")) == 1 })
	w.press("s", "-")
	w.until("felt", func() bool { return w.thread(outage).Feeling == inbox.Negative })
	w.press("!")
	w.see("Marc", "Sophie")
	w.press("tech", "tab")
	w.press(w.words("Pouvons-nous publier la cause ?", "May we publish the cause?"), "tab")
	w.press("14h", "tab", "right", "right")
	w.see("14:00")
	w.press("ctrl+s")
	var brief struct {
		Client, Question, Severity, Link, Quote string
		Due                                     time.Time
		History                                 []struct{ Text string }
		Contact                                 struct{ ID, Name string }
	}
	w.until("the brief is delivered", func() bool {
		raw, err := os.ReadFile(filepath.Join(w.dir, "escalations.jsonl"))
		return err == nil && bytes.Count(raw, []byte("\n")) == 1 && json.Unmarshal(raw, &brief) == nil
	})
	due := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	if brief.Contact.Name != "Marc" || !brief.Due.Equal(due) || !strings.HasPrefix(brief.Link, "http") || brief.Severity == "" ||
		!strings.Contains(brief.Quote, "down for 47") || len(brief.History) == 0 || !strings.Contains(brief.Question, "cause") {
		w.t.Errorf("brief %+v", brief)
	}
	t := w.thread(outage)
	if t.State != inbox.Escalated || t.Escalation == nil || t.Escalation.Name.String() != "Marc" || !t.Escalation.Due.Equal(due) {
		w.t.Errorf("state %v, escalation %+v", t.State, t.Escalation)
	}
	w.press("esc")
	w.press("tab", "tab")
	w.see("Marc")
	w.matches(`Marc.*14:00`)
	w.press("shift+tab", "shift+tab")
}

// acknowledgeInEnglish: the language of who wrote; a promise does not pass.
func acknowledgeInEnglish(w *walker) {
	begun := w.clock.Now()
	const account, promise = inbox.AccountID("nordlys-mastodon"), " We will fix by Friday."
	w.command("filter " + blogger)
	w.until("the cursor is on the blogger", func() bool { return strings.Contains(w.row(), "Tom Becker") })
	w.press("r")
	w.see("→ Tom Becker")
	w.press(";ack")
	w.see("Hello {{")
	w.press("tab")
	w.see("Hello Tom, thank you for")
	w.press(promise)
	w.press("ctrl+s")
	w.matches(`will fix by.{1,3} — Nordlys`)
	w.press("ctrl+s") // once more changes nothing: it is no advice
	w.matches(`will fix by.{1,3} — Nordlys`)
	if n := len(w.answers(account, begun)) + len(w.outbox(blogger)); n != 0 {
		w.t.Fatalf("%d answers with a promise", n)
	}
	for range len(promise) {
		w.term.press("backspace")
	}
	w.term.quiet()
	w.term.dwell()
	w.press("ctrl+s")
	w.agree(w.words("Premier envoi", "First answer"))
	w.until("one answer", func() bool { return len(w.answers(account, begun)) == 1 })
	if got := w.answers(account, begun)[0].Text; !strings.HasPrefix(got, "Hello Tom, thank you for telling us.") && !strings.Contains(got, "Hello Tom, thank you for telling us.") {
		w.t.Errorf("answered %q", got)
	}
}
