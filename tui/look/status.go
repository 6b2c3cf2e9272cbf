package look

import (
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// Status is the word for what keeps a message from being seen like any other;
// "" for a message that nothing keeps.
func (l Look) Status(s inbox.Status) string { return l.status("message."+string(s), s) }

// Auto is the word for a message that no person wrote to us; "" for others.
func (l Look) Auto(m inbox.Message) string {
	switch m.Auto {
	case inbox.AutoNews:
		return l.P.T("message.auto.news")
	case inbox.AutoReply:
		return l.P.T("message.auto.reply")
	}
	return ""
}

// shownTo is how many of those who got a message are named.
const shownTo = 5

// Others says who else got a message, or who got one of ours; "" for nobody.
func (l Look) Others(m inbox.Message) string {
	if len(m.To) == 0 || m.Deleted {
		return ""
	}
	var names []string
	for _, to := range m.To[:min(len(m.To), shownTo)] {
		names = append(names, l.Cut(to.String(), 40))
	}
	words := strings.Join(names, ", ")
	if more := len(m.To) - shownTo; more > 0 {
		words += " +" + l.P.Number(more)
	}
	if m.Outgoing {
		return l.P.T("message.to", words)
	}
	return l.P.T("message.also-to", words)
}

// StatusShort is Status in a few cells.
func (l Look) StatusShort(s inbox.Status) string { return l.status("list."+string(s), s) }

// StatusWhat says in a clause what the status of a message means: what is private
// nobody else ever saw.
func (l Look) StatusWhat(m inbox.Message) string {
	if m.Kind == inbox.KindDM {
		if words := l.status("message."+string(m.Status)+".private", m.Status); words != "" {
			return words
		}
	}
	return l.status("message."+string(m.Status)+".what", m.Status)
}

func (l Look) status(key string, s inbox.Status) string {
	if s == "" || !l.P.Has(lang.Key(key)) {
		return ""
	}
	return l.P.T(lang.Key(key))
}

// Reason is a reason of a report for people, by the network's word for it:
// "spam", "com.atproto.moderation.defs#reasonRude", "violation 2: No spam".
func (l Look) Reason(word string) string {
	if _, rule, its := strings.Cut(word, ": "); its {
		return l.P.T("reason.rule", text.CleanLine(Head(rule, 400)).String())
	}
	short := word
	if i := strings.LastIndexAny(short, "#/"); i >= 0 {
		short = short[i+1:]
	}
	short = strings.TrimPrefix(short, "reason")
	if k := lang.Key("reason." + strings.ToLower(short)); short != "" && l.P.Has(k) {
		return l.P.T(k)
	}
	return text.CleanLine(Head(short, 400)).String()
}

// Said is what a message says where it is quoted: what its author wants read
// first stands for the rest.
func Said(m inbox.Message) text.Safe {
	if m.Warning.Empty() {
		return m.Text
	}
	return text.CleanLine("[" + Head(m.Warning.String(), 400) + "]")
}

// OnTheirWord reports whether an event is an answer on the network itself that
// somebody says to have given: neither a message nor an act tells of it.
func OnTheirWord(e inbox.Event) bool {
	return e.Verb == inbox.Replied && e.Message == "" && e.Action == 0
}
