package text

import "vigie/inbox/text"

// Line, Plain and Clip are what the zero Pen draws: for output of commands,
// which know no terminal's wishes.

// Line draws s as one row of exactly width cells.
func Line(s text.Safe, width int) string { return Pen{}.Line(s, width) }

// Plain is Line for our own strings.
func Plain(s string, width int) string { return Pen{}.Plain(s, width) }

// Clip draws a string of ours as one row of at most width cells.
func Clip(s string, width int) string {
	row, _ := Pen{}.fit(s, width)
	return row
}
