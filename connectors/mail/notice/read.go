package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"vigie/inbox"
)

const (
	maxNotices = 50
	maxSaid    = 20_000 // bytes of a text
)

// event is where a mail says that something happened.
type event struct {
	*saying
	found
	from, body, to int // lines: where it is said, where what follows begins and ends
}

// read is what a mail of the sender says; nothing when it is not understood.
func (s *sender) read(m Mail) []Notice {
	var best []Notice
	flows := flowsOf(m)
	for _, lines := range flows {
		if got := s.told(m, lines, flows); len(got) > len(best) {
			best = got
		}
	}
	if len(best) == 0 && s.whole != nil {
		return s.whole(s, m)
	}
	return best
}

// told finds the notices in one way to see a mail.
func (s *sender) told(m Mail, lines []line, flows [][]line) []Notice {
	events := s.events(m, lines)
	var out []Notice
	known := map[string]bool{}
	for _, e := range events {
		more := [][]line(nil)
		if len(events) == 1 {
			e.from, more = 0, flows
		}
		if n, ok := s.notice(m, e, lines, more); ok && !known[n.Item] && len(out) < maxNotices {
			known[n.Item] = true
			out = append(out, n)
		}
	}
	return out
}

// events finds where something is said to have happened: in the text, else in
// the subject.
func (s *sender) events(m Mail, lines []line) []event {
	var out []event
	for i := 0; i < len(lines) && len(out) < 2*maxNotices; i++ {
		if foot(lines[i].text) {
			break
		}
		if say, f, span, ok := s.headline(lines[i:]); ok {
			out = append(out, event{say, f, i, i + span, len(lines)})
			i += span - 1
		}
	}
	for i := 1; i < len(out); i++ {
		out[i-1].to = out[i].from
	}
	// A headline is often there twice: the first time nothing follows it.
	for i := len(out) - 2; i >= 0; i-- {
		if a, b := out[i], out[i+1]; a.saying == b.saying && a.author == b.author && s.text(a, lines) == "" {
			out[i+1].from = a.from
			out = append(out[:i], out[i+1:]...)
		}
	}
	say, f, ok := s.saying(m.Subject)
	if !ok {
		return out
	}
	// The subject tells of one thing: whatever else looks like a headline was
	// written by whoever did it.
	i := slices.IndexFunc(out, func(e event) bool { return e.saying == say })
	if i < 0 {
		return []event{{say, f, 0, 0, len(lines)}}
	}
	one := out[i]
	one.to = len(lines)
	if one.post == "" {
		one.post = f.post
	}
	return []event{one}
}

// wrapped is how long a line is at least that goes on in the next one.
const wrapped = 50

// headline reads a saying from the beginning of some lines; span is how many it
// takes, since plain text is wrapped.
func (s *sender) headline(lines []line) (say *saying, f found, span int, ok bool) {
	joined := lines[0].text
	if say, f, ok = s.saying(joined); ok || len(joined) < wrapped || len(lines) < 2 || lines[1].text == "" {
		return say, f, 1, ok
	}
	if _, _, alone := s.saying(lines[1].text); alone {
		return nil, found{}, 0, false
	}
	say, f, ok = s.saying(joined + " " + lines[1].text)
	return say, f, 2, ok
}

// saying is what a line says, if it is one of the network's sayings.
func (s *sender) saying(words string) (*saying, found, bool) {
	if len(words) > 2*longestField {
		return nil, found{}, false
	}
	words = plainly(words)
	for i := range s.says {
		for _, p := range s.says[i].phrases {
			if f, ok := p.in(words); ok && f.author != "" && !strings.ContainsAny(f.author, "\n:") {
				return &s.says[i], f, true
			}
		}
	}
	return nil, found{}, false
}

// notice makes a notice of an event. more are other ways to see the mail, where
// the link may be as well.
func (s *sender) notice(m Mail, e event, lines []line, more [][]line) (Notice, bool) {
	said := s.text(e, lines)
	if said == "" && e.bare {
		said = m.Subject
	}
	if said == "" {
		return Notice{}, false
	}
	at, ok := s.target(e.places, lines[e.from:e.to], said)
	for _, other := range more {
		if ok {
			break
		}
		at, ok = s.target(e.places, other, said)
	}
	if !ok {
		return Notice{}, false
	}
	n := Notice{
		Network: s.network, Kind: e.kind, Conversation: at.id, Link: at.link, At: m.Date,
		Author: e.author, AuthorName: e.author, Text: said, Post: e.post,
	}
	if id := s.person(e.author, lines[e.from:e.to]); id != "" {
		n.Author = id
	}
	if n.Kind != inbox.KindDM {
		n.PostID = at.id
	}
	n.Item = n.item(at.item, m)
	return n, true
}

// item names the thing itself: by the network's id; else a comment by who says
// what where, so that a digest does not repeat it, and a message by its mail,
// since people say "ok" twice.
func (n Notice) item(id string, m Mail) string {
	if id != "" {
		return n.Conversation + "#" + id
	}
	words := []string{n.Conversation, string(n.Kind), n.Author, n.Text}
	if n.Kind == inbox.KindDM {
		words = append(words, m.MessageID)
	}
	return n.Conversation + "#" + digest(words...)
}

func digest(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:10])
}

// text is what somebody said, by the lines after the headline.
func (s *sender) text(e event, lines []line) string {
	var said []string
	if e.rest != "" {
		if rest := strings.TrimLeft(e.rest, ".!:,;– "); rest != "" {
			said = append(said, rest)
		}
	}
	quoted := false
	for _, l := range lines[e.body:e.to] {
		words := plainly(l.text)
		if foot(l.text) || ends(l.text) && len(said) > 0 {
			break
		}
		if len(said) > 0 && s.leads(l, words) {
			said = withoutCall(said)
			break
		}
		if f, ok := met(wrote, words); ok && !quoted {
			said, quoted = nil, true
			if f.rest != "" {
				said = append(said, f.rest)
			}
			continue
		}
		if len(said) == 0 && (words == "" || s.leads(l, words) || plainly(e.post) == strings.Trim(words, "\"“”„«» ") || words == plainly(e.author)) {
			continue
		}
		said = append(said, l.text)
	}
	return unquoted(strings.TrimSpace(strings.Join(said, "\n")))
}

// withoutCall is what was said before a link, without the words that belong to
// the link.
func withoutCall(said []string) []string {
	last := len(said) - 1
	for last > 0 && strings.TrimSpace(said[last]) == "" {
		last--
	}
	if words := plainly(said[last]); last > 0 && (begins(words, calls) || strings.HasSuffix(words, ":")) {
		return said[:last]
	}
	return said
}

// leads reports whether a line is a way to somewhere and no word of theirs.
func (s *sender) leads(l line, words string) bool {
	if len(l.links) == 0 {
		return strings.HasSuffix(words, ":") && begins(words, calls)
	}
	if l.button() || l.text == "" {
		return l.text == "" || begins(words, calls)
	}
	before, _, plain := strings.Cut(l.text, "http")
	before = strings.Trim(plainly(before), "<([ ")
	if !plain || before != "" && !begins(before, calls) {
		return false
	}
	u, ok := unwrap(l.links[0].href, s.hosts)
	return ok && (before != "" || below(hostOf(u), s.hosts))
}

// unquoted is a text without the quotes around all of it.
func unquoted(s string) string {
	for _, q := range [][2]string{{"“", "”"}, {"\"", "\""}, {"«", "»"}, {"„", "“"}} {
		if in, ok := strings.CutPrefix(s, q[0]); ok {
			if in, ok = strings.CutSuffix(in, q[1]); ok && !strings.Contains(in, q[0]) {
				s = strings.Trim(in, " \u00a0\u202f\n")
			}
		}
	}
	if len(s) > maxSaid {
		s = strings.ToValidUTF8(s[:maxSaid], "") + "…"
	}
	return s
}

// target finds where to answer: a link that is no part of what was said, else
// one that is.
func (s *sender) target(places []place, lines []line, said string) (target, bool) {
	for _, theirs := range []bool{false, true} {
		for _, p := range places {
			for _, l := range lines {
				words := strings.Trim(l.text, "\"“”„«» \u00a0\u202f")
				inside := words != "" && strings.Contains(said, words)
				if inside != theirs {
					continue
				}
				if t, ok := s.first(p, l.links); ok {
					return t, true
				}
			}
		}
	}
	return target{}, false
}

func (s *sender) first(p place, links []anchor) (target, bool) {
	for _, a := range links {
		u, ok := s.link(a.href)
		if !ok || !honest(a.text, u) {
			continue
		}
		if t, ok := p.at(u); ok {
			return t, true
		}
	}
	return target{}, false
}

// link is an address of the network itself, unwrapped.
func (s *sender) link(href string) (*url.URL, bool) {
	u, ok := unwrap(href, s.hosts)
	if !ok || !below(hostOf(u), s.hosts) {
		return nil, false
	}
	if s.unwrap != nil {
		u = s.unwrap(u)
	}
	out := *u
	out.Scheme = "https"
	return &out, true
}

// person is the id of somebody whose name links to a profile; "" without.
func (s *sender) person(name string, lines []line) string {
	for _, l := range lines {
		for _, a := range l.links {
			if plainly(a.text) != plainly(name) {
				continue
			}
			u, ok := s.link(a.href)
			for _, p := range s.people {
				if t, fits := p.at(orEmpty(u)); ok && fits {
					return strings.TrimPrefix(t.id, "/")
				}
			}
		}
	}
	return ""
}

func orEmpty(u *url.URL) *url.URL {
	if u == nil {
		return &url.URL{}
	}
	return u
}
