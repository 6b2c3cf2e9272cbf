package door

import "strings"

// maxLabel bounds what a visitor says about itself, in bytes.
const maxLabel = 64

// label makes what a visitor says about itself fit for a list, a log and a
// terminal: plain letters, digits and a little punctuation, at most maxLabel
// of them. Anything else becomes '?'.
func label(s string) string {
	var b strings.Builder
	for _, r := range s {
		if b.Len() == maxLabel {
			break
		}
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		case strings.ContainsRune("-_./:@+,[] ", r):
		default:
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
