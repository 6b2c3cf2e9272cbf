package words

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Tagged reports whether a tag is another or lies beneath it, whatever the case
// and the accents of the two: "réclamation/retard" is tagged "reclamation".
func Tagged(tag, above string) bool {
	rest, ok := strings.CutPrefix(unaccented(tag), unaccented(above))
	return ok && (rest == "" || rest[0] == '/')
}

// unaccented is a tag in lower case and without accents.
func unaccented(tag string) string {
	tag = strings.ToLower(tag)
	if !strings.ContainsFunc(tag, func(r rune) bool { return r >= 0x80 }) {
		return tag
	}
	bare := strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, norm.NFD.String(tag))
	return norm.NFC.String(bare)
}
