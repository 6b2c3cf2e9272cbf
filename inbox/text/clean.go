package text

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Clean makes remote text of several lines safe. What it returns
//
//   - is valid UTF-8, with one U+FFFD for each byte that was not;
//   - has no control character but the line feed: CR, CRLF, NEL, VT, FF, LS
//     and PS become one, a tab becomes spaces, any other becomes its visible
//     picture (U+2400 and on) or, of the C1 set, U+FFFD. No escape sequence is
//     parsed: without its introducer it is plain text, and nothing behind it
//     is swallowed;
//   - has no bidi control, no invisible character, no tag outside a flag, and
//     joiners and variation selectors only where they belong: in emoji and in
//     the scripts that write with them;
//   - begins no line with a combining mark: such a mark gets a dotted circle;
//   - is within the caps of limits.go.
//
// Clean is pure, idempotent and linear in time. It returns s itself, without
// allocating, when s is clean already.
func Clean(s string) Safe {
	special := firstSpecial(s, false)
	if len(s) <= MaxBytes && special == len(s) && lines(s) <= MaxLines {
		return Safe{s}
	}
	c := cleaner{src: s, max: MaxBytes, maxLines: MaxLines}
	return Safe{c.run(special)}
}

// CleanLine is Clean for one line: line feeds become spaces, and the cap is
// MaxLineBytes. Runs of spaces are kept.
func CleanLine(s string) Safe {
	special := firstSpecial(s, true)
	if len(s) <= MaxLineBytes && special == len(s) {
		return Safe{s}
	}
	c := cleaner{src: s, max: MaxLineBytes, maxLines: 1, oneLine: true}
	return Safe{c.run(special)}
}

func lines(s string) int { return strings.Count(s, "\n") + 1 }

// firstSpecial returns the index of the first character that is not plain,
// whatever stands around it; len(s) when there is none.
func firstSpecial(s string, oneLine bool) int {
	for i := 0; i < len(s); {
		if len(s)-i >= 8 && printable8(s[i:i+8]) {
			i += 8
			continue
		}
		b := s[i]
		if b < utf8.RuneSelf {
			if (b < ' ' && (b != '\n' || oneLine)) || b == 0x7F {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !plain(r) {
			return i
		}
		i += size
	}
	return len(s)
}

// printable8 reports whether eight bytes are all printable ASCII.
func printable8(s string) bool {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	// A byte b below 0x80 is under ' ' when b-0x20 borrows, and is DEL when
	// b+1 reaches 0x80; no byte disturbs another while all are below 0x80.
	return (x|(x-ones*' ')|(x+ones))&high == 0
}

// cleaner walks over src and writes the clean text. While that equals src,
// out stays nil and n counts both.
type cleaner struct {
	src      string
	out      []byte
	n        int // bytes written
	max      int
	maxLines int
	oneLine  bool

	lines   int  // line feeds written
	last    rune // last written; 0 at the start of a line
	base    rune // last written that is neither mark nor joiner nor selector
	marks   int  // on base
	joiners int  // in the cluster
	join    rune // a joiner waiting for the next character to decide; 0: none
	joinAt  int  // where it stands in src

	cutOut, cutIn int // newest place to cut that leaves room for the ending
}

// run cleans all of src, which is plain up to the byte special.
func (c *cleaner) run(special int) string {
	i := c.skip(special)
	for i < len(c.src) {
		next, ok := c.step(i)
		if !ok || c.n > c.max {
			return c.cut()
		}
		i = next
	}
	c.flush(0)
	if c.n > c.max {
		return c.cut()
	}
	if c.out == nil {
		return c.src[:c.n]
	}
	return string(c.out)
}

// skip takes the plain text before special as it is, but for its last
// character, to which what follows may belong.
func (c *cleaner) skip(special int) int {
	before := c.src[:special]
	_, size := utf8.DecodeLastRuneInString(before)
	before = before[:special-size]
	breaks := strings.Count(before, "\n")
	if len(before) > c.max-tailRoom || breaks >= c.maxLines {
		return 0
	}
	c.n, c.lines = len(before), breaks
	c.cutOut, c.cutIn = c.n, c.n
	return c.n
}

// step takes the character at i and returns where the next one stands; false
// when there may be no further line.
func (c *cleaner) step(i int) (int, bool) {
	if b := c.src[i]; b >= ' ' && b < 0x7F {
		c.letter(rune(b), i, i+1)
		return i + 1, true
	}
	r, size := utf8.DecodeRuneInString(c.src[i:])
	end := i + size
	if r == utf8.RuneError && size == 1 {
		c.letter(utf8.RuneError, -1, end)
		return end, true
	}
	switch kindOf(r) {
	case kindBreak:
		if r == '\r' && end < len(c.src) && c.src[end] == '\n' {
			end++
		}
		return end, c.lineBreak(r, i, end)
	case kindTab:
		for range TabWidth {
			c.letter(' ', -1, end)
		}
	case kindControl:
		c.letter(picture(r), -1, end)
	case kindBlank:
		c.letter(' ', -1, end)
	case kindJoiner:
		if c.join == 0 {
			c.join, c.joinAt = r, i
		}
	case kindSelector:
		if c.join == 0 && takesSelector(c.last, r) {
			c.write(r, i, end)
			c.last = r
		}
	case kindMark:
		c.mark(r, i, end)
	case kindHidden:
	case kindLetter:
		if tail := flagTail(c.src[end:]); r == blackFlag && tail > 0 {
			end += tail
			c.letter(r, i, end)
			c.last = cancelTag
			return end, true
		}
		c.letter(r, i, end)
	}
	return end, true
}

// letter writes a base character; from is negative when it does not stand in
// src as it is.
func (c *cleaner) letter(r rune, from, to int) {
	joined := c.flush(r)
	if !joined {
		c.joiners = 0
		if c.n <= c.max-tailRoom {
			c.cutOut, c.cutIn = c.n, max(from, 0)
			if from < 0 {
				c.cutIn = to - 1
			}
		}
	}
	c.write(r, from, to)
	c.last, c.base, c.marks = r, r, 0
}

func (c *cleaner) mark(r rune, from, to int) {
	if c.last == 0 {
		if modifier(r) {
			c.letter(r, from, to)
			return
		}
		c.letter(dottedCircle, -1, to)
	}
	if c.marks == MaxMarks {
		return
	}
	c.flush(r)
	c.marks++
	c.write(r, from, to)
	c.last = r
}

func (c *cleaner) lineBreak(r rune, from, to int) bool {
	if c.oneLine {
		c.letter(' ', -1, to)
		return true
	}
	if c.lines+1 == c.maxLines {
		c.flush(0)
		if c.n <= c.max-tailRoom {
			c.cutOut, c.cutIn = c.n, from
		}
		return false
	}
	if r != '\n' {
		from = -1
	}
	c.letter('\n', from, to)
	c.lines++
	c.last = 0
	return true
}

// flush decides about a waiting joiner, now that r follows (0: the end).
func (c *cleaner) flush(r rune) bool {
	j := c.join
	c.join = 0
	if j == 0 || c.joiners == MaxJoiners || !joins(c.last, c.base, j, r) {
		return false
	}
	c.joiners++
	c.write(j, c.joinAt, c.joinAt+utf8.RuneLen(j))
	return true
}

// write appends r, which stands at src[from:to]; more than one rune may stand
// there, a whole flag.
func (c *cleaner) write(r rune, from, to int) {
	if c.out == nil && from == c.n {
		c.n = to
		return
	}
	if c.out == nil {
		c.out = make([]byte, c.n, min(len(c.src), c.max)+tailRoom)
		copy(c.out, c.src)
	}
	if from >= 0 {
		c.out = append(c.out, c.src[from:to]...)
	} else {
		c.out = utf8.AppendRune(c.out, r)
	}
	c.n = len(c.out)
}

// cut ends the text early, at the newest cluster that leaves room.
func (c *cleaner) cut() string {
	left := utf8.RuneCountInString(c.src[c.cutIn:])
	tail := "…[+" + strconv.Itoa(left) + "]"
	if c.out == nil {
		return c.src[:c.cutOut] + tail
	}
	return string(c.out[:c.cutOut]) + tail
}
