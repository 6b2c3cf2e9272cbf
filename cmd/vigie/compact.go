package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
)

// compactRow is what compacting did, as "compact --json" prints it.
type compactRow struct {
	Before int64   `json:"before"` // size of the file, in bytes
	After  int64   `json:"after"`
	Free   int64   `json:"free"` // of Before, what held nothing
	Took   float64 `json:"seconds"`
	Done   bool    `json:"done"` // false: it was not worth while
}

func (p *program) compactCommand() *cobra.Command {
	var json, ifWorth bool
	cmd := p.command("compact", "compact", cobra.NoArgs)
	cmd.Flags().BoolVar(&ifWorth, "if-worth", false, p.t("flag.if-worth"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		row, err := d.compact(ctx, ifWorth)
		switch {
		case err != nil:
			return err
		case json:
			return d.jsonLine(row)
		case !row.Done:
			d.line("compact.not-worth", lang.Bytes(row.Free), lang.Bytes(row.Before))
			return nil
		}
		d.line("compact.done", lang.Bytes(row.Before), lang.Bytes(row.After), spent(d.p, time.Duration(row.Took*float64(time.Second))))
		return nil
	})
}

// compact writes the store anew. Whoever changes something meanwhile waits.
func (d *desk) compact(ctx context.Context, ifWorth bool) (row compactRow, err error) {
	before, err := d.repo.Compaction(ctx)
	if err != nil {
		return row, err
	}
	row = compactRow{Before: before.Bytes, After: before.Bytes, Free: before.Free}
	if ifWorth && !before.Worth() {
		return row, nil
	}
	began := d.now()
	var after inbox.Compaction
	if after, err = d.repo.Compact(ctx, false); err != nil {
		return row, err
	}
	took := d.now().Sub(began)
	row.After, row.Took, row.Done = after.Bytes, took.Seconds(), true
	d.log.Info("store compacted", "before", before.Bytes, "after", after.Bytes, "took", took)
	return row, nil
}

// spent is a span of time as people want to read it.
func spent(p lang.Printer, d time.Duration) string {
	if d < time.Minute {
		return p.T("span.seconds", p.Tenths(d.Seconds()))
	}
	return span(d)
}
