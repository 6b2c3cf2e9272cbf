package tui

import (
	"context"

	"vigie/tui/door/wire"
)

// Terminal is what a session can ask of the terminal it runs in besides
// drawing. Every call is made from a tea.Cmd; none of what is handed over
// reaches the terminal but as the payload of the sequence it is for.
type Terminal interface {
	// Local reports whether the person sits at the machine that runs the
	// client of this session: only then do Open and Edit work.
	Local() bool
	// Copy asks the terminal to put a text on its clipboard (OSC 52). Whether
	// it did cannot be known. A text that is too long is an error.
	Copy(ctx context.Context, text string) error
	// Notify rings the bell, and with a title tells it by OSC 9 or 777, where
	// the configuration wants either.
	Notify(ctx context.Context, title, body string) error
	// Open shows a web address with the person's own opener.
	Open(ctx context.Context, url string) error
	// Edit opens the person's editor with a text and returns what became of
	// it. The screen is theirs meanwhile, as long as they like: a deadline of
	// ctx does not end it. header is shown above, commented out.
	Edit(ctx context.Context, header, text string) (string, error)
}

// Runner is a Terminal whose client can run errands of vigie on it.
type Runner interface {
	// Run gives the terminal to an errand and returns when it is over.
	Run(ctx context.Context, errand string) error
}

// The errands: vigie's own commands that a screen can start.
const (
	demoErrand    = wire.ErrandDemo
	accountErrand = wire.ErrandAccount
)
