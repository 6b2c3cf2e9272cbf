package standing

import "vigie/inbox"

// Mark is what acts of ours have made of a message.
type Mark struct {
	Liked    bool
	Hidden   bool // from what others see
	Blocked  bool // its author
	Muted    bool // its author
	Reported bool
	Detached bool // our post from the quote that it is
	Left     bool // the conversation
	Deleted  bool // by us
}

// Marks tells what was done to the messages of a thread, by their remote ids:
// the acts that arrived, less those that took them back.
func Marks(v inbox.ThreadView) map[string]Mark {
	marks := map[string]Mark{}
	authors := make(map[string]string, len(v.Messages))
	for _, m := range v.Messages {
		authors[m.Remote] = m.Author.ID
	}
	blocked, muted, gone := map[string]bool{}, map[string]bool{}, false
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
		case inbox.ActMute, inbox.ActUnmute:
			if who := authors[e.Message]; who != "" {
				muted[who] = kind == inbox.ActMute
			}
		case inbox.ActDetach, inbox.ActReattach:
			m.Detached = kind == inbox.ActDetach
		case inbox.ActLeave, inbox.ActRejoin:
			gone = kind == inbox.ActLeave
		case inbox.ActReport:
			m.Reported = true
		case inbox.ActDelete:
			m.Deleted = true
		}
		marks[e.Message] = m
	}
	for _, msg := range v.Messages {
		if who := msg.Author.ID; !msg.Outgoing && (blocked[who] || muted[who] || gone) {
			m := marks[msg.Remote]
			m.Blocked, m.Muted, m.Left = blocked[who], muted[who], gone
			marks[msg.Remote] = m
		}
	}
	return marks
}
