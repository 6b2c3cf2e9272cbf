package when

import (
	"fmt"
	"strings"
	"time"
)

// Rule is what a nap waits for besides its moment.
type Rule uint8

// The rules. The zero one waits for the moment alone.
const (
	AtTime    Rule = iota
	TillReply      // for an answer of theirs, however long it takes
	NoReply        // for the moment, as a reminder if no answer of theirs comes before
)

// Nap is when somebody wants a thread back.
type Nap struct {
	Until time.Time // zero with TillReply
	Rule  Rule
	Dozes bool // an answer that only thanks is none
}

// dozes are the last words of a nap that sleeps on when they only thank.
var dozes = map[string]bool{
	"dort": true, "dors": true, "dormir": true, "sleep": true, "sleeps": true, "asleep": true, "doze": true, "dozes": true,
}

var tillReply = []string{
	"jusqu a reponse", "jusqu a la reponse", "jusqu a une reponse", "jusqu a leur reponse", "jusqu a sa reponse", "jusqu a ce qu ils repondent",
	"until reply", "until a reply", "until they reply", "until answer", "until an answer", "until they answer", "until:reply",
	"till reply", "till they reply",
}

var noReply = []string{
	"si pas de reponse", "si pas reponse", "s il n y a pas de reponse", "si aucune reponse", "si sans reponse", "sans reponse",
	"pas de reponse", "aucune reponse", "if no reply", "if no answer", "if there is no reply", "if they do not reply", "if they don t reply",
	"without reply", "without a reply", "without answer", "no reply", "no answer", "no-reply", "until no reply",
	"sauf reponse", "sauf si reponse", "sauf en cas de reponse", "sauf s il repond", "sauf si elle repond", "sauf s ils repondent", "a moins d une reponse",
	"unless reply", "unless there is a reply", "unless they reply", "unless they answer", "unless answered", "until no-reply", "until:no-reply",
}

// between are the words that may stand between "no reply" and its moment.
var between = map[string]bool{
	"dans": true, "sous": true, "depuis": true, "apres": true, "d": true, "ici": true,
	"in": true, "within": true, "for": true, "pendant": true, "after": true, "by": true, "avant": true, "before": true,
}

// ParseNap reads when a thread should come back: what Parse reads, with a
// morning of its own (nil: Nine), alone or with "si pas de réponse" or "if no
// reply" before or after it; or "jusqu'à réponse", "until reply" without any
// moment. A last "dort", "dors", "sauf merci", "sleep" or "not for thanks" says that thanks do not wake
// it. Behind "no reply" a number of hours is a distance: "48h".
func ParseNap(s string, now time.Time, zone *time.Location, morning Morning) (Nap, error) {
	if morning == nil {
		morning = Nine
	}
	var n Nap
	words := split(strings.ReplaceAll(s, "·", " "))
	n.Dozes, words = awayDozing(words)
	for _, p := range tillReply {
		if starts(words, p) == len(words) && len(words) > 0 {
			n.Rule = TillReply
			return n, nil
		}
	}
	m := moment{now: now.In(zone), morning: morning}
	if rest, ok := without(words); ok {
		n.Rule, words = NoReply, rest
		m.span = len(rest) > 0 && strings.Trim(rest[0][:1], "0123456789") == "" && !strings.Contains(rest[0], ":")
	}
	var err error
	if n.Until, err = parse(words, m); err != nil {
		return Nap{}, fmt.Errorf("nap %q: %w", s, err)
	}
	return n, nil
}

// thanksToo are the words that may stand around the one that sleeps on, or in
// its place.
var thanksToo = []string{
	"mais pas pour un merci", "pas pour un merci", "sauf pour un merci", "sauf un merci", "sauf merci", "sans merci", "meme si merci", "dort sur merci", "endormi",
	"but not for thanks", "not for thanks", "except thanks", "except for thanks", "asleep on thanks",
}

// awayDozing takes the last words away when they say that thanks do not wake.
func awayDozing(words []string) (dozing bool, rest []string) {
	if i := len(words) - 1; i > 0 && dozes[words[i]] {
		dozing, words = true, words[:i]
	}
	for _, p := range thanksToo {
		if n := len(words) - len(strings.Fields(p)); n > 0 && starts(words[n:], p) > 0 {
			return true, words[:n]
		}
	}
	return dozing, words
}

// without takes "if no reply" away from the moment that it stands before or
// behind.
func without(words []string) (rest []string, ok bool) {
	for _, p := range noReply {
		if n := starts(words, p); n > 0 {
			rest = words[n:]
			for len(rest) > 1 && between[rest[0]] {
				rest = rest[1:]
			}
			return rest, true
		}
		n := len(strings.Fields(p))
		if n < len(words) && starts(words[len(words)-n:], p) == n {
			return words[:len(words)-n], true
		}
	}
	return nil, false
}
