package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

const (
	// saveTime is how often a text that goes on changing is stored: the first
	// key after a pause is stored at once.
	saveTime = 500 * time.Millisecond
	// retryTime is how often it is tried again when that fails.
	retryTime = 2 * time.Second
)

// writing is the state of the draft in the composer. Changes are numbered over
// the whole session, so that what comes late is known to be old.
type writing struct {
	n       int      // the newest change
	kept    int      // the newest that the store is known to have
	timer   bool     // a save is coming
	saving  bool     // a save is on its way
	leaving bool     // the composer closes when the store has the text
	stored  bool     // the store has a draft of this
	tried   bool     // it was handed to the engine before
	despite []string // codes of what the person has seen and overruled, until the next try
	advised string   // the text that was stopped by advice; "" for none
	rest    int      // bytes behind the cursor, as the store has it
}

// keeper changes the stored drafts of a session, one change after the other.
// An older change never follows a newer one: not when commands overtake each
// other, nor when the session ends while one is on its way. It is safe for
// concurrent use.
type keeper struct {
	turn chan struct{}  // holds one token while a change is made
	done map[string]int // number of the newest change made, by draft
}

func newKeeper() *keeper { return &keeper{turn: make(chan struct{}, 1), done: map[string]int{}} }

// change makes change n of a draft, unless a newer one was made already. It
// waits for its turn until ctx ends.
func (k *keeper) change(ctx context.Context, id string, n int, f func() error) error {
	select {
	case k.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-k.turn }()
	if n <= k.done[id] {
		return nil
	}
	err := f()
	if err == nil {
		k.done[id] = n
	}
	return err
}

type (
	autosaveMsg   struct{}
	draftSavedMsg struct {
		id  string
		n   int
		err error
	}
	draftsLoadedMsg struct {
		drafts  []inbox.Draft
		threads map[inbox.ThreadID]inbox.Thread // of the list of drafts; nil when it is not open
		err     error
	}
	// draftBackMsg: a dropped draft is stored again.
	draftBackMsg struct {
		dropped droppedDraft
		err     error
	}
	// dropListed is the yes to dropping a draft of the list.
	dropListed struct{ draft inbox.Draft }
)

// unsaved reports whether the store is not known to have the text.
func (m *Model) unsaved() bool { return m.write.n > m.write.kept }

// draftChanged stores the text: at once after a pause, else soon.
func (m *Model) draftChanged() tea.Cmd {
	m.write.n++
	if m.write.timer {
		return nil
	}
	return m.autosave()
}

// autosave stores the text if it changed, and looks again after a while.
func (m *Model) autosave() tea.Cmd {
	m.write.timer = m.composer.Active() && m.unsaved()
	if !m.write.timer {
		return nil
	}
	d := saveTime
	if m.composer.Unsaved != "" {
		d = retryTime
	}
	again := m.timer(d, func() tea.Msg { return autosaveMsg{} })
	if m.write.saving { // the store is slow: nothing is gained by a queue
		return again
	}
	return tea.Batch(m.storeDraft(), again)
}

// storeDraft stores what is in the composer.
func (m *Model) storeDraft() tea.Cmd {
	m.write.saving = true
	d, n, b, by, k := m.composer.Draft(), m.write.n, m.backend, m.by, m.keeper
	m.write.rest = d.Rest
	return m.call(func(ctx context.Context) tea.Msg {
		return draftSavedMsg{d.ID, n, k.change(ctx, d.ID, n, func() error { return b.SaveDraft(ctx, by, d) })}
	})
}

// gotSaved notes what the store has. A text that could not be stored stays in
// the composer, which says so, and is tried again.
func (m *Model) gotSaved(msg draftSavedMsg) tea.Cmd {
	if !m.composer.Active() || msg.id != m.composer.Draft().ID {
		if msg.err != nil {
			return m.wrong(msg.err)
		}
		return m.loadDrafts()
	}
	m.write.saving = false
	if msg.err != nil {
		m.composer.Unsaved = m.sentence(msg.err)
		if m.write.leaving && msg.n == m.write.n {
			m.write.leaving = false
			return tea.Batch(m.saveAgain(), m.replay())
		}
		return m.saveAgain()
	}
	m.composer.Unsaved = ""
	m.write.kept, m.write.stored = max(m.write.kept, msg.n), true
	if m.write.leaving && !m.unsaved() {
		return tea.Batch(m.say("composer.kept"), m.closeComposer(), m.replay())
	}
	return nil
}

// saveAgain sees to it that a save that failed is tried again.
func (m *Model) saveAgain() tea.Cmd {
	if m.write.timer {
		return nil
	}
	m.write.timer = true
	return m.timer(retryTime, func() tea.Msg { return autosaveMsg{} })
}

// Flush stores what was written and may not be stored yet. It is called once
// the program has ended, however it did, and waits until ctx ends at most.
func (m *Model) Flush(ctx context.Context) error {
	if !m.composer.Active() {
		return nil
	}
	d, n := m.composer.Draft(), m.write.n
	switch {
	case m.unsaved():
	case m.write.stored && d.Rest != m.write.rest:
		n++ // the cursor has moved since
	default:
		return nil
	}
	return m.keeper.change(ctx, d.ID, n, func() error { return m.backend.SaveDraft(ctx, m.by, d) })
}

// dropDraft removes a draft from the store.
func (m *Model) dropDraft(d inbox.Draft) tea.Cmd {
	m.write.n++
	n, b, by, k := m.write.n, m.backend, m.by, m.keeper
	return m.call(func(ctx context.Context) tea.Msg {
		return draftSavedMsg{d.ID, n, k.change(ctx, d.ID, n, func() error { return b.DropDraft(ctx, by, d.ID) })}
	})
}

// droppedDraft is a draft that undo can bring back.
type droppedDraft struct {
	draft inbox.Draft
	after int // acts of this session since it was dropped
}

// stepped notes that something was done, which undo takes back before it
// brings a dropped draft back, and before it reaches what is held: unless it is
// itself an act of the outbox.
func (m *Model) stepped(a inbox.Action) {
	if i := len(m.dropped) - 1; i >= 0 {
		m.dropped[i].after++
	}
	m.buried++
	if a.ID != 0 {
		m.buried = 0
	}
}

// taken notes that the newest step was taken back, or done again.
func (m *Model) taken(again bool) {
	if again {
		m.buried++
		return
	}
	m.buried = max(m.buried-1, 0)
}

// undrop brings the draft back that was dropped last, if that is the newest
// act of this session; ok is false when undo is about something else.
func (m *Model) undrop() (cmd tea.Cmd, ok bool) {
	i := len(m.dropped) - 1
	if i < 0 {
		return nil, false
	}
	if m.dropped[i].after > 0 {
		m.dropped[i].after--
		return nil, false
	}
	return m.bringBack(), true
}

func (m *Model) bringBack() tea.Cmd {
	i := len(m.dropped) - 1
	d := m.dropped[i]
	m.dropped = m.dropped[:i]
	m.wait = true
	m.write.n++
	n, b, k := m.write.n, m.backend, m.keeper
	by := inbox.By{Actor: m.by.Actor, Session: d.draft.Session, Line: d.draft.Line}
	return m.call(func(ctx context.Context) tea.Msg {
		return draftBackMsg{d, k.change(ctx, d.draft.ID, n, func() error { return b.SaveDraft(ctx, by, d.draft) })}
	})
}

// gotBack opens a draft that came back, unless the list of drafts shows it.
func (m *Model) gotBack(msg draftBackMsg) tea.Cmd {
	if msg.err != nil {
		m.dropped = append(m.dropped, msg.dropped)
		return tea.Batch(m.wrong(msg.err), m.replay())
	}
	told := tea.Batch(m.say("composer.draft-back"), m.loadDrafts())
	if m.top() != nil {
		return tea.Batch(told, m.replay())
	}
	d := msg.dropped.draft
	return tea.Batch(told, m.openComposer(opening{request: inbox.DraftRequest{Thread: d.Thread, ID: d.ID}, sudden: true}))
}

// draftBox is the list of drafts, when it is on top.
func (m *Model) draftBox() (*dialog.Drafts, bool) {
	d, ok := m.below().(*dialog.Drafts)
	return d, ok
}

// loadDrafts loads what is begun everywhere; with the threads when the list of
// drafts is open.
func (m *Model) loadDrafts() tea.Cmd {
	if m.loads.draftsBusy {
		m.loads.draftsAgain = true
		return nil
	}
	m.loads.draftsBusy = true
	_, listed := m.draftBox()
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		var msg draftsLoadedMsg
		msg.drafts, msg.err = b.Drafts(ctx, 0)
		if !listed || msg.err != nil {
			return msg
		}
		msg.threads = map[inbox.ThreadID]inbox.Thread{}
		for _, d := range msg.drafts {
			if _, known := msg.threads[d.Thread]; known {
				continue
			}
			v, err := b.Thread(ctx, d.Thread)
			if err != nil { // its draft is still worth listing
				v.Thread = inbox.Thread{}
			}
			msg.threads[d.Thread] = v.Thread
		}
		return msg
	})
}

func (m *Model) gotDrafts(msg draftsLoadedMsg) tea.Cmd {
	m.loads.draftsBusy = false
	cmd := again(&m.loads.draftsAgain, m.loadDrafts)
	if m.failed(draftsLoad, msg.err) {
		return cmd
	}
	in := map[inbox.ThreadID]bool{}
	changed := false
	for _, d := range msg.drafts {
		in[d.Thread] = true
		changed = changed || !m.look.Drafts[d.Thread]
	}
	if changed || len(in) != len(m.look.Drafts) {
		m.look.Drafts = in
		m.changedLook()
	}
	m.drafts = msg
	m.listDrafts()
	return tea.Batch(cmd, m.greet(&m.greeting.drafts))
}

// listDrafts puts what is known into the list of drafts, when it is open.
func (m *Model) listDrafts() {
	if box, ok := m.draftBox(); ok && m.drafts.threads != nil {
		box.Set(m.draftLines(m.drafts))
	}
}

// draftLines are the lines of the list, the newest first.
func (m *Model) draftLines(msg draftsLoadedMsg) []dialog.DraftLine {
	drafts := slices.Clone(msg.drafts)
	slices.SortStableFunc(drafts, func(a, b inbox.Draft) int { return written(b).Compare(written(a)) })
	lines := make([]dialog.DraftLine, len(drafts))
	for i, d := range drafts {
		line := dialog.DraftLine{Draft: d, Thread: msg.threads[d.Thread]}
		if line.Thread.ID == 0 {
			line.Thread.Client = m.look.Accounts[d.Account].Client
		}
		if d.Line != m.by.Line {
			line.By = m.look.P.T("drafts.elsewhere")
		}
		for _, s := range m.sessions {
			switch {
			case s.ID == m.by.Session:
			case s.Draft == d.ID:
				line.Open = s.Name
			case line.By != "" && s.Line == d.Line:
				line.By = s.Name
			}
		}
		lines[i] = line
	}
	return lines
}

// written is when a draft was written on last.
func written(d inbox.Draft) time.Time {
	if d.SavedAt.IsZero() {
		return d.BegunAt
	}
	return d.SavedAt
}

// onDraft does something to a line of the list.
func (m *Model) onDraft(w dialog.DraftWanted) tea.Cmd {
	d := w.Line.Draft
	switch {
	case w.Intent == keys.Undo && len(m.dropped) == 0:
		return m.warn("undo.nothing")
	case w.Intent == keys.Undo:
		return m.bringBack()
	case w.Line.Open != "": // two people never write on one draft
		return m.warn("drafts.open", w.Line.Open)
	case w.Intent == keys.Drop:
		m.push(&dialog.Confirm{
			Head: "dialog.discard", Lines: []string{few(d.Text).String(), m.look.P.T("dialog.discard-text", m.keys.Key(keys.Undo))}, Yes: dropListed{d},
		})
		return nil
	}
	m.pop()
	return m.compose(inbox.DraftRequest{Thread: d.Thread, ID: d.ID}, "")
}

// dropFromList drops a draft of the list, after the yes.
func (m *Model) dropFromList(d inbox.Draft) tea.Cmd {
	m.dropped = append(m.dropped, droppedDraft{draft: d})
	return tea.Batch(m.dropDraft(d), m.say("composer.dropped"))
}
