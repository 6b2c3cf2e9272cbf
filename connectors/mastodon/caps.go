package mastodon

import (
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// maxFiles and maxImage are what a server takes that tells no limits (docs:
	// user/posting#attachments).
	maxFiles = 4
	maxImage = 8 << 20
	// quotesAPI is the version of the API from which quotes can be taken back
	// (docs: methods/statuses#revoke_quote).
	quotesAPI = 7
	// broken begins the reason of a report for a broken rule; the rule's id and
	// text follow.
	broken = "violation"
	// maxRule is how much of a rule a reason shows, in code points.
	maxRule = 80
)

// caps is what can be done on a server by its own word, if the token allows
// everything. The zero instance stands for the best of servers.
func caps(in instance, texts inbox.Class) inbox.Caps {
	said := in.Configuration.Statuses
	chars, perURL := max(said.MaxChars, in.MaxChars), said.URLChars
	if chars <= 0 {
		chars = defaultChars
	}
	if perURL <= 0 {
		perURL = urlChars
	}
	limit := inbox.TextLimit{Max: chars, Unit: inbox.Characters, URLLength: perURL, LocalMentions: true}
	if in.genuine() { // source: app/validators/status_length_validator.rb; others count no less than code points
		limit.Unit = inbox.Graphemes
	}
	text, state := inbox.Capability{OK: true, Class: texts}, inbox.Capability{OK: true, Class: inbox.ClassS}
	out := inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamMentions, inbox.StreamMessages, inbox.StreamReviews, inbox.StreamWatch},
		Acts: map[inbox.ActionKind]inbox.Capability{
			inbox.ActReply: text, inbox.ActPrivate: text, inbox.ActReport: {OK: true, Class: inbox.ClassD},
			inbox.ActHide: no(), inbox.ActUnhide: no(), inbox.ActRemove: no(), // nobody can hide what others wrote
			inbox.ActReattach: no(), // what was taken out of a quote stays out
		},
		Reply: limit, Message: limit,
		Media:        files(in),
		Visibilities: visibilities(),
		Reasons:      reasons(in),
		Push:         true,
		MinPoll:      minPoll,
	}
	for _, kind := range []inbox.ActionKind{
		inbox.ActLike, inbox.ActUnlike, inbox.ActEdit, inbox.ActDelete, inbox.ActBlock, inbox.ActUnblock, inbox.ActMute,
		inbox.ActUnmute, inbox.ActLeave, inbox.ActRejoin, inbox.ActRead, inbox.ActDetach,
	} {
		out.Acts[kind] = state
	}
	if texts == inbox.ClassA {
		out.KeyWindow = keyWindow
	}
	return out
}

// files is what may go with an answer, as the server says.
func files(in instance) inbox.MediaLimit {
	said := in.Configuration.Media
	out := inbox.MediaLimit{Max: in.Configuration.Statuses.MaxMedia, Bytes: max(said.ImageBytes, said.VideoBytes), Alt: max(said.AltChars, 0), Alone: true}
	for _, t := range said.Types {
		if kind := text.CleanLine(t).String(); kind != "" {
			out.Types = append(out.Types, kind)
		}
	}
	if out.Max <= 0 {
		out.Max = maxFiles
	}
	if out.Bytes <= 0 {
		out.Bytes = maxImage
	}
	if len(out.Types) == 0 {
		out.Types = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}
	}
	return out
}

// reasons are those of a report, as the server wants them: the breach of a
// rule names the rule where the server has some.
func reasons(in instance) []string {
	out := []string{"spam", "legal"}
	for _, r := range in.Rules {
		if !sound(r.ID) {
			continue
		}
		words := []rune(text.CleanLine(r.Text).String())
		if len(words) > maxRule {
			words = append(words[:maxRule], '…')
		}
		out = append(out, strings.TrimSpace(broken+" "+string(r.ID)+": "+string(words)))
	}
	if len(out) == 2 {
		out = append(out, broken)
	}
	return append(out, "other")
}

// no is what the network cannot do.
func no() inbox.Capability { return inbox.Capability{Why: inbox.CodeUnsupported} }

// visibilities lists the words from the most open to the most private.
func visibilities() []string { return []string{"public", "unlisted", "private", "direct"} }

// Caps says what the account can do, as far as the server has told or shown by
// now, and as far as its token allows.
func (c *connector) Caps() inbox.Caps {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := caps(c.server, c.class())
	out.Push = !c.silent
	out.Streams = slices.DeleteFunc(out.Streams, func(s inbox.Stream) bool {
		return s == inbox.StreamWatch && len(c.words) == 0 || s == inbox.StreamReviews && c.unheard
	})
	for kind, can := range out.Acts {
		switch {
		case !can.OK:
		case c.lacking[kind], kind == inbox.ActDetach && c.server.APIVersions.Mastodon < quotesAPI:
			out.Acts[kind] = no()
		case !c.grants.allow(scopeOf(kind)):
			out.Acts[kind] = inbox.Capability{Why: inbox.CodeScope}
		}
	}
	if !c.grants.allow(scopeMedia) {
		out.Media = inbox.MediaLimit{}
	}
	return out
}

// ThreadCaps says what can be done in a thread. A direct one stays direct and
// has nothing more private; only such a one can be told as read. Only a quote can
// be detached: a mention under a post of ours. What is only listened to does not
// end by leaving it, and what stands under a post of ours is one conversation to
// the server: to leave one would be to leave all of them.
func (c *connector) ThreadCaps(t inbox.Thread) inbox.Caps {
	out := c.Caps()
	withhold := func(why string, kinds ...inbox.ActionKind) {
		for _, kind := range kinds {
			if out.Acts[kind].OK {
				out.Acts[kind] = inbox.Capability{Why: why}
			}
		}
	}
	switch t.Kind {
	case inbox.KindReview:
		withhold(inbox.CodeReadOnly, inbox.ActionKinds()...)
		return out
	case inbox.KindDM:
		out.Visibilities = []string{"direct"}
		withhold(inbox.CodeUnsupported, inbox.ActPrivate)
		withhold(inbox.CodeInPrivate, inbox.ActDetach)
		return out
	case inbox.KindWatch, inbox.KindComment:
		withhold(inbox.CodeUnsupported, inbox.ActLeave, inbox.ActRejoin)
	}
	withhold(inbox.CodeUnsupported, inbox.ActRead)
	if t.Kind != inbox.KindMention || t.PostID == "" {
		withhold(inbox.CodeNotOurs, inbox.ActDetach)
	}
	return out
}

// narrower is the more private of a wished visibility and that of the message
// answered. A word that is not known is kept as the server has it.
func narrower(wish, parent string) string {
	words := visibilities()
	w, p := slices.Index(words, wish), slices.Index(words, parent)
	switch {
	case parent == "":
		return wish
	case p < 0 || w < p:
		return parent
	}
	return wish
}
