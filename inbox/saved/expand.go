package saved

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/text"
)

// maxName is how long the name of a variable is at most, in bytes.
const maxName = 60

// Values are what the variables stand for. One that is empty stays a gap, but
// for Signature: a client may have none.
type Values struct {
	Name      string // {{name}}: of who wrote, as they call themselves
	FirstName string // {{first_name}}
	Handle    string // {{handle}}
	Client    string // {{client}}: the brand
	Account   string // {{account}}: our handle
	Date      string // {{date}}: today, at the client's
	Signature string // {{signature}}
	Post      string // {{post}}: the beginning of what the thread hangs under
}

// Gap is a variable that nobody has filled in.
type Gap struct {
	Name       string
	Start, End int // of the braces and what is between them, in bytes
}

// postRunes is how much of a post a variable quotes, in characters.
const postRunes = 80

// ValuesOf are the values for an answer in a thread, written in lang.
func ValuesOf(v inbox.ThreadView, lang string, now time.Time) Values {
	name := person(v.Thread.Author.Name.String())
	out := Values{
		Name: name, FirstName: first(name), Handle: v.Thread.Author.Handle.String(),
		Client: v.Client.Name, Account: v.Account.Handle, Signature: v.Client.Charter.Signature,
		Date: dateOf(now, v.Client.Zone, lang),
	}
	if v.Post != nil {
		out.Post = beginning(v.Post.Text.String())
	}
	return out
}

func dateOf(now time.Time, zone, lang string) string {
	if place, err := time.LoadLocation(zone); err == nil {
		now = now.In(place)
	}
	switch lang {
	case "fr":
		return now.Format("02/01/2006")
	case "en":
		return now.Format("January 2, 2006")
	}
	return now.Format(time.DateOnly)
}

// person is what somebody calls themselves, fit to be said to them: it mentions
// nobody, links to nothing; "" when there is nothing left.
func person(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '@' || r == '#' {
			return -1
		}
		return r
	}, name)
	if strings.ContainsFunc(name, isControl) || links(name) || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	return strings.Join(strings.Fields(name), " ")
}

// isControl reports whether a character stands for one that controls a terminal.
func isControl(r rune) bool { return r >= '\u2400' && r <= '\u243f' }

// links reports whether some network may take a part of a name for an address.
func links(name string) bool {
	if strings.ContainsAny(name, "/:") {
		return true
	}
	for _, w := range strings.Fields(name) {
		labels := strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(".。．｡", r) })
		if len(labels) < 2 {
			continue
		}
		last := labels[len(labels)-1]
		if begin, size := utf8.DecodeRuneInString(last); strings.EqualFold(labels[0], "www") || unicode.IsLetter(begin) && len(last) > size {
			return true
		}
	}
	return false
}

// first is the first name of somebody; "" when it cannot be told.
func first(name string) string {
	for _, w := range strings.Fields(name) {
		switch strings.ToLower(strings.TrimRight(w, ".")) {
		case "m", "mr", "mme", "mlle", "mrs", "ms", "dr", "me", "pr":
			return "" // a family name follows
		}
		if w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }); utf8.RuneCountInString(w) > 1 {
			return w
		}
	}
	return ""
}

func beginning(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if utf8.RuneCountInString(line) <= postRunes {
		return line
	}
	short := string([]rune(line)[:postRunes])
	if i := strings.LastIndexByte(short, ' '); i > 0 {
		short = short[:i]
	}
	return short + "…"
}

// of is a variable's value; false: it stays a gap.
func (v Values) of(name string) (string, bool) {
	s := ""
	switch strings.ToLower(name) {
	case "name":
		s = v.Name
	case "first_name":
		s = v.FirstName
	case "handle":
		s = v.Handle
	case "client":
		s = v.Client
	case "account":
		s = v.Account
	case "date":
		s = v.Date
	case "signature":
		return v.Signature, true
	case "post":
		s = v.Post
	}
	s = harmless(s)
	return s, s != ""
}

// harmless is a value on one line that cannot become a variable.
func harmless(s string) string {
	s = text.CleanLine(s).String()
	return strings.TrimSpace(strings.NewReplacer("{", "(", "}", ")").Replace(s))
}

// Expand fills the variables of a text in, once: what a value says is never
// looked at again. Those without a value, and names it does not know, stay as
// they are and are the gaps that the writer has to fill.
func Expand(text string, v Values) (out string, gaps []Gap) { return Fill(text, v, nil) }

// Fill is Expand with the gaps that somebody named values for, by name.
func Fill(text string, v Values, named map[string]string) (out string, gaps []Gap) {
	var b strings.Builder
	from := 0
	for _, g := range Gaps(text) {
		b.WriteString(text[from:g.Start])
		from = g.End
		value, ok := named[g.Name]
		if !ok {
			value, ok = v.of(g.Name)
		} else {
			value = harmless(value)
		}
		if ok {
			b.WriteString(value)
			continue
		}
		start := b.Len()
		b.WriteString(text[g.Start:g.End])
		gaps = append(gaps, Gap{Name: g.Name, Start: start, End: b.Len()})
	}
	b.WriteString(text[from:])
	return b.String(), gaps
}

// Gaps are the variables that stand in a text, in order: a name between two
// braces on either side, on one line. No text that has any can be sent.
func Gaps(text string) []Gap {
	var gaps []Gap
	for at := 0; ; {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			return gaps
		}
		open += at
		for strings.HasPrefix(text[open+1:], "{{") { // the innermost
			open++
		}
		rest := text[open+2:]
		n := strings.IndexAny(rest, "{}\n")
		at = open + 2
		if n < 0 || n > maxName || !strings.HasPrefix(rest[n:], "}}") || strings.TrimSpace(rest[:n]) == "" {
			continue
		}
		at = open + 2 + n + 2
		gaps = append(gaps, Gap{Name: strings.TrimSpace(rest[:n]), Start: open, End: at})
	}
}
