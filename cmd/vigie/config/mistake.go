package config

import (
	"fmt"
	"slices"

	"vigie/tui/lang"
)

// Mistake is one thing that is wrong in a configuration file.
type Mistake struct {
	File   string
	Line   int // 1 for the first; 0: the file as a whole
	Column int
	Path   string   // of the setting: "clients[0].accounts[1].poll"
	Key    lang.Key // the sentence: what was found and what is expected
	Args   []any
}

// sentence is an argument that is itself a sentence.
type sentence struct {
	key  lang.Key
	args []any
}

// Sentence says where and what, for people.
func (m Mistake) Sentence(p lang.Printer) string {
	args := slices.Clone(m.Args)
	for i, a := range args {
		if s, ok := a.(sentence); ok {
			args[i] = p.T(s.key, s.args...)
		}
	}
	what := p.T(m.Key, args...)
	if m.Path != "" {
		what = m.Path + ": " + what
	}
	if m.Line == 0 {
		return fmt.Sprintf("%s: %s", m.File, what)
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, what)
}

// Error is the English sentence, for the log.
func (m Mistake) Error() string { return m.Sentence(lang.For(lang.English)) }
