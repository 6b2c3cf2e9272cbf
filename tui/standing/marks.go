package standing

import "vigie/inbox"

// Mark is what acts of ours have made of a message.
type Mark struct {
	Liked   bool
	Hidden  bool // from what others see
	Blocked bool // its author
	Deleted bool // by us
}

// Marks tells what was done to the messages of a thread, by their remote ids:
// the acts that arrived, less those that took them back.
func Marks(v inbox.ThreadView) map[string]Mark {
	marks := map[string]Mark{}
	authors := make(map[string]string, len(v.Messages))
	for _, m := range v.Messages {
		authors[m.Remote] = m.Author.ID
	}
	blocked := map[string]bool{}
	for _, e := range v.Events {
		if e.Verb != inbox.Acted || len(e.Args) == 0 || e.Message == "" {
			continue
		}
		m := marks[e.Message]
		switch kind := inbox.ActionKind(e.Args[0]); kind {
		case inbox.ActLike, inbox.ActUnlike:
			m.Liked = kind == inbox.ActLike
		case inbox.ActHide, inbox.ActUnhide:
			m.Hidden = kind == inbox.ActHide
		case inbox.ActBlock, inbox.ActUnblock:
			if who := authors[e.Message]; who != "" {
				blocked[who] = kind == inbox.ActBlock
			}
		case inbox.ActDelete:
			m.Deleted = true
		}
		marks[e.Message] = m
	}
	for _, msg := range v.Messages {
		if blocked[msg.Author.ID] && !msg.Outgoing {
			m := marks[msg.Remote]
			m.Blocked = true
			marks[msg.Remote] = m
		}
	}
	return marks
}
