package dialog

import (
	"cmp"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// ManyPicked: do this to the threads, after a question.
type ManyPicked struct {
	Threads []inbox.Thread
	Kind    inbox.ActionKind
}

// Stand is what can be done in one of many threads.
type Stand struct {
	thread  inbox.Thread
	makes   map[keys.Intent]inbox.ActionKind // of two acts that take each other back, the one that makes sense
	refused map[inbox.ActionKind]inbox.Problem
}

// StandOf tells what can be done in a thread, to the newest message.
func StandOf(v inbox.ThreadView) Stand {
	s := Stand{v.Thread, map[keys.Intent]inbox.ActionKind{}, map[inbox.ActionKind]inbox.Problem{}}
	d := Moderate{view: v, theirs: meant(v, nil, false), ours: meant(v, nil, true)}
	for _, m := range d.pairs() {
		s.makes[m.intent] = m.kind
		s.refused[m.kind] = Refusal(v, m.kind)
		if back, ok := m.kind.Inverse(); ok {
			s.refused[back] = Refusal(v, back)
		}
	}
	return s
}

// Refusal is why an act cannot be done in a thread, or would change nothing
// there; zero: it can.
func Refusal(v inbox.ThreadView, kind inbox.ActionKind) inbox.Problem {
	if can := v.Caps.Acts[kind]; !can.OK {
		return inbox.Problem{Code: cmp.Or(can.Why, inbox.CodeUnsupported)}
	}
	return v.Needless(kind, "")
}

// NewModerateMany offers what can be done to all of many threads of a client:
// each act says in how many. bs are the keys of its scope.
func NewModerateMany(l look.Look, many []Stand, bs []keys.Binding) *Moderate {
	d := &Moderate{keys: firstKeys(bs), many: many}
	d.absent, _ = l.Problem(inbox.Problem{Code: inbox.CodeUnsupported}, "")
	d.again(func() { d.offerMany(l) })
	return d
}

// SetMany takes what can be done in some of the threads now: the cursor stays
// on the act it is on.
func (d *Moderate) SetMany(l look.Look, now []Stand) {
	for _, s := range now {
		if i := slices.IndexFunc(d.many, func(old Stand) bool { return old.thread.ID == s.thread.ID }); i >= 0 {
			d.many[i] = s
		}
	}
	d.again(func() { d.offerMany(l) })
}

// Many are the threads that it is for; nil when it is for one.
func (d *Moderate) Many() []inbox.Thread {
	if d.many == nil {
		return nil
	}
	return threadsOf(d.many)
}

// offerMany lists what can be done in one of the threads at least, and names
// the rest.
func (d *Moderate) offerMany(l look.Look) {
	var lacks, single []string
	for _, m := range d.pairs() {
		word := l.P.T(lang.Key("act." + string(m.kind)))
		switch m.kind = d.choice(m); {
		case !d.listed(m.kind):
			lacks = append(lacks, word)
		case !inBulk(m.kind):
			single = append(single, word)
			d.never[m.intent] = l.P.T("many.single-why")
		default:
			d.count(l, &m)
			d.acts = append(d.acts, m)
		}
	}
	if len(single) > 0 {
		d.lacks = append(d.lacks, l.P.T("many.single", strings.Join(single, ", ")))
	}
	if len(lacks) > 0 {
		d.lacks = append(d.lacks, l.P.T("moderation.lacks", strings.Join(lacks, ", ")))
	}
}

// choice is which of two acts that take each other back is offered: the first,
// as long as it makes sense in one of the threads.
func (d *Moderate) choice(m moderation) inbox.ActionKind {
	first := m.kind
	if m.intent == keys.Approve {
		first = inbox.ActApprove
	}
	for _, s := range d.many {
		if s.makes[m.intent] == first && s.refused[first].Zero() {
			return first
		}
	}
	back, ok := first.Inverse()
	for _, s := range d.many {
		if ok && s.makes[m.intent] == back && s.refused[back].Zero() {
			return back
		}
	}
	return first
}

// listed reports whether the network of one of the threads knows the act.
func (d *Moderate) listed(kind inbox.ActionKind) bool {
	return slices.ContainsFunc(d.many, func(s Stand) bool { return s.refused[kind].Code != inbox.CodeUnsupported })
}

// count says in how many threads an act can be done, and why not in the others.
func (d *Moderate) count(l look.Look, m *moderation) {
	can, why := 0, []string(nil)
	for _, s := range d.many {
		p := s.refused[m.kind]
		if p.Zero() {
			can++
			continue
		}
		a := inbox.Action{Kind: actOf(m.kind), Account: s.thread.Account, Problem: p}
		if what, _ := l.ActProblem(a); !slices.Contains(why, what) {
			why = append(why, what)
		}
	}
	switch reasons := strings.Join(why, ", "); can {
	case 0:
		m.why = reasons
	case len(d.many):
	default:
		m.some = l.P.T("many.some", can, len(d.many), reasons)
	}
}

// inBulk reports whether an act is done to all marked threads at once: those
// that say something of one message, or that nothing takes back, are not.
func inBulk(k inbox.ActionKind) bool {
	switch k {
	case inbox.ActEdit, inbox.ActDelete, inbox.ActRemove, inbox.ActReport, inbox.ActDetach, inbox.ActReattach, inbox.ActLeave, inbox.ActRejoin:
		return false
	}
	return true
}

func threadsOf(many []Stand) []inbox.Thread {
	out := make([]inbox.Thread, len(many))
	for i, s := range many {
		out[i] = s.thread
	}
	return out
}

// titleNames is how wide the names in a title may be.
const titleNames = 40

// named says for how many threads it is, and for whom.
func (d *Moderate) named(l look.Look) string {
	ts := threadsOf(d.many)
	return l.P.T("many.title", l.P.T("dialog.threads", len(ts)), Names(l, ts, titleNames))
}

// Names are the authors of threads, as many as fit in w cells, with how many
// there are besides.
func Names(l look.Look, ts []inbox.Thread, w int) string {
	out, n := "", 0
	for ; n < len(ts); n++ {
		name := l.Cut(look.Author(ts[n].Author), 24)
		if n > 0 {
			name = ", " + name
		}
		if n > 0 && l.Width(out+name) > w {
			break
		}
		out += name
	}
	if n < len(ts) {
		out += ", " + l.P.T("many.more", len(ts)-n)
	}
	return out
}

// places say for which client and accounts it is.
func (d *Moderate) places(l look.Look, w int) (out []string) {
	for _, line := range Places(l, threadsOf(d.many)) {
		out = append(out, l.Spans(w).Add(l.Muted, " "+line).End(l.Text))
	}
	return out
}

// Places say how many of a client's threads each account has, the first
// account first.
func Places(l look.Look, ts []inbox.Thread) (out []string) {
	count, order := map[inbox.AccountID]int{}, []inbox.Thread(nil)
	for _, t := range ts {
		if count[t.Account]++; count[t.Account] == 1 {
			order = append(order, t)
		}
	}
	for _, t := range order {
		out = append(out, l.P.T("batch.account", l.Client(t.Client).Name, l.Handle(t.Account), l.On(t.Account, t.Network), count[t.Account]))
	}
	return out
}
