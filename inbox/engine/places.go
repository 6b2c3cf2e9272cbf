package engine

import (
	"sync"

	"vigie/inbox"
)

// places are where the last session of each line was, as long as the server
// runs.
type places struct {
	mu sync.Mutex
	of map[string]inbox.Place // by line
}

// Place is where the line's last session was.
func (e *Engine) Place(by inbox.By) (inbox.Place, bool) {
	e.places.mu.Lock()
	defer e.places.mu.Unlock()
	p, ok := e.places.of[by.Line]
	return p, ok && by.Line != ""
}

// SavePlace tells where a session is, for the next one of its line.
func (e *Engine) SavePlace(by inbox.By, p inbox.Place) {
	if by.Line == "" {
		return
	}
	e.places.mu.Lock()
	defer e.places.mu.Unlock()
	if e.places.of == nil {
		e.places.of = map[string]inbox.Place{}
	}
	e.places.of[by.Line] = p
}
