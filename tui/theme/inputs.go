package theme

import (
	"image/color"

	"charm.land/bubbles/v2/textarea"
	"charm.land/lipgloss/v2"
)

// Textarea styles a text field of several lines: its text is plain, so that
// what it draws can be treated as text.
func (s Styles) Textarea() textarea.Styles {
	base := lipgloss.NewStyle()
	state := textarea.StyleState{
		Base: base, Text: base, LineNumber: base, CursorLineNumber: base, CursorLine: base, EndOfBuffer: base,
		Placeholder: base, Prompt: base, Selection: base,
	}
	return textarea.Styles{Focused: state, Blurred: state, Cursor: textarea.CursorStyle{Color: s.cursor(), Blink: true}}
}

// cursor is nil, the terminal's own, where there are no colours.
func (s Styles) cursor() color.Color { return s.c.accent }
