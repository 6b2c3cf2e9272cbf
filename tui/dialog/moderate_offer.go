package dialog

import (
	"cmp"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// moderation is one line of the dialog.
type moderation struct {
	intent  keys.Intent
	kind    inbox.ActionKind
	message *inbox.Message
	why     string // it cannot be done; "": it can
	waits   bool   // it is under way: why says so
	some    string // in how many of many threads it can be done, and why not in the others
}

// offer lists what the network knows of in this thread: of two acts that take
// each other back, the one that makes sense for the message as it stands. What
// the network does not list at all is left out.
func (d *Moderate) offer(l look.Look) {
	for _, m := range d.pairs() {
		if _, listed := d.view.Caps.Acts[m.kind]; !listed {
			back, paired := m.kind.Inverse()
			if _, other := d.view.Caps.Acts[back]; !paired || !other {
				continue
			}
		}
		if m.why = d.refusal(l, m); m.why == "" && d.underWay(m) {
			m.why, m.waits = l.P.T("moderation.waits"), true
		}
		d.acts = append(d.acts, m)
	}
	d.shorten(l)
}

// fewLacks is up to how many acts that the network has not at all are greyed
// on lines of their own.
const fewLacks = 2

// shorten puts what the network cannot do anywhere into one sentence, when it
// is much, and what is done on the network itself into another: a blog shows
// what a blog has, a feed where to go.
func (d *Moderate) shorten(l look.Look) {
	d.gather(l, "moderation.lacks", inbox.CodeUnsupported)
	d.gather(l, "moderation.elsewhere", inbox.CodeReadOnly)
}

// gather takes the acts that cannot be done for that reason out of the lines
// and names them in a sentence, when they are more than a few.
func (d *Moderate) gather(l look.Look, sentence lang.Key, why string) {
	same := func(m moderation) bool {
		c := d.view.Caps.Acts[m.kind]
		return !c.OK && cmp.Or(c.Why, inbox.CodeUnsupported) == why
	}
	var words []string
	for _, m := range d.acts {
		if same(m) {
			words = append(words, l.P.T(lang.Key("act."+string(m.kind))))
		}
	}
	if len(words) <= fewLacks {
		return
	}
	for _, m := range d.acts {
		if same(m) {
			d.never[m.intent] = d.because(l, m.kind, why)
		}
	}
	d.lacks = append(d.lacks, l.P.T(sentence, strings.Join(words, ", ")))
	d.acts = slices.DeleteFunc(d.acts, same)
}

// pairs are all acts there are, in the order of the key table.
func (d *Moderate) pairs() []moderation {
	var mark standing.Mark
	var status inbox.Status
	if d.theirs != nil {
		mark, status = standing.Marks(d.view)[d.theirs.Remote], d.theirs.Status
	}
	turn := func(on bool, yes, no inbox.ActionKind) inbox.ActionKind {
		if on {
			return no
		}
		return yes
	}
	seen := status == "" || status == inbox.StatusHidden || status == inbox.StatusSuspect
	return []moderation{
		{intent: keys.Like, kind: turn(mark.Liked, inbox.ActLike, inbox.ActUnlike), message: d.theirs},
		{intent: keys.Approve, kind: turn(seen, inbox.ActApprove, inbox.ActHold), message: d.theirs},
		{intent: keys.Hide, kind: turn(mark.Hidden || status == inbox.StatusHidden, inbox.ActHide, inbox.ActUnhide), message: d.theirs},
		{intent: keys.Spam, kind: turn(status == inbox.StatusSpam, inbox.ActSpam, inbox.ActUnspam), message: d.theirs},
		{intent: keys.Trash, kind: turn(status == inbox.StatusTrash, inbox.ActTrash, inbox.ActRestore), message: d.theirs},
		{intent: keys.Remove, kind: inbox.ActRemove, message: d.theirs},
		{intent: keys.Unquote, kind: turn(mark.Detached, inbox.ActDetach, inbox.ActReattach), message: d.theirs},
		{intent: keys.Report, kind: inbox.ActReport, message: d.theirs},
		{intent: keys.Mute, kind: turn(mark.Muted, inbox.ActMute, inbox.ActUnmute), message: d.theirs},
		{intent: keys.Block, kind: turn(mark.Blocked, inbox.ActBlock, inbox.ActUnblock), message: d.theirs},
		{intent: keys.Leave, kind: turn(mark.Left, inbox.ActLeave, inbox.ActRejoin), message: d.theirs},
		{intent: keys.TellRead, kind: inbox.ActRead, message: d.theirs},
		{intent: keys.EditOwn, kind: inbox.ActEdit, message: d.ours},
		{intent: keys.Delete, kind: inbox.ActDelete, message: d.ours},
	}
}

// refusal says why something cannot be done here; "" when it can.
func (d *Moderate) refusal(l look.Look, m moderation) string {
	switch {
	case m.message == nil && m.kind.OfOwn():
		return l.P.T("moderation.no-ours")
	case m.message == nil:
		return l.P.T("moderation.no-theirs")
	case m.message.Deleted && !m.kind.OfAuthor():
		return l.P.T("moderation.gone")
	}
	if c := d.view.Caps.Acts[m.kind]; !c.OK {
		return d.because(l, m.kind, cmp.Or(c.Why, inbox.CodeUnsupported))
	}
	return ""
}

// underWay reports whether an act waits in the outbox, or is on its way.
func (d *Moderate) underWay(m moderation) bool {
	return slices.ContainsFunc(d.view.Actions, func(a inbox.Action) bool {
		return a.Kind == m.kind && a.Target == m.message.Remote && !a.State.Terminal()
	})
}

// because says in a sentence why an act is refused.
func (d *Moderate) because(l look.Look, kind inbox.ActionKind, why string) string {
	what, _ := l.ActProblem(inbox.Action{Kind: actOf(kind), Account: d.view.Thread.Account, Problem: inbox.Problem{Code: why}})
	return what
}

// actOf is the kind whose words tell of a refusal: those of an act for an edit
// too, which is chosen here among acts.
func actOf(k inbox.ActionKind) inbox.ActionKind {
	if k == inbox.ActEdit {
		return inbox.ActDelete
	}
	return k
}

// words name an act.
func (d *Moderate) words(l look.Look, m moderation) string {
	key := lang.Key("moderation." + string(m.kind))
	switch {
	case d.many != nil:
		key = lang.Key("many." + string(m.kind))
	case m.kind == inbox.ActHold:
		key = "moderation.hold.act"
	case m.kind.OfAuthor():
		who := "?"
		if m.message != nil {
			who = l.Cut(look.Author(m.message.Author), 30)
		}
		return l.P.T(key, who)
	}
	return l.P.T(key)
}
