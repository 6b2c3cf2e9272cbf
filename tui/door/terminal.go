package door

import (
	"context"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	gossh "golang.org/x/crypto/ssh"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/door/wire"
)

// Codes of the problems that a terminal's effects meet; each has a sentence in
// the table of problems.
const (
	CodeNoClipboard = "noclipboard" // the key of this session may not write it
	CodeCopyLong    = "copylong"    // Args: bytes, limit
	CodeElsewhere   = "elsewhere"   // not vigie's own client on the server's machine
	CodeBusy        = "terminalbusy"
	CodeNoProgram   = "noprogram" // no editor, or no opener
	CodeProgram     = "program"   // it ended with an error
	CodeUnsaved     = "unsaved"   // the editor was left without saving
	CodeAbandoned   = "abandoned" // the errand was left: it has done nothing
	CodeEditLong    = "editlong"  // Args: the file that keeps the text
	CodeNoAddress   = "noaddress" // not a web address
	CodeHangUp      = "hangup"    // the session ended meanwhile
)

// maxCopy is the longest text for a clipboard, in bytes.
const maxCopy = 64 << 10

// Bounds of a notification, in bytes: more than any terminal shows.
const (
	maxNoticeTitle = 80
	maxNoticeBody  = 200
)

// Notify is the sequence by which a terminal tells the desktop something.
type Notify string

// The sequences. Auto is the one that the terminal is known to take by its
// TERM, and none where that says nothing.
const (
	NotifyAuto Notify = "auto"
	Notify9    Notify = "osc9"   // iTerm2, kitty, ghostty, foot, WezTerm, Windows Terminal
	Notify777  Notify = "osc777" // urxvt, foot, ghostty, WezTerm
	NotifyOff  Notify = "off"
)

// of is the sequence for a terminal.
func (n Notify) of(term string) Notify {
	if n != NotifyAuto {
		return n
	}
	for _, known := range []string{"xterm-kitty", "xterm-ghostty", "ghostty", "foot", "wezterm", "contour"} {
		if strings.HasPrefix(term, known) {
			return Notify9
		}
	}
	if strings.HasPrefix(term, "rxvt-unicode") {
		return Notify777
	}
	return NotifyOff
}

// Terminal is what the program of a session can ask of its terminal besides
// drawing. Everything goes out between two frames. It may be used by several
// goroutines, from Init on; when the session is over each call fails.
type Terminal struct {
	channel *channel
	screen  *patient

	lent sync.Mutex // held while somebody else has the terminal

	mu      sync.Mutex
	own     bool // the client is vigie's and on this machine
	bell    bool
	how     Notify
	send    func(tea.Msg)
	over    <-chan struct{}
	lastID  uint32
	pending map[uint32]chan wire.Done
}

// attach binds the terminal to a program.
func (t *Terminal) attach(over <-chan struct{}, send func(tea.Msg)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over, t.send = over, send
}

// Local reports whether Open, Edit and Run work: the person's client is
// vigie's own, on the machine of the server.
func (t *Terminal) Local() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.own
}

// Copy puts a text on the clipboard of the terminal (OSC 52). Whether the
// terminal did is not known. A tmux forwards it with "set-clipboard on"; one
// that says so in TERM gets it wrapped as well, for "allow-passthrough on".
func (t *Terminal) Copy(ctx context.Context, s string) error {
	switch {
	case !t.channel.visitor.Clipboard:
		return inbox.Problem{Code: CodeNoClipboard}
	case len(s) > maxCopy:
		return inbox.Problem{Code: CodeCopyLong, Args: []string{bytesWords(len(s)), bytesWords(maxCopy)}}
	}
	seq := ansi.SetSystemClipboard(s)
	return t.write(ctx, seq+t.wrapped(seq))
}

// Tells says what Notify does: whether the bell rings, and by which sequence
// the desktop is told; without a call only the bell does.
func (t *Terminal) Tells(bell bool, desktop Notify) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bell, t.how = bell, desktop.of(t.channel.term)
}

// Notify rings the bell, and with a title tells it by the terminal's own
// notification, as Tells wants it.
func (t *Terminal) Notify(ctx context.Context, title, body string) error {
	t.mu.Lock()
	bell, how := t.bell, t.how
	t.mu.Unlock()
	seq := ""
	title, body = payload(title, maxNoticeTitle), payload(body, maxNoticeBody)
	switch {
	case title == "":
	case how == Notify9:
		seq = ansi.Notify(strings.TrimSuffix(title+": "+body, ": "))
	case how == Notify777:
		seq = ansi.URxvtExt("notify", title, body)
	}
	if wrapped := t.wrapped(seq); wrapped != "" {
		seq = wrapped // a tmux has no use for it itself
	}
	if bell {
		seq = "\a" + seq
	}
	if seq == "" {
		return nil
	}
	return t.write(ctx, seq)
}

// payload makes words fit for the inside of a sequence: one line without a
// control character, which could end it, and without the semicolon, which
// parts it ("9;4;…" draws a progress bar).
func payload(s string, most int) string {
	s = text.CleanLine(s).String()
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == ';':
			return ','
		case r < ' ' || r >= 0x7F && r < 0xA0:
			return -1
		}
		return r
	}, s))
}

// wrapped is a sequence that a tmux hands on to the terminal it runs in; ""
// where TERM names none. TERM=screen may be either, and screen would show it.
func (t *Terminal) wrapped(seq string) string {
	if seq == "" || !strings.HasPrefix(t.channel.term, "tmux") {
		return ""
	}
	return ansi.TmuxPassthrough(seq)
}

// write sends a sequence between two frames.
func (t *Terminal) write(ctx context.Context, seq string) error {
	return t.tell(ctx, written(seq))
}

// tell hands a message to the display.
func (t *Terminal) tell(ctx context.Context, msg tea.Msg) error {
	t.mu.Lock()
	send, over := t.send, t.over
	t.mu.Unlock()
	if send == nil {
		return inbox.Problem{Code: CodeHangUp}
	}
	told := make(chan struct{})
	go func() {
		defer close(told)
		send(msg) // returns at the latest when the program is over
	}()
	select {
	case <-told:
		return nil
	case <-over:
		return inbox.Problem{Code: CodeHangUp}
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Open shows a web address with the opener of the person.
func (t *Terminal) Open(ctx context.Context, address string) error {
	clean, ok := text.URL(address)
	if !ok || len(clean) > wire.MaxURL || !slices.Contains([]string{"http", "https"}, scheme(clean)) {
		return inbox.Problem{Code: CodeNoAddress}
	}
	done, err := t.ask(ctx, wire.OpenRequest, func(id uint32) any { return wire.Open{ID: id, URL: clean} })
	if err != nil {
		return err
	}
	return done.problem()
}

func scheme(address string) string {
	s, _, _ := strings.Cut(address, ":")
	return s
}

// Edit runs the person's editor on a text, below a header that is cut off
// again, and returns what became of it: at most wire.MaxText bytes of valid
// UTF-8, otherwise as it was saved. It takes as long as the person does: of
// ctx it heeds only an end before the editor has begun. With an error the text
// is as it was.
func (t *Terminal) Edit(ctx context.Context, header, body string) (string, error) {
	file := withHeader(header, body)
	if len(file) > wire.MaxText {
		return "", inbox.Problem{Code: CodeCopyLong, Args: []string{bytesWords(len(file)), bytesWords(wire.MaxText)}}
	}
	done, err := t.lend(ctx, wire.EditRequest, func(id uint32, shown uint64) any {
		return wire.Edit{ID: id, Shown: shown, Text: file}
	})
	if err != nil {
		return "", err
	}
	if err := done.problem(); err != nil {
		return "", err
	}
	return withoutHeader(header, done.Text), nil
}

// Run has the client run one of vigie's errands on the terminal, and returns
// when it is over.
func (t *Terminal) Run(ctx context.Context, errand string) error {
	done, err := t.lend(ctx, wire.RunRequest, func(id uint32, shown uint64) any {
		return wire.Run{ID: id, Shown: shown, Errand: errand}
	})
	if err != nil {
		return err
	}
	return done.problem()
}

// lend gives the terminal to the client for one request and takes it back.
func (t *Terminal) lend(ctx context.Context, name string, request func(id uint32, shown uint64) any) (outcome, error) {
	if !t.Local() {
		return outcome{}, inbox.Problem{Code: CodeElsewhere}
	}
	if !t.lent.TryLock() {
		return outcome{}, inbox.Problem{Code: CodeBusy}
	}
	defer t.lent.Unlock()
	given := make(chan struct{})
	if err := t.tell(ctx, lendMsg{given}); err != nil {
		return outcome{}, err
	}
	// From here on only the end of the session ends the waiting.
	ctx = context.WithoutCancel(ctx)
	select {
	case <-given:
	case <-t.ended():
		return outcome{}, inbox.Problem{Code: CodeHangUp}
	}
	done, err := t.ask(ctx, name, func(id uint32) any { return request(id, t.screen.written.Load()) })
	if back := t.tell(ctx, returnMsg{}); err == nil && back != nil {
		err = back
	}
	return done, err
}

func (t *Terminal) ended() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over
}

// ask sends a request to the client and waits for its end.
func (t *Terminal) ask(ctx context.Context, name string, request func(id uint32) any) (outcome, error) {
	if !t.Local() {
		return outcome{}, inbox.Problem{Code: CodeElsewhere}
	}
	answer := make(chan wire.Done, 1)
	t.mu.Lock()
	t.lastID++
	id, over := t.lastID, t.over
	t.pending[id] = answer
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.pending, id)
		t.mu.Unlock()
	}()
	if ok, err := t.channel.SendRequest(name, true, gossh.Marshal(request(id))); err != nil || !ok {
		return outcome{}, inbox.Problem{Code: CodeElsewhere}
	}
	select {
	case d := <-answer:
		return outcome{d}, nil
	case <-over:
		return outcome{}, inbox.Problem{Code: CodeHangUp}
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	}
}

// done takes the client's word that a request is over; false for one that
// nobody waits for.
func (t *Terminal) done(raw []byte) bool {
	var d wire.Done
	if gossh.Unmarshal(raw, &d) != nil || len(d.Text) > wire.MaxText {
		return false
	}
	t.mu.Lock()
	answer := t.pending[d.ID]
	delete(t.pending, d.ID)
	t.mu.Unlock()
	if answer == nil {
		return false
	}
	answer <- d
	return true
}

// outcome is how a request of ours ended.
type outcome struct{ wire.Done }

// problem is nil when all went well.
func (o outcome) problem() error {
	switch o.Result {
	case wire.OK:
		return nil
	case wire.Missing:
		return inbox.Problem{Code: CodeNoProgram}
	case wire.Unsaved:
		return inbox.Problem{Code: CodeUnsaved}
	case wire.Abandoned:
		return inbox.Problem{Code: CodeAbandoned}
	case wire.TooLong:
		return inbox.Problem{Code: CodeEditLong, Args: []string{text.CleanLine(o.Text).String()}}
	case wire.Unwanted:
		return inbox.Problem{Code: CodeElsewhere}
	}
	return inbox.Problem{Code: CodeProgram}
}
