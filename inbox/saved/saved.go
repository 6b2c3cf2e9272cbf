package saved

import (
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/words"
)

// Pick is the variant of a saved reply that suits best: the one of that
// language and network, else of the language, of the network, of neither; else
// the first of that ID. False: there is none of that ID.
func Pick(list []inbox.SavedReply, id, lang string, net inbox.Network) (inbox.SavedReply, bool) {
	best, found := inbox.SavedReply{}, 0
	for _, r := range list {
		if r.ID != id {
			continue
		}
		if n := suits(r, lang, net); n > found {
			best, found = r, n
		}
	}
	return best, found > 0
}

// suits says how well a variant suits; at least 1.
func suits(r inbox.SavedReply, lang string, net inbox.Network) int {
	if r.Lang != "" && r.Lang != lang || r.Network != "" && r.Network != net {
		return 1
	}
	n := 2
	if r.Network != "" {
		n++
	}
	if r.Lang != "" {
		n += 2
	}
	return n
}

// IDs are the saved replies there are, in the order of the list.
func IDs(list []inbox.SavedReply) []string {
	var ids []string
	for _, r := range list {
		if !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// Match are the IDs that begin so, whatever the case and accents, then those
// that have it elsewhere. An empty beginning matches all.
func Match(list []inbox.SavedReply, begin string) []string {
	want := folded(begin)
	var first, then []string
	for _, id := range IDs(list) {
		switch f := folded(id); {
		case strings.HasPrefix(f, want):
			first = append(first, id)
		case strings.Contains(f, want):
			then = append(then, id)
		}
	}
	return append(first, then...)
}

func folded(s string) string { return strings.TrimSpace(string(words.Fold(nil, s))) }
