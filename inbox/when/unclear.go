package when

import (
	"strings"

	"vigie/inbox/query"
)

// Unclear is an error that names the word which was not understood, and the
// known one that it is nearest to, "" for none. It is an ErrUnclear.
type Unclear struct{ Word, Near string }

func (e *Unclear) Error() string { return ErrUnclear.Error() + ": " + e.Word }

// Is reports whether the target is ErrUnclear.
func (e *Unclear) Is(target error) bool { return target == ErrUnclear }

// unclear says of the first of words that it was not understood; of a number,
// what it is one of. Who mistypes a word begins it as it begins.
func unclear(words []string) error {
	word := words[0]
	if _, err := number(word); err == nil && len(words) > 1 {
		word = words[1]
	}
	written := map[string]string{} // by what it is without accents
	var like []string
	for _, known := range vocabulary() {
		plain := folder.Replace(known)
		if len(word) > 2 && plain[0] == word[0] && plain != word {
			written[plain] = known
			like = append(like, plain)
		}
	}
	return &Unclear{Word: word, Near: written[query.Nearest(word, like)]}
}

// vocabulary are the words that people mistype, as they are written.
func vocabulary() []string {
	return strings.Fields(`demain après-demain aujourd'hui lundi mardi mercredi jeudi vendredi samedi dimanche
		matin midi après-midi soir minuit semaine prochaine prochain mois jours heures minutes dans sans réponse jusqu'à fin
		janvier février mars avril mai juin juillet août septembre octobre novembre décembre
		tomorrow today tonight monday tuesday wednesday thursday friday saturday sunday morning noon afternoon evening midnight
		next week weekend month days hours until reply
		january february march april may june july august september october november december`)
}
