package lang

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
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

// Count is a number of things. As a sentence's argument, for %d, it is written
// as Number does; it chooses the form of a plural as an int does.
type Count int

// Bytes is a size. As a sentence's argument, for %s, it is written in powers
// of 1,024 and says so: 226.7 MiB.
type Bytes int64

// Size writes a size with its unit.
func (p Printer) Size(b Bytes) string {
	units, suffix := "KMGT", "iB"
	if p.tag == French {
		suffix = "io"
	}
	if b < 1<<10 {
		return p.Number(int(b)) + "\u00A0" + suffix[1:]
	}
	n, unit := float64(b)/(1<<10), 0
	for n >= 1023.95 && unit < len(units)-1 {
		n /= 1 << 10
		unit++
	}
	return p.Tenths(n) + "\u00A0" + units[unit:unit+1] + suffix
}

// Tenths writes a number with one digit behind the point, or the comma.
func (p Printer) Tenths(n float64) string {
	s := strconv.FormatFloat(n, 'f', 1, 64)
	if p.tag == French {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// written is an argument in its language, whatever the verb.
type written string

// Format implements fmt.Formatter.
func (w written) Format(to fmt.State, _ rune) {
	_, _ = io.WriteString(to, string(w)) // fmt.State takes all
}

// localized writes the arguments that a language writes in its own way.
func (p Printer) localized(args []any) []any {
	out := slices.Clone(args)
	for i, a := range args {
		switch a := a.(type) {
		case Count:
			out[i] = written(p.Number(int(a)))
		case Bytes:
			out[i] = written(p.Size(a))
		}
	}
	return out
}

// Ordinal writes a place in an order: 3e, 3rd.
func (p Printer) Ordinal(n int) string {
	digits := strconv.Itoa(n)
	if p.tag == French {
		if n == 1 {
			return digits + "er"
		}
		return digits + "e"
	}
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		return digits + "st"
	case n%10 == 2:
		return digits + "nd"
	case n%10 == 3:
		return digits + "rd"
	}
	return digits + "th"
}
