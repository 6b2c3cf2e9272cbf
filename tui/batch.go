package tui

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/lang"
)

type (
	// batchReadyMsg brings what an act on many threads would do.
	batchReadyMsg struct {
		kind inbox.ActionKind
		can  []inbox.Thread
		not  []inbox.RefusedAct
		err  error
	}
	// performAllNow is the yes to it.
	performAllNow struct {
		kind    inbox.ActionKind
		threads []inbox.Thread
	}
	// performedMsg is what became of it.
	performedMsg struct {
		kind inbox.ActionKind
		done inbox.Performed
		err  error
	}
)

// spans reports whether threads are of several clients: an act that reaches a
// network never does.
func spans(ts []inbox.Thread) bool {
	return slices.ContainsFunc(ts, func(t inbox.Thread) bool { return t.Client != ts[0].Client })
}

// batch looks at what an act on many threads would do, in order to ask.
func (m *Model) batch(kind inbox.ActionKind, ts []inbox.Thread) tea.Cmd {
	if spans(ts) {
		return m.warn("batch.clients", m.counted(ts))
	}
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		msg := batchReadyMsg{kind: kind}
		not, err := refusals(ctx, b, ts, kind)
		if err != nil {
			msg.err = err
			return msg
		}
		for i, t := range ts {
			if p := not[i]; !p.Zero() {
				msg.not = append(msg.not, inbox.RefusedAct{Thread: t.ID, Problem: p})
				continue
			}
			msg.can = append(msg.can, t)
		}
		return msg
	})
}

// atOnce is how many threads are read at the same time.
const atOnce = 8

// refusals say why an act cannot be done in each of the threads, or would
// change nothing there; zero: it can.
func refusals(ctx context.Context, b Backend, ts []inbox.Thread, kind inbox.ActionKind) ([]inbox.Problem, error) {
	return eachThread(ctx, b, ts, func(v inbox.ThreadView) inbox.Problem { return dialog.Refusal(v, kind) })
}

// eachThread is what is to be known of each of the threads. A few are read at
// once, and the first failure ends it.
func eachThread[T any](ctx context.Context, b Backend, ts []inbox.Thread, of func(inbox.ThreadView) T) ([]T, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := make([]T, len(ts))
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(atOnce, len(ts)) {
		all.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(ts) {
					return
				}
				v, err := b.Thread(ctx, ts[i].ID)
				if err != nil {
					stop(err)
					return
				}
				out[i] = of(v)
			}
		})
	}
	all.Wait()
	return out, context.Cause(ctx)
}

// askedNames is how wide the names in a question may be, in cells.
const askedNames = 100

// gotBatch asks before many threads are acted on: for whom, to whom, where, how
// many, and what cannot be done and why.
func (m *Model) gotBatch(msg batchReadyMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.wrong(msg.err)
	case m.top() != nil || m.composer.Active() || m.list.Marked() == 0:
		return nil // the hand has gone on
	case len(msg.can) == 0:
		none := lang.Key("batch.none")
		if !slices.ContainsFunc(msg.not, func(r inbox.RefusedAct) bool { return !r.Problem.Needless() }) {
			none = "batch.needless"
		}
		return m.warn(none, m.word(msg.kind), m.reasons(msg.kind, msg.not))
	}
	l := m.look
	lines := []string{l.P.T("batch.what", m.word(msg.kind), m.counted(msg.can))}
	lines = append(lines, dialog.Names(l, msg.can, askedNames))
	lines = append(lines, dialog.Places(l, msg.can)...)
	if len(msg.not) > 0 {
		lines = append(lines, l.P.T("batch.refused", len(msg.not), m.reasons(msg.kind, msg.not)))
	}
	return m.pushSoon(&dialog.Confirm{Head: "batch.ask", Lines: lines, Yes: performAllNow{msg.kind, msg.can}, Firm: true})
}

// reasons are why acts cannot be done, each once.
func (m *Model) reasons(kind inbox.ActionKind, not []inbox.RefusedAct) string {
	words := ""
	var told []string
	for _, r := range not {
		what, _ := m.look.ActProblem(inbox.Action{Kind: kind, Problem: r.Problem})
		if slices.Contains(told, what) {
			continue
		}
		if told = append(told, what); words != "" {
			words += ", "
		}
		words += what
	}
	return words
}

// word names an act.
func (m *Model) word(kind inbox.ActionKind) string { return m.kindWord(inbox.Action{Kind: kind}) }

// performAll puts the act into the outbox, as one step.
func (m *Model) performAll(a performAllNow) tea.Cmd {
	b, by := m.backend, m.by
	ids := make([]inbox.ThreadID, len(a.threads))
	for i, t := range a.threads {
		ids[i] = t.ID
	}
	return m.call(func(ctx context.Context) tea.Msg {
		done, err := b.PerformAll(ctx, by, ids, a.kind)
		return performedMsg{a.kind, done, err}
	})
}

// gotPerformed tells what was queued and what was not. The marks stay: what
// follows is often for the same threads.
func (m *Model) gotPerformed(msg performedMsg) tea.Cmd {
	if msg.err != nil {
		return m.wrong(msg.err)
	}
	p := m.look.P
	words := p.T("done.act", m.word(msg.kind), p.T("dialog.threads", len(msg.done.Queued)))
	if n := len(msg.done.Refused); n > 0 {
		words += " " + m.look.Glyphs.Dot + " " + p.T("batch.refused", n, m.reasons(msg.kind, msg.done.Refused))
	}
	if len(msg.done.Queued) > 0 {
		m.stepped(msg.done.Queued[0])
	}
	return tea.Batch(m.show(said, words), m.loadThreads(), m.loadCounts(), m.loadOutbox(), m.loadThread(m.reader.ID()))
}
