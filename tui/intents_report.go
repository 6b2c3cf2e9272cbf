package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// reportNow is the yes to a report.
type reportNow struct{ picked dialog.ReportPicked }

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
	}
	b, by := m.backend, m.by
	told := m.look.P.T("done.act", m.look.P.T("act.report"), m.about([]inbox.Thread{p.Thread}))
	return m.call(func(ctx context.Context) tea.Msg {
		a, err := b.Report(ctx, by, p.Request)
		if err != nil && open {
			return textLostMsg{d, err}
		}
		return doneMsg{err: err, done: told, action: a}
	})
}
