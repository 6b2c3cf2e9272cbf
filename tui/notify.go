package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/lang"
)

const (
	// tellGap is the least time between two notifications: what comes meanwhile
	// is told together.
	tellGap = 15 * time.Second
	// noticeLines is how many things a notification names; the rest is counted.
	noticeLines = 3
	// longQuiet bounds a silence: who forgets it is not left without for ever.
	longQuiet = 14 * 24 * time.Hour
)

// notices are what a session has yet to tell by its terminal.
type notices struct {
	seq     uint64 // the newest that came
	known   bool   // seq is told: what is older belongs to sessions before
	busy    bool   // a load runs
	again   bool   // and another is wanted
	waiting []inbox.Notice
	due     bool // a timer tells what waits
	looking bool // the terminal has the focus, as far as it says so
}

type (
	noticesLoadedMsg struct {
		list []inbox.Notice
		err  error
	}
	tellDueMsg struct{}
)

// loadNotices asks for what is new; the first time only for where it begins.
func (m *Model) loadNotices() tea.Cmd {
	n := &m.notices
	if m.term == nil && !m.linear {
		return nil
	}
	if n.busy {
		n.again = true
		return nil
	}
	n.busy = true
	b, after := m.backend, n.seq
	return m.call(func(ctx context.Context) tea.Msg {
		list, err := b.Notices(ctx, after)
		return noticesLoadedMsg{list, err}
	})
}

func (m *Model) gotNotices(msg noticesLoadedMsg) tea.Cmd {
	n := &m.notices
	n.busy = false
	again := again(&n.again, m.loadNotices)
	if msg.err != nil {
		return again // the screen itself shows what is the matter
	}
	for _, x := range msg.list {
		if x.Seq <= n.seq {
			continue
		}
		n.seq = x.Seq
		if n.known {
			n.waiting = append(n.waiting, x)
		}
	}
	n.known = true
	if n.due || len(n.waiting) == 0 {
		return again
	}
	return tea.Batch(again, m.tell())
}

// tell tells what waits, in one notification, and holds back for a while.
func (m *Model) tell() tea.Cmd {
	n := &m.notices
	list := n.waiting
	n.waiting, n.due = nil, len(list) > 0
	if !n.due {
		return nil
	}
	words := m.noticeWords(list)
	cmds := []tea.Cmd{m.timer(tellGap, func() tea.Msg { return tellDueMsg{} })}
	if m.linear {
		cmds = append(cmds, m.show(said, words))
	}
	if term, ctx := m.term, m.ctx; term != nil {
		title := m.look.P.T("notice.title")
		if n.looking {
			title, words = "", ""
		}
		if title != "" || slices.ContainsFunc(list, alarming) {
			cmds = append(cmds, func() tea.Msg {
				_ = term.Notify(ctx, title, words) // whoever is not there hears nothing
				return nil
			})
		}
	}
	return tea.Batch(cmds...)
}

// alarming reports whether a notice rings even in front of somebody.
func alarming(n inbox.Notice) bool { return n.Why == inbox.NoticeWindow }

// focused hears whether somebody looks at this terminal.
func (m *Model) focused(here bool) { m.notices.looking = here }

// noticeWords say what there is to tell, what is alike together: by client and
// reason, in the order of coming.
func (m *Model) noticeWords(list []inbox.Notice) string {
	l := m.look
	type alike struct {
		client inbox.ClientID
		why    inbox.NoticeWhy
	}
	var order []alike
	groups := map[alike][]inbox.Notice{}
	for _, n := range list {
		k := alike{n.Client, n.Why}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], n)
	}
	var parts []string
	more := 0
	for i, k := range order {
		number, who := 0, ""
		for _, n := range groups[k] {
			number += max(n.Number, 1)
			who = n.Who.String()
		}
		if i >= noticeLines {
			more += number
			continue
		}
		words := l.P.T(lang.Key("notice."+string(k.why)), number)
		if number == 1 && who != "" {
			words = l.P.T(lang.Key("notice."+string(k.why)+".of"), l.Cut(who, 40))
		}
		if k.client != "" {
			words = l.Cut(l.Client(k.client).Name, 24) + " — " + words
		}
		parts = append(parts, words)
	}
	if more > 0 {
		parts = append(parts, l.P.T("notice.more", more))
	}
	return strings.Join(parts, " · ")
}

// quiet silences all that does not come from somebody important, until a time
// in words: "1h", "30m", "monday 9"; "off" or "fin" ends it.
func (m *Model) quiet(words string) tea.Cmd {
	l, b := m.look, m.backend
	words = strings.ToLower(strings.TrimSpace(words))
	if words == "" {
		return m.warn("quiet.how")
	}
	var until time.Time
	said := l.P.T("quiet.off")
	if !slices.Contains([]string{"off", "end", "fin", "stop", "non", "0"}, words) {
		var ok bool
		if until, ok = quietUntil(words, l.Now); !ok {
			return m.warn("quiet.unsure", words)
		}
		said = l.P.T("quiet.until", l.Time.Moment(until, l.Now, until.Location()))
	}
	return m.call(func(ctx context.Context) tea.Msg {
		return doneMsg{err: b.Quiet(ctx, until), done: said}
	})
}

// quietUntil reads a span, or a moment; a number with h is a span here.
func quietUntil(words string, now time.Time) (time.Time, bool) {
	if now.IsZero() {
		return time.Time{}, false // the first tick is still to come
	}
	span := strings.NewReplacer(" ", "", "minutes", "m", "min", "m", "heures", "h", "hours", "h").Replace(words)
	until := now
	if d, err := time.ParseDuration(span); err == nil {
		until = now.Add(d)
	} else if until, err = when.Parse(words, now, now.Location()); err != nil {
		return time.Time{}, false
	}
	return until, until.After(now) && until.Sub(now) <= longQuiet
}
