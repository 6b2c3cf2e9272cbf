package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/bridge"
	"vigie/inbox/query"
)

func (p *program) exportCommand() *cobra.Command {
	cmd := p.command("export [QUERY]", "export", cobra.ArbitraryArgs)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		return d.export(ctx, strings.Join(args, " "))
	})
}

// export writes the threads that match in the bridge format, in the order of
// account and conversation. It holds one thread at a time.
func (d *desk) export(ctx context.Context, text string) error {
	q, err := query.Parse(text)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(d.out, 1<<16)
	w := bridge.NewWriter(buffered)
	var account inbox.AccountID
	var conversation string
	for {
		threads, err := d.repo.Walk(ctx, account, conversation, pageRows)
		if err != nil {
			return fmt.Errorf("read threads: %w", err)
		}
		for _, t := range threads {
			if err := d.exportThread(ctx, w, q, t); err != nil {
				return err
			}
			account, conversation = t.Account, t.Remote
		}
		if len(threads) < pageRows {
			return buffered.Flush()
		}
	}
}

func (d *desk) exportThread(ctx context.Context, w *bridge.Writer, q query.Query, t inbox.Thread) error {
	match, err := d.eng.Matches(ctx, q, t)
	if err != nil || !match {
		return err
	}
	messages, err := d.repo.Messages(ctx, t.ID, time.Time{}, 0)
	if err != nil {
		return fmt.Errorf("read thread %d: %w", t.ID, err)
	}
	events, err := d.repo.Events(ctx, t.ID)
	if err != nil {
		return fmt.Errorf("read the events of thread %d: %w", t.ID, err)
	}
	return d.export1(w, t, messages, events)
}

// export1 writes one thread and tells what the format cannot spell.
func (d *desk) export1(w *bridge.Writer, t inbox.Thread, messages []inbox.Message, events []inbox.Event) error {
	refused, err := w.WriteThread(t, messages, events)
	for _, r := range refused {
		fmt.Fprintln(d.err, d.p.T("export.refused", uint64(t.ID), r.Item, r.Reason))
	}
	return err
}
