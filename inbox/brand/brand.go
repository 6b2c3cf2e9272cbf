package brand

import (
	"strings"
)

// Names are what names one client. The zero value names nobody. It is never
// changed after New.
type Names struct {
	client  string
	needles []needle
}

// New makes the names of a client: its name, further words (brands, domains,
// handles) and the handles of its accounts. Of a handle's domain only one that
// is the client's own counts: a handle that is a domain, or a host that has
// the client's name or the handle's in it. A host that it shares with others
// ("@miette@social.example") says nothing about whom a text means.
func New(client string, words, handles []string) Names {
	n := Names{client: client}
	n.addName(client)
	for _, w := range words {
		n.addWord(w)
	}
	for _, h := range handles {
		n.addHandle(h)
	}
	return n
}

// Client is the client's name as given to New.
func (n Names) Client() string { return n.client }

// Hit is a place where a text names a client.
type Hit struct {
	Client string // its name
	Word   string // what names it, as it was given to New
}

// Foreign finds the first of the other clients that a text names, in the order
// of the text; of words that hold each other the longest.
func Foreign(text string, own Names, others []Names) (Hit, bool) {
	hay := haystack(text)
	masked := newMask(own.spans(hay))
	best, first := Hit{}, span{start: len(hay)}
	for _, o := range others {
		for _, s := range o.spans(hay) {
			if s.before(first) && !masked.covers(s) {
				best, first = Hit{Client: o.client, Word: s.word}, s
			}
		}
	}
	return best, first.start < len(hay)
}

// kind is how a needle stands in a text.
type kind uint8

const (
	word    kind = iota // between letters and digits nowhere
	domain              // a host, or the end of one
	mention             // an address: what goes on after it is another one
)

type needle struct {
	folded string
	shown  string
	kind   kind
}

func (n *Names) add(folded, shown string, k kind) {
	if folded != "" {
		n.needles = append(n.needles, needle{folded, shown, k})
	}
}

// addName adds a name in the spellings of texts, tags and addresses.
func (n *Names) addName(name string) {
	shown := strings.TrimSpace(name)
	parts := strings.Fields(fold(shown))
	for _, joint := range []string{" ", "-", "_", ""} {
		n.add(strings.Join(parts, joint), shown, word)
		if len(parts) < 2 {
			return
		}
	}
}

func (n *Names) addWord(w string) {
	shown := strings.TrimSpace(w)
	bare := hostOf(shown)
	switch {
	case strings.HasPrefix(shown, "@") || strings.Contains(shown, "@") && !strings.ContainsAny(shown, " \t"):
		n.addHandle(shown)
	case isDomain(bare):
		n.add(fold(bare), shown, domain)
	default:
		n.addName(shown)
	}
}

func (n *Names) addHandle(h string) {
	shown := strings.TrimSpace(h)
	bare := strings.TrimPrefix(fold(shown), "@")
	user, host, whole := strings.Cut(bare, "@")
	switch {
	case whole && isDomain(host):
		n.add(bare, shown, mention)
		n.add("@"+user, shown, mention)
		if n.owns(host, user) {
			n.add(host, shown, domain)
		}
	case isDomain(bare):
		n.add(bare, shown, domain)
	case !strings.Contains(bare, "://"):
		n.add(bare, shown, word)
	}
}

// owns reports whether a host has the client's name or a handle in it.
func (n *Names) owns(host, user string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if label == user {
			return true
		}
		for _, own := range n.needles {
			if own.kind == word && own.folded == label {
				return true
			}
		}
	}
	return false
}

// isDomain reports whether a word can only be a host.
func isDomain(w string) bool {
	if strings.ContainsAny(w, " \t\n/@:") || strings.HasPrefix(w, ".") || strings.HasSuffix(w, ".") {
		return false
	}
	i := strings.LastIndexByte(w, '.')
	return i > 0 && len(w)-i > 2
}

// hostOf is the host of a link; anything else stays as it is.
func hostOf(w string) string {
	if _, rest, ok := strings.Cut(w, "://"); ok {
		w, _, _ = strings.Cut(rest, "/")
		w, _, _ = strings.Cut(w, ":")
	}
	return strings.TrimPrefix(w, "www.")
}
