package look_test

import (
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Reasons are told in words that are known, else in the network's own.
func TestReason(t *testing.T) {
	l := look.Look{P: lang.For(lang.English)}
	for word, want := range map[string]string{
		"spam":                                   "spam, unwanted advertising",
		"com.atproto.moderation.defs#reasonRude": "rude, harassing",
		"violation 2: No advertising\u202e, please": "against the rule: No advertising, please",
		"tools.ozone.report.defs#reasonCivicFraud":  "CivicFraud",
		"x\x1b[31m": "x␛[31m",
		"":          "",
	} {
		if got := l.Reason(word); got != want {
			t.Errorf("%q is told as %q, not %q", word, got, want)
		}
	}
}

// Every status has its words, in both languages; none has none.
func TestStatus(t *testing.T) {
	for _, tag := range []lang.Tag{lang.French, lang.English} {
		l := look.Look{P: lang.For(tag)}
		for _, s := range inbox.Statuses() {
			if l.Status(s) == "" || l.StatusShort(s) == "" || l.StatusWhat(inbox.Message{Kind: inbox.KindDM, Status: s}) == "" || l.StatusWhat(inbox.Message{Kind: inbox.KindComment, Status: s}) == "" {
				t.Errorf("%s: %q has no words", tag, s)
			}
		}
		for _, s := range []inbox.Status{inbox.StatusSpam, inbox.StatusTrash} {
			told := l.StatusWhat(inbox.Message{Kind: inbox.KindDM, Status: s})
			if strings.Contains(told, "les autres") || strings.Contains(told, "others") {
				t.Errorf("%s: of a private message: %q", tag, told)
			}
		}
		if l.Status("") != "" || l.StatusShort("strange") != "" {
			t.Errorf("%s: what is no status has words", tag)
		}
	}
}

// What its author wants read first stands for the rest where it is quoted.
func TestSaid(t *testing.T) {
	m := inbox.Message{Text: text.Clean("the end of the film"), Warning: text.CleanLine("spoiler")}
	if got := look.Said(m).String(); got != "[spoiler]" {
		t.Errorf("quoted as %q", got)
	}
	m.Warning = text.Safe{}
	if got := look.Said(m).String(); got != "the end of the film" {
		t.Errorf("quoted as %q", got)
	}
}
