package lang

import (
	"slices"
	"strconv"
)

// Number writes a whole number with its thousands parted as the language does.
func (p Printer) Number(n int) string {
	sep := ","
	if p.tag == French {
		sep = "\u00A0"
	}
	s := strconv.Itoa(n)
	var groups []string
	for len(s) > 3 && s[len(s)-4] != '-' {
		groups = append(groups, sep+s[len(s)-3:])
		s = s[:len(s)-3]
	}
	slices.Reverse(groups)
	for _, g := range groups {
		s += g
	}
	return s
}
