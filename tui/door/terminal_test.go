package door

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	gossh "golang.org/x/crypto/ssh"

	"vigie/tui/door/wire"
)

// effectsOf is a terminal whose sequences are given instead of written.
func effectsOf(t *testing.T, term string, how Notify, clipboard bool) (*Terminal, func() string) {
	t.Helper()
	var out strings.Builder
	e := &Terminal{channel: &channel{term: term, visitor: Visitor{Clipboard: clipboard}}}
	e.Tells(how != "", how)
	e.attach(make(chan struct{}), func(msg tea.Msg) {
		s, ok := msg.(written)
		if !ok {
			t.Errorf("sent %T", msg)
		}
		out.WriteString(string(s))
	})
	return e, func() string { defer out.Reset(); return out.String() }
}

// nastyTexts are the hostile ones and those that break into a sequence.
func nastyTexts(t *testing.T) []string {
	t.Helper()
	return append(hostileTexts(t), "\x1b]52;c;eA==\a", "\x1b\\\x1b[2J", "a;b\x07\x1b[31m", "\u009c\u009b2J", "9;4;1;100", strings.Repeat("é", 4000))
}

// Whatever is told, between the sequence's head and its end there is nothing
// that ends it or begins another.
func TestNotificationsHoldNothingButTheirPayload(t *testing.T) {
	for _, how := range []Notify{NotifyAuto, Notify9, Notify777, NotifyOff, ""} {
		e, sent := effectsOf(t, "xterm-256color", how, true)
		for _, hostile := range nastyTexts(t) {
			if err := e.Notify(t.Context(), hostile, hostile); err != nil {
				t.Fatal(err)
			}
			got := sent()
			body, head, parts := got, "", 0
			switch how {
			case "":
				if got != "" {
					t.Fatalf("nothing is wanted, and %q is sent", got)
				}
				continue
			case Notify9:
				head = "\a\x1b]9;"
			case Notify777:
				head, parts = "\a\x1b]777;notify;", 1
			}
			if head == "" || body == "\a" {
				if body != "\a" {
					t.Fatalf("%s sends %q", how, got)
				}
				continue
			}
			body, begins := strings.CutPrefix(body, head)
			body, ends := strings.CutSuffix(body, "\a")
			if !begins || !ends || len(body) > maxNoticeTitle+maxNoticeBody+16 {
				t.Fatalf("%s sends %d bytes: %q", how, len(got), got)
			}
			if strings.Count(body, ";") != parts || strings.ContainsFunc(body, func(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 }) {
				t.Fatalf("%s sends %q", how, got)
			}
		}
	}
}

func TestClipboardTakesTextsAsTheyAre(t *testing.T) {
	e, sent := effectsOf(t, "xterm", NotifyOff, true)
	for _, hostile := range append(nastyTexts(t), "plain") {
		if err := e.Copy(t.Context(), hostile); err != nil {
			if len(hostile) <= maxCopy {
				t.Fatal(err)
			}
			continue
		}
		coded, ok := strings.CutPrefix(sent(), "\x1b]52;c;")
		coded, ok2 := strings.CutSuffix(coded, "\a")
		raw, err := base64.StdEncoding.DecodeString(coded)
		if !ok || !ok2 || err != nil || string(raw) != hostile {
			t.Fatalf("%q arrives as %q (%v)", hostile, raw, err)
		}
	}
	if err := e.Copy(t.Context(), strings.Repeat("x", maxCopy+1)); err == nil || sent() != "" {
		t.Error("too much is sent")
	}
	e, sent = effectsOf(t, "xterm", NotifyOff, false)
	if err := e.Copy(t.Context(), "x"); err == nil || sent() != "" {
		t.Error("sent without leave")
	}
}

func TestTmuxGetsItsSequencesWrapped(t *testing.T) {
	for term, want := range map[string]string{
		"tmux-256color": ansi.SetSystemClipboard("x") + ansi.TmuxPassthrough(ansi.SetSystemClipboard("x")),
		"screen":        ansi.SetSystemClipboard("x"),
		"xterm-kitty":   ansi.SetSystemClipboard("x"),
	} {
		e, sent := effectsOf(t, term, Notify9, true)
		if err := e.Copy(t.Context(), "x"); err != nil || sent() != want {
			t.Errorf("%s: %v", term, err)
		}
	}
	e, sent := effectsOf(t, "tmux", Notify9, true)
	if err := e.Notify(t.Context(), "a", ""); err != nil || sent() != "\a"+ansi.TmuxPassthrough(ansi.Notify("a")) {
		t.Error("the notification")
	}
}

func TestTerminalsThatAreKnownToTell(t *testing.T) {
	for term, want := range map[string]Notify{
		"xterm-kitty": Notify9, "foot-extra": Notify9, "rxvt-unicode-256color": Notify777, "xterm-256color": NotifyOff, "tmux": NotifyOff, "linux": NotifyOff,
	} {
		if got := NotifyAuto.of(term); got != want {
			t.Errorf("%s: %s", term, got)
		}
	}
	if Notify777.of("linux") != Notify777 {
		t.Error("what is asked for is not taken")
	}
}

func TestHeadersOfEditedTexts(t *testing.T) {
	const header = "To: Léa\nCharter: vous"
	for name, c := range map[string]struct {
		edit       func(string) string
		body, want string
	}{
		"as it was":            {func(s string) string { return s }, "#hashtag first\n\nsecond", "#hashtag first\n\nsecond"},
		"changed":              {func(s string) string { return strings.Replace(s, "one", "two", 1) }, "one", "two"},
		"scissors are gone":    {func(s string) string { return strings.Replace(s, scissors+"\n", "", 1) }, "# one", "# one"},
		"the header is gone":   {func(string) string { return "new\n" }, "one", "new"},
		"all is gone":          {func(string) string { return "" }, "one", ""},
		"nothing below":        {func(s string) string { return strings.TrimSuffix(s, "\none\n") }, "one", ""},
		"lines of Windows":     {func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, "one\ntwo", "one\ntwo"},
		"bytes that are none":  {func(s string) string { return s + "\xff" }, "one", "one\n\uFFFD"},
		"header without words": {func(s string) string { return s }, "# one", "# one"},
	} {
		h := header
		if strings.HasPrefix(name, "header") {
			h = ""
		}
		if got := withoutHeader(h, c.edit(withHeader(h, c.body))); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// lentTerminal is a session of a client that says it is vigie's own.
func lentTerminal(t *testing.T, d *testDoor, own bool) (*terminal, gossh.Channel, <-chan *gossh.Request) {
	t.Helper()
	client := d.dial(t)
	ch, reqs, err := client.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &terminal{in: ch, grew: make(chan struct{}, 1)}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := ch.Read(buf)
			_, _ = s.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	if own {
		if ok, err := ch.SendRequest(wire.TerminalRequest, true, nil); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
	pty := struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}{"xterm-256color", 80, 24, 0, 0, "\x00"}
	for name, payload := range map[string][]byte{"pty-req": gossh.Marshal(pty)} {
		if ok, err := ch.SendRequest(name, true, payload); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
	if ok, err := ch.SendRequest("shell", true, nil); err != nil || !ok {
		t.Fatal(ok, err)
	}
	s.expect(t, "size 80x24")
	return s, ch, reqs
}

func openTextDoor(t *testing.T, words string) *testDoor {
	return openDoor(t, func(o *Options) {
		o.Model = func(_ context.Context, s Session) (tea.Model, error) {
			return &screenModel{session: s, words: words}, nil
		}
	})
}

func TestEditingLendsTheTerminal(t *testing.T) {
	d := openTextDoor(t, "a text")
	s, ch, reqs := lentTerminal(t, d, true)
	s.key(t, "e")
	req := <-reqs
	var edit wire.Edit
	if req.Type != wire.EditRequest || gossh.Unmarshal(req.Payload, &edit) != nil {
		t.Fatalf("asked %s %q", req.Type, req.Payload)
	}
	_ = req.Reply(true, nil)
	if !strings.HasPrefix(edit.Text, "# header\n# ---") || !strings.HasSuffix(edit.Text, "\na text\n") {
		t.Errorf("to edit: %q", edit.Text)
	}
	limit := int(edit.Shown)
	for len(s.text()) < limit {
		<-s.grew
	}
	if len(s.text()) != limit {
		t.Errorf("%d bytes are shown, %d were told", len(s.text()), limit)
	}
	s.restored(t)
	s.key(t, "x") // and another size meanwhile
	if _, err := ch.SendRequest("window-change", false, gossh.Marshal(struct{ C, R, W, H uint32 }{60, 10, 0, 0})); err != nil {
		t.Fatal(err)
	}
	done := gossh.Marshal(wire.Done{ID: edit.ID, Text: "new\xff text\n\n"})
	if ok, err := ch.SendRequest(wire.DoneRequest, true, done); err != nil || !ok {
		t.Fatal(ok, err)
	}
	s.expectAfter(t, limit, "new")
	s.expectAfter(t, limit, "60x10")
	if got := s.text()[limit:]; !strings.Contains(got, ansi.SetModeAltScreenSaveCursor) {
		t.Errorf("not taken back: %q", got)
	}
	if ok, err := ch.SendRequest(wire.DoneRequest, true, done); err != nil || ok {
		t.Error("the same answer is taken twice")
	}
	s.key(t, "q")
	s.expect(t, ansi.ResetModeAltScreenSaveCursor)
}

func TestOnlyOurOwnClientIsAsked(t *testing.T) {
	for _, key := range []string{"e", "o", "d"} {
		d := openTextDoor(t, "https://example.com/")
		s, ch, reqs := lentTerminal(t, d, false)
		s.key(t, key)
		s.expect(t, CodeElsewhere)
		select {
		case r := <-reqs:
			t.Errorf("asked %s", r.Type)
		default:
		}
		if ok, _ := ch.SendRequest(wire.TerminalRequest, true, nil); ok {
			t.Error("too late, and it is granted")
		}
	}
}

func TestOnlyWebAddressesAreOpened(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "file:///etc/passwd", "--help", "mailto:a@example.com", "https://x\x1b]52;c;eA==\a", ""} {
		d := openTextDoor(t, address)
		s, _, _ := lentTerminal(t, d, true)
		s.key(t, "o")
		s.expect(t, CodeNoAddress)
	}
}

// The end of a session ends the waiting, and nothing is written to a terminal
// that somebody else has.
func TestSessionEndsWhileItsTerminalIsLent(t *testing.T) {
	d := openTextDoor(t, "x")
	s, _, reqs := lentTerminal(t, d, true)
	s.key(t, "e")
	req := <-reqs
	var edit wire.Edit
	if err := gossh.Unmarshal(req.Payload, &edit); err != nil {
		t.Fatal(err)
	}
	_ = req.Reply(true, nil)
	if err := d.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.text()[edit.Shown:]; strings.Contains(got, "\x1b") {
		t.Errorf("written meanwhile: %q", got)
	}
}
