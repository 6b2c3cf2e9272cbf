package standing

import (
	"slices"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Stage is how much of a person's attention an act of the outbox asks for, the
// most urgent first.
type Stage int

// The stages.
const (
	ForYou  Stage = iota // stays where it is until a person decides
	Doubted              // may have been carried out, is being looked into
	Account              // waits until a person has put its account in order
	Behind               // a part of an answer, behind one in one of the stages above
	OnWay                // leaves by itself, now or soon
	Planned              // leaves when it was asked to
	Stages  int   = iota
)

// StageOf says in which stage an open act is.
func StageOf(l look.Look, a inbox.Action) Stage {
	switch {
	case Stuck(a):
		return ForYou
	case a.State == inbox.Uncertain:
		return Doubted
	case a.State == inbox.RetryWait && ForPerson(a.Problem):
		return Account
	case Later(l, a):
		return Planned
	}
	return OnWay
}

// Count counts acts by stage, each among the others.
func Count(l look.Look, as []inbox.Action) (n [Stages]int) {
	for _, a := range as {
		if _, stopped := stopper(l, a, as); stopped {
			n[Behind]++
			continue
		}
		n[StageOf(l, a)]++
	}
	return n
}

// stopper finds the part of an answer, before a, that does not leave by itself:
// what is behind it waits.
func stopper(l look.Look, a inbox.Action, others []inbox.Action) (inbox.Action, bool) {
	for range others {
		lead, there := leader(a, others)
		switch {
		case !there || a.State != inbox.Queued:
			return a, false
		case StageOf(l, lead) < Behind:
			return lead, true
		}
		a = lead
	}
	return a, false
}

// leader is the part that a follows, while it has not arrived.
func leader(a inbox.Action, others []inbox.Action) (inbox.Action, bool) {
	i := slices.IndexFunc(others, func(o inbox.Action) bool { return a.Follows != 0 && o.ID == a.Follows && Open(o) })
	if i < 0 {
		return a, false
	}
	return others[i], true
}

// Counted says in a few words how many acts there are in each of the stages.
func Counted(l look.Look, n [Stages]int, of ...Stage) string {
	words := [Stages]lang.Key{"box.counts-stuck", "box.counts-doubt", "box.counts-account", "box.counts-behind", "box.counts-way", "box.counts-planned"}
	out := ""
	for _, s := range of {
		if n[s] == 0 {
			continue
		}
		if out != "" {
			out += " " + l.Glyphs.Dot + " "
		}
		out += l.P.T(words[s], n[s])
	}
	return out
}
