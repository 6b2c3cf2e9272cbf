package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/connectors/child"
	"vigie/inbox"
	safe "vigie/inbox/text"
	"vigie/inbox/when"
)

const (
	// hookTime is how long the command for notices may take.
	hookTime = 10 * time.Second
	// longestQuiet bounds a silence: who forgets it is not left without for ever.
	longestQuiet = 14 * 24 * time.Hour
)

// noticeRow is a notice as the command of the configuration gets it.
type noticeRow struct {
	At     string    `json:"at"`
	Why    string    `json:"why"`
	Client string    `json:"client"`
	Thread string    `json:"thread"` // "" when it is about more than one
	Who    safe.Safe `json:"who"`
	Number int       `json:"number"`
	Text   string    `json:"text"` // a sentence for people
}

// Notify hands a notice to the command of the configuration, when it names one.
// The command is ended with all it started when its time is over.
func (w *wiring) Notify(ctx context.Context, n inbox.Notice) error {
	w.mu.Lock()
	argv := w.conf.Notify.Hook
	w.mu.Unlock()
	if len(argv) == 0 || argv[0] == "" {
		return nil
	}
	body, err := json.Marshal(w.noticeRow(n))
	if err != nil {
		return fmt.Errorf("write a notice: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, hookTime)
	defer cancel()
	cmd := child.Command(argv)
	cmd.Stdin = bytes.NewReader(append(body, '\n'))
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the command for notices: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { child.Kill(cmd) })
	err = cmd.Wait()
	if stop() {
		child.Kill(cmd) // what it left behind
	}
	if err != nil {
		return fmt.Errorf("run the command for notices: %w", err)
	}
	return nil
}

func (w *wiring) noticeRow(n inbox.Notice) noticeRow {
	row := noticeRow{At: stamp(n.At), Why: string(n.Why), Client: string(n.Client), Who: n.Who, Number: n.Number}
	if n.Thread != 0 {
		row.Thread = fmt.Sprint(uint64(n.Thread))
	}
	p := w.printer()
	row.Text = p.T(langKey("notice."+row.Why), n.Number)
	if n.Number == 1 && !n.Who.Empty() {
		row.Text = p.T(langKey("notice."+row.Why+".of"), n.Who.String())
	}
	return row
}

func (p *program) quietCommand() *cobra.Command {
	cmd := p.command("quiet WHEN|off", "quiet", cobra.MinimumNArgs(1))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		if !d.started {
			return fail(exitNoServer, "cli.quiet-no-server")
		}
		words := strings.Join(args, " ")
		if words == "off" || words == "fin" {
			d.line("quiet.off")
			return d.eng.Quiet(ctx, time.Time{})
		}
		until, err := quietUntil(words, d.now())
		if err != nil {
			return usage("cli.bad-moment", words)
		}
		until = earliest(until, d.now().Add(longestQuiet))
		if err := d.eng.Quiet(ctx, until); err != nil {
			return err
		}
		d.line("quiet.until", until.In(time.Local).Format("2006-01-02 15:04 MST"))
		return nil
	})
}

// quietUntil reads so long ("1h", "30m") or a moment.
func quietUntil(words string, now time.Time) (time.Time, error) {
	if long, err := time.ParseDuration(words); err == nil && long > 0 {
		return now.Add(long), nil
	}
	return when.Parse(words, now, time.Local)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
