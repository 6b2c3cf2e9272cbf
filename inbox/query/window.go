package query

import (
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
)

// closing is the value of window: how a thread's window stands to now.
type closing struct {
	kind closingKind
	span time.Duration
}

type closingKind uint8

const (
	closingWithin closingKind = iota // it closes within the span
	closingBeyond                    // it closes later than that
	closingOpen
	closingOver
)

func parseClosing(s string) (closing, bool) {
	switch s = strings.ToLower(s); s {
	case "open":
		return closing{kind: closingOpen}, true
	case "closed":
		return closing{kind: closingOver}, true
	}
	c := closing{}
	if rest, later := strings.CutPrefix(s, ">"); later {
		c.kind, s = closingBeyond, rest
	} else {
		s = strings.TrimPrefix(s, "<")
	}
	var ok bool
	if hours, minutes, both := strings.Cut(s, "h"); both && minutes != "" { // 1h30
		long, fine := parseSpan(hours + "h")
		c.span, ok = parseSpan(strings.TrimSuffix(minutes, "min") + "min")
		c.span += long
		return c, ok && fine
	}
	if bare, minutes := strings.CutSuffix(s, "m"); minutes {
		s = bare + "min"
	}
	c.span, ok = parseSpan(s)
	return c, ok
}

// parseSpan reads so many units: 30min, 2h, 3d.
func parseSpan(s string) (time.Duration, bool) {
	digits := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if digits <= 0 || digits > 4 {
		return 0, false
	}
	unit, ok := units[strings.ToLower(s[digits:])]
	n, err := strconv.Atoi(s[:digits])
	return time.Duration(n) * unit, ok && err == nil
}

// of answers for a thread: only one that is ours and has a window closes.
func (c closing) of(now time.Time, h *inbox.Thread) bool {
	if h.State != inbox.Ours || h.Split() != inbox.Inbox || h.Window.IsZero() {
		return false
	}
	left := h.Window.Sub(now)
	over := left <= 0 || h.Alarm == inbox.AlarmMissed
	switch c.kind {
	case closingWithin:
		return !over && left <= c.span
	case closingBeyond:
		return !over && left > c.span
	case closingOpen:
		return !over
	}
	return over
}

// where narrows to the threads whose window may be open, or to ours: the head
// says how it stands.
func (c closing) where() inbox.Cond {
	field := inbox.CondTerm{Field: inbox.FieldWindow}
	if c.kind == closingOver {
		field = inbox.CondTerm{Field: inbox.FieldState, State: inbox.Ours}
	}
	return inbox.Cond{Op: inbox.CondAnd, Kids: []inbox.Cond{is(field), is(inbox.CondTerm{})}}
}

// noLang is the value of lang: for threads whose language is not known.
const noLang = "none"

// parseLang reads a language as networks write it: fr, pt-BR.
func parseLang(s string) (string, bool) {
	lang, _, _ := strings.Cut(strings.ToLower(s), "-")
	if lang == noLang {
		return lang, true
	}
	letters := strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz") == ""
	return lang, letters && (len(lang) == 2 || len(lang) == 3)
}

// lang is the language that the term asks for, as a thread has it.
func (t *term) lang() string {
	if t.value == noLang {
		return ""
	}
	return t.value
}
