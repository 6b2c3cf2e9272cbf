package dialog

import (
	"fmt"
	"strings"
)

// Keeper is a dialog whose texts are worth keeping when it is left: the same
// dialog has them when it opens again.
type Keeper interface {
	// Keeps names what the texts are for; "": they are not kept.
	Keeps() string
	// Texts are what is typed, and SetTexts puts it back.
	Texts() []string
	SetTexts(texts []string)
}

// Blank reports whether nothing is typed in any of the fields.
func Blank(texts []string) bool { return strings.TrimSpace(strings.Join(texts, "")) == "" }

func textsOf(fields ...*Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Value()
	}
	return out
}

func setTexts(texts []string, fields ...*Field) {
	for i, f := range fields {
		f.Set(texts[i])
	}
}

// Keeps names the message.
func (d *Report) Keeps() string {
	return fmt.Sprintf("report %d %s", d.picked.Thread.ID, d.picked.Message.Remote)
}

// Texts are the words to the moderators.
func (d *Report) Texts() []string { return textsOf(&d.words) }

// SetTexts puts them back.
func (d *Report) SetTexts(texts []string) { setTexts(texts, &d.words) }

// Keeps names the thread.
func (d *Escalate) Keeps() string { return fmt.Sprintf("escalate %d", d.Thread.ID) }

// Texts are question and deadline.
func (d *Escalate) Texts() []string { return textsOf(&d.question, &d.due) }

// SetTexts puts them back.
func (d *Escalate) SetTexts(texts []string) { setTexts(texts, &d.question, &d.due) }

// Keeps names what the line is for, and the thread.
func (d *Prompt) Keeps() string {
	if d.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%s %d", d.For, d.Of)
}

// Texts are the line.
func (d *Prompt) Texts() []string { return textsOf(&d.field) }

// SetTexts puts it back.
func (d *Prompt) SetTexts(texts []string) { setTexts(texts, &d.field) }
