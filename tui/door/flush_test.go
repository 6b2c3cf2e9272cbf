package door

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// holder is a program that holds what was typed until it is flushed.
type holder struct {
	screenModel
	flushed chan string
}

func (h *holder) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := h.screenModel.Update(msg)
	return h, cmd
}

func (h *holder) Flush(ctx context.Context) error {
	if ctx.Err() != nil {
		h.flushed <- "too late"
		return ctx.Err()
	}
	h.flushed <- h.typed
	return nil
}

// Whatever ends a program, it can store what it holds.
func TestEndedProgramsAreFlushed(t *testing.T) {
	flushed := make(chan string, 10)
	td := openDoor(t, func(o *Options) {
		o.Model = func(context.Context, Session) (tea.Model, error) { return &holder{flushed: flushed}, nil }
	})
	ends := []struct {
		name string
		end  func(t *testing.T, s *terminal, link func() error)
		want string
	}{
		{"by a key", func(t *testing.T, s *terminal, _ func() error) { s.key(t, "q") }, "abq"},
		{"the channel is closed", func(_ *testing.T, s *terminal, _ func() error) { _ = s.Close() }, "ab"},
		{"the link is lost", func(_ *testing.T, _ *terminal, lose func() error) { _ = lose() }, "ab"},
		{"a panic", func(t *testing.T, s *terminal, _ func() error) { s.key(t, "3") }, "ab3"},
		{"the server stops", func(t *testing.T, _ *terminal, _ func() error) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			if err := td.Shutdown(ctx); err != nil {
				t.Error(err)
			}
		}, "ab"},
	}
	for _, e := range ends {
		t.Run(e.name, func(t *testing.T) {
			client := td.dial(t)
			s := open(t, client, 80, 24)
			s.expect(t, "size")
			s.key(t, "a")
			s.key(t, "b")
			s.expect(t, "b]")
			e.end(t, s, client.Close)
			select {
			case got := <-flushed:
				if got != e.want {
					t.Errorf("flushed %q, want %q", got, e.want)
				}
			case <-time.After(patience):
				t.Fatal("not flushed")
			}
		})
	}
}
