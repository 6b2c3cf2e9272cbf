package measures

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// arriving is how many messages a second reach the server while keys are
// pressed.
const arriving = 50

// cursor is what stands before the row that the cursor is on: the edge of the
// pane and the mark.
const cursor = "│▌"

// flow times j while messages arrive as from a network, by an external
// connector: from the key to the bytes that move the cursor's mark, since the
// screen is never silent.
func flow(ctx context.Context, b *Bench) ([]table.Row, error) {
	dir, err := b.data(ctx, b.Big)
	if err != nil {
		return nil, err
	}
	program, err := b.program(ctx, "bench/flow")
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "flow.yaml")
	if err := os.WriteFile(conf, []byte(flowSettings(program)), 0o600); err != nil {
		return nil, err
	}
	server, err := b.serve(ctx, dir, "--config", conf)
	if err != nil {
		return nil, err
	}
	defer server.Stop()

	var ours stat.Samples
	var came, took float64
	tea := b.helloKeys()
	floor := tea.subject(b)
	mine := &subject{do: func(ctx context.Context) error {
		before, err := b.messages(ctx, dir)
		if err != nil {
			return err
		}
		begun := time.Now()
		if err := b.moving(dir, &ours); err != nil {
			return err
		}
		after, err := b.messages(ctx, dir)
		came, took = came+float64(after-before), took+time.Since(begun).Seconds()
		return err
	}}
	turns(ctx, b.Rounds, mine, floor)
	rate := came / took
	if mine.err == nil && rate < arriving/2 {
		mine.err = Missing(fmt.Sprintf("only %.0f messages a second arrived", rate))
	}
	r := row(fmt.Sprintf("j to the move, p95, %d messages/s arriving", arriving), micros(ours.P95(), mine.err),
		"teahello 120 fps", micros(tea.moves.last.P95(), floor.err), atMost(1.5))
	r.Note = fmt.Sprintf("%.0f/s came", rate)
	return []table.Row{r}, nil
}

func flowSettings(program string) string {
	return settings + fmt.Sprintf(`clients:
  - id: flow
    name: Flow
    accounts:
      - id: flow
        network: bridge
        command: [%q, "%d"]
        history: 30d
        fresh: 30d
`, program, arriving)
}

// messages is how many messages the server of a data directory has.
func (b *Bench) messages(ctx context.Context, dir string) (int, error) {
	u, err := b.vigie(dir, "status", "--json").Run(ctx)
	if err != nil {
		return 0, err
	}
	var st struct {
		Messages int `json:"messages"`
	}
	if err := json.Unmarshal(u.Out, &st); err != nil {
		return 0, fmt.Errorf("read the status: %w", err)
	}
	return st.Messages, nil
}

// moving opens a terminal and moves the cursor up and down its first rows.
func (b *Bench) moving(dir string, into *stat.Samples) error {
	s, err := b.attach(dir)
	if err != nil {
		return err
	}
	defer s.Close("q")
	if _, err := s.UntilText(startLimit, cursor); err != nil {
		return err
	}
	if _, err := s.Settle(300*time.Millisecond, 300*time.Millisecond); err != nil {
		return err
	}
	for i := range b.Keys {
		key := "jk"[i/10%2 : i/10%2+1]
		took, err := move(s, key)
		if err != nil {
			return fmt.Errorf("key %d: %w", i, err)
		}
		if i > 2 {
			*into = append(*into, us(took))
		}
	}
	return nil
}

// move presses a key after a random pause, and waits until the mark stands
// elsewhere.
func move(s *run.Session, key string) (time.Duration, error) {
	pause := 100*time.Millisecond + time.Duration(rand.IntN(40_000))*time.Microsecond
	time.Sleep(pause)
	s.Drain()
	before := markedRow(s.Screen())
	begun := time.Now()
	if err := s.Send(key); err != nil {
		return 0, err
	}
	at, err := s.Until(2*time.Second, func(screen string) bool {
		now := markedRow(screen)
		return now >= 0 && now != before
	})
	return at.Sub(begun), err
}

// markedRow is the first row with the cursor's mark, or -1.
func markedRow(screen string) int {
	row := 0
	for line := range strings.Lines(screen) {
		if strings.Contains(line, cursor) {
			return row
		}
		row++
	}
	return -1
}
