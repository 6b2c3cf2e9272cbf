package query

import (
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

// Env is what a query needs besides the thread.
type Env struct {
	Now  time.Time
	Zone *time.Location // in which days begin; nil: UTC
	// HasDraft says whether an answer is being written; nil: none is.
	HasDraft func(inbox.ThreadID) bool
}

// Thread matches a thread by its head alone. When needsMessages is set the
// head leaves it open: Message decides, and matches is true.
func (q Query) Thread(env Env, t inbox.Thread) (matches, needsMessages bool) {
	if q.root == nil {
		return true, false
	}
	result := q.root.eval(func(tm *term) truth { return tm.thread(env, &t) })
	return result != no, result == unknown
}

// Message matches messages of a thread, taken together: a term about text,
// author or time matches when one of them does. Search gives one message, a
// list of threads gives all of a thread's.
func (q Query) Message(env Env, t inbox.Thread, messages ...inbox.Message) bool {
	if q.root == nil {
		return true
	}
	texts := make([]folded, len(messages))
	return q.root.eval(func(tm *term) truth {
		if !tm.byMessage() {
			return tm.thread(env, &t)
		}
		for i := range messages {
			if tm.message(env, &messages[i], &texts[i]) {
				return yes
			}
		}
		return no
	}) == yes
}

// folded is the text of a message, folded when first needed.
type folded struct {
	words []byte // text and descriptions of media
	all   []byte // the author before them
}

// thread answers by the head.
func (t *term) thread(env Env, h *inbox.Thread) truth {
	if t.needsMessage() {
		return unknown
	}
	switch t.key {
	case "client":
		return truthOf(strings.EqualFold(string(h.Client), t.value))
	case "net":
		return truthOf(strings.EqualFold(string(h.Network), t.value))
	case "account":
		return truthOf(strings.EqualFold(string(h.Account), t.value))
	case "from":
		return truthOf(t.author(h.Author))
	case "tag":
		return truthOf(slices.ContainsFunc(h.Tags, func(tag string) bool {
			return tag == t.value || strings.HasPrefix(tag, t.value+"/")
		}))
	case "kind":
		return truthOf(string(h.Kind) == t.value)
	case "is":
		return t.is(env, h)
	case "state":
		return t.state(h.State)
	case "has":
		if t.value == "note" {
			return truthOf(h.Notes > 0)
		}
		return truthOf(env.HasDraft != nil && env.HasDraft(h.ID))
	case "before", "after":
		return truthOf(t.at(env, h.LastAt))
	}
	return truthOf(h.ID == t.id)
}

func (t *term) is(env Env, h *inbox.Thread) truth {
	switch t.value {
	case "unread":
		return truthOf(h.Unread)
	case "read":
		return truthOf(!h.Unread)
	case "mine":
		return truthOf(h.LastOut)
	case "watch":
		return truthOf(h.Split() == inbox.Watches)
	case "overdue":
		return truthOf(overdue(env.Now, h))
	}
	return t.state(h.State)
}

// overdue: a snooze that has ended, or an escalation whose deadline has
// passed while nothing of ours went out.
func overdue(now time.Time, h *inbox.Thread) bool {
	due := h.Due()
	if h.State == inbox.Ours && h.Escalation != nil && !h.OutAt.After(h.Escalation.At) {
		due = h.Escalation.Due
	}
	return !due.IsZero() && !due.After(now)
}

// byMessage reports whether a message, where there is one, answers rather
// than the head.
func (t *term) byMessage() bool {
	switch t.key {
	case "from", "before", "after":
		return true
	}
	return t.needsMessage()
}

func (t *term) message(env Env, m *inbox.Message, f *folded) bool {
	switch t.key {
	case "from":
		return t.author(m.Author)
	case "before", "after":
		return t.at(env, m.At)
	case "has":
		if t.value == "media" {
			return len(m.Media) > 0
		}
		return !m.Outgoing && strings.ContainsAny(m.Text.String(), "?？؟")
	}
	if t.needle.folded == nil {
		return t.needle.in(m.Text.String(), nil)
	}
	if f.words == nil {
		f.fold(m)
	}
	if t.key == "" {
		return t.needle.in("", f.all)
	}
	return t.needle.in("", f.words)
}

func (f *folded) fold(m *inbox.Message) {
	buf := make([]byte, 0, len(m.Text.String())+len(m.Author.Name.String())+len(m.Author.Handle.String())+8)
	buf = appendFold(buf, m.Author.Name.String())
	buf = appendFold(buf, m.Author.Handle.String())
	begin := len(buf)
	buf = appendFold(buf, m.Text.String())
	for _, media := range m.Media {
		buf = appendFold(buf, media.Alt.String())
	}
	f.all, f.words = buf, buf[begin:]
}

func (t *term) author(a inbox.Author) bool {
	for _, s := range []string{a.Handle.String(), a.Name.String()} {
		if t.needle.in(s, appendFold(nil, s)) {
			return true
		}
	}
	return false
}

func (t *term) at(env Env, at time.Time) bool {
	bound := t.moment.in(env)
	if t.key == "before" {
		return at.Before(bound)
	}
	return !at.Before(bound)
}
