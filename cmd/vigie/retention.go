package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/tui/lang"
)

// tellEvery is how often a long command says how far it is.
const tellEvery = 2 * time.Second

// retentionRow is what a client's rule did, or would do, as "retention --json"
// prints it.
type retentionRow struct {
	Client   string `json:"client"`
	Rule     string `json:"rule"`
	Before   string `json:"before"`
	Looked   int    `json:"looked"`
	Messages int    `json:"messages"`
	Threads  int    `json:"threads"`
	Oldest   string `json:"oldest"`
	Newest   string `json:"newest"`
	Erased   bool   `json:"erased"` // false: they would be
	Began    string `json:"began"`
	Ended    string `json:"ended"`
}

func (p *program) retentionCommand() *cobra.Command {
	var json, run bool
	cmd := p.command("retention", "retention", cobra.NoArgs)
	cmd.Flags().BoolVar(&run, "run", false, p.t("flag.retention-run"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inPlace(p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		return d.retention(ctx, p.config(), run, json)
	}), "retention.interrupted")
}

// retention carries out the rules, or counts what they would erase, and tells
// of each client.
func (d *desk) retention(ctx context.Context, conf config.Config, run, json bool) error {
	clients, erased := 0, 0
	told := d.now()
	var failed error
	err := d.eng.Retain(ctx, !run, func(r engine.Retained) {
		if r.Ended.IsZero() {
			if run && !json && d.now().Sub(told) >= tellEvery {
				told = d.now()
				d.tellPassing("retention.progress", r.Client.Name, lang.Count(r.Erased), lang.Count(r.Due), span(leftOf(r, told.Sub(r.Began))))
			}
			return
		}
		clients++
		erased += r.Erased + r.Threads
		if !json {
			d.tellRetained(r, ruleOf(conf, r.Client), run)
		} else if err := d.jsonLine(retained(r, ruleOf(conf, r.Client), run)); err != nil {
			failed = err
		}
	})
	switch {
	case err != nil:
		return err
	case json:
		return failed
	case clients == 0:
		d.line("retention.none")
	case !run:
		d.line("retention.hint")
	case erased > 0:
		d.line("retention.compact")
	}
	return nil
}

// leftOf is how long a rule goes on at the pace of the time it took so far.
func leftOf(r engine.Retained, took time.Duration) time.Duration {
	return time.Duration(float64(took) * float64(max(r.Due-r.Erased, 0)) / float64(max(r.Erased, 1)))
}

func (d *desk) tellRetained(r engine.Retained, rule string, run bool) {
	before, oldest, newest := r.Before.Format(time.DateOnly), dayOf(r.Oldest), dayOf(r.Newest)
	switch {
	case run:
		d.line("retention.certificate", stamp(r.Ended), r.Client.Name, rule, before, lang.Count(r.Erased), lang.Count(r.Threads), oldest, newest, stamp(r.Began))
	case r.Erased+r.Threads == 0:
		d.line("retention.would-none", r.Client.Name, rule, before)
	default:
		d.line("retention.would", r.Client.Name, rule, lang.Count(r.Erased), before, oldest, newest, lang.Count(r.Threads))
	}
}

// ruleOf is a client's rule as the configuration spells it.
func ruleOf(conf config.Config, c inbox.Client) string {
	for _, set := range conf.Clients {
		if set.ID == string(c.ID) && time.Duration(set.Retention.Duration) == c.Retention {
			return set.Retention.String()
		}
	}
	return config.Duration(c.Retention).String()
}

// dayOf is a day, or a dash for none.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}

func retained(r engine.Retained, rule string, run bool) retentionRow {
	return retentionRow{
		Client: string(r.Client.ID), Rule: rule, Before: stamp(r.Before),
		Looked: r.Looked, Messages: r.Erased, Threads: r.Threads, Oldest: stamp(r.Oldest), Newest: stamp(r.Newest),
		Erased: run, Began: stamp(r.Began), Ended: stamp(r.Ended),
	}
}
