package door

import (
	"reflect"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// guard stands between a program and its model: a panic of Init, Update, View,
// a command or a mouse callback is handed to failed and ends the session. The
// library would print it, with what it says, on the server's terminal, and not
// catch the one of a mouse callback's command at all.
type guard struct {
	inner  tea.Model
	failed func(where string, r any)
	broken atomic.Bool
	last   tea.View
}

func (g *guard) catch(where string) {
	if r := recover(); r != nil {
		g.broken.Store(true)
		g.failed(where, r)
	}
}

func (g *guard) Init() (cmd tea.Cmd) {
	defer g.catch("Init")
	return g.wrap(g.inner.Init())
}

func (g *guard) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = g
	if g.broken.Load() {
		return m, nil
	}
	defer g.catch("Update")
	inner, cmd := g.inner.Update(msg)
	g.inner = inner
	return m, g.wrap(cmd)
}

// View returns the last good view once the model is broken.
func (g *guard) View() (v tea.View) {
	if g.broken.Load() {
		return g.last
	}
	v = g.last
	defer g.catch("View")
	g.last = g.drawn()
	return g.last
}

func (g *guard) drawn() tea.View {
	v := g.inner.View()
	if onMouse := v.OnMouse; onMouse != nil {
		v.OnMouse = func(msg tea.MouseMsg) (cmd tea.Cmd) {
			defer g.catch("OnMouse")
			return g.wrap(onMouse(msg))
		}
	}
	return v
}

// wrap guards a command, and those in a batch or sequence that it returns.
func (g *guard) wrap(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.catch("Cmd")
		msg = cmd()
		// The library's sequence has no name outside it, but is a list of
		// commands like its batch.
		list := reflect.ValueOf(msg)
		if list.Kind() != reflect.Slice || list.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
			return msg
		}
		guarded := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
		for i := range list.Len() {
			one, _ := list.Index(i).Interface().(tea.Cmd)
			guarded.Index(i).Set(reflect.ValueOf(g.wrap(one)))
		}
		return guarded.Interface()
	}
}

// permit keeps from a program what is not for a session: suspending the server,
// running a program on its terminal, and writing to it past the display. What a
// program may ask for goes through Terminal. The library's messages for most of
// these have no name outside.
func permit(msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case nil:
		return nil
	case tea.SuspendMsg:
		return tea.ResumeMsg{}
	case tea.RawMsg:
		return nil
	}
	switch reflect.TypeOf(msg).String() {
	case "tea.execMsg", "tea.setClipboardMsg", "tea.setPrimaryClipboardMsg", "tea.readClipboardMsg", "tea.readPrimaryClipboardMsg":
		return nil
	}
	return msg
}

// maxParams is the number of parameters with which the parser of x/ansi
// v0.11.8 still copes in one control sequence; one more and it panics, which
// would end the session.
const maxParams = 32

// inert takes the introducer off each control sequence of a line that would
// bring the display down. Text is made safe long before; this is the last net.
func inert(s string) string {
	if strings.IndexByte(s, ';') < 0 && strings.IndexByte(s, ':') < 0 {
		return s
	}
	var out []byte
	from := 0
	for i := 0; i < len(s); {
		n := introducer(s[i:])
		if n == 0 {
			i += width(s[i:])
			continue
		}
		if separators(s[i+n:]) >= maxParams {
			out = append(append(out, s[from:i]...), "\uFFFD"...)
			from = i + n
		}
		i += n
	}
	if out == nil {
		return s
	}
	return string(append(out, s[from:]...))
}

// width is how many bytes the display takes as one character, at least.
func width(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// introducer returns the length of the CSI or DCS introducer that s begins
// with, 0 if none: ESC, intermediates, and [ or P; or the single bytes of
// ISO 8859, that are no character of UTF-8.
func introducer(s string) int {
	switch s[0] {
	case 0x9B, 0x90:
		return 1
	case 0x1B:
		i := 1
		for i < len(s) && s[i] >= ' ' && s[i] <= '/' {
			i++
		}
		if i < len(s) && (s[i] == '[' || s[i] == 'P') {
			return i + 1
		}
	}
	return 0
}

// separators counts those of the parameters that s begins with.
func separators(s string) int {
	n := 0
	for _, c := range []byte(s) {
		switch {
		case c == ';' || c == ':':
			n++
		case c < '0' || c > '?':
			return n
		}
	}
	return n
}
