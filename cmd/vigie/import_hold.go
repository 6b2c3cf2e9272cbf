package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/bridge"
)

// What an import holds in memory, by count and by bytes. A transaction has at
// most importBatch messages of one account; importHeld wait for theirs, over
// all accounts.
const (
	importBatch      = 1000
	importBatchBytes = 4 << 20
	importHeld       = 20_000
	importHeldBytes  = 16 << 20

	triageBytes  = 4 << 20  // of threads' triage, before it is stored
	triageThread = 64 << 20 // of one thread's events; more are refused

	lineOverhead = 512 // bytes that a line takes besides its text
)

// held is messages on their way into the store.
type held struct {
	batches map[inbox.AccountID]*batch
	n       int
	bytes   int
	last    inbox.AccountID // whose message came last
}

// batch is the messages of one account.
type batch struct {
	messages []inbox.Message
	bytes    int
}

// triage is that of threads whose messages came before it. The last one's
// events are being read.
type triage struct {
	threads []inbox.RestoredThread
	numbers []int       // of their lines
	from    bridge.Mark // before the first
	bytes   int
	last    int // bytes of the last thread
}

func (im *importer) message(ctx context.Context, l *readLine) error {
	acc, err := im.accountOf(ctx, l.line.Message)
	var refused refusal
	if errors.As(err, &refused) {
		im.refusals.add(l.n, string(refused))
		return nil
	}
	if err != nil {
		return err
	}
	m := &l.line.Message.Message
	switch {
	case m.At.Year() < oldestYear:
		im.refusals.add(l.n, im.d.p.T("bridge.too_old"))
		return nil
	case m.At.After(im.d.now().Add(importAhead)):
		im.refusals.add(l.n, im.d.p.T("bridge.future"))
		return nil
	}
	b := im.held.batches[acc.ID]
	if b == nil {
		b = &batch{}
		im.held.batches[acc.ID] = b
	}
	m.Account = acc.ID
	b.messages = append(b.messages, *m)
	b.bytes += l.size()
	im.held.n++
	im.held.bytes += l.size()
	im.held.last = acc.ID
	return nil
}

// relieve stores what is too much to hold, now that a line was taken.
func (im *importer) relieve(ctx context.Context) error {
	b := im.held.batches[im.held.last]
	switch {
	case im.held.n >= importHeld, im.held.bytes >= importHeldBytes:
		return im.flushAll(ctx)
	case b != nil && (len(b.messages) >= importBatch || b.bytes >= importBatchBytes):
		return im.flush(ctx, im.held.last)
	}
	return nil
}

// thread begins the triage of a thread, whose messages came before it.
func (im *importer) thread(ctx context.Context, l *readLine) error {
	t := &im.triage
	if len(t.threads) >= importBatch || t.bytes >= triageBytes {
		if err := im.store(ctx); err != nil {
			return err
		}
	}
	if len(t.threads) == 0 {
		t.from = l.before
	}
	th := l.line.Thread
	t.threads = append(t.threads, inbox.RestoredThread{
		Account: th.Account, Conversation: th.Conversation, Triage: th.Triage, Tags: th.Tags, Priority: th.Priority,
		Feeling: th.Feeling,
	})
	t.numbers = append(t.numbers, l.n)
	t.bytes += l.size()
	t.last = l.size()
	return nil
}

func (im *importer) event(l *readLine) {
	e, t := l.line.Event, &im.triage
	if last := len(t.threads) - 1; last >= 0 && e.Account == t.threads[last].Account && e.Conversation == t.threads[last].Conversation {
		if t.last > triageThread {
			im.refusals.add(l.n, im.d.p.T("import.many-events"))
			return
		}
		t.threads[last].Events = append(t.threads[last].Events, e.Event)
		t.bytes += l.size()
		t.last += l.size()
		return
	}
	im.refusals.add(l.n, im.d.p.T("import.stray-event"))
}

// refusal is the reason why a line is not taken.
type refusal string

func (r refusal) Error() string { return string(r) }

// accountOf finds the account of a line: in the configuration, else among the
// accounts the store already has, else, with --create, as the line names it.
func (im *importer) accountOf(ctx context.Context, l *bridge.MessageLine) (inbox.Account, error) {
	id := l.Message.Account
	if acc, ok := im.accounts[id]; ok {
		return im.same(acc, l)
	}
	acc, ok, err := im.d.eng.AccountOf(ctx, id)
	switch {
	case err != nil:
		return acc, err
	case !ok && !im.o.create:
		return acc, refusal(im.d.p.T("import.unknown-account", string(id)))
	case !ok && (l.Client == "" || l.Network == ""):
		return acc, refusal(im.d.p.T("import.incomplete-account", string(id)))
	case !ok:
		acc.Client = inbox.ClientID(strings.Clone(string(l.Client))) // not the whole line
		acc.Network = inbox.Network(strings.Clone(string(l.Network)))
	}
	acc.ID = inbox.AccountID(strings.Clone(string(id)))
	im.accounts[acc.ID] = acc
	return im.same(acc, l)
}

// same refuses a line that puts an account under another client.
func (im *importer) same(acc inbox.Account, l *bridge.MessageLine) (inbox.Account, error) {
	if l.Client != "" && l.Client != acc.Client {
		return acc, refusal(im.d.p.T("import.other-client", string(acc.ID), string(acc.Client), string(l.Client)))
	}
	return acc, nil
}

// flush stores the batch of an account.
func (im *importer) flush(ctx context.Context, id inbox.AccountID) error {
	b := im.held.batches[id]
	if len(b.messages) == 0 {
		return nil
	}
	in := inbox.Ingest{
		Account: im.accounts[id], Messages: b.messages, Origin: inbox.Imported, Actor: inbox.Import, Now: im.d.now(),
	}
	if im.o.archive {
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
	im.held.n -= len(b.messages)
	im.held.bytes -= b.bytes
	stored := len(b.messages)
	clear(b.messages)
	b.messages, b.bytes = b.messages[:0], 0
	return im.slim.passed(ctx, stored)
}

func (im *importer) flushAll(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(im.held.batches)) {
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
	t := &im.triage
	missing, err := im.d.repo.Restore(ctx, t.threads)
	if err != nil {
		return fmt.Errorf("restore threads: %w", err)
	}
	for _, i := range missing {
		im.refusals.add(t.numbers[i], im.d.p.T("import.no-thread", t.threads[i].Conversation))
	}
	clear(t.threads)
	*t = triage{threads: t.threads[:0], numbers: t.numbers[:0]}
	return nil
}
