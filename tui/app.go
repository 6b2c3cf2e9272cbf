package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/composer"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/linear"
	"vigie/tui/list"
	"vigie/tui/look"
	"vigie/tui/reader"
	"vigie/tui/stamp"
	draw "vigie/tui/text"
	"vigie/tui/theme"
)

// Options are what a session is made of. Backend, By and Clock are required.
type Options struct {
	Backend Backend
	By      inbox.By // who acts in this session
	Lang    lang.Tag // English unless French

	Theme  string // auto, dark, light, mono, contrast; "" is auto
	Glyphs string // unicode or ascii; "" is unicode
	Emoji  string // graphic, or text: emoji as :name:; "" is graphic
	// Keys gives intents other keys: intent name to key names, as the key
	// table spells them. An intent without keys stays in the palette.
	Keys  map[string][]string
	Mouse bool // clicks and the wheel
	// Light is what to assume of the terminal's background until it answers.
	Light bool
	// NoColor takes all colours away, whatever the theme.
	NoColor bool

	Width, Height int // in cells, until the terminal tells; 0: 80×24

	// Terminal is what else the session can ask of its terminal; nil: nothing.
	Terminal Terminal
	// Linear is for screen readers: one pane at a time, without boxes, signs as
	// words, and the real cursor on the line that has the focus.
	Linear bool
	// Where says where things are, to somebody new.
	Where Where
	// Stay keeps the cursor where it is after an act; else it goes to the next
	// thread.
	Stay bool

	// Clock is read in commands only, never in Update or View.
	Clock func() time.Time
	// Context ends the session's loads and its subscription; nil: never.
	Context context.Context
}

// Outcome is why a session ended.
type Outcome uint8

// The outcomes.
const (
	Running  Outcome = iota
	Detached         // by a key: the server goes on
	Stopped          // the engine stopped
)

// focus is the pane that gets the keys when nobody writes.
type focus uint8

const (
	onList focus = iota
	onReader
)

// Model is the root of the screen, a tea.Model for one session. Only the
// tea.Program that runs it may call its methods, but for Outcome after the end.
type Model struct {
	backend Backend
	by      inbox.By
	// ctx is the session's: commands derive their deadlines from it.
	ctx   context.Context
	clock func() time.Time
	// timer gives a message after a while; tests bring their own.
	timer func(d time.Duration, f func() tea.Msg) tea.Cmd

	keys    keys.Map
	look    look.Look
	theme   theme.Name
	mouse   bool
	outcome Outcome
	term    Terminal
	stay    bool

	w, h  int
	lay   layout
	focus focus
	seq   string // keys of a sequence that goes on

	ready  bool // clients and views are known
	views  []inbox.View
	view   int
	client inbox.ClientID
	filter string

	counts        inbox.Counters
	due           time.Time      // the next deadline of all clients; zero: none
	broughtTo     inbox.ThreadID // where the search for the next deadline ended last; 0: nowhere
	tallies       tallies
	turnTo        string // the view to turn to when it is there; "" for none
	accounts      []inbox.AccountStatus
	serverTrouble inbox.Problem
	outbox        []inbox.Action
	heads         map[inbox.ThreadID]inbox.Thread // threads of the outbox; never changed, only replaced
	sessions      []inbox.SessionInfo
	drafts        draftsLoadedMsg // as loaded last
	sub           Subscription

	list     list.Model
	reader   reader.Model
	composer composer.Model
	dialogs  []dialog.Dialog
	kept     map[string][]string // texts of dialogs that were left, by what they are for
	armed    bool                // the dialog on top has been there long enough to take keys

	seek     inbox.ActionID   // what the reader is to show when its thread comes; 0: nothing
	hit      dialog.HitPicked // what was found, to show then; zero: nothing
	row      inbox.ActionID   // the stuck act the cursor was on last
	want     inbox.ThreadID   // where the cursor goes when the list is loaded next; 0: nowhere
	write    writing
	keeper   *keeper
	dropped  []droppedDraft                    // by this session, which undo can bring back; the newest last
	sent     map[inbox.ActionID]inbox.ThreadID // acts of this session whose end is yet to be told
	loads    loads
	asking   context.CancelFunc // ends the search that runs; nil: none does
	search   *dialog.Search     // the last one; nil: none yet
	tally    tally
	zen      *zen             // one thread after another; nil: not
	left     []inbox.ThreadID // acted on: the cursor leaves them when the list is loaded
	history  []string         // commands typed, the newest last
	split    float64          // of the list's and the reader's room, what the list has; 0: as the layout says
	dragged  bool             // the split is being moved
	placed   placed
	rejoin   bool // the thread the cursor comes to first is opened: it was open before
	visits   bool // the thread was opened from its results
	flash    flash
	faults   [loadKinds]string // what could not be loaded, in words; "" where all is well
	mending  bool              // what could not be loaded will be tried again
	typed    []tea.Msg         // keys and pastes
	wait     bool              // a composer is being opened: keys are kept until it is there
	early    bool              // they are kept until the list is there
	deaf     deafness
	pressed  string // the key that was carried out last
	seen     map[inbox.AccountID]bool
	tick     int // generation of the clock's timer
	ctrlC    bool
	quits    bool // leaving was asked for once while something is held
	buried   int  // acts since the newest that is held
	greeting greeting
	notices  notices
	linear   bool
	speech   linear.Speech
	where    Where
	zero     zero
	window   int  // cells of the window; w is what panes have of it
	few      bool // the terminal has 16 colours
	frame    frame
}

// New makes a session. It does no I/O; an unknown theme or keys that cannot
// be are errors for the person who wrote the configuration.
func New(o Options) (*Model, error) {
	km, err := keys.New(o.Keys)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	name := theme.Name(o.Theme)
	if !name.Valid() {
		return nil, fmt.Errorf("theme %q: not one of auto, dark, light, mono, contrast", o.Theme)
	}
	if o.NoColor {
		name = theme.Mono
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	p := lang.For(o.Lang)
	m := &Model{
		backend: o.Backend, by: o.By, ctx: o.Context, clock: o.Clock,
		timer: func(d time.Duration, f func() tea.Msg) tea.Cmd { return after(o.Context, d, f) },
		keys:  km, theme: name, mouse: o.Mouse && !o.Linear, term: o.Terminal, stay: o.Stay, linear: o.Linear,
		where: o.Where,
		look: look.Look{
			P: p, Time: stamp.For(p), By: o.By, OutboxKey: km.Key(keys.OutboxBox), FoldKey: km.Key(keys.Fold),
			Settle: look.Settle{
				Confirm: km.Key(keys.Confirm), Retry: km.Key(keys.Retry), Drop: km.Key(keys.Drop), Edit: km.Key(keys.Edit),
			},
		},
		seen: map[inbox.AccountID]bool{}, keeper: newKeeper(),
		sent: map[inbox.ActionID]inbox.ThreadID{},
	}
	glyphs := m.glyphs(o)
	m.look.Styles = m.styles(!o.Light, glyphs)
	m.look.Kit = cell.Kit{Ink: draw.Pen{ASCII: glyphs.ASCII, Names: o.Emoji == "text"}}
	if o.Width <= 0 || o.Height <= 0 {
		o.Width, o.Height = 80, 24
	}
	m.setSize(o.Width, o.Height)
	m.arrange()
	return m, nil
}

// after is the message of f once d has passed; none when ctx ends first: what
// waits for it would keep the whole session in memory.
func after(ctx context.Context, d time.Duration, f func() tea.Msg) tea.Cmd {
	timer := time.NewTimer(d)
	return func() tea.Msg {
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			return f()
		}
	}
}

// Outcome says why the session ended.
func (m *Model) Outcome() Outcome { return m.outcome }

// Init starts the first loads.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.tickNow(), m.loadDesk(), m.subscribe(), tea.RequestBackgroundColor)
}

// Update routes a message: first what concerns the terminal, then keys and
// the mouse, then what was loaded.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	m.frame.drawn = m.frame.drawn && m.unseen(msg)
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		cmd = m.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		m.retheme(msg.IsDark())
	case tea.ModeReportMsg:
		m.widths(msg)
	case tea.KeyPressMsg:
		cmd = m.key(msg)
	case tea.PasteMsg:
		cmd = m.paste(msg.Content)
	case tea.MouseClickMsg:
		cmd = m.click(msg.Mouse())
	case tea.MouseWheelMsg:
		cmd = m.wheel(msg.Mouse())
	case tea.MouseMotionMsg:
		cmd = m.drag(msg.Mouse())
	case tea.MouseReleaseMsg:
		m.dragged = false
	case tea.ColorProfileMsg:
		m.few = msg.Profile == colorprofile.ANSI
		m.restyle(m.look.Dark)
	case tea.FocusMsg:
		m.focused(true)
	case tea.BlurMsg:
		m.focused(false)
	default:
		cmd = m.data(msg)
	}
	m.arrange()
	return m, tea.Batch(cmd, m.notePlace(), m.mend())
}

func (m *Model) resize(w, h int) tea.Cmd {
	m.setSize(w, h)
	m.arrange()
	return m.follow()
}

// retheme follows the terminal's background, unless the theme is set.
func (m *Model) retheme(dark bool) {
	if m.theme != theme.Auto && m.theme != "" {
		return
	}
	m.restyle(dark)
}

// restyle draws with other colours from here on.
func (m *Model) restyle(dark bool) {
	m.look.Styles = m.styles(dark, m.look.Glyphs)
	for i := range m.look.Clients {
		m.look.Clients[i].Pens = m.look.Styles.Client(m.look.Clients[i].Color)
	}
	m.changedLook()
	m.reader.Relayout(m.look)
}

// widths follows a terminal that counts cells by grapheme clusters.
func (m *Model) widths(msg tea.ModeReportMsg) {
	const unicodeCore = 2027
	v := msg.Value
	if msg.Mode.Mode() == unicodeCore && (v.IsReset() || v.IsSet() || v.IsPermanentlySet()) {
		m.look.Ink.Clusters = true
		m.changedLook()
		m.reader.Relayout(m.look)
	}
}

// changedLook makes rows be drawn anew.
func (m *Model) changedLook() { m.look.Rev++ }

// arrange gives every pane its place. It costs little and is done after each
// message, so that no handler can forget it.
func (m *Model) arrange() {
	s := shape{linear: m.linear, solo: m.zen != nil, split: m.split, reading: m.focus == onReader, writing: m.composer.Active(), banner: len(m.banner())}
	if d := m.top(); d != nil {
		s.large = d.Large() || m.linear
		s.sheet = 1
		if !s.large {
			s.sheet += d.Rows(m.look, sheetWidth(m.w, m.h, s))
		}
	}
	m.lay = arrange(m.w, m.h, s)
	m.list.SetSize(m.lay.list.w, m.lay.list.h, m.lay.tabs.empty())
	m.reader.Card = m.w >= cardWidth
	m.reader.SetSize(m.lay.reader.w, m.lay.reader.h, m.look)
	m.composer.SetSize(m.lay.composer.w, m.lay.composer.h)
}

// top is the dialog that gets the keys.
func (m *Model) top() dialog.Dialog {
	if n := len(m.dialogs); n > 0 {
		return m.dialogs[n-1]
	}
	return nil
}
