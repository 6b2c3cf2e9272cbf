package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

const (
	// searchPause is how long typing pauses before it is searched for: shorter
	// than between two letters of anybody, longer than between those of a paste.
	searchPause = 25 * time.Millisecond
	// searchSlow is from when on the screen says that a search takes its time.
	searchSlow = 250 * time.Millisecond
)

type (
	searchDueMsg  struct{ gen int }
	searchSlowMsg struct{ gen int }
	foundMsg      struct {
		asked dialog.Asked
		page  inbox.Found
		err   error
	}
	countedMsg struct {
		asked dialog.Asked
		total int
		err   error
	}
	indexCameMsg struct {
		info inbox.IndexInfo
		err  error
	}
	// openedMsg brings a thread that is not in the list.
	openedMsg struct {
		view inbox.ThreadView
		err  error
	}
)

// searchSoon searches, or narrows the list, when typing pauses. What is still
// looked for is not wanted any more.
func (m *Model) searchSoon() tea.Cmd {
	m.stopAsking()
	m.loads.search++
	gen := m.loads.search
	return m.timer(searchPause, func() tea.Msg { return searchDueMsg{gen} })
}

// found receives what was looked for.
func (m *Model) found(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case searchDueMsg:
		if msg.gen != m.loads.search {
			return nil
		}
		switch d := m.top().(type) {
		case *dialog.Search:
			return m.ask(d.Asks(), dialog.FirstHits)
		case *dialog.Filter:
			return m.narrow(d.Query())
		}
	case searchSlowMsg:
		if d, ok := m.top().(*dialog.Search); ok && msg.gen == m.loads.search {
			d.Slow()
			return m.askIndex()
		}
	case indexCameMsg:
		if msg.err == nil && m.search != nil {
			m.search.Index(msg.info)
		}
	case foundMsg:
		return m.gotFound(msg)
	case countedMsg:
		if d, ok := m.top().(*dialog.Search); ok && msg.err == nil {
			d.Counted(msg.asked, msg.total)
		}
	case openedMsg:
		if msg.err != nil {
			return m.wrong(msg.err)
		}
		if m.top() != nil {
			return nil // the hand has gone on
		}
		return m.goTo(msg.view.Thread)
	}
	return nil
}

// ask searches; what was asked before is ended.
func (m *Model) ask(asked dialog.Asked, limit int) tea.Cmd {
	if asked.Query == "" {
		return nil
	}
	b, gen := m.backend, m.loads.search
	search := m.cancellable(func(ctx context.Context) tea.Msg {
		text, err := within(asked)
		if err != nil {
			return foundMsg{asked: asked, err: err}
		}
		page, err := b.SearchSoon(ctx, text, limit)
		return foundMsg{asked, page, err}
	})
	return tea.Batch(search, m.timer(searchSlow, func() tea.Msg { return searchSlowMsg{gen} }))
}

// within is what is asked in the query language: what was typed, and the client.
func within(asked dialog.Asked) (string, error) {
	if asked.Client == "" {
		return asked.Query, nil
	}
	typed, err := query.Parse(asked.Query)
	if err != nil {
		return "", err
	}
	client, err := query.Parse(`client:"` + string(asked.Client) + `"`)
	return query.And(typed, client).String(), err
}

// cancellable makes a command that ends when something else is asked, or
// nothing any more; then it gives no message.
func (m *Model) cancellable(f func(context.Context) tea.Msg) tea.Cmd {
	m.stopAsking()
	ctx, cancel := context.WithTimeout(m.ctx, loadTime)
	m.asking = cancel
	return func() tea.Msg {
		defer cancel()
		msg := f(ctx)
		if errors.Is(ctx.Err(), context.Canceled) {
			return nil
		}
		return msg
	}
}

func (m *Model) stopAsking() {
	if m.asking != nil {
		m.asking()
		m.asking = nil
	}
}

// gotFound shows hits, and has them counted when that was cut short.
func (m *Model) gotFound(msg foundMsg) tea.Cmd {
	d, ok := m.top().(*dialog.Search)
	if !ok || msg.asked != d.Asks() {
		return nil
	}
	problem := ""
	if msg.err != nil {
		problem = m.sentence(msg.err)
	}
	if open := d.Found(msg.page, problem); open != nil {
		return m.act(open)
	}
	var index tea.Cmd
	if d.Lags() {
		index = m.askIndex()
	}
	if !msg.page.AtLeast {
		return index
	}
	b := m.backend
	count := m.cancellable(func(ctx context.Context) tea.Msg {
		text, err := within(msg.asked)
		if err != nil {
			return nil // the hits were found with it
		}
		all, err := b.Search(ctx, text, 1)
		return countedMsg{msg.asked, all.Total, err}
	})
	return tea.Batch(count, index)
}

// askIndex asks how far the index is, while that explains a wait.
func (m *Model) askIndex() tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		info, err := b.IndexState(ctx)
		return indexCameMsg{info, err}
	})
}

func (m *Model) openByID(id inbox.ThreadID) tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, id)
		return openedMsg{v, err}
	})
}

// hunt opens the search, with what was looked for last.
func (m *Model) hunt() tea.Cmd {
	if m.search == nil {
		m.search = dialog.NewSearch(m.keys.Key(keys.Widen))
	}
	m.search.Within(m.client)
	m.search.Completes(m.completer())
	m.push(m.search)
	m.loads.search++
	limit := m.search.Again()
	return tea.Batch(m.ask(m.search.Asks(), limit), m.askIndex())
}

// backToHits leaves a thread that was opened from the search for its results.
// The list is where it was before.
func (m *Model) backToHits() tea.Cmd {
	m.visits, m.focus = false, onList
	m.list.Return()
	return tea.Batch(m.hunt(), m.follow())
}

// openAt opens a thread at a message that was found.
func (m *Model) openAt(hit dialog.HitPicked) tea.Cmd {
	t := hit.Thread
	if m.composer.Active() {
		return nil
	}
	there := m.reader.ID() == t.ID && m.reader.Current(t)
	m.list.Visit(t)
	cmd := m.open()
	m.visits = true
	if there {
		m.reader.SeekHit(hit.Message, hit.Words, m.look)
	} else {
		m.hit = hit
	}
	return cmd
}

// narrow shows what a filter leaves, while it is being typed: the list stays
// until another is there, and with a query that is not whole yet.
func (m *Model) narrow(filter string) tea.Cmd {
	if !m.ready {
		return nil
	}
	m.loads.listBusy = true
	m.loads.list++
	q := m.query()
	q.Filter, q.Limit = filter, listPage
	load := m.threads(q, false)
	return func() tea.Msg {
		msg := load()
		if page, ok := msg.(threadsLoadedMsg); ok {
			page.narrowed = true
			return page
		}
		return msg
	}
}

func (m *Model) gotNarrowed(msg threadsLoadedMsg) tea.Cmd {
	again := m.loads.listAgain
	m.loads.listAgain = false
	var parse *query.ParseError
	_, typing := m.top().(*dialog.Filter)
	switch {
	case typing && errors.As(msg.err, &parse):
	case m.failed(listLoad, msg.err):
	default:
		m.filter = msg.filter
		t, ok := m.list.Current()
		m.list.Reset()
		m.list.SetStuck(m.stuck())
		m.list.Set(msg.page)
		if ok && m.top() != nil && !typing { // what is chosen there is for the thread under the cursor
			m.list.Pin(t)
		}
	}
	if again {
		return tea.Batch(m.loadThreads(), m.follow())
	}
	return tea.Batch(m.follow(), m.loadMore(), m.countMatches())
}

// filterBy narrows the list for good, unless it is narrowed so already.
func (m *Model) filterBy(filter string) tea.Cmd {
	m.focus = onList
	m.loads.search++ // what was typed is due no more
	if filter == m.filter && !m.loads.listBusy {
		return nil
	}
	m.filter = filter
	return m.relist()
}

// widen takes back what the dialog of the filter had narrowed, when it is left.
func (m *Model) widen(d dialog.Dialog) tea.Cmd {
	f, ok := d.(*dialog.Filter)
	m.loads.search++
	if !ok || (f.Before == m.filter && !m.loads.listBusy) {
		return nil
	}
	return m.narrow(f.Before)
}
