package mastodon

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"vigie/connectors/htmltext"
	"vigie/inbox"
	"vigie/inbox/text"
)

// message is a status as a message of its conversation.
func message(s status, me account, p place) inbox.Message {
	m := inbox.Message{
		Remote: string(s.ID), Conversation: string(p.conversation), Parent: string(s.InReplyTo), Kind: p.kind,
		At: s.at, Edited: s.edited, Author: author(s.Account), Text: text.Clean(body(s, me)), Lang: language(s.Language),
		URL: address(s), Post: p.post, Visibility: text.CleanLine(s.Visibility).String(), Outgoing: s.Account.ID == me.ID,
		Counts: counts(s), Warning: text.CleanLine(strings.TrimSpace(s.Spoiler)), Poll: question(s.Poll),
	}
	m.Media = media(s)
	if other, ok := s.quoted(); ok {
		if p.kind == inbox.KindMention && other.Account.ID == me.ID && !m.Outgoing {
			m.Post = post(other)
		} else {
			m.Media = append(m.Media, quotation(other))
		}
	}
	return m
}

// media lists the files of a status.
func media(s status) []inbox.Media {
	var out []inbox.Media
	for _, md := range s.Media {
		if a := webAddress(cmp.Or(md.URL, md.RemoteURL)); a != "" {
			out = append(out, inbox.Media{Kind: mediaKind(md.Type), URL: a, Alt: text.Clean(md.Description)})
		}
	}
	return out
}

// maxQuote is how much is shown of a status that is quoted, in code points.
const maxQuote = 300

// quotation is a status that another one quotes: what its author wants read
// before, else what it says, else what its files show by their descriptions.
func quotation(s status) inbox.Media {
	var shown []string
	for _, md := range media(s) {
		if !md.Alt.Empty() {
			shown = append(shown, md.Alt.String())
		}
	}
	words := []rune(cmp.Or(strings.TrimSpace(s.Spoiler), htmltext.Text(unquoted(s.Content)), strings.Join(shown, ", ")))
	words = words[:min(len(words), maxQuote)]
	return inbox.Media{Kind: "quote", URL: address(s), Alt: text.CleanLine("@" + s.Account.Acct + " : " + string(words))}
}

// unquoted is the content of a status without the line that stands for what it
// quotes where that cannot be shown (docs: entities/Quote).
func unquoted(content string) string {
	before, rest, there := strings.Cut(content, `<p class="quote-inline">`)
	_, after, ends := strings.Cut(rest, "</p>")
	if !there || !ends {
		return content
	}
	return before + after
}

func author(a account) inbox.Author {
	name := a.Name
	if strings.TrimSpace(name) == "" {
		name = a.Username
	}
	return inbox.Author{
		ID: string(a.ID), Handle: text.CleanLine("@" + a.Acct), Name: text.CleanLine(name),
		Followers: max(a.Followers, 0), URL: webAddress(a.URL),
	}
}

func counts(s status) inbox.Counts {
	return inbox.Counts{Likes: max(s.Favourites, 0), Reposts: max(s.Reblogs, 0), Replies: max(s.Replies, 0), Known: true}
}

func address(s status) string {
	if a := webAddress(s.URL); a != "" {
		return a
	}
	return webAddress(s.URI)
}

func mediaKind(kind string) string {
	switch kind {
	case "image", "video", "audio":
		return kind
	case "gifv":
		return "video"
	}
	return "file"
}

// language keeps a language tag of letters, digits and hyphens.
func language(s string) string {
	if s != "" && sound(s) && len(s) <= 35 {
		return s
	}
	return ""
}

// body is the text of a status: of somebody else's without the mention of
// ourselves that an answer to us begins with, and with the hosts of all others
// that it mentions.
func body(s status, me account) string {
	content := s.Content
	if _, shown := s.quoted(); shown {
		content = unquoted(content)
	}
	t := htmltext.WithLinks(content)
	if s.Account.ID != me.ID {
		t = named(withoutMention(t, me), s)
	}
	return t
}

// question is what a status asks, as far as votes are told; nil: nothing.
func question(p *poll) *inbox.Poll {
	if p == nil || len(p.Options) == 0 {
		return nil
	}
	out := &inbox.Poll{Multiple: p.Multiple, Voters: max(p.Voters, 0)}
	if !p.Multiple && p.Voters == 0 { // everybody has one vote
		out.Voters = max(p.Votes, 0)
	}
	if t, err := time.Parse(time.RFC3339, p.Expires); err == nil {
		out.Ends = t.UTC()
	}
	for _, o := range p.Options {
		out.Options = append(out.Options, inbox.PollOption{Text: text.CleanLine(o.Title), Votes: max(o.Votes, 0)})
	}
	return out
}

func withoutMention(t string, me account) string {
	for _, name := range []string{"@" + me.Acct, "@" + me.Username} {
		if len(t) > len(name) && strings.EqualFold(t[:len(name)], name) && (t[len(name)] == ' ' || t[len(name)] == '\n') {
			if rest := strings.TrimLeft(t[len(name):], " \n"); rest != "" {
				return rest
			}
		}
	}
	return t
}

// post is an own status as what a thread hangs under.
func post(s status) *inbox.Post {
	return &inbox.Post{ID: string(s.ID), Text: text.Clean(htmltext.Text(s.Content)), URL: address(s), At: s.at, Counts: counts(s)}
}

// version changes whenever what is shown of a status changes.
func version(s status) string {
	h := fnv.New64a()
	for _, part := range []string{s.Content, s.Spoiler, s.EditedAt} {
		_, _ = h.Write([]byte(part)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	for _, md := range s.Media {
		_, _ = h.Write([]byte(md.URL + md.Description))
	}
	if s.Poll != nil {
		_, _ = fmt.Fprint(h, s.Poll.Expires, s.Poll.Votes, s.Poll.Voters)
	}
	if s.Quote != nil {
		_, _ = h.Write([]byte(s.Quote.State))
	}
	return strconv.FormatUint(h.Sum64(), 36)
}
