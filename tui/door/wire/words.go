package wire

import (
	"errors"
	"fmt"
	"strings"
)

// ErrWords is returned by Split for a line that is more than plain words.
var ErrWords = errors.New("not a plain list of words")

// Quote writes an argument list as one line that Split reads back unchanged,
// byte for byte. A POSIX shell reads it the same way, but for NUL bytes.
func Quote(args []string) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if a != "" && strings.IndexFunc(a, unsafeRune) < 0 {
			b.WriteString(a)
			continue
		}
		b.WriteByte('\'')
		b.WriteString(strings.ReplaceAll(a, `'`, `'\''`))
		b.WriteByte('\'')
	}
	return b.String()
}

func unsafeRune(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_./:,=@%+", r)
}

// Split takes a command line apart as a POSIX shell does, quotes and
// backslashes included, and expands nothing: no variable, no pattern, no
// command, no tilde. What would make a shell do more than run one command with
// these words is an error that wraps ErrWords: the operators ; & | < > ( ) and
// a line feed outside quotes, a back quote, $( or ${ outside single quotes,
// and a quote without its end.
func Split(line string) ([]string, error) {
	s := splitter{line: line}
	for s.pos < len(line) {
		if err := s.step(); err != nil {
			return nil, fmt.Errorf("split the command line at byte %d: %w", s.pos, err)
		}
	}
	if s.open {
		s.words = append(s.words, string(s.word))
	}
	return s.words, nil
}

type splitter struct {
	line  string
	pos   int
	words []string
	word  []byte
	open  bool // a word has begun, be it empty
}

func (s *splitter) step() error {
	c := s.line[s.pos]
	switch c {
	case ' ', '\t', '\r':
		if s.open {
			s.words, s.word, s.open = append(s.words, string(s.word)), nil, false
		}
		s.pos++
		return nil
	case ';', '&', '|', '<', '>', '(', ')', '\n':
		return ErrWords
	}
	s.open = true
	switch c {
	case '\'':
		return s.single()
	case '"':
		return s.double()
	case '\\':
		if s.pos+1 == len(s.line) || s.line[s.pos+1] == '\n' {
			return ErrWords
		}
		s.pos++
		s.take()
		return nil
	}
	return s.plain()
}

func (s *splitter) take() {
	s.word = append(s.word, s.line[s.pos])
	s.pos++
}

// plain takes a byte that quotes nothing, unless a shell would expand it.
func (s *splitter) plain() error {
	switch s.line[s.pos] {
	case '`':
		return ErrWords
	case '$':
		if next := s.line[s.pos+1:]; strings.HasPrefix(next, "(") || strings.HasPrefix(next, "{") {
			return ErrWords
		}
	}
	s.take()
	return nil
}

func (s *splitter) single() error {
	end := strings.IndexByte(s.line[s.pos+1:], '\'')
	if end < 0 {
		return ErrWords
	}
	s.word = append(s.word, s.line[s.pos+1:s.pos+1+end]...)
	s.pos += end + 2
	return nil
}

func (s *splitter) double() error {
	s.pos++
	for s.pos < len(s.line) {
		switch s.line[s.pos] {
		case '"':
			s.pos++
			return nil
		case '\\':
			if s.pos+1 < len(s.line) && strings.IndexByte("\"\\$`", s.line[s.pos+1]) >= 0 {
				s.pos++
			}
			s.take()
		default:
			if err := s.plain(); err != nil {
				return err
			}
		}
	}
	return ErrWords
}
