package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/length"
	"vigie/inbox/text"
)

// charted opens an answer to Claire at Miette, which has a charter.
func charted(t *testing.T, change func(*Options)) *sim {
	t.Helper()
	s := newSim(t, writingWorld(), 120, 40, change)
	th := s.on(t, "Claire Dupont")
	s.m.seen[th.Account] = true
	s.keys("r")
	return s
}

func (s *sim) value(want string) {
	s.t.Helper()
	if got := s.m.composer.Value(); got != want {
		s.t.Fatalf("the composer holds %q, want %q", got, want)
	}
}

// The cursor is shown as | in what is wanted.
func (s *sim) cursorIn(want string) {
	s.t.Helper()
	d := s.m.composer.Draft()
	if at := len(d.Text) - d.Rest; d.Text[:at]+"|"+d.Text[at:] != want {
		s.t.Fatalf("%q, want %q", d.Text[:at]+"|"+d.Text[at:], want)
	}
}

// What is pasted over the longest text is told to be cut.
func TestPasteTooLong(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("r")
	s.send(tea.PasteMsg{Content: strings.Repeat("Bonjour ", 4000) + "…[+12]"})
	s.lacks("le collage est trop long")
	s.keys("ctrl+z")
	s.send(tea.PasteMsg{Content: strings.Repeat("Bonjour ", 10000)})
	s.wants("le collage est trop long : sa fin manque", "…[+")
}

func TestTypingIsUndone(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:Bonjour Claire")
	s.send(tea.PasteMsg{Content: ", oui\r\nmerci"})
	s.cursorIn("Bonjour Claire, oui\nmerci|")
	s.keys("ctrl+z")
	s.cursorIn("Bonjour Claire|")
	s.keys("ctrl+z")
	s.cursorIn("Bonjour |")
	s.keys("ctrl+y ctrl+y")
	s.cursorIn("Bonjour Claire, oui\nmerci|")
	s.keys("ctrl+y")
	s.wants("rien à refaire")
	s.pass(time.Second)
	if got := s.f.writing(s.m.composer.Thread.ID).Text; got != s.m.composer.Value() {
		t.Errorf("the draft is %q", got)
	}
	s.keys("ctrl+z ctrl+z ctrl+z ctrl+z")
	s.wants("rien à défaire")
}

// Nothing in a paste is a key: not what sends, not what completes.
func TestPasteIsText(t *testing.T) {
	s := charted(t, nil)
	s.send(tea.PasteMsg{Content: ";horaires\t\x13\x1b[201~\r\nfin\r"})
	s.rest()
	if v := s.m.composer.Value(); len(s.f.requests) != 0 || s.m.composer.Offering() || !strings.HasPrefix(v, ";horaires") || strings.ContainsAny(v, "\x1b\x13\r\t") {
		t.Fatalf("%d sent, offering %v, %q", len(s.f.requests), s.m.composer.Offering(), v)
	}
}

func TestSavedReply(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:;")
	s.wants(";horaires", ";merci", ";hors-stock")
	s.keys("text:hor")
	s.lacks(";merci")
	s.keys("enter")
	s.value("Bonjour Claire, la boutique ouvre à {{ouverture}} et ferme à {{fermeture}}.")
	s.keys("text:7 h", "tab", "text:19 h")
	s.value("Bonjour Claire, la boutique ouvre à 7 h et ferme à 19 h.")
	s.keys("ctrl+s")
	if len(s.f.requests) != 1 {
		t.Errorf("%d sent", len(s.f.requests))
	}
}

// The reply is one step, and what was typed to find it comes back.
func TestSavedReplyIsOneStep(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:;merci", "tab")
	s.value("Merci Claire Dupont !")
	s.keys("ctrl+z")
	s.cursorIn(";merci|")
}

// A gap stops the answer by its name.
func TestGapStops(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:;horaires", "tab", "ctrl+s")
	s.wants("à remplir d'abord : ouverture")
	if len(s.f.requests) != 0 {
		t.Error("it was sent")
	}
}

// A semicolon that is only that stays, and enter behind it is a new line.
func TestSemicolonStays(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:oui ;", "esc")
	if s.m.composer.Offering() || !s.m.composer.Active() {
		t.Fatal("esc did not end the offer alone")
	}
	s.keys("text:h")
	if s.m.composer.Offering() {
		t.Error("it is offered again for the same word")
	}
	s.keys("text: ;", "enter", "text:fin")
	s.value("oui ;h ;\nfin")
	s.keys("text: ;", "down", "enter")
	s.lacks("▌ ;")
	if !strings.HasSuffix(s.m.composer.Value(), "Merci Claire Dupont !") {
		t.Errorf("%q", s.m.composer.Value())
	}
}

// The variant is that of the thread's language.
func TestSavedReplySpeaksTheirLanguage(t *testing.T) {
	f := writingWorld()
	th := f.find(t, "Claire Dupont")
	f.threads[th.ID].t.Lang = "en"
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "text:;horaires", "tab")
	s.value("Hello Claire, we open at {{opening}}.")
}

func TestPeopleAreOffered(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:Merci @cl", "tab", "text:!")
	s.value("Merci @claire.d@piaille.fr !")
	s.keys("text: a@b")
	if s.m.composer.Offering() {
		t.Error("an address is no mention")
	}
}

func TestTabSaysWhyNot(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:oui", "tab")
	s.wants("rien à compléter")
	s.value("oui")
}

// What the charter advises against is sent at the second time, for the same
// text, and not by a key that is held down.
func TestCharterAdvises(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:Bonjour, tu as raison")
	s.wants("« tu » — Miette vouvoie")
	s.keys("ctrl+s")
	s.wants("ctrl+s encore")
	for range 30 {
		s.send(press("ctrl+s"))
		s.pass(40 * time.Millisecond)
	}
	if len(s.f.requests) != 0 {
		t.Fatal("a key that is held down sent it")
	}
	s.pass(time.Second)
	s.keys("text: !", "ctrl+s")
	if len(s.f.requests) != 0 {
		t.Fatal("another text was sent on the first yes")
	}
	s.pass(time.Second)
	s.keys("ctrl+s")
	if len(s.f.requests) != 1 || len(s.f.requests[0].Despite) != 1 || s.f.requests[0].Despite[0] != inbox.CodeTone {
		t.Fatalf("%+v", s.f.requests)
	}
}

// What it forbids is never sent.
func TestCharterForbids(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:C'est gratuit.", "ctrl+s")
	s.wants("« gratuit » — Miette ne l'écrit jamais")
	s.pass(time.Second)
	s.keys("ctrl+s")
	if len(s.f.requests) != 0 {
		t.Error("it was sent")
	}
	s.keys("ctrl+w", "text:offert.", "ctrl+s")
	if len(s.f.requests) != 1 {
		t.Error("a text without it was not sent")
	}
}

// The engine may know better what offends: it is asked the same way.
func TestEngineAdvises(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:Bonjour Claire")
	s.f.fail = inbox.Problem{Code: inbox.CodeTone, Args: []string{"mot", "raison"}}
	s.keys("ctrl+s")
	s.wants("« mot » — Miette l'évite (raison)", "ctrl+s")
	s.pass(time.Second)
	s.keys("ctrl+s")
	if n := len(s.f.requests); n != 1 || len(s.f.requests[0].Despite) != 1 {
		t.Errorf("%+v", s.f.requests)
	}
}

func TestParts(t *testing.T) {
	f := writingWorld()
	f.limit = inbox.TextLimit{Max: 40, Unit: inbox.Graphemes}
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.m.seen[th.Account] = true
	body := "Bonjour Claire, la boutique ouvre à 7 h. Le dimanche, elle ferme à midi."
	s.keys("r", "ctrl+r")
	s.wants("le texte tient en un seul message")
	s.keys("text:"+body, "ctrl+s")
	s.wants("ctrl+r l'envoie en 2 parties", "32 de trop : 72/40")
	s.keys("ctrl+r")
	s.wants("partie 1/2 · 40/40 caractères", "partie 2/2 · 31/40 caractères")
	s.keys("ctrl+s")
	parts := length.Split(body, f.limit)
	if len(f.requests) != 1 || f.requests[0].Text != parts[0] || len(f.requests[0].More) != 1 || f.requests[0].More[0] != parts[1] {
		t.Fatalf("%+v", f.requests)
	}
}

// A text that was shortened leaves in one piece.
func TestPartsNoLonger(t *testing.T) {
	f := writingWorld()
	f.limit = inbox.TextLimit{Max: 12, Unit: inbox.Graphemes}
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.m.seen[th.Account] = true
	s.keys("r", "text:Bonjour Claire", "ctrl+r", "esc", "ctrl+w", "ctrl+s")
	if len(f.requests) != 1 || len(f.requests[0].More) != 0 {
		t.Fatalf("%+v", f.requests)
	}
}

func TestPreview(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:Voir https://miette.example/pain.", "ctrl+p")
	s.wants("Ce qui sera vu", "À : Claire Dupont @claire.d@piaille.fr", "Lu par :", "↗ miette.example")
	s.keys("enter")
	if len(s.f.requests) != 0 || s.m.top() != nil {
		t.Fatal("enter is no yes")
	}
	s.keys("ctrl+p", "ctrl+s")
	if len(s.f.requests) != 1 {
		t.Error("the key that sends did not send what was looked at")
	}
}

// screen is a terminal that edits.
type screen struct {
	local        bool
	header, text string
	back         string
	err          error
}

func (e *screen) Local() bool                                  { return e.local }
func (e *screen) Copy(context.Context, string) error           { return nil }
func (e *screen) Notify(context.Context, string, string) error { return nil }
func (e *screen) Open(context.Context, string) error           { return nil }
func (e *screen) Edit(_ context.Context, header, text string) (string, error) {
	e.header, e.text = header, text
	return e.back, e.err
}

func TestEditor(t *testing.T) {
	e := &screen{local: true, back: "Bonjour,\r\nrevoilà\x1b[2J le texte.\n"}
	s := charted(t, func(o *Options) { o.Terminal = e })
	s.keys("text:Bonjour", "ctrl+e")
	for _, want := range []string{"Client : Miette", "@miette@piaille.fr", "Claire Dupont", "vouvoyer"} {
		if !strings.Contains(e.header, want) {
			t.Errorf("the header lacks %q:\n%s", want, e.header)
		}
	}
	if v := s.m.composer.Value(); e.text != "Bonjour" || strings.ContainsAny(v, "\x1b\r") || !strings.HasPrefix(v, "Bonjour,\nrevoilà") {
		t.Fatalf("edited %q into %q", e.text, v)
	}
	s.keys("ctrl+z")
	s.value("Bonjour")
	e.err = errors.New("no such editor")
	s.keys("ctrl+e")
	s.value("Bonjour")
	s.wants("no such editor")
}

func TestEditorFarAway(t *testing.T) {
	for name, term := range map[string]Terminal{"none": nil, "remote": &screen{}} {
		t.Run(name, func(t *testing.T) {
			s := charted(t, func(o *Options) { o.Terminal = term })
			s.keys("text:Bonjour", "ctrl+e")
			s.wants("$EDITOR ne s'ouvre que sur la machine même")
			s.value("Bonjour")
		})
	}
}

// The composer comes back as it was: text, cursor, and when it was to leave.
func TestResume(t *testing.T) {
	f := writingWorld()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.m.seen[th.Account] = true
	s.keys("r", "text:Bonjour Claire, oui", "ctrl+t", "text:demain 9h")
	f.fail = inbox.ErrConflict
	s.keys("enter")
	s.keys("left left left")
	id := s.m.composer.Draft().ID
	if err := s.m.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	again := newSim(t, f, 120, 40, nil)
	again.run(again.m.resumeDraft(id))
	again.pass(2 * time.Second)
	again.cursorIn("Bonjour Claire, |oui")
	if again.m.composer.At.IsZero() {
		t.Error("the time it was to be sent at is forgotten")
	}
	again.keys("esc", "r")
	again.wants("partira")
}

func TestResumeWhatIsGone(t *testing.T) {
	s := newSim(t, writingWorld(), 120, 40, nil)
	s.run(s.m.resumeDraft("gone"))
	s.run(s.m.resumeDraft(""))
	if s.m.composer.Active() {
		t.Error("something was opened")
	}
	s.keys("j")
}

// What arrives moves nothing under the hand.
func TestArrivalsMoveNothing(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:une ligne", "enter", "text:deux", "left left")
	before := *s.m.View().Cursor
	th := s.m.composer.Thread
	s.f.arrive(th.ID, theirs(inbox.KindDM, -minute, author("claire.d@piaille.fr", "Claire Dupont"), "Encore moi"))
	s.pass(time.Second)
	if after := *s.m.View().Cursor; after.X != before.X || after.Y != before.Y {
		t.Errorf("the cursor went from %d,%d to %d,%d", before.X, before.Y, after.X, after.Y)
	}
	s.cursorIn("une ligne\nde|ux")
}

// Whatever strangers and configurations bring: the frame holds, and no control
// reaches it.
func TestComposerHostile(t *testing.T) {
	const evil = "\x1b]52;c;aGk=\x07\x1b[2J\u202egnp\u009b31m\r👩‍👩‍👧\u0301\u0301"
	f := writingWorld()
	c := &f.clients[0]
	c.Charter.Notes, c.Charter.Signature = []string{evil}, evil
	c.Charter.Words = append(c.Charter.Words, inbox.CharterWord{Word: "zut", Why: evil})
	c.Replies = append(c.Replies, inbox.SavedReply{ID: "mal", Text: evil + "{{" + evil + "}}" + strings.Repeat("x", 3000)})
	th := f.find(t, "Claire Dupont")
	who := inbox.Author{ID: "x", Handle: text.CleanLine("@" + evil), Name: text.CleanLine(evil)}
	f.arrive(th.ID, theirs(inbox.KindDM, -minute, who, "@"+evil+" @moi@ici.example "+evil))
	for _, keys := range [][]string{
		{"text:zut ;mal"}, {"text:;mal", "tab"}, {"text:;mal", "tab", "ctrl+s"}, {"text:@"}, {"text:@", "tab"}, {"text:zut zut", "ctrl+p"}, {"text:zut", "ctrl+g"}, {"text:;mal", "tab", "ctrl+r"},
	} {
		s := newSim(t, f, 120, 40, nil)
		s.on(t, who.Name.String())
		s.keys("r")
		s.keys(keys...)
		for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 20}, {20, 5}, {160, 50}, {61, 17}} {
			s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			s.checkFrame(strings.Join(keys, " "))
		}
	}
}

// A reply is found by a word of its text too; its own name comes first.
func TestSavedReplyIsFoundByItsText(t *testing.T) {
	s := charted(t, nil)
	s.keys("text:;bout")
	s.wants(";horaires")
	s.lacks(";hors-stock")
	s.keys("tab")
	s.value("Bonjour Claire, la boutique ouvre à {{ouverture}} et ferme à {{fermeture}}.")
}

// All that offends is told, in a narrow composer too, and when the key that sends
// asks.
func TestAllOffencesAreTold(t *testing.T) {
	s := newSim(t, writingWorld(), 96, 24, nil)
	th := s.on(t, "Claire Dupont")
	s.m.seen[th.Account] = true
	s.keys("r", "text:pas de souci 😀")
	s.wants("2 points : ", "tout : ctrl+g")
	s.keys("ctrl+s")
	s.wants("2 points : ", "ctrl+s encore", "« 😀 »", "« pas de souci »")
}
