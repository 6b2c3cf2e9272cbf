package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"vigie/tui/text"
)

// oneLine is a line of a terminal that the next one takes the place of. What
// others write there goes through it.
type oneLine struct {
	mu    sync.Mutex
	w     io.Writer
	drawn int // columns of the line on screen
}

// show puts words in the line's place. The caller holds mu.
func (l *oneLine) show(words string) error {
	words = text.Clip(words, progressWidth)
	l.wipe()
	l.drawn = utf8.RuneCountInString(words)
	_, err := io.WriteString(l.w, words)
	return err
}

// wipe takes the line away. The caller holds mu.
func (l *oneLine) wipe() {
	if l.drawn > 0 {
		fmt.Fprint(l.w, "\r"+strings.Repeat(" ", l.drawn)+"\r")
		l.drawn = 0
	}
}

// besides is a writer that may be on the same terminal as a line: the line
// gives way.
type besides struct {
	l *oneLine
	w io.Writer
}

func (b besides) Write(p []byte) (int, error) {
	b.l.mu.Lock()
	defer b.l.mu.Unlock()
	b.l.wipe()
	return b.w.Write(p)
}
