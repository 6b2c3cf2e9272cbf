package tui

import (
	"context"
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/keys"
)

// Every intent of the table does something somewhere: a key that is bound to
// nothing is a dead key.
func TestEveryIntentIsCarriedOut(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	for _, b := range s.m.keys.In(keys.Root, keys.Thread, keys.List, keys.Reader, keys.Writing) {
		s := newSim(t, world(), 120, 40, nil)
		s.keys("j")
		_, isClient := keys.ClientOf(b.Intent)
		handled := isClient || b.Intent == keys.Interrupt
		for _, try := range []func(keys.Intent) (tea.Cmd, bool){s.m.start, s.m.readIntent, s.m.move, s.m.moveReader, s.m.triage, s.m.writeIntent, s.m.screen} {
			if handled {
				break
			}
			_, handled = try(b.Intent)
		}
		if !handled {
			t.Errorf("nothing carries out %q", b.Intent)
		}
	}
}

// In a text field every printable key is text, on any layout.
func TestTextFieldsSwallowKeys(t *testing.T) {
	var all strings.Builder
	for r := ' '; r < 0x7f; r++ {
		all.WriteRune(r)
	}
	all.WriteString("éàç&уеΩщ")
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:"+all.String())
	if got := s.m.composer.Value(); got != all.String() {
		t.Errorf("the composer holds %q", got)
	}
	s.keys("esc", "/", "text:"+all.String())
	if s.quit || s.m.top() == nil {
		t.Fatal("a letter left the search")
	}
	s.keys("esc", "f", "text:"+all.String(), "esc", "t", "text:eq!u0", "esc")
	if f.threads[th.ID].t.State != inbox.Ours || s.quit || s.m.client != "" {
		t.Error("a letter in a text field was a command")
	}
}

func TestOtherLayouts(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.send(tea.KeyPressMsg{Code: '&', Text: "&"}) // 1 on AZERTY
	s.rest()
	if s.m.client != "miette" {
		t.Errorf("the client is %q", s.m.client)
	}
	th := s.on(t, "Claire Dupont")
	s.send(tea.KeyPressMsg{Code: 'у', Text: "у"}) // e on ЙЦУКЕН
	s.keys("enter")
	s.rest()
	if f.threads[th.ID].t.State != inbox.Done {
		t.Error("not done")
	}
}

func TestStaleRepliesAreDropped(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	_, old := s.m.Update(press("2"))
	_, now := s.m.Update(press("1"))
	s.run(now)
	s.run(old) // comes back late, with Atlas
	s.rest()
	if s.m.client != "miette" {
		t.Fatal("the client is not Miette")
	}
	for range 5 {
		if th := s.current(); th.Client != "miette" {
			t.Fatalf("the list shows a thread of %s", th.Client)
		}
		s.keys("j")
	}
	// The thread under the cursor wins over one that was asked for before.
	a := s.on(t, "Alice Martin")
	late := s.m.loadThread(s.f.find(t, "Bob").ID)
	s.run(s.m.loadThread(a.ID))
	s.run(late)
	if s.m.reader.ID() != a.ID {
		t.Error("a late reply took the reader")
	}
}

// A run of moves loads the thread once, where the cursor rests.
func TestReaderFollowsTheRest(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	before := f.loads["thread"]
	s.keys("j j j j j")
	if n := f.loads["thread"] - before; n != 1 {
		t.Errorf("%d threads were loaded for a run of five moves", n)
	}
	if s.m.reader.ID() != s.current().ID {
		t.Error("the reader shows another thread than the cursor")
	}
}

func TestLiveArrival(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Bob")
	f.now = f.now.Add(time.Minute)
	for i := range 4 {
		m := theirs(inbox.KindMention, -time.Duration(i+1)*minute, author("neu", "Nouvelle venue"), "coucou")
		f.due(f.add("miette-masto", nil, m), 20*minute, 0)
	}
	f.changed(inbox.Change{Thread: 1})
	s.pass(time.Second)
	if s.current().ID != th.ID {
		t.Fatal("the cursor moved")
	}
	s.wants("4 nouvelles au-dessus")
	s.keys("home")
	s.lacks("4 nouvelles au-dessus")
	s.wants("Nouvelle venue")
}

func TestOpenMarksRead(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	if !f.threads[th.ID].t.Unread {
		t.Fatal("moving the cursor marked it read")
	}
	s.keys("enter")
	if f.threads[th.ID].t.Unread {
		t.Fatal("opening did not mark it read")
	}
	s.keys("M")
	if !f.threads[th.ID].t.Unread {
		t.Error("M did not mark it unread")
	}
}

// A message that comes while the thread is open is shown as new.
func TestNewMessageInOpenThread(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Alice Martin")
	s.wants("nouveau depuis la dernière lecture", "NOTE PRIVÉE", "j'aime 48")
	s.keys("enter")
	f.arrive(th.ID, theirs(inbox.KindMention, -minute, author("alice@mastodon.social", "Alice Martin"), "Et sans gluten ?"))
	s.pass(time.Second)
	s.wants("Et sans gluten ?")
}

func TestPresence(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	f.sessions[1].Composing = th.ID
	f.changed(inbox.Change{Session: true})
	s.pass(time.Second)
	s.wants("✎ pts/3", "écrit ici : pts/3")
	s.keys("r")
	if s.m.composer.Others != "pts/3" {
		t.Error("the composer does not say who else writes")
	}
}

func TestLeaving(t *testing.T) {
	t.Run("q", func(t *testing.T) {
		s := newSim(t, world(), 80, 24, nil)
		s.keys("q")
		if !s.quit || s.m.Outcome() != Detached {
			t.Error("q does not leave")
		}
	})
	t.Run("ctrl+c twice, with a draft", func(t *testing.T) {
		f := world()
		s := newSim(t, f, 80, 24, nil)
		th := s.on(t, "Claire Dupont")
		s.keys("r")
		s.send(typed('x'))
		s.send(press("ctrl+c"))
		s.pass(3 * time.Second)
		s.send(typed('y'))
		s.send(press("ctrl+c")) // too late to be the second
		if s.quit {
			t.Fatal("one ctrl+c left")
		}
		s.wants("ctrl+c encore une fois")
		s.send(press("ctrl+c"))
		if !s.quit || f.writing(th.ID).Text != "xy" {
			t.Errorf("left: %v, draft %q", s.quit, f.writing(th.ID).Text)
		}
	})
	t.Run("the engine stops", func(t *testing.T) {
		f := world()
		s := newSim(t, f, 80, 24, nil)
		s.m.sub = stoppedSub{}
		s.run(s.m.listen())
		if !s.quit || s.m.Outcome() != Stopped {
			t.Error("the session goes on without an engine")
		}
	})
	t.Run("the session's context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		f := world()
		m, err := New(Options{Backend: f, Clock: monday, Context: ctx})
		if err != nil {
			t.Fatal(err)
		}
		m.sub = f.Subscribe()
		got := make(chan tea.Msg)
		go func() { got <- m.listen()() }()
		cancel()
		if msg := <-got; msg != nil {
			t.Errorf("the wait ended with %v", msg)
		}
	})
}

type stoppedSub struct{}

func (stoppedSub) Next(context.Context) ([]inbox.Change, error) { return nil, errFakeStopped }
func (stoppedSub) Close()                                       {}

func TestMouse(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	click := func(x, y int) {
		s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		s.rest()
	}
	click(30, 5)
	if got := s.current().Author.Name.String(); got != "Alice Martin" {
		t.Fatalf("the click chose %q", got)
	}
	click(30, 5)
	if s.m.focus != onReader {
		t.Error("the second click did not open")
	}
	click(5, 4)
	if s.m.views[s.m.view].ID != "escalated" {
		t.Errorf("the view is %s", s.m.views[s.m.view].ID)
	}
	click(22, 0)
	if s.m.client != "miette" {
		t.Errorf("the client is %q", s.m.client)
	}
	s.keys("esc esc esc", "home")
	s.send(tea.MouseWheelMsg{X: 30, Y: 10, Button: tea.MouseWheelDown})
	s.rest()
	if got := s.current().Author.Name.String(); got != "Bob" {
		t.Errorf("the wheel went to %q", got)
	}
	if s.m.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse is off")
	}
	s = newSim(t, world(), 120, 40, func(o *Options) { o.Mouse = false })
	if s.m.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is on though the setting is off")
	}
}

func TestThemeFollowsTheTerminal(t *testing.T) {
	white := tea.BackgroundColorMsg{Color: color.White}
	s := newSim(t, world(), 80, 24, func(o *Options) { o.Theme = "" })
	before := s.m.View().Content
	s.send(white)
	if s.m.View().Content == before || s.m.look.Dark {
		t.Error("a light terminal changed nothing")
	}
	s = newSim(t, world(), 80, 24, func(o *Options) { o.Theme = "dark" })
	s.send(white)
	if !s.m.look.Dark {
		t.Error("a theme that is set was overruled")
	}
	if _, err := New(Options{Theme: "pink"}); err == nil {
		t.Error("an unknown theme is taken")
	}
}

func TestRealCursor(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	if s.m.View().Cursor != nil {
		t.Error("the list has a cursor")
	}
	s.on(t, "Claire Dupont")
	s.keys("r", "text:日本")
	c := s.m.View().Cursor
	if c == nil {
		t.Fatal("the composer has no cursor")
	}
	if want := s.m.lay.composer.x + 1 + 4; c.X != want || c.Y != s.m.lay.composer.y+2 {
		t.Errorf("the cursor is at %d,%d, want %d,%d", c.X, c.Y, want, s.m.lay.composer.y+2)
	}
}

// A draft may hold what a paste brought in elsewhere: it is cleaned again.
func TestDraftsAreCleaned(t *testing.T) {
	f := world()
	th := f.find(t, "Claire Dupont")
	f.drafts["d"] = inbox.Draft{ID: "d", Thread: th.ID, Text: "avant\x1b]0;x\x07\u202eaprès"}
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r")
	if got := s.m.composer.Value(); got != text.Clean(got).String() || !strings.Contains(got, "après") {
		t.Errorf("the composer holds %q", got)
	}
}

// Of a very long text the beginning is shown, and all of it on demand.
func TestLongText(t *testing.T) {
	f := world()
	who := author("long@piaille.fr", "Long Lettre")
	f.add("miette-masto", nil, theirs(inbox.KindMention, minute, who, strings.Repeat("Un mot après l'autre. ", 900)+"FIN"))
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Long Lettre")
	s.keys("enter", "end")
	s.wants("octets : début du fil pour tout voir")
	s.lacks("FIN")
	s.keys("home", "end")
	s.wants("FIN")
}
