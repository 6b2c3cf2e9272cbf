package area

import (
	"strings"

	"vigie/inbox/saved"
)

// Gaps are the places of the text that are to be filled, in order.
func (a *Area) Gaps() []saved.Gap { return saved.Gaps(a.text) }

// NextGap selects the next gap behind the cursor, or the first one; it reports
// whether there is one.
func (a *Area) NextGap() bool {
	gaps := a.Gaps()
	if len(gaps) == 0 {
		return false
	}
	pick := gaps[0]
	for _, g := range gaps {
		if g.Start >= a.at {
			pick = g
			break
		}
	}
	a.Select(pick.Start, pick.End)
	return true
}

// Word is the word that ends at the cursor and where it begins: up to there
// nothing but what is no space. It is empty while something is selected.
func (a *Area) Word() (word string, from int) {
	if a.mark != a.at {
		return "", a.at
	}
	head := strings.TrimRightFunc(a.text[:a.at], spaced)
	return a.text[len(head):a.at], len(head)
}
