package theme

import (
	"image/color"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	"charm.land/lipgloss/v2"
)

// Textarea styles a text field of several lines.
func (s Styles) Textarea() textarea.Styles {
	base := lipgloss.NewStyle()
	state := textarea.StyleState{
		Base: base, Text: base, LineNumber: base, CursorLineNumber: base, CursorLine: base, EndOfBuffer: base,
		Placeholder: tint(base, s.c.muted), Prompt: tint(base, s.c.accent), Selection: base.Reverse(true),
	}
	return textarea.Styles{Focused: state, Blurred: state, Cursor: textarea.CursorStyle{Color: s.cursor(), Blink: true}}
}

// Textinput styles a text field of one line.
func (s Styles) Textinput() textinput.Styles {
	base := lipgloss.NewStyle()
	state := textinput.StyleState{
		Text: base, Placeholder: tint(base, s.c.muted), Suggestion: tint(base, s.c.faint), Prompt: tint(base, s.c.accent).Bold(true),
	}
	return textinput.Styles{Focused: state, Blurred: state, Cursor: textinput.CursorStyle{Color: s.cursor(), Blink: true}}
}

// cursor is nil, the terminal's own, where there are no colours.
func (s Styles) cursor() color.Color { return s.c.accent }
