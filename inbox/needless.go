package inbox

import (
	"slices"
	"strings"
)

// TakesBack is the status that an act takes from a message; "" for none.
func (k ActionKind) TakesBack() Status {
	switch k {
	case ActApprove:
		return StatusHeld
	case ActUnspam:
		return StatusSpam
	case ActRestore:
		return StatusTrash
	case ActUnhide:
		return StatusHidden
	}
	return ""
}

// Puts is the status that an act gives a message and that nothing but another
// act takes away; "" for none.
func (k ActionKind) Puts() Status {
	switch k {
	case ActHold:
		return StatusHeld
	case ActSpam:
		return StatusSpam
	case ActTrash:
		return StatusTrash
	case ActHide:
		return StatusHidden
	}
	return ""
}

// Needless is why an act on a message ("": the newest that it would change)
// would change nothing, see CodeNeedless; zero when it may change something, or
// nobody can tell. Who is muted is not kept.
func (v ThreadView) Needless(kind ActionKind, message string) Problem {
	if !v.Caps.Can(kind) || underWay(v.Actions, message) {
		return Problem{}
	}
	if status := kind.Puts(); status != "" {
		return v.has(status, message)
	}
	if status := kind.TakesBack(); status != "" && tells(v.Caps, status) {
		return v.lacks(status, kind, message)
	}
	return Problem{}
}

// Needless reports whether the problem is that an act would change nothing.
func (p Problem) Needless() bool { return strings.HasPrefix(p.Code, CodeNeedless+".") }

func needless(what string) Problem { return Problem{Code: CodeNeedless + "." + what} }

// has is why nothing can be given a status: all of theirs that is meant has it.
func (v ThreadView) has(status Status, message string) Problem {
	if status == StatusHidden && !v.Caps.TellsHidden {
		return Problem{} // it may have been shown again elsewhere
	}
	if message != "" {
		if m, there := theirs(v.Messages, message); there && m.Status == status {
			return needless("is." + string(status))
		}
		return Problem{}
	}
	some := false
	for _, m := range v.Messages {
		if m.Damaged || isTheirs(m) && m.Status != status {
			return Problem{}
		}
		some = some || isTheirs(m)
	}
	if !some {
		return Problem{}
	}
	return needless("all." + string(status))
}

// lacks is why a status can be taken from nothing: nothing of theirs that is
// meant has it.
func (v ThreadView) lacks(status Status, kind ActionKind, message string) Problem {
	if message == "" {
		if slices.ContainsFunc(v.Messages, func(m Message) bool { return m.Damaged || isTheirs(m) && m.Status == status }) {
			return Problem{}
		}
		return needless("none." + string(kind))
	}
	m, there := theirs(v.Messages, message)
	if !there || m.Status == status || kind == ActApprove && m.Status != "" {
		return Problem{} // what is spam or in the bin is published too
	}
	return needless("not." + string(kind))
}

// isTheirs reports whether a message is one of theirs that is there.
func isTheirs(m Message) bool { return !m.Damaged && !m.Outgoing && !m.Deleted }

// tells reports whether a message without a status is known not to have it:
// where messages wait for moderation the network tells where each stands, see also
// Caps.
func tells(c Caps, s Status) bool {
	if s == StatusHidden {
		return c.TellsHidden
	}
	return c.Can(ActHold)
}

// theirs is a message of theirs that is there.
func theirs(list []Message, remote string) (Message, bool) {
	i := slices.IndexFunc(list, func(m Message) bool {
		return m.Remote == remote && isTheirs(m)
	})
	if i < 0 || remote == "" {
		return Message{}, false
	}
	return list[i], true
}

// underWay reports whether something is being done, or may have been done, that
// the statuses do not show yet.
func underWay(list []Action, message string) bool {
	return slices.ContainsFunc(list, func(a Action) bool {
		return (a.Kind.TakesBack() != "" || a.Kind.Puts() != "") && (message == "" || a.Target == message) &&
			(!a.State.Terminal() || a.State == NeedsYou)
	})
}
