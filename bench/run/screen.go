package run

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// screen is a small VT100/xterm model: enough to find text where a person
// would see it and to answer the questions programs ask a terminal. It keeps
// characters, not colours.
type screen struct {
	cols, rows int
	x, y       int
	sx, sy     int // saved cursor
	top, bot   int // scroll region, inclusive
	cell       [][]rune
	last       rune
	buf        []byte // an incomplete sequence from the last write
	reply      func(string)
}

func newScreen(cols, rows int, reply func(string)) *screen {
	s := &screen{cols: cols, rows: rows, bot: rows - 1, reply: reply}
	s.cell = make([][]rune, rows)
	for i := range s.cell {
		s.cell[i] = blank(cols)
	}
	return s
}

func blank(n int) []rune {
	r := make([]rune, n)
	for i := range r {
		r[i] = ' '
	}
	return r
}

func (s *screen) String() string {
	var sb strings.Builder
	for _, row := range s.cell {
		for _, r := range row {
			if r != 0 { // the right half of a wide character
				sb.WriteRune(r)
			}
		}
		sb.WriteByte('\n')
	}
	return sb.String()
}

func (s *screen) write(p []byte) {
	b := append(s.buf, p...)
	for len(b) > 0 {
		n := s.step(b)
		if n == 0 { // incomplete: wait for the rest
			break
		}
		b = b[n:]
	}
	s.buf = append([]byte(nil), b...)
}

// step consumes one character or sequence and returns its length, or 0 when
// it is cut short.
func (s *screen) step(b []byte) int {
	switch c := b[0]; {
	case c == 0x1b:
		return s.escape(b)
	case c == '\r':
		s.x = 0
	case c == '\n' || c == '\v' || c == '\f':
		s.lineFeed()
	case c == '\b':
		s.x = max(0, s.x-1)
	case c == '\t':
		s.x = min(s.cols-1, s.x/8*8+8)
	case c < 0x20 || c == 0x7f:
	default:
		if !utf8.FullRune(b) {
			return 0
		}
		r, n := utf8.DecodeRune(b)
		s.put(r)
		return n
	}
	return 1
}

func (s *screen) put(r rune) {
	w := width(r)
	if w == 0 {
		return
	}
	if s.x+w > s.cols {
		s.x = 0
		s.lineFeed()
	}
	s.cell[s.y][s.x] = r
	if w == 2 {
		s.cell[s.y][s.x+1] = 0
	}
	s.x += w
	s.last = r
}

func width(r rune) int {
	switch {
	case r == 0x200d, r >= 0xfe00 && r <= 0xfe0f, r >= 0x300 && r < 0x370, r >= 0x1f3fb && r <= 0x1f3ff:
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0x1f300 && r <= 0x1faff, r == 0x2728, r == 0x2705, r == 0x2615:
		return 2
	}
	return 1
}

func (s *screen) lineFeed() {
	if s.y == s.bot {
		s.scroll(s.top, s.bot, 1)
	} else if s.y < s.rows-1 {
		s.y++
	}
}

// scroll moves rows top..bot up by n (down when n < 0).
func (s *screen) scroll(top, bot, n int) {
	for ; n > 0; n-- {
		copy(s.cell[top:bot], s.cell[top+1:bot+1])
		s.cell[bot] = blank(s.cols)
	}
	for ; n < 0; n++ {
		copy(s.cell[top+1:bot+1], s.cell[top:bot])
		s.cell[top] = blank(s.cols)
	}
}

func (s *screen) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				s.csi(string(b[2:i]), b[i])
				return i + 1
			}
		}
		return 0
	case ']', 'P', '_', '^', 'X':
		for i := 2; i < len(b); i++ {
			if b[i] == 7 {
				s.str(b[1], string(b[2:i]))
				return i + 1
			}
			if b[i] == 0x1b && i+1 < len(b) && b[i+1] == '\\' {
				s.str(b[1], string(b[2:i]))
				return i + 2
			}
		}
		return 0
	case '(', ')', '*', '+', '#', ' ':
		if len(b) < 3 {
			return 0
		}
		return 3
	case '7':
		s.sx, s.sy = s.x, s.y
	case '8':
		s.x, s.y = s.sx, s.sy
	case 'D':
		s.lineFeed()
	case 'E':
		s.x = 0
		s.lineFeed()
	case 'M':
		if s.y == s.top {
			s.scroll(s.top, s.bot, -1)
		} else {
			s.y = max(0, s.y-1)
		}
	}
	return 2
}

func (s *screen) str(kind byte, body string) {
	switch {
	case kind == ']' && strings.HasSuffix(body, ";?"):
		s.reply("\x1b]" + strings.TrimSuffix(body, "?") + "rgb:1111/1111/1111\x1b\\")
	case kind == 'P' && strings.HasPrefix(body, "+q"):
		s.reply("\x1bP0+r\x1b\\")
	case kind == 'P' && strings.HasPrefix(body, "$q"):
		s.reply("\x1bP0$r\x1b\\")
	}
}

// csi carries out a control sequence: its parameters and its last byte.
func (s *screen) csi(par string, final byte) {
	if par != "" && strings.ContainsRune("?>=<", rune(par[0])) || strings.HasSuffix(par, "$") {
		s.private(par, final)
		return
	}
	var arg []int
	for f := range strings.SplitSeq(par, ";") {
		v, err := strconv.Atoi(f)
		if err != nil {
			v = 0 // left out
		}
		arg = append(arg, v)
	}
	n := max(1, arg[0])
	switch final {
	case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'a', 'd', 'e', 'f', 's', 'u', '`':
		s.move(final, n, arg)
	case 'J', 'K', 'L', 'M', 'P', '@', 'X':
		s.edit(final, n, arg[0])
	case 'S':
		s.scroll(s.top, s.bot, min(n, s.rows))
	case 'T':
		s.scroll(s.top, s.bot, -min(n, s.rows))
	case 'b':
		for range min(n, s.cols*s.rows) {
			s.put(s.last)
		}
	case 'r':
		s.top, s.bot = min(n, s.rows)-1, s.rows-1
		if len(arg) > 1 && arg[1] > 0 {
			s.bot = max(s.top, min(arg[1], s.rows)-1)
		}
		s.x, s.y = 0, 0
	case 'c', 'n', 't':
		s.answer(final, arg[0])
	}
}

// move moves the cursor.
func (s *screen) move(final byte, n int, arg []int) {
	switch final {
	case 'A':
		s.y = max(0, s.y-n)
	case 'B', 'e':
		s.y = min(s.rows-1, s.y+n)
	case 'C', 'a':
		s.x = min(s.cols-1, s.x+n)
	case 'D':
		s.x = max(0, s.x-n)
	case 'E':
		s.x, s.y = 0, min(s.rows-1, s.y+n)
	case 'F':
		s.x, s.y = 0, max(0, s.y-n)
	case 'G', '`':
		s.x = min(n, s.cols) - 1
	case 'd':
		s.y = min(n, s.rows) - 1
	case 'H', 'f':
		s.y, s.x = min(n, s.rows)-1, 0
		if len(arg) > 1 {
			s.x = min(max(1, arg[1]), s.cols) - 1
		}
	case 's':
		s.sx, s.sy = s.x, s.y
	case 'u':
		s.x, s.y = s.sx, s.sy
	}
}

// edit erases, inserts and deletes.
func (s *screen) edit(final byte, n, mode int) {
	row, x := s.cell[s.y], min(s.x, s.cols-1)
	switch final {
	case 'J':
		s.erase(row, x, mode)
		from, to := s.y+1, s.rows
		switch mode {
		case 0:
		case 1:
			from, to = 0, s.y
		default:
			from = 0
		}
		for i := from; i < to; i++ {
			s.cell[i] = blank(s.cols)
		}
	case 'K':
		s.erase(row, x, mode)
	case 'L', 'M':
		if final == 'L' {
			n = -n
		}
		if s.y >= s.top && s.y <= s.bot {
			s.scroll(s.y, s.bot, max(-s.rows, min(n, s.rows)))
		}
	case 'P':
		n = min(n, s.cols-x)
		copy(row[x:], row[x+n:])
		copy(row[s.cols-n:], blank(n))
	case '@':
		n = min(n, s.cols-x)
		copy(row[x+n:], row[x:s.cols-n])
		copy(row[x:], blank(n))
	case 'X':
		copy(row[x:], blank(min(n, s.cols-x)))
	}
}

// erase blanks a row from the cursor on (0), up to it (1), or whole.
func (s *screen) erase(row []rune, x, mode int) {
	switch mode {
	case 0:
		copy(row[x:], blank(s.cols-x))
	case 1:
		copy(row, blank(x+1))
	default:
		copy(row, blank(s.cols))
	}
}

// answer answers what a program asks its terminal.
func (s *screen) answer(final byte, what int) {
	switch {
	case final == 'c':
		s.reply("\x1b[?62;22c")
	case final == 'n' && what == 5:
		s.reply("\x1b[0n")
	case final == 'n' && what == 6:
		s.reply(fmt.Sprintf("\x1b[%d;%dR", s.y+1, s.x+1))
	case final == 't' && what == 14:
		s.reply(fmt.Sprintf("\x1b[4;%d;%dt", s.rows*16, s.cols*8))
	case final == 't' && what == 18:
		s.reply(fmt.Sprintf("\x1b[8;%d;%dt", s.rows, s.cols))
	}
}

func (s *screen) private(par string, final byte) {
	switch {
	case final == 'c' && par[0] == '>':
		s.reply("\x1b[>41;354;0c")
	case final == 'q' && par[0] == '>':
		s.reply("\x1bP>|perf 1\x1b\\")
	case final == 'u' && par == "?":
		s.reply("\x1b[?0u")
	case final == 'p' && strings.HasSuffix(par, "$"):
		mode := strings.Trim(par, "?$")
		state := 0
		if mode == "2026" || mode == "2027" {
			state = 2 // known, off
		}
		s.reply(fmt.Sprintf("\x1b[?%s;%d$y", mode, state))
	case (final == 'h' || final == 'l') && strings.Contains(par, "1049"):
		for i := range s.cell {
			s.cell[i] = blank(s.cols)
		}
		s.x, s.y, s.top, s.bot = 0, 0, 0, s.rows-1
	}
}
