package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
)

// indexRow is how far the index is, as "reindex --json" prints it.
type indexRow struct {
	Messages uint64 `json:"messages"`
	Indexed  uint64 `json:"indexed"`
	Bytes    int64  `json:"bytes"`
}

func (p *program) reindexCommand() *cobra.Command {
	var json, status bool
	cmd := p.command("reindex", "reindex", cobra.NoArgs)
	cmd.Flags().BoolVar(&status, "status", false, p.t("flag.index-status"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inPlace(p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		if !status {
			if err := d.reindex(ctx, json); err != nil {
				return err
			}
		}
		is, err := d.repo.Index(ctx)
		switch {
		case err != nil:
			return err
		case json:
			return d.jsonLine(indexRow{is.Messages, is.Indexed, is.Bytes})
		case is.Indexed == is.Messages:
			d.line("index.done", lang.Count(is.Messages))
		default:
			d.line("index.status", lang.Count(is.Indexed), lang.Count(is.Messages))
		}
		return nil
	}), "index.interrupted")
}

// reindex makes the index anew, or goes on with one that is not whole. When
// it is ended, a server goes on with it by itself.
func (d *desk) reindex(ctx context.Context, quiet bool) error {
	is, err := d.repo.Index(ctx)
	if err != nil {
		return err
	}
	if is.Indexed == is.Messages {
		if err := d.eng.Reindex(ctx); err != nil {
			return err
		}
		if is, err = d.repo.Index(ctx); err != nil {
			return err
		}
	}
	began, first, told := d.now(), is.Indexed, d.now()
	for more := true; more; {
		if more, err = d.repo.Tend(ctx); err != nil {
			return err
		}
		if quiet || d.now().Sub(told) < tellEvery {
			continue
		}
		told = d.now()
		if is, err = d.repo.Index(ctx); err != nil {
			return err
		}
		d.tellIndexing(is, is.Indexed-min(first, is.Indexed), told.Sub(began))
	}
	return ctx.Err()
}

// tellIndexing says how far the index is, after so many messages in that time.
func (d *desk) tellIndexing(is inbox.IndexInfo, done uint64, took time.Duration) {
	rate := float64(done) / max(took.Seconds(), 0.001)
	left := time.Duration(float64(is.Messages-min(is.Indexed, is.Messages)) / max(rate, 1) * float64(time.Second))
	d.tellPassing("index.progress", lang.Count(is.Indexed), lang.Count(is.Messages), lang.Count(rate), span(left))
}
