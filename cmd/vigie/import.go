package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/bridge"
	"vigie/tui/lang"
)

// importBatch is how many messages one transaction of an import holds, and
// importHeld how many wait for theirs, over all accounts.
const (
	importBatch = 1000
	importHeld  = 20_000
)

// A message is from oldestYear or later and at most importAhead of the clock:
// what collecting asks of a network, too.
const (
	oldestYear  = 1990
	importAhead = 24 * time.Hour
)

func (p *program) importCommand() *cobra.Command {
	var create, archive bool
	cmd := p.command("import FILE|-", "import", cobra.ExactArgs(1))
	annotate(cmd, readsWord, "yes")
	cmd.Flags().BoolVar(&create, "create", false, p.t("flag.create"))
	cmd.Flags().BoolVar(&archive, "archive", false, p.t("flag.archive"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		im := &importer{
			d: d, create: create, archive: archive, accounts: map[inbox.AccountID]inbox.Account{},
			batches: map[inbox.AccountID][]inbox.Message{},
		}
		return im.run(ctx, bridge.NewReader(d.in))
	})
}

// importer reads a stream of bridge lines into the store. It holds a batch of
// messages for each account, and the triage of one thread.
type importer struct {
	d        *desk
	create   bool
	archive  bool
	accounts map[inbox.AccountID]inbox.Account

	batches map[inbox.AccountID][]inbox.Message
	held    int
	triage  []inbox.RestoredThread // the last one's events are being read
	numbers []int                  // of the lines of triage

	lines, refused int
	sum            inbox.IngestResult
}

func (im *importer) run(ctx context.Context, r *bridge.Reader) error {
	for {
		line, n, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *bridge.LineError
		if errors.As(err, &bad) {
			im.refuse(n, lineSentence(im.d.p, bad))
			continue
		}
		if err != nil {
			return fmt.Errorf("read line %d: %w", n+1, err)
		}
		im.lines++
		if err := im.take(ctx, line, n); err != nil {
			return err
		}
	}
	if err := im.store(ctx); err != nil {
		return err
	}
	if err := im.d.eng.Imported(ctx); err != nil {
		return err
	}
	im.d.line("import.done", im.lines, im.sum.New, im.sum.Edited, im.sum.Deleted, im.sum.Unchanged, im.refused)
	if im.refused > 0 {
		return &exitError{code: exitPartly}
	}
	return nil
}

// lineSentence says why a line was refused.
func lineSentence(p lang.Printer, e *bridge.LineError) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return p.T(lang.Key("bridge."+string(e.Code)), args...)
}

func (im *importer) refuse(line int, reason string) {
	im.refused++
	fmt.Fprintln(im.d.err, im.d.p.T("import.refused", line, reason))
}

func (im *importer) take(ctx context.Context, l bridge.Line, n int) error {
	switch {
	case l.Message != nil:
		return im.message(ctx, *l.Message, n)
	case l.Thread != nil:
		return im.thread(ctx, *l.Thread, n)
	case l.Event != nil:
		return im.event(ctx, *l.Event, n)
	}
	return nil
}

func (im *importer) message(ctx context.Context, l bridge.MessageLine, n int) error {
	acc, err := im.accountOf(ctx, l)
	if err != nil {
		im.refuse(n, err.Error())
		return nil
	}
	m := l.Message
	switch {
	case m.At.Year() < oldestYear:
		im.refuse(n, im.d.p.T("bridge.too_old"))
		return nil
	case m.At.After(im.d.now().Add(importAhead)):
		im.refuse(n, im.d.p.T("bridge.future"))
		return nil
	}
	m.Account = acc.ID
	im.batches[acc.ID] = append(im.batches[acc.ID], m)
	im.held++
	switch {
	case len(im.batches[acc.ID]) >= importBatch:
		return im.flush(ctx, acc.ID)
	case im.held >= importHeld:
		return im.flushAll(ctx)
	}
	return nil
}

// thread begins the triage of a thread, whose messages came before it.
func (im *importer) thread(ctx context.Context, l bridge.ThreadLine, n int) error {
	if len(im.triage) >= importBatch {
		if err := im.store(ctx); err != nil {
			return err
		}
	}
	im.triage = append(im.triage, inbox.RestoredThread{
		Account: l.Account, Conversation: l.Conversation, Triage: l.Triage, Tags: l.Tags, Priority: l.Priority,
	})
	im.numbers = append(im.numbers, n)
	return nil
}

// accountOf finds the account of a line: in the configuration, else among the
// accounts the store already has, else, with --create, as the line names it.
func (im *importer) accountOf(ctx context.Context, l bridge.MessageLine) (inbox.Account, error) {
	id := l.Message.Account
	if acc, ok := im.accounts[id]; ok {
		return im.same(acc, l)
	}
	acc, ok, err := im.d.eng.AccountOf(ctx, id)
	if err != nil {
		return acc, err
	}
	if ok {
		im.accounts[id] = acc
		return im.same(acc, l)
	}
	if !im.create {
		return inbox.Account{}, errors.New(im.d.p.T("import.unknown-account", string(id)))
	}
	if l.Client == "" || l.Network == "" {
		return inbox.Account{}, errors.New(im.d.p.T("import.incomplete-account", string(id)))
	}
	acc = inbox.Account{ID: id, Client: l.Client, Network: l.Network}
	im.accounts[id] = acc
	return acc, nil
}

// same refuses a line that puts an account under another client.
func (im *importer) same(acc inbox.Account, l bridge.MessageLine) (inbox.Account, error) {
	if l.Client != "" && l.Client != acc.Client {
		return acc, errors.New(im.d.p.T("import.other-client", string(acc.ID), string(acc.Client), string(l.Client)))
	}
	return acc, nil
}

func (im *importer) event(ctx context.Context, l bridge.EventLine, n int) error {
	if last := len(im.triage) - 1; last >= 0 {
		if t := &im.triage[last]; l.Account == t.Account && l.Conversation == t.Conversation {
			t.Events = append(t.Events, l.Event)
			return ctx.Err()
		}
	}
	im.refuse(n, im.d.p.T("import.stray-event"))
	return nil
}

// flush stores the batch of an account.
func (im *importer) flush(ctx context.Context, id inbox.AccountID) error {
	batch := im.batches[id]
	if len(batch) == 0 {
		return nil
	}
	in := inbox.Ingest{
		Account: im.accounts[id], Messages: batch, Origin: inbox.Imported, Actor: inbox.Import, Now: im.d.now(),
	}
	if im.archive {
		in.Origin = inbox.Backfill
	}
	res, err := im.d.repo.Ingest(ctx, in)
	if err != nil {
		return fmt.Errorf("store messages: %w", err)
	}
	im.sum.New += res.New
	im.sum.Edited += res.Edited
	im.sum.Deleted += res.Deleted
	im.sum.Unchanged += res.Unchanged
	im.held -= len(batch)
	im.batches[id] = batch[:0]
	return nil
}

func (im *importer) flushAll(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(im.batches)) {
		if err := im.flush(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// store stores what is held: messages first, then the triage of their threads.
func (im *importer) store(ctx context.Context) error {
	if err := im.flushAll(ctx); err != nil {
		return err
	}
	missing, err := im.d.repo.Restore(ctx, im.triage)
	if err != nil {
		return fmt.Errorf("restore threads: %w", err)
	}
	for _, i := range missing {
		im.refuse(im.numbers[i], im.d.p.T("import.no-thread", im.triage[i].Conversation))
	}
	im.triage, im.numbers = im.triage[:0], im.numbers[:0]
	return nil
}
