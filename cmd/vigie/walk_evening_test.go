//go:build walk

package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// queue is all that is to be done, of every client.
const queue = "state:ours -kind:watch"

// oneByOne: all of a client's, one after another; leaving tells what was done.
func oneByOne(w *walker) {
	const ours = "client:clair state:ours -kind:watch"
	w.press("esc")
	w.press("4")
	w.until("Clair only", func() bool { return !strings.Contains(w.list(), "Nordlys") && strings.Contains(w.list(), "Clair") })
	n := len(w.threads(ours))
	first := w.threads(ours)[0]
	w.press("g", "g", "F")
	at := w.words("Un par un %d/%d", "One by one %d/%d")
	w.see(fmt.Sprintf(at, 1, n), first.Author.Name.String())
	w.press("e")
	w.see(fmt.Sprintf(at, 2, n))
	w.press("J")
	w.see(fmt.Sprintf(at, 3, n))
	w.press("esc")
	w.see(w.words("Un par un : ce qui a été fait", "One by one: what was done"), w.words("1 fait", "1 done"), w.words("3 vus sur", "3 seen of"))
	w.term.dwell()
	w.press("esc")
	if left := w.threads(ours); len(left) != n-1 || slices.ContainsFunc(left, func(t inbox.Thread) bool { return t.ID == first.ID }) {
		w.t.Errorf("%d threads of %d are left", len(left), n)
	}
}

// pasteTheWrongName: a text that names another client goes nowhere without the
// name of this one typed.
func pasteTheWrongName(w *walker) {
	before := len(w.world.Deeds("clair-mastodon")) + len(w.world.Deeds("clair-bluesky"))
	w.press("g", "g", "r")
	w.see("Clair", "→ ")
	w.term.paste("Bonjour, les croissants de Miette sont à 8 h.")
	w.see("croissants de Miette")
	w.press("ctrl+s")
	if strings.Contains(w.term.text(), w.words("Premier envoi", "First answer")) {
		w.agree(w.words("Premier envoi", "First answer"))
	}
	w.see("MIETTE", "CLAIR", w.words("Un autre client est cité", "Another client is named"))
	w.term.dwell()
	w.term.paste("CLAIR") // a paste is no word typed
	w.press("enter")
	w.see(w.words("Un autre client est cité", "Another client is named"))
	w.press("miette", "enter")
	w.see(w.words("rien n'est envoyé", "nothing is sent"))
	w.press("esc")
	w.unseen(w.words("Un autre client est cité", "Another client is named"))
	w.discard()
	w.unseen("croissants de Miette")
	if n := len(w.world.Deeds("clair-mastodon")) + len(w.world.Deeds("clair-bluesky")); n != before || len(w.outbox("client:clair")) != 0 {
		w.t.Errorf("%d deeds, %d before", n, before)
	}
}

// findTheQuestions: of a wave of comments those that ask; kept as a tab.
func findTheQuestions(w *walker) {
	const asked = "client:miette has:question is:unread"
	w.press("esc")
	w.press("0")
	for i := range 12 {
		words := fmt.Sprintf("La tarte numéro %d est superbe", i)
		if i%3 == 0 {
			words = fmt.Sprintf("La tarte numéro %d, elle est à combien ?", i)
		}
		if _, err := w.world.Say(gram, inbox.KindComment, words); err != nil {
			w.t.Fatal(err)
		}
	}
	w.until("the wave is in", func() bool { return len(w.threads(`client:miette "la tarte numéro"`)) == 12 })
	if n := len(w.threads(asked + ` "la tarte numéro"`)); n != 4 {
		w.t.Errorf("%d of 12 ask", n)
	}
	n := len(w.threads(asked))
	w.press("/")
	w.see(w.words("Chercher", "Search"))
	w.press(asked)
	w.see("La tarte numéro 9")
	w.press("esc")
	w.command("filter " + asked)
	w.see(w.words(fmt.Sprintf("%d fils", n), fmt.Sprintf("%d threads", n)))
	w.command("split save Questions2")
	w.until("a tab", func() bool {
		return slices.ContainsFunc(w.srv.eng.Views(), func(v inbox.View) bool {
			return v.Saved && v.Name == "Questions2" && strings.Contains(v.Query, "has:question")
		})
	})
	w.matches(fmt.Sprintf(`Questions2 +%d`, n))
	if told := w.vigie("view", "list"); !strings.Contains(told, "Questions2") {
		w.t.Errorf("view list: %s", told)
	}
	w.press("esc")
}

// bells counts how often the terminal rang: bells that end no command.
func (w *walker) bells() int {
	return bytes.Count(regexp.MustCompile(`\x1b\][^\x07\x1b]*(\x07|\x1b\\)`).ReplaceAll(w.term.written(), nil), []byte{7})
}

// haveLunchInPeace: nothing rings for an hour but who matters, once.
func haveLunchInPeace(w *walker) {
	w.command("quiet 1h")
	w.see(w.words("silence jusqu'à", "quiet until"))
	vip := w.thread(clara)
	if err := w.srv.eng.Badge(w.t.Context(), inbox.By{Actor: inbox.Human, Session: "lunch", Line: "lunch"}, vip.ID, []string{"+vip"}); err != nil {
		w.t.Fatal(err)
	}
	w.term.types([]byte("\x1b[O")) // nobody looks
	w.term.quiet()
	before := w.bells()
	if _, err := w.world.Say(gram, inbox.KindDM, "Bonjour, un mot pour la vendeuse de samedi"); err != nil {
		w.t.Fatal(err)
	}
	w.until("it is in", func() bool { return len(w.threads(`"la vendeuse de samedi"`)) == 1 })
	w.term.quiet()
	if n := w.bells() - before; n != 0 {
		w.t.Errorf("it rang %d times for nobody in particular", n)
	}
	p, _ := w.world.PersonByHandle("clara_vidal")
	if _, err := w.world.Write(sandbox.Item{Account: gram, Kind: sandbox.Direct, Person: p.ID, Text: "Et pour 14 h, ce serait possible ?", Lang: "fr"}); err != nil {
		w.t.Fatal(err)
	}
	w.until("it rings", func() bool { return w.bells() == before+1 })
	w.until("the message is in", func() bool { return len(w.threads(clara+` state:ours "ce serait possible"`)) == 1 })
	w.term.quiet()
	if n := w.bells() - before; n != 1 {
		w.t.Errorf("it rang %d times", n)
	}
	w.term.types([]byte("\x1b[I"))
	w.command("quiet off")
	w.see(w.words("le silence est fini", "the quiet is over"))
}

// openASecondTerminal: both see the same, and each what the other does.
func openASecondTerminal(w *walker) {
	first := w.term
	w.press("esc")
	w.press("0", "g", "g")
	t := w.threads(queue)[0]
	second := w.attach()
	second.dwell()
	w.see("Miette", t.Author.Name.String())
	w.see(w.words("aussi ouvert", "also open"))
	w.term = first
	w.see(w.words("aussi ouvert", "also open"))
	w.press("g", "g", "r")
	w.see("→ ")
	w.press("Bonjour")
	w.until("the session tells that it writes", func() bool {
		return slices.ContainsFunc(w.srv.eng.Sessions(), func(s inbox.SessionInfo) bool { return s.Composing == t.ID })
	})
	w.term = second
	w.see("✎")
	w.term = first
	w.discard()
	w.press("esc")
	w.press("g", "g", "e")
	w.until("it is done", func() bool {
		v, err := w.srv.eng.Thread(w.t.Context(), t.ID)
		return err == nil && v.Thread.State == inbox.Done
	})
	n := len(w.threads(queue))
	for _, term := range []*terminal{first, second} {
		w.term = term
		w.matches(fmt.Sprintf(`(Tous|All) +%d `, n))
	}
	second.press("q")
	if code := second.wait(); code != 0 {
		w.t.Errorf("the second terminal ended with %d", code)
	}
	w.term = first
	w.unseen(w.words("aussi ouvert", "also open"))
	w.press("u")
	w.until("it is ours again", func() bool { return len(w.threads(queue)) == n+1 })
}

// sleepOnThanks: until Monday at nine in Lyon, and thanks do not wake it.
func sleepOnThanks(w *walker) {
	w.command("filter " + clara)
	w.until("the cursor is on "+regular, func() bool { return strings.Contains(w.row(), "Clara") })
	w.press("z")
	w.see(w.words("lundi", "monday"))
	w.press(w.words("lun 9h dort", "mon 9am sleep"))
	w.see(w.words("! 1 fenêtre", "! 1 window")) // who was not warned is asked
	w.press("enter")
	w.until("asleep", func() bool { return w.thread(clara).State == inbox.Snoozed })
	monday := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	if t := w.thread(clara); !t.Until.Equal(monday) || !t.Dozes {
		w.t.Errorf("until %v, dozes %v", t.Until, t.Dozes)
	}
	p, _ := w.world.PersonByHandle("clara_vidal")
	says := func(words string) {
		if _, err := w.world.Write(sandbox.Item{Account: gram, Kind: sandbox.Direct, Person: p.ID, Text: words, Lang: "fr"}); err != nil {
			w.t.Fatal(err)
		}
		w.until("it is in", func() bool {
			v, err := w.srv.eng.Thread(w.t.Context(), w.thread(clara).ID)
			return err == nil && v.Messages[len(v.Messages)-1].Text.String() == words
		})
	}
	says("Merci beaucoup !")
	if t := w.thread(clara); t.State != inbox.Snoozed || !t.Until.Equal(monday) {
		w.t.Errorf("thanks woke it: %v until %v", t.State, t.Until)
	}
	says("Finalement, ce serait 14 croissants ?")
	w.until("a question wakes it", func() bool { return w.thread(clara).State == inbox.Ours })
	w.press("esc")
}

// endTheDay: not while something is begun; then the figures are the digest's.
func endTheDay(w *walker) {
	w.press("esc")
	w.press("g", "g", "r")
	w.see("→ ")
	w.press("Un brouillon du soir")
	w.press("esc")
	w.command("fin")
	w.see(w.words("Pas encore zéro", "Not zero yet"), w.words("1 brouillon", "1 draft"))
	w.press("esc")
	drafts, err := w.srv.eng.Drafts(w.t.Context(), 0)
	if err != nil || len(drafts) != 1 {
		w.t.Fatalf("drafts %v %v", drafts, err)
	}
	w.press("r")
	w.see("Un brouillon du soir")
	w.discard()
	w.until("no draft, no act on its way", func() bool {
		acts, err := w.srv.eng.Outbox(w.t.Context())
		drafts, derr := w.srv.eng.Drafts(w.t.Context(), 0)
		return err == nil && derr == nil && len(acts)+len(drafts) == 0
	})
	w.command("fin")
	w.see(w.words("Fin de journée", "End of the day"), w.words("Aujourd'hui, depuis minuit", "Today, since midnight"))
	w.unseen(w.words("1 brouillon", "1 draft"))
	w.see(w.words(fmt.Sprintf("%d à traiter", len(w.threads(queue))), fmt.Sprintf("%d to do", len(w.threads(queue)))))
	w.figures(w.digest("today"))
	w.press("esc")
}

// detach: the terminal is as it was, and the server goes on.
func detach(w *walker) {
	w.press("q")
	if code := w.term.wait(); code != 0 {
		w.t.Errorf("it ended with %d", code)
	}
	for _, wrong := range leftBehind(w.term.written()) {
		w.t.Error(wrong)
	}
	if told := w.vigie("status"); told == "" {
		w.t.Error("status tells nothing")
	}
	if n := len(w.srv.eng.Sessions()); n != 0 {
		w.t.Errorf("%d sessions are left", n)
	}
}
