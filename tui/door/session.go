package door

import (
	"cmp"
	"context"
	"crypto/rand"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/lang"
)

// ending is why a session ends.
type ending int

const (
	endNone     ending = iota
	endStopping        // the server stops
	endIdle            // no key for too long
	endTotal           // open for too long
	endRevoked         // its key may not be here any more
	endHangUp          // the visitor closed its input
	endStuck           // the visitor takes no output
	endPanic           // the program failed
)

// session is a program or a command under way.
type session struct {
	Session
	attached bool // a program, not a command
	cancel   context.CancelFunc

	mu      sync.Mutex
	program *tea.Program // set once it is there
	why     ending
}

// end ends the session once, for the first reason given: a program quits, so
// that the terminal is restored; a command's context ends. It does not wait.
func (s *session) end(why ending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != endNone {
		return
	}
	s.why = why
	switch {
	case !s.attached:
		s.cancel()
	case s.program != nil:
		go s.program.Quit()
	}
}

// show hands the program to the session; false when the session has ended.
func (s *session) show(p *tea.Program) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.program = p
	return s.why == endNone
}

func (s *session) reason() ending {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.why
}

// begin enters a session in the list; the key of a sentence when it may not.
func (d *Door) begin(s *session) lang.Key {
	d.mu.Lock()
	ofKey := 0
	for _, other := range d.sessions {
		if s.Finger != "" && other.Finger == s.Finger {
			ofKey++
		}
	}
	switch {
	case d.stopped:
		d.mu.Unlock()
		return "door.stopping"
	case len(d.sessions) >= d.limits.Sessions, ofKey >= d.limits.PerKey:
		d.mu.Unlock()
		return "door.full"
	}
	s.ID = s.Name + "#" + rand.Text()[:8]
	d.sessions[s.ID] = s
	d.running.Add(1)
	attached := len(d.attachedLocked())
	d.mu.Unlock()
	d.changed(s, attached)
	d.opts.Log.Info("door: session begins", "id", s.ID, "name", s.Name, "program", s.attached,
		"role", string(s.Role), "key", s.Key, "fingerprint", s.Finger)
	return ""
}

// finish takes a session off the list.
func (d *Door) finish(s *session, code int) {
	defer d.running.Done()
	d.mu.Lock()
	delete(d.sessions, s.ID)
	attached := len(d.attachedLocked())
	d.mu.Unlock()
	d.opts.Log.Info("door: session ends", "id", s.ID, "name", s.Name, "code", code,
		"after", d.opts.Clock.Now().Sub(s.Since).Round(time.Millisecond).String())
	d.changed(s, attached)
}

func (d *Door) changed(s *session, attached int) {
	if s.attached && d.opts.Changed != nil {
		d.opts.Changed(attached)
	}
}

func (d *Door) attachedLocked() []Session {
	list := make([]Session, 0, len(d.sessions))
	for _, s := range d.sessions {
		if s.attached {
			list = append(list, s.Session)
		}
	}
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// watchKeys ends the sessions of keys that are taken away, until Shutdown.
func (d *Door) watchKeys() {
	tick := time.NewTicker(d.limits.KeysRefresh)
	defer tick.Stop()
	for {
		select {
		case <-d.stopping:
			return
		case <-tick.C:
			d.keys.look()
			d.endRevoked()
		}
	}
}

// endRevoked ends each session whose key is gone, has expired or may do
// something else now.
func (d *Door) endRevoked() {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.opts.Clock.Now()
	for _, s := range d.sessions {
		if s.Local {
			continue
		}
		key, ok := d.keys.holds(s.Finger)
		expired := !key.Expires.IsZero() && !now.Before(key.Expires)
		if !ok || expired || key.Role != s.Role || !slices.Equal(key.Clients, s.Clients) {
			s.end(endRevoked)
		}
	}
}

// logPanic writes down where a panic came from. What it said may hold text of
// a message, so that only the runtime's own errors are quoted.
func (d *Door) logPanic(name, where string, r any) {
	said := "not logged"
	if err, ok := r.(runtime.Error); ok {
		said = err.Error()
	}
	d.opts.Log.Error("door: a session failed", "name", name, "in", where, "panic", said, "stack", string(debug.Stack()))
}
