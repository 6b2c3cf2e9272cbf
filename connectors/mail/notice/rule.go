package notice

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"vigie/connectors"
	"vigie/inbox"
)

// rule is one of the user's own, for a network that is not in the table.
type rule struct {
	from    string // an address, or a domain with all below it
	subject *regexp.Regexp
	host    string // of links, with all below it
	prefix  string // of links; "" : any of the host
	network inbox.Network
	kind    inbox.Kind
}

// ruleOf reads a rule of the configuration.
func ruleOf(c connectors.Notification) (rule, error) {
	r := rule{from: strings.ToLower(strings.TrimSpace(c.From)), network: c.Network, kind: c.Kind}
	if r.kind == "" {
		r.kind = inbox.KindComment
	}
	if !strings.Contains(r.from[strings.LastIndexByte(r.from, '@')+1:], ".") {
		return r, errors.New("from is neither a mail address nor a domain")
	}
	if r.network == "" || !r.kind.Valid() {
		return r, errors.New("network or kind cannot be")
	}
	var err error
	if r.subject, err = regexp.Compile(c.Subject); err != nil {
		return r, fmt.Errorf("subject: %w", err)
	}
	r.host = strings.ToLower(strings.TrimSpace(c.Link))
	if strings.Contains(r.host, "://") {
		u, err := url.Parse(strings.TrimSpace(c.Link))
		if err != nil || hostOf(u) == "" {
			return r, errors.New("link is neither a host nor the beginning of an address")
		}
		r.host, r.prefix = hostOf(u), u.EscapedPath()
	}
	if !strings.Contains(r.host, ".") || strings.ContainsAny(r.host, "/@: ") {
		return r, errors.New("link is neither a host nor the beginning of an address")
	}
	return r, nil
}

// fits reports whether a mail is one that the rule is for.
func (r *rule) fits(m Mail, domain string) bool {
	if strings.Contains(r.from, "@") {
		return m.From == r.from && r.subject.MatchString(m.Subject)
	}
	return below(domain, []string{r.from}) && r.subject.MatchString(m.Subject)
}

// read is what the mail says: all of its text, by whom the subject names, under
// the first link that the rule takes.
func (r *rule) read(m Mail) []Notice {
	n := Notice{Network: r.network, Kind: r.kind, At: m.Date, Author: m.From, AuthorName: m.FromName, Text: unquoted(withoutFooter(m.Text))}
	found := r.subject.FindStringSubmatch(m.Subject)
	for i, name := range r.subject.SubexpNames() {
		if i >= len(found) || strings.TrimSpace(found[i]) == "" {
			continue
		}
		switch name {
		case "author":
			n.Author, n.AuthorName = strings.TrimSpace(found[i]), strings.TrimSpace(found[i])
		case "post":
			n.Post = strings.TrimSpace(found[i])
		}
	}
	for _, lines := range flowsOf(m) {
		for _, l := range lines {
			for _, a := range l.links {
				if u, ok := r.link(a); ok && n.Link == "" {
					n.Conversation, n.Link = untracked(u).String(), untracked(u).String()
					if u.Fragment != "" {
						n.Link += "#" + u.EscapedFragment()
					}
				}
			}
		}
	}
	if n.Text == "" {
		n.Text = m.Subject
	}
	if n.Link == "" || n.Text == "" || n.Author == "" {
		return nil
	}
	if n.Kind != inbox.KindDM && n.Kind != inbox.KindWatch {
		n.PostID = n.Conversation
	}
	n.Item = n.Conversation + "#" + digest(n.Author, n.Text, m.MessageID)
	return []Notice{n}
}

func (r *rule) link(a anchor) (*url.URL, bool) {
	u, ok := unwrap(a.href, []string{r.host, r.from[strings.LastIndexByte(r.from, '@')+1:]})
	if !ok || !honest(a.text, u) || !below(hostOf(u), []string{r.host}) {
		return nil, false
	}
	return u, r.prefix == "" || hostOf(u) == r.host && strings.HasPrefix(u.EscapedPath(), r.prefix)
}
