package query

import (
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/inbox"
	"vigie/inbox/words"
)

// Env is what a query needs besides the thread.
type Env struct {
	Now  time.Time
	Zone *time.Location // in which days begin; nil: UTC
	// HasDraft says whether an answer is being written; nil: none is.
	HasDraft func(inbox.ThreadID) bool
}

// Thread matches a thread by its head alone. When needsMessages is set the
// head leaves it open: Conversation decides, and matches is true.
func (q Query) Thread(env Env, t inbox.Thread) (matches, needsMessages bool) {
	if q.root == nil {
		return true, false
	}
	result := q.root.eval(func(tm *term) truth { return tm.thread(env, &t) })
	return result != no, result == unknown
}

// Message matches messages of a thread by what they are themselves: a term
// about text, author or time matches when one of them does. A search gives the
// one it looks at.
func (q Query) Message(env Env, t inbox.Thread, messages ...inbox.Message) bool {
	if q.root == nil {
		return true
	}
	texts := make([]sections, len(messages))
	return q.root.eval(func(tm *term) truth {
		if !tm.byMessage() {
			return tm.thread(env, &t)
		}
		return tm.anyOf(env, messages, texts)
	}) == yes
}

// Matcher is Message for many, one after the other or at the same time: it
// folds them in memory that it keeps.
func (q Query) Matcher(env Env) func(inbox.Thread, inbox.Message) bool {
	if q.root == nil {
		return func(inbox.Thread, inbox.Message) bool { return true }
	}
	pool := sync.Pool{New: func() any { return &asked{} }}
	return func(t inbox.Thread, m inbox.Message) bool {
		a := pool.Get().(*asked)
		defer pool.Put(a)
		a.thread, a.message[0] = t, m
		a.text[0].all = a.text[0].all[:0]
		return q.root.eval(func(tm *term) truth {
			if !tm.byMessage() {
				return tm.thread(env, &a.thread)
			}
			return tm.anyOf(env, a.message[:], a.text[:])
		}) == yes
	}
}

// asked is a message being asked about.
type asked struct {
	thread  inbox.Thread
	message [1]inbox.Message
	text    [1]sections
}

// Conversation matches a thread with all its messages: a term that the head
// decides is decided by it, and another matches when one of the messages does.
// It is Thread with what that leaves open, as a list asks it.
func (q Query) Conversation(env Env, t inbox.Thread, messages ...inbox.Message) bool {
	if q.root == nil {
		return true
	}
	texts := make([]sections, len(messages))
	return q.root.eval(func(tm *term) truth {
		if known := tm.thread(env, &t); known != unknown {
			return known
		}
		return tm.anyOf(env, messages, texts)
	}) == yes
}

func (t *term) anyOf(env Env, messages []inbox.Message, texts []sections) truth {
	for i := range messages {
		if t.message(env, &messages[i], &texts[i]) {
			return yes
		}
	}
	return no
}

// spare is room for an author and marks, in bytes.
const spare = 128

// sections are those of a message, folded when first needed.
type sections struct {
	all  []byte
	body int // where the body begins, behind the author
}

// thread answers by the head.
func (t *term) thread(env Env, h *inbox.Thread) truth {
	if t.needsMessage() {
		return unknown
	}
	switch t.key {
	case "client":
		return truthOf(strings.ToLower(string(h.Client)) == t.value)
	case "net":
		return truthOf(strings.ToLower(string(h.Network)) == t.value)
	case "account":
		return truthOf(strings.ToLower(string(h.Account)) == t.value)
	case "from":
		return truthOf(t.author(&h.Author, nil))
	case "tag":
		return truthOf(slices.ContainsFunc(h.Tags, func(tag string) bool {
			return words.Tagged(tag, t.value)
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
	case "window":
		return truthOf(t.window.of(env.Now, h))
	case "lang":
		return truthOf(h.Lang == t.lang())
	case "sentiment":
		return truthOf(h.Feeling.String() == t.value)
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
	if s, ok := t.status(); ok {
		return truthOf(h.Statuses.Of(s) > 0)
	}
	return t.state(h.State)
}

// status is the status of messages that the term asks for, if it asks for one.
func (t *term) status() (inbox.Status, bool) {
	s := inbox.Status(t.value)
	return s, t.key == "is" && slices.Contains(inbox.Statuses(), s)
}

// overdue: a deadline has passed, a snooze has ended, or an escalation's
// deadline has passed while nothing of ours went out.
func overdue(now time.Time, h *inbox.Thread) bool {
	past := func(due time.Time) bool { return !due.IsZero() && !due.After(now) }
	if h.State != inbox.Ours {
		return past(h.Due())
	}
	return h.Overdue(now) || h.Escalation != nil && !h.OutAt.After(h.Escalation.At) && past(h.Escalation.Due)
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

func (t *term) message(env Env, m *inbox.Message, f *sections) bool {
	switch t.key {
	case "before", "after":
		return t.at(env, m.At)
	case "has":
		if t.value == "media" {
			return len(m.Media) > 0
		}
		return words.Asks(m)
	}
	if len(f.all) == 0 {
		f.all, f.body = words.AppendMessage(slices.Grow(f.all, 2*len(m.Text.String())+spare), m)
	}
	switch {
	case t.key == family:
		return t.stem.In(f.all)
	case t.key == "host":
		return t.host.In(f.all[f.body:])
	case t.key == "from":
		return t.author(&m.Author, f.all[:f.body])
	case t.needle.Empty():
		return strings.Contains(m.Text.String(), t.value)
	case t.key == "":
		return t.needle.In(f.all)
	}
	return t.needle.In(f.all[f.body:])
}

// author looks into the section of an author, which is made when it is nil.
func (t *term) author(a *inbox.Author, section []byte) bool {
	if t.needle.Empty() {
		return strings.Contains(a.Handle.String(), t.value) || strings.Contains(a.Name.String(), t.value)
	}
	if section == nil {
		section = words.AppendAuthor(nil, a)
	}
	return t.needle.In(section)
}

func (t *term) at(env Env, at time.Time) bool {
	bound := t.moment.in(env)
	if t.key == "before" {
		return at.Before(bound)
	}
	return !at.Before(bound)
}
