package standing

import (
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

// Count counts acts by stage.
func Count(l look.Look, as []inbox.Action) (n [Stages]int) {
	for _, a := range as {
		n[StageOf(l, a)]++
	}
	return n
}

// Counted says in a few words how many acts there are in each of the stages.
func Counted(l look.Look, n [Stages]int, of ...Stage) string {
	words := [Stages]lang.Key{"box.counts-stuck", "box.counts-doubt", "box.counts-account", "box.counts-way", "box.counts-planned"}
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
