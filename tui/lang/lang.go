// Package lang is the one table of sentences, in French and English. No
// sentence for people stands anywhere else; a key without both languages, or
// with different placeholders, fails the package's test.
package lang

import (
	"fmt"
	"strings"
)

// Tag is a language of the interface.
type Tag string

// The languages.
const (
	French  Tag = "fr"
	English Tag = "en"
)

// Key names a sentence.
type Key string

// entry is a sentence in both languages, with fmt's %s, %d and %v in the same
// order. A plural has a second form after a '|', chosen by the first number.
type entry struct{ fr, en string }

// Printer writes sentences in one language.
type Printer struct{ tag Tag }

// For returns the printer of a language: French for "fr", else English.
func For(tag Tag) Printer {
	if tag != French {
		tag = English
	}
	return Printer{tag}
}

// Choose picks the language from the setting ("auto", "fr", "en") and, for
// auto, from the values of LC_ALL, LC_MESSAGES and LANG in that order.
func Choose(setting string, env ...string) Tag {
	switch Tag(setting) {
	case French, English:
		return Tag(setting)
	}
	for _, v := range env {
		if v == "" {
			continue
		}
		if strings.HasPrefix(strings.ToLower(v), "fr") {
			return French
		}
		return English
	}
	return English
}

// Tag returns the printer's language.
func (p Printer) Tag() Tag { return p.tag }

// T writes a sentence. An unknown key comes out as itself in brackets.
func (p Printer) T(key Key, args ...any) string {
	e, ok := lookup(key)
	if !ok {
		return "[" + string(key) + "]"
	}
	return p.write(e, args...)
}

func (p Printer) write(e entry, args ...any) string {
	s := e.en
	if p.tag == French {
		s = e.fr
	}
	if one, many, plural := strings.Cut(s, "|"); plural {
		s = many
		if p.single(args) {
			s = one
		}
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, p.localized(args)...)
}

// Has reports whether the key is in the table.
func (p Printer) Has(key Key) bool {
	_, ok := lookup(key)
	return ok
}

// single: in French 0 and 1 are singular, in English only 1.
func (p Printer) single(args []any) bool {
	for _, a := range args {
		n, ok := a.(int)
		if c, counted := a.(Count); counted {
			n, ok = int(c), true
		}
		if ok {
			return n == 1 || (n == 0 && p.tag == French)
		}
	}
	return false
}

func tables() []map[Key]entry {
	return []map[Key]entry{screenTable, keyTable, commandTable, outputTable, transferTable, problemTable, needlessTable, doorTable, queryTable, configTable, bridgeTable, standingTable, settleTable, actProblemTable, accountProblemTable, faultTable, upkeepTable, guideTable, welcomeTable, noticeTable, signTable, readerTable, peopleTable, dayTable, deskTable, writingTable, lifeTable, sendingTable, moderationTable}
}

func lookup(key Key) (entry, bool) {
	for _, t := range tables() {
		if e, ok := t[key]; ok {
			return e, true
		}
	}
	return entry{}, false
}
