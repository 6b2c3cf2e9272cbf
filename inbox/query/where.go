package query

import "vigie/inbox"

// Where is the query as a condition on messages, for an index: of a message
// whose terms are all decided it says what Message says. Moments are those of
// env.
func (q Query) Where(env Env) inbox.Cond {
	return q.where(func(t *term) inbox.Cond { return t.where(env) })
}

// WhereThreads is the query as a condition on threads, for an index: of a
// thread whose terms are all decided it says what Conversation says. A thread
// has a word when one of its messages does.
func (q Query) WhereThreads(env Env) inbox.Cond {
	return q.where(func(t *term) inbox.Cond {
		c := t.where(env)
		if t.key == "from" { // the newest author, of all that the index knows
			c = inbox.Cond{Op: inbox.CondAnd, Kids: []inbox.Cond{c, is(inbox.CondTerm{})}}
		}
		return c
	})
}

func (q Query) where(leaf func(*term) inbox.Cond) inbox.Cond {
	if q.root == nil {
		return inbox.Cond{}
	}
	return q.root.where(leaf)
}

func (n *node) where(leaf func(*term) inbox.Cond) inbox.Cond {
	if n.op == opTerm {
		return leaf(&n.term)
	}
	c := inbox.Cond{Op: n.op.cond()}
	for _, k := range n.kids {
		c.Kids = append(c.Kids, k.where(leaf))
	}
	return c
}

func (o op) cond() inbox.CondOp {
	switch o {
	case opAnd:
		return inbox.CondAnd
	case opOr:
		return inbox.CondOr
	}
	return inbox.CondNot
}

func is(t inbox.CondTerm) inbox.Cond { return inbox.Cond{Op: inbox.CondIs, Term: t} }

func not(c inbox.Cond) inbox.Cond {
	return inbox.Cond{Op: inbox.CondNot, Kids: []inbox.Cond{c}}
}

// where is the term as a condition.
func (t *term) where(env Env) inbox.Cond {
	valued := func(f inbox.CondField) inbox.Cond { return is(inbox.CondTerm{Field: f, Value: t.value}) }
	switch t.key {
	case "":
		return t.whereWords(inbox.FieldAny)
	case "text":
		return t.whereWords(inbox.FieldText)
	case "from":
		return t.whereWords(inbox.FieldAuthor)
	case family:
		return t.whereFamily()
	case "host":
		return t.whereHost()
	case "client":
		return valued(inbox.FieldClient)
	case "net":
		return valued(inbox.FieldNetwork)
	case "account":
		return valued(inbox.FieldAccount)
	case "tag":
		return valued(inbox.FieldTag)
	case "kind":
		return valued(inbox.FieldKind)
	case "lang":
		return is(inbox.CondTerm{Field: inbox.FieldLang, Value: t.lang()})
	case "sentiment":
		return valued(inbox.FieldFeeling)
	case "window":
		return t.window.where()
	case "before":
		to := t.moment.in(env)
		if to.IsZero() { // the first day of all, which nothing is before
			return inbox.Cond{Op: inbox.CondOr}
		}
		return is(inbox.CondTerm{Field: inbox.FieldTime, To: to})
	case "after":
		return is(inbox.CondTerm{Field: inbox.FieldTime, From: t.moment.in(env)})
	case "id":
		return is(inbox.CondTerm{Field: inbox.FieldThread, Thread: t.id})
	}
	if t.aboutState() {
		return t.whereState()
	}
	return t.whereIs()
}

// whereIs is what "is:" and "has:" say, but for states.
func (t *term) whereIs() inbox.Cond {
	if s, ok := t.status(); ok {
		return is(inbox.CondTerm{Field: inbox.FieldStatus, Value: string(s)})
	}
	field := inbox.FieldOther // overdue, draft
	switch t.value {
	case "unread":
		field = inbox.FieldUnread
	case "read":
		return not(is(inbox.CondTerm{Field: inbox.FieldUnread}))
	case "mine":
		field = inbox.FieldMine
	case "watch":
		field = inbox.FieldWatch
	case "question":
		field = inbox.FieldQuestion
	case "media":
		field = inbox.FieldMedia
	case "note":
		field = inbox.FieldNoted
	}
	return is(inbox.CondTerm{Field: field})
}

func (t *term) whereState() inbox.Cond {
	switch t.value {
	case "any":
		return inbox.Cond{}
	case "open":
		return not(is(inbox.CondTerm{Field: inbox.FieldState, State: inbox.Done}))
	}
	state, _ := inbox.ParseState(t.value)
	return is(inbox.CondTerm{Field: inbox.FieldState, State: state})
}

// whereWords is what words and phrases say; what has no words is not indexed.
func (t *term) whereWords(field inbox.CondField) inbox.Cond {
	if t.needle.Empty() {
		return is(inbox.CondTerm{})
	}
	c := inbox.CondTerm{Field: field}
	c.Words, c.Prefix, c.Exact = t.needle.Tokens()
	return is(c)
}

// whereFamily: a word that is too long to have a family matches nothing.
func (t *term) whereFamily() inbox.Cond {
	if t.stem.Begin() == "" {
		return inbox.Cond{Op: inbox.CondOr}
	}
	return is(inbox.CondTerm{
		Field: inbox.FieldAny, Words: []string{t.stem.Begin()}, Prefix: true, Keep: t.stem.Has, Exact: true,
	})
}

func (t *term) whereHost() inbox.Cond {
	begin, exact := t.host.Token()
	c := inbox.CondTerm{Field: inbox.FieldText, Words: []string{begin}, Prefix: true, Exact: exact}
	if exact {
		c.Keep = t.host.Has
	}
	return is(c)
}
