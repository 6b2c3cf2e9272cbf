package main

import (
	"slices"

	"vigie/inbox"
	"vigie/tui/lang"
)

// takesBack is the status that an act takes from a message.
func takesBack(k inbox.ActionKind) (inbox.Status, bool) {
	switch k {
	case inbox.ActApprove:
		return inbox.StatusHeld, true
	case inbox.ActUnspam:
		return inbox.StatusSpam, true
	case inbox.ActRestore:
		return inbox.StatusTrash, true
	case inbox.ActUnhide:
		return inbox.StatusHidden, true
	}
	return "", false
}

// puts is the status that an act gives a message and that nothing but another
// act takes away.
func puts(k inbox.ActionKind) (inbox.Status, bool) {
	switch k {
	case inbox.ActHold:
		return inbox.StatusHeld, true
	case inbox.ActSpam:
		return inbox.StatusSpam, true
	case inbox.ActTrash:
		return inbox.StatusTrash, true
	}
	return "", false
}

// needless is the sentence of why an act would change nothing; "" when it may
// change something, or nobody can tell. Who is muted is not kept.
func needless(v inbox.ThreadView, kind inbox.ActionKind, message string) lang.Key {
	if !v.Caps.Can(kind) || underWay(v.Actions, message) {
		return ""
	}
	if status, ok := puts(kind); ok {
		if m, there := theirs(v.Messages, message); there && m.Status == status {
			return lang.Key("moderate.is." + string(status))
		}
		return ""
	}
	status, ok := takesBack(kind)
	if !ok || !tells(v.Caps, status) {
		return ""
	}
	if message == "" {
		if slices.ContainsFunc(v.Messages, func(m inbox.Message) bool {
			return m.Damaged || !m.Outgoing && !m.Deleted && m.Status == status
		}) {
			return ""
		}
		return lang.Key("moderate.none." + string(kind))
	}
	m, there := theirs(v.Messages, message)
	if !there || m.Status == status || kind == inbox.ActUnhide || kind == inbox.ActApprove && m.Status != "" {
		return "" // what is spam or in the bin is published too
	}
	return lang.Key("moderate.not." + string(kind))
}

// tells reports whether a message without a status is known not to have it:
// where messages wait for moderation the network tells where each stands, see
// also inbox.Caps.
func tells(c inbox.Caps, s inbox.Status) bool {
	if s == inbox.StatusHidden {
		return c.TellsHidden
	}
	return c.Can(inbox.ActHold)
}

// theirs is a message of theirs that is there.
func theirs(list []inbox.Message, remote string) (inbox.Message, bool) {
	i := slices.IndexFunc(list, func(m inbox.Message) bool {
		return m.Remote == remote && !m.Damaged && !m.Outgoing && !m.Deleted
	})
	if i < 0 || remote == "" {
		return inbox.Message{}, false
	}
	return list[i], true
}

// underWay reports whether something is being done, or may have been done, that
// the statuses do not show yet.
func underWay(list []inbox.Action, message string) bool {
	return slices.ContainsFunc(list, func(a inbox.Action) bool {
		_, back := takesBack(a.Kind)
		_, puts := puts(a.Kind)
		return (back || puts || a.Kind == inbox.ActHide) && (message == "" || a.Target == message) &&
			(!a.State.Terminal() || a.State == inbox.NeedsYou)
	})
}
