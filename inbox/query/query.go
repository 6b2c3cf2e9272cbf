package query

import (
	"slices"
	"strings"

	"vigie/inbox"
)

// Query is a parsed query. The zero Query is empty and matches everything.
type Query struct{ root *node }

type op uint8

const (
	opTerm op = iota
	opAnd
	opOr
	opNot
)

// node is a term, or an operator over other nodes; an opAnd never holds an
// opAnd, an opOr never an opOr, an opNot never an opNot.
type node struct {
	op   op
	kids []*node
	term term
}

// truth is the answer of a node: what is not known yet lies between no and
// yes, so that "and" is the least, "or" the greatest and "not" the sign.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// eval asks leaf about the terms that decide.
func (n *node) eval(leaf func(*term) truth) truth {
	switch n.op {
	case opTerm:
		return leaf(&n.term)
	case opNot:
		return -n.kids[0].eval(leaf)
	case opAnd:
		result := yes
		for _, k := range n.kids {
			if result = min(result, k.eval(leaf)); result == no {
				break
			}
		}
		return result
	}
	result := no
	for _, k := range n.kids {
		if result = max(result, k.eval(leaf)); result == yes {
			break
		}
	}
	return result
}

func (n *node) any(is func(*term) bool) bool {
	if n.op == opTerm {
		return is(&n.term)
	}
	return slices.ContainsFunc(n.kids, func(k *node) bool { return k.any(is) })
}

// And returns the query that matches what both match.
func And(a, b Query) Query {
	switch {
	case a.root == nil:
		return b
	case b.root == nil:
		return a
	}
	return Query{join(opAnd, []*node{a.root, b.root})}
}

// join makes a node of several, without nesting the same operator.
func join(o op, kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	n := &node{op: o}
	for _, k := range kids {
		if k.op == o {
			n.kids = append(n.kids, k.kids...)
		} else {
			n.kids = append(n.kids, k)
		}
	}
	return n
}

func negate(n *node) *node {
	if n.op == opNot {
		return n.kids[0]
	}
	return &node{op: opNot, kids: []*node{n}}
}

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return q.root == nil }

// HeadOnly reports whether Thread alone decides, without messages.
func (q Query) HeadOnly() bool {
	return q.root == nil || !q.root.any((*term).needsMessage)
}

// States returns the states in which a thread can match, in order. A query
// that says nothing about states is about open threads: all but done; one that
// asks for spam, or for the bin, is about all.
func (q Query) States() []inbox.State {
	open := []inbox.State{inbox.Ours, inbox.Theirs, inbox.Snoozed, inbox.Escalated}
	if q.root == nil || !q.root.any((*term).aboutState) && !q.onlyShelved() {
		return open
	}
	var can []inbox.State
	for _, s := range inbox.States() {
		if q.root.eval(func(t *term) truth { return t.state(s) }) != no {
			can = append(can, s)
		}
	}
	return can
}

// onlyShelved reports whether the query matches nothing but threads with spam,
// or with something in the bin: most of those are done.
func (q Query) onlyShelved() bool {
	shelved := func(t *term) bool {
		s, ok := t.status()
		return ok && s.Shelved()
	}
	elsewhere := q.root.eval(func(t *term) truth {
		if shelved(t) {
			return no
		}
		return unknown
	})
	return elsewhere == no && q.root.any(shelved)
}

// Split returns the pile to look in: Watches when the query matches nothing
// but watches, else Inbox.
func (q Query) Split() inbox.Split {
	if q.root == nil {
		return inbox.Inbox
	}
	elsewhere := q.root.eval(func(t *term) truth {
		if t.aboutWatch() {
			return no
		}
		return unknown
	})
	if elsewhere == no && q.root.any((*term).aboutWatch) {
		return inbox.Watches
	}
	return inbox.Inbox
}

// String prints the canonical form: parsing it gives the same query.
func (q Query) String() string {
	if q.root == nil {
		return ""
	}
	var b strings.Builder
	q.root.print(&b, opOr)
	return b.String()
}

// print writes the node as an operand of the operator around it.
func (n *node) print(b *strings.Builder, around op) {
	group := n.op == opOr && around != opOr || n.op == opAnd && around == opNot
	if group {
		b.WriteByte('(')
	}
	switch n.op {
	case opTerm:
		n.term.print(b)
	case opNot:
		b.WriteByte('-')
		n.kids[0].print(b, opNot)
	default:
		between := " "
		if n.op == opOr {
			between = " OR "
		}
		for i, k := range n.kids {
			if i > 0 {
				b.WriteString(between)
			}
			apart := n.op == opAnd && i > 0 && n.kids[i-1].wantsColon() && k.bare() && k.term.value[0] == ':'
			if apart {
				b.WriteByte('(')
			}
			k.print(b, n.op)
			if apart {
				b.WriteByte(')')
			}
		}
	}
	if group {
		b.WriteByte(')')
	}
}

// bare reports whether the node is a word that stands for itself.
func (n *node) bare() bool { return n.op == opTerm && n.term.key == "" && !n.term.quoted }

// wantsColon reports whether the node ends with the word of a key, to which a
// colon behind it would seem to belong.
func (n *node) wantsColon() bool {
	if n.op == opNot {
		n = n.kids[0]
	}
	if !n.bare() {
		return false
	}
	_, ok := meant(n.term.value)
	return ok
}
