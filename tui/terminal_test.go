package tui

import (
	"context"
	"strings"
	"sync"

	"vigie/inbox"
)

// screenTerminal remembers what a session asks of its terminal.
type screenTerminal struct {
	mu     sync.Mutex
	remote bool
	err    error
	asked  []string // "copy text", "notify title|body", "run demo"
	edited func(header, text string) string
}

func (s *screenTerminal) note(words ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, strings.Join(words, " "))
	return s.err
}

func (s *screenTerminal) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

func (s *screenTerminal) Local() bool { return !s.remote }

func (s *screenTerminal) Copy(_ context.Context, text string) error { return s.note("copy", text) }

func (s *screenTerminal) Notify(_ context.Context, title, body string) error {
	return s.note("notify", title+"|"+body)
}

func (s *screenTerminal) Open(_ context.Context, url string) error { return s.note("open", url) }

func (s *screenTerminal) Edit(_ context.Context, header, text string) (string, error) {
	if err := s.note("edit", text); err != nil || s.edited == nil {
		return text, err
	}
	return s.edited(header, text), nil
}

func (s *screenTerminal) Run(_ context.Context, errand string) error { return s.note("run", errand) }

var (
	_ Terminal = (*screenTerminal)(nil)
	_ Runner   = (*screenTerminal)(nil)
)

// noticed is a backend with notices.
type noticed struct {
	simBackend
	notices *[]inbox.Notice
	quiet   *[]string
}
