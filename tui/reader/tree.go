package reader

import (
	"slices"

	"vigie/inbox"
	"vigie/inbox/courtesy"
)

// row is an item where it is drawn: below what it answers.
type row struct {
	item
	depth int
	to    string // remote id of the message it answers, where its place does not show it
	fold  fold   // what is hidden below it
}

// fold counts what a folded message hides.
type fold struct {
	answers, fresh int
	ours           bool // an answer of ours is among them
}

// node is a message with the answers to it. Nodes stand in the order of time,
// so that an answer always comes after what it answers.
type node struct {
	item     item
	msg      inbox.Message
	parent   int // -1: none that is here
	children []int
	remarks  []item // what happened between it and the next message
}

// tree orders items by what answers what.
type tree struct {
	before []item // what happened before the first message
	nodes  []node
	roots  []int
}

// grow makes the tree of items that stand in the order of time. What is no
// message stays behind the message that came before it.
func grow(all []item) tree {
	var t tree
	at := map[string]int{}
	for _, it := range all {
		n := len(t.nodes)
		if it.remote == "" {
			if n == 0 {
				t.before = append(t.before, it)
			} else {
				t.nodes[n-1].remarks = append(t.nodes[n-1].remarks, it)
			}
			continue
		}
		parent, known := at[it.message.Parent]
		if !known || it.message.Parent == "" {
			parent = -1
			t.roots = append(t.roots, n)
		} else {
			t.nodes[parent].children = append(t.nodes[parent].children, n)
		}
		t.nodes = append(t.nodes, node{item: it, msg: *it.message, parent: parent})
		at[it.remote] = n
	}
	return t
}

// below counts what each message has below it.
func (t tree) below(fresh map[string]bool) []fold {
	out := make([]fold, len(t.nodes))
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := t.nodes[i]
		if n.parent < 0 {
			continue
		}
		up := &out[n.parent]
		up.answers += 1 + out[i].answers
		up.fresh += out[i].fresh
		if fresh[n.item.remote] {
			up.fresh++
		}
		up.ours = up.ours || out[i].ours || n.msg.Outgoing
	}
	return out
}

// rows are the items in the order in which they are drawn. A message that is
// the only answer to another stands below it at the same depth: a conversation
// of two is no staircase.
func (t tree) rows(folded, fresh map[string]bool, levels int) []row {
	out := make([]row, 0, len(t.nodes))
	for _, it := range t.before {
		out = append(out, row{item: it})
	}
	below, last := t.below(fresh), -1
	var walk func(i, depth int)
	walk = func(i, depth int) {
		n := t.nodes[i]
		r := row{item: n.item, depth: min(depth, levels)}
		if n.parent >= 0 && n.parent != last && depth > levels {
			r.to = n.msg.Parent
		}
		hide := folded[n.item.remote] && below[i].answers > 0
		if hide {
			r.fold = below[i]
		}
		out, last = append(out, r), i
		for _, it := range n.remarks {
			out = append(out, row{item: it, depth: r.depth})
		}
		if hide {
			out = t.hidden(i, r.depth, out)
			return
		}
		if len(n.children) > 1 {
			depth++
		}
		for _, c := range n.children {
			walk(c, depth)
		}
	}
	for _, i := range t.roots {
		walk(i, 0)
	}
	return out
}

// hidden appends what is no message of the folded answers below i: a note is
// never hidden.
func (t tree) hidden(i, depth int, out []row) []row {
	var more []row
	var walk func(int)
	walk = func(i int) {
		for _, c := range t.nodes[i].children {
			for _, it := range t.nodes[c].remarks {
				more = append(more, row{item: it, depth: depth})
			}
			walk(c)
		}
	}
	walk(i)
	slices.SortStableFunc(more, func(a, b row) int { return a.at.Compare(b.at) })
	return append(out, more...)
}

// answered are the messages below which all is answered: the newest word is
// ours, or thanks for it. Of a branch only its beginning is named.
func (t tree) answered() map[string]bool {
	newest := make([]int, len(t.nodes))
	ours := make([]bool, len(t.nodes))
	for i := len(t.nodes) - 1; i >= 0; i-- {
		newest[i] = max(newest[i], i)
		if p := t.nodes[i].parent; p >= 0 {
			if !t.nodes[newest[i]].msg.Deleted { // what was taken away waits for nothing
				newest[p] = max(newest[p], newest[i])
			}
			ours[p] = ours[p] || ours[i] || t.nodes[i].msg.Outgoing
		}
	}
	out := map[string]bool{}
	for i, n := range t.nodes {
		if n.parent >= 0 && out[t.nodes[n.parent].item.remote] {
			continue // hidden already
		}
		end := t.nodes[newest[i]].msg
		if len(n.children) > 0 && !n.msg.Outgoing && ours[i] && (end.Outgoing || courtesy.Thanks(end.Text.String())) {
			out[n.item.remote] = true
		}
	}
	return out
}

// parents are the messages that have answers.
func (t tree) parents() map[string]bool {
	out := map[string]bool{}
	for _, n := range t.nodes {
		if len(n.children) > 0 {
			out[n.item.remote] = true
		}
	}
	return out
}

// levels is how deep answers may be indented in w cells, so that what they say
// keeps its room.
func levels(w int) int {
	const most = 4
	switch {
	case w >= 100:
		return most
	case w >= 90:
		return 3
	case w >= 56:
		return 2
	case w >= 36:
		return 1
	}
	return 0
}
