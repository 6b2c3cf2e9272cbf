package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// reportNow is the yes to a report.
type reportNow struct{ picked dialog.ReportPicked }

// reportedMsg says that a message was reported before.
type reportedMsg struct {
	picked  dialog.ReportPicked
	form    *dialog.Report // nil: it was not open
	problem inbox.Problem
}

// askReport asks once more: moderators will read it. What was chosen and typed
// stays behind the question.
func (m *Model) askReport(p dialog.ReportPicked) {
	l := m.look
	lines := append(m.inWhoseName(p.Thread), l.P.T("reporting.what", l.Cut(look.Author(p.Message.Author), 40)))
	if p.Request.Reason != "" {
		lines = append(lines, l.P.T("reporting.because", l.Reason(p.Request.Reason)))
	}
	if p.Request.Text != "" {
		lines = append(lines, l.P.T("reporting.says", l.Cut(p.Request.Text, 200)))
	}
	lines = append(lines, l.P.T("moderation.hold", m.keys.Key(keys.Undo)))
	m.push(&dialog.Confirm{Head: "reporting.ask", Lines: lines, Quote: look.Said(p.Message).String(), Yes: reportNow{p}, Firm: true})
}

// report hands it to the engine. When that fails, what was typed is there
// again.
func (m *Model) report(p dialog.ReportPicked) tea.Cmd {
	d, open := m.top().(*dialog.Report)
	if open {
		m.pop()
		m.used(d)
	}
	b, by := m.backend, m.by
	told := m.look.P.T("done.act", m.look.P.T("act.report"), m.about([]inbox.Thread{p.Thread}))
	return m.call(func(ctx context.Context) tea.Msg {
		a, err := b.Report(ctx, by, p.Request)
		if inbox.ProblemOf(err).Code == inbox.CodeReported {
			return reportedMsg{p, d, inbox.ProblemOf(err)}
		}
		if err != nil && open {
			return textLostMsg{d, err}
		}
		return doneMsg{err: err, done: told, action: a}
	})
}

// gotReported asks whether to report once more, over what was chosen and typed.
func (m *Model) gotReported(msg reportedMsg) tea.Cmd {
	if m.composer.Active() || m.top() != nil {
		return m.wrong(msg.problem)
	}
	if msg.form != nil {
		m.push(msg.form)
	}
	at := argument(msg.problem, 1)
	if t, err := time.Parse(time.RFC3339, at); err == nil {
		at = m.look.Time.Full(t, m.look.Client(msg.picked.Thread.Client).Zone)
	}
	msg.picked.Request.Anyway = true
	lines := append(m.inWhoseName(msg.picked.Thread), m.look.P.T("reporting.told", m.somebody(argument(msg.problem, 0)), at))
	return m.pushSoon(&dialog.Confirm{Head: "reporting.again", Lines: lines, Quote: look.Said(msg.picked.Message).String(), Yes: reportNow{msg.picked}, Firm: true})
}
