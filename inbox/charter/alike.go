package charter

import "strings"

// alike are folded letters, most of Greek and Cyrillic, that look like a plain Latin
// one, small or as a capital.
const (
	alikeFrom = "авгеһіјкмнорсԁѕтухԛԝѵαβγεηικνορτυχωɡıɑ"
	alikeTo   = "abrehijkmhopcdstyxqwvabyenikvoptuxwgia"
)

// latinized is a folded word that has Latin letters and others that look like
// them, in Latin letters: nobody writes such a word but not to be found. Any
// other word is itself.
func latinized(word []byte) string {
	s := string(word)
	if strings.IndexFunc(s, notLatin) < 0 || !strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") {
		return s
	}
	to := []byte(alikeTo)
	return strings.Map(func(r rune) rune {
		n := 0
		for _, other := range alikeFrom {
			if other == r {
				return rune(to[n])
			}
			n++
		}
		return r
	}, s)
}
