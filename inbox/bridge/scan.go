package bridge

import "unicode/utf8"

// scan walks over JSON of valid UTF-8. What it does not know makes it bad,
// and whoever walks with it ends.
type scan struct {
	s   string
	i   int
	bad bool
}

// container is an object or a list that is being walked through.
type container struct {
	names []string // that its members may have
	seen  uint32   // members by the index of their name
	next  int      // the index after that of the last member
	begun bool
	name  string // of the member whose value comes next
}

func (c *scan) space() {
	for c.i < len(c.s) {
		switch c.s[c.i] {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return
		}
	}
}

// take passes over one byte behind spaces.
func (c *scan) take(b byte) {
	c.space()
	if c.bad || c.i >= len(c.s) || c.s[c.i] != b {
		c.bad = true
		return
	}
	c.i++
}

func (c *scan) object(names []string) container {
	c.take('{')
	return container{names: names}
}

func (c *scan) list() container {
	c.take('[')
	return container{}
}

// more passes over what stands before the next value of a container, or over
// the container's end.
func (c *scan) more(o *container, end byte) bool {
	c.space()
	if c.bad || c.i >= len(c.s) {
		c.bad = true
		return false
	}
	if c.s[c.i] == end {
		c.i++
		return false
	}
	if o.begun {
		c.take(',')
	}
	o.begun = true
	return !c.bad
}

// element goes to the next value of a list. A comma before the end is found
// by whoever reads the value.
func (c *scan) element(o *container) bool { return c.more(o, ']') }

// member goes to the value of an object's next member. A name that is not
// among the object's, or that comes again, is bad.
func (c *scan) member(o *container) bool {
	if !c.more(o, '}') {
		return false
	}
	name := c.word()
	c.take(':')
	if c.bad {
		return false
	}
	for range o.names {
		if o.next == len(o.names) {
			o.next = 0
		}
		at := o.next
		o.next++
		if o.names[at] != name {
			continue
		}
		c.bad = o.seen&(1<<at) != 0
		o.seen |= 1 << at
		o.name = name
		return !c.bad
	}
	c.bad = true
	return false
}

// end reports whether all was read, and nothing bad found.
func (c *scan) end() bool {
	c.space()
	return !c.bad && c.i == len(c.s)
}

// number reads a whole number from 0 to 10^15.
func (c *scan) number() int {
	c.space()
	n, from := 0, c.i
	for c.i < len(c.s) && c.s[c.i] >= '0' && c.s[c.i] <= '9' && c.i-from <= 15 {
		n = n*10 + int(c.s[c.i]-'0')
		c.i++
	}
	digits := c.i - from
	c.bad = c.bad || digits == 0 || digits > 15 || (digits > 1 && c.s[from] == '0')
	return n
}

func (c *scan) truth() bool {
	c.space()
	for _, word := range [...]string{"true", "false"} {
		if len(c.s)-c.i >= len(word) && c.s[c.i:c.i+len(word)] == word {
			c.i += len(word)
			return word == "true"
		}
	}
	c.bad = true
	return false
}

// word reads a string. Without escapes it is a part of s.
func (c *scan) word() string {
	c.take('"')
	if c.bad {
		return ""
	}
	from := c.i
	c.i = special(c.s, c.i)
	switch {
	case c.i >= len(c.s):
	case c.s[c.i] == '"':
		c.i++
		return c.s[from : c.i-1]
	case c.s[c.i] == '\\':
		return c.escaped(from)
	}
	c.bad = true
	return ""
}

// escaped reads on in a string that began at from and has an escape here.
func (c *scan) escaped(from int) string {
	out := append(make([]byte, 0, len(c.s)-from), c.s[from:c.i]...)
	for c.i < len(c.s) {
		switch c.s[c.i] {
		case '"':
			c.i++
			return string(out)
		case '\\':
			out = c.escape(out)
		default:
			c.bad = true
		}
		if c.bad {
			return ""
		}
		from = c.i
		c.i = special(c.s, c.i)
		out = append(out, c.s[from:c.i]...)
	}
	c.bad = true
	return ""
}

// escape reads one escape, or the two of a character beyond the first plane.
// A surrogate without its other half is bad.
func (c *scan) escape(out []byte) []byte {
	if c.i+1 >= len(c.s) {
		c.bad = true
		return out
	}
	b := c.s[c.i+1]
	if b == 'u' {
		r := c.unit()
		if r >= 0xD800 && r < 0xDC00 {
			low := c.unit()
			c.bad = c.bad || low < 0xDC00 || low >= 0xE000
			r = 0x10000 + (r-0xD800)<<10 + (low - 0xDC00)
		} else if r >= 0xDC00 && r < 0xE000 {
			c.bad = true
		}
		return utf8.AppendRune(out, r)
	}
	c.i += 2
	switch b {
	case '"', '\\', '/':
		return append(out, b)
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	}
	c.bad = true
	return out
}

// unit reads \uXXXX.
func (c *scan) unit() rune {
	if c.bad || len(c.s)-c.i < 6 || c.s[c.i] != '\\' || c.s[c.i+1] != 'u' {
		c.bad = true
		return 0
	}
	var r rune
	for _, b := range []byte(c.s[c.i+2 : c.i+6]) {
		switch {
		case b >= '0' && b <= '9':
			r = r<<4 | rune(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			c.bad = true
		}
	}
	c.i += 6
	return r
}

// special is the index of the first byte from i on that does not stand for
// itself in a string: a quote, a backslash, a control; len(s) without one.
func special(s string, i int) int {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	for ; len(s)-i >= 8; i += 8 {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		// A byte is zero, or below ' ', when the subtraction borrows into its
		// highest bit; one of 0x80 and above is neither.
		if ((quote-ones)&^quote|(slash-ones)&^slash|(x-ones*' ')&^x)&high != 0 {
			break
		}
	}
	for ; i < len(s); i++ {
		if b := s[i]; b == '"' || b == '\\' || b < ' ' {
			break
		}
	}
	return i
}
