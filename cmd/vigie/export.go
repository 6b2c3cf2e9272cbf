package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/bridge"
	"vigie/inbox/query"
)

func (p *program) exportCommand() *cobra.Command {
	var o exportOptions
	cmd := p.command("export [QUERY]", "export", cobra.ArbitraryArgs)
	cmd.Flags().StringVar(&o.out, "out", "", p.t("flag.out"))
	cmd.Flags().BoolVar(&o.quiet, "quiet", false, p.t("flag.quiet"))
	p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		text := strings.Join(args, " ")
		if err := d.tellUnknown(ctx, text); err != nil {
			return err
		}
		return d.export(ctx, text)
	})
	carryOut := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			if o.out != "" && o.out != "-" {
				return usage("cli.no-paths", o.out)
			}
			return carryOut(cmd, args)
		}
		return p.exportHere(cmd, &o, func() error { return carryOut(cmd, args) })
	}
	return cmd
}

// export writes the threads that match in the bridge format, in the order of
// account and conversation. It holds one thread at a time. What cannot be read
// is told and left out.
func (d *desk) export(ctx context.Context, text string) error {
	q, err := query.Parse(text)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(d.out, 1<<16)
	whole, err := d.exportAll(ctx, bridge.NewWriter(buffered), q)
	return unlessWhole(whole, cmp.Or(err, buffered.Flush()))
}

// unlessWhole gives an output in which something is missing its exit code.
func unlessWhole(whole bool, err error) error {
	if err == nil && !whole {
		return &exitError{code: exitPartly}
	}
	return err
}

// exportAll reports whether all that there is could be read.
func (d *desk) exportAll(ctx context.Context, w *bridge.Writer, q query.Query) (whole bool, err error) {
	info, err := d.repo.Info(ctx)
	if err != nil {
		return false, fmt.Errorf("read the store's size: %w", err)
	}
	unseen := int(info.Threads)
	var account inbox.AccountID
	var conversation string
	var page error // a damaged one: the rest is still taken out
	lean := slim{repo: d.repo}
	for whole = true; ; {
		threads, err := d.repo.Walk(ctx, account, conversation, pageRows)
		if err != nil {
			return false, fmt.Errorf("read threads: %w", err)
		}
		for _, t := range threads {
			if uint64(t.ID) <= info.Threads { // no newcomer
				unseen--
			}
			all, err := d.exportThread(ctx, w, q, t)
			if pageDamage(err) {
				page, err = err, nil
			}
			if err != nil {
				return false, err
			}
			whole = whole && all
			account, conversation = t.Account, t.Remote
			if err := lean.passed(ctx, t.Messages); err != nil {
				return false, err
			}
		}
		if len(threads) < pageRows {
			break
		}
	}
	if unseen > 0 {
		fmt.Fprintln(d.err, d.p.T("export.threads", unseen))
	}
	return whole && unseen <= 0, page
}

func (d *desk) exportThread(ctx context.Context, w *bridge.Writer, q query.Query, t inbox.Thread) (whole bool, err error) {
	v, err := d.exported(ctx, q, t)
	switch {
	case errors.Is(err, inbox.ErrDamaged):
		fmt.Fprintln(d.err, d.p.T("export.unreadable", uint64(t.ID)))
		if !pageDamage(err) {
			err = nil
		}
		return false, err
	case err != nil:
		return false, fmt.Errorf("read thread %d: %w", t.ID, err)
	case v == nil:
		return true, nil
	}
	return d.export1(w, *v)
}

// exported reads what an export has of a thread; nil when it does not match.
func (d *desk) exported(ctx context.Context, q query.Query, t inbox.Thread) (*inbox.ThreadView, error) {
	match, err := d.eng.Matches(ctx, q, t)
	if err != nil || !match {
		return nil, err
	}
	v := inbox.ThreadView{Thread: t}
	if v.Messages, err = d.repo.Messages(ctx, t.ID, time.Time{}, 0); err != nil {
		return nil, err
	}
	v.Events, err = d.repo.Events(ctx, t.ID)
	return &v, err
}

// export1 writes one thread and tells what the format cannot spell, and what
// is damaged.
func (d *desk) export1(w *bridge.Writer, v inbox.ThreadView) (whole bool, err error) {
	id := uint64(v.Thread.ID)
	messages := slices.DeleteFunc(slices.Clone(v.Messages), func(m inbox.Message) bool { return m.Damaged })
	refused, err := w.WriteThread(v.Thread, messages, v.Events)
	for _, r := range refused {
		fmt.Fprintln(d.err, d.p.T("export.refused", id, r.Item, r.Reason))
	}
	events := v.Thread.Events // they are numbered without gaps
	if n := len(v.Events); n > 0 {
		events = max(events, v.Events[n-1].N)
	}
	lostMessages, lostEvents := len(v.Messages)-len(messages), events-len(v.Events)
	if lostMessages > 0 || lostEvents > 0 {
		fmt.Fprintln(d.err, d.p.T("export.damaged", id, lostMessages, lostEvents))
		return false, err
	}
	return true, err
}
