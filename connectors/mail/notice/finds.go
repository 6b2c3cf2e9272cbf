package notice

import (
	"net/url"
	"strings"

	"vigie/inbox"
)

// find is one result of an alert.
type find struct {
	u     *url.URL
	title string
	words []string
}

// finds reads the results of an alert: each link that leads away from the
// alert's own hosts, with the words that follow it. What is found again by
// another mail is the same.
func finds(s *sender, m Mail) []Notice {
	list := richFinds(s, m.HTML)
	if len(list) == 0 {
		list = plainFinds(s, m.Text)
	}
	var out []Notice
	for _, f := range list {
		if len(out) == maxNotices {
			break
		}
		link := untracked(f.u).String()
		host := strings.TrimPrefix(hostOf(f.u), "www.")
		said := strings.TrimSpace(f.title + "\n" + strings.Join(f.words, "\n"))
		out = append(out, Notice{
			Network: s.network, Kind: inbox.KindWatch, Conversation: link, Item: link, Link: link, At: m.Date,
			Author: host, AuthorName: host, Text: unquoted(said),
		})
	}
	return out
}

// away is where a link of a result leads.
func away(s *sender, a anchor) (*url.URL, bool) {
	u, ok := unwrap(a.href, s.hosts)
	if !ok || below(hostOf(u), s.hosts) || !honest(a.text, u) {
		return nil, false
	}
	return u, true
}

func richFinds(s *sender, src string) []find {
	var out []find
	at := map[string]int{}
	current := -1
	for _, l := range htmlLines(src) {
		if ends(l.text) {
			break
		}
		led := false
		for _, a := range l.links {
			u, ok := away(s, a)
			if !ok {
				led = led || l.button() && len(l.links) > 0
				continue
			}
			led = true
			key := untracked(u).String()
			if i, known := at[key]; known {
				if current = i; out[i].title == "" {
					out[i].title = a.text
				}
				continue
			}
			at[key], current = len(out), len(out)
			out = append(out, find{u: u, title: a.text})
		}
		if current >= 0 && !led && l.text != "" && len(out[current].words) < 6 {
			out[current].words = append(out[current].words, l.text)
		}
	}
	return titled(out)
}

func titled(list []find) []find {
	var out []find
	for _, f := range list {
		if f.title != "" && !begins(plainly(f.title), calls) {
			out = append(out, f)
		}
	}
	return out
}

// plainFinds reads blocks between empty lines: a title, a few words, a link.
func plainFinds(s *sender, src string) []find {
	var out []find
	known := map[string]bool{}
	var block []string
	for _, l := range plainLines(src) {
		words := plainly(l.text)
		switch {
		case begins(words, footers):
			return titled(out)
		case words == "" || strings.HasPrefix(l.text, "==="):
			block = nil
		case len(l.links) == 0:
			block = append(block, l.text)
		default:
			u, ok := away(s, l.links[0])
			if !ok {
				block = nil
				continue
			}
			if key := untracked(u).String(); len(block) > 0 && !known[key] {
				known[key] = true
				out = append(out, find{u, block[0], block[1:]})
			}
			block = nil
		}
	}
	return titled(out)
}

// anything reads a mail of which nothing is known but its sender: what it says,
// and the first link that leads to a place on the network.
func anything(s *sender, m Mail) []Notice {
	for _, lines := range flowsOf(m) {
		for _, l := range lines {
			if ends(l.text) {
				break
			}
			for _, a := range l.links {
				u, ok := s.link(a.href)
				if !ok || !honest(a.text, u) || len(segments(u.Path)) == 0 || begins(strings.TrimLeft(u.Path, "/"), []string{"settings", "help", "unsubscribe", "account", "privacy", "terms", "login", "images"}) {
					continue
				}
				t := target{id: u.EscapedPath(), link: (&url.URL{Scheme: "https", Host: hostOf(u), Path: u.Path, RawPath: u.RawPath}).String()}
				n := Notice{
					Network: s.network, Kind: inbox.KindDM, Conversation: t.id, Link: t.link, At: m.Date,
					Author: string(s.network), AuthorName: m.FromName, Text: unquoted(withoutFooter(m.Text)), Post: m.Subject,
				}
				if n.Text == "" {
					n.Text = m.Subject
				}
				if n.Item = n.item("", m); n.Text == "" {
					return nil
				}
				return []Notice{n}
			}
		}
	}
	return nil
}

// withoutFooter is a text up to where it tells why it came, without lines that
// are an address.
func withoutFooter(s string) string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if ends(l) && len(out) > 0 {
			break
		}
		if line := strings.Trim(l, "<> \t\r"); strings.HasPrefix(line, "http") && address().FindString(line) == line {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
