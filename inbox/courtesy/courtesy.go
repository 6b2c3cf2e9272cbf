// Package courtesy recognises messages that say no more than thanks, in French
// and in English: an answer to them is welcome and never urgent.
package courtesy

import (
	"strings"
	"unicode"
)

// longest is how many words such a message may have.
const longest = 8

// Thanks reports whether a text says thanks and nothing that wants an answer:
// a few words, one of them of thanks, all of them polite, no question.
func Thanks(s string) bool {
	if strings.ContainsAny(s, "?？") {
		return false
	}
	list := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(list) > longest {
		return false
	}
	thanks := false
	for _, w := range list {
		switch w {
		case "merci", "mercii", "merciii", "thanks", "thank", "thx", "ty", "mrc":
			thanks = true
		case "beaucoup", "bien", "infiniment", "encore", "à", "a", "vous", "toi", "tous", "toute", "l", "équipe", "equipe", "pour", "votre",
			"ta", "ton", "réponse", "reponse", "retour", "aide", "super", "top", "génial", "genial", "parfait", "cool", "ok", "d", "accord",
			"bonne", "journée", "journee", "soirée", "soiree", "c", "est", "noté", "note", "you", "so", "very", "much", "a lot", "lot", "for", "your", "the",
			"reply", "answer", "help", "great", "perfect", "have", "nice", "good", "day", "all", "that", "s", "and", "et", "de", "du", "la", "le":
		default:
			return false
		}
	}
	return thanks
}
