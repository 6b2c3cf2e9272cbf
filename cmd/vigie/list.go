package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
	safe "vigie/inbox/text"
	"vigie/tui/hits"
	"vigie/tui/look"
	stamps "vigie/tui/stamp"
	"vigie/tui/text"
)

// listOptions are the flags that list and search share.
type listOptions struct {
	json  bool
	limit int
	count bool
	ids   bool
}

func (o *listOptions) bind(p *program, cmd *cobra.Command, limit int) {
	cmd.Flags().BoolVar(&o.json, "json", false, p.t("flag.json"))
	cmd.Flags().IntVarP(&o.limit, "limit", "n", limit, p.t("flag.limit"))
	cmd.Flags().BoolVar(&o.count, "count", false, p.t("flag.count"))
	cmd.Flags().BoolVarP(&o.ids, "quiet", "q", false, p.t("flag.ids"))
}

func (p *program) listCommand() *cobra.Command {
	var o listOptions
	cmd := p.command("list [QUERY]", "list", cobra.ArbitraryArgs)
	o.bind(p, cmd, 0)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		text := strings.Join(args, " ")
		if err := d.tellUnknown(ctx, text); err != nil {
			return err
		}
		return d.list(ctx, text, o)
	})
}

func (d *desk) list(ctx context.Context, query string, o listOptions) error {
	if o.count && o.limit == 0 {
		n, exact, err := d.eng.CountView(ctx, inbox.ViewQuery{Filter: query})
		if err != nil {
			return err
		}
		if exact {
			fmt.Fprintln(d.out, n)
			return nil
		}
	}
	n := 0
	err := d.eachThread(ctx, query, func(t inbox.Thread) (bool, error) {
		n++
		if !o.count {
			if err := d.row(t, o); err != nil {
				return false, err
			}
		}
		return o.limit == 0 || n < o.limit, nil
	})
	if err == nil && o.count {
		fmt.Fprintln(d.out, n)
	}
	return err
}

func (d *desk) row(t inbox.Thread, o listOptions) error {
	switch {
	case o.json:
		return d.jsonLine(rowOf(t))
	case o.ids:
		fmt.Fprintln(d.out, uint64(t.ID))
		return nil
	}
	mark := " "
	if t.Unread {
		mark = "•"
	}
	what := t.Snippet
	if t.Kind == inbox.KindWatch {
		what = t.Title
	}
	if t.Expired() {
		what = d.expired()
	}
	tail := joinTags(t.Tags)
	if is := (look.Look{P: d.p}).StatusShort(t.Statuses.First()); is != "" {
		tail = strings.TrimSpace("[" + is + "] " + tail)
	}
	fmt.Fprintf(d.out, "%6d %s %s %s %s %s %s %s  %s %s\n",
		uint64(t.ID), mark,
		text.Plain(string(t.Client), 10), text.Plain(string(t.Network), 9),
		text.Plain(shortState(d.p, t), 9), text.Plain(d.due(t), dueWidth), text.Plain(age(d.p, d.now(), t.LastAt), 6),
		text.Line(authorOf(t.Author), 20), text.Line(what, 60), tail)
	return nil
}

// dueWidth is the place of why a thread presses, in cells.
const dueWidth = 18

// due says in a few words by when a thread should be answered, and why.
func (d *desk) due(t inbox.Thread) string {
	at, why := t.Deadline()
	switch {
	case t.State == inbox.Ours && t.AlarmAt(d.now()) == inbox.AlarmMissed:
		return d.p.T("due.closed")
	case why == "":
		return ""
	}
	return look.Look{P: d.p, Time: stamps.For(d.p), Now: d.now()}.Deadline(at, why)
}

// expired stands where a rule of retention erased what was said.
func (d *desk) expired() safe.Safe { return safe.CleanLine("(" + d.p.T("reader.expired") + ")") }

func authorOf(a inbox.Author) safe.Safe {
	if a == (inbox.Author{ID: inbox.ErasedAuthor}) {
		return safe.CleanLine("—")
	}
	if a.Handle.Empty() {
		return a.Name
	}
	return a.Handle
}

// How many heads one read of the store brings: the first, which may be all that
// is wanted, and those after it.
const (
	firstRows = 100
	pageRows  = 2000
)

// eachThread walks the threads that match, newest first, until visit says no.
func (d *desk) eachThread(ctx context.Context, query string, visit func(inbox.Thread) (bool, error)) error {
	q := inbox.ViewQuery{Filter: query, Limit: firstRows}
	for {
		page, err := d.eng.Threads(ctx, q)
		if err != nil {
			return err
		}
		d.unreadable("list.unreadable", page.Damaged)
		for _, t := range page.Threads {
			more, err := visit(t)
			if err != nil || !more {
				return err
			}
		}
		if !page.More {
			return nil
		}
		q.After, q.Limit = page.Next, pageRows
	}
}

func (p *program) searchCommand() *cobra.Command {
	var o listOptions
	cmd := p.command("search QUERY", "search", cobra.MinimumNArgs(1))
	o.bind(p, cmd, 50)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		text := strings.Join(args, " ")
		if err := d.tellUnknown(ctx, text); err != nil {
			return err
		}
		return d.search(ctx, text, o)
	})
}

// hitWidth is how many cells of a message found are shown.
const hitWidth = 80

// hitRow is a message found, as "search --json" prints it.
type hitRow struct {
	row
	Message string    `json:"message"`
	Text    safe.Safe `json:"text"`
	SentAt  string    `json:"message_at"`
}

func (d *desk) search(ctx context.Context, query string, o listOptions) error {
	look := d.eng.SearchSoon // nobody is told the total
	if o.count || o.limit == 0 {
		look = d.eng.Search
	}
	found, err := look(ctx, query, o.limit)
	if err != nil {
		return err
	}
	d.unreadable("search.unreadable", found.Damaged)
	if o.count {
		fmt.Fprintln(d.out, found.Total)
		return nil
	}
	words := hits.Of(query)
	for _, h := range found.Hits {
		if err := d.hit(h, words, o); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) hit(h inbox.Hit, words hits.Words, o listOptions) error {
	switch {
	case o.json:
		return d.jsonLine(hitRow{rowOf(h.Thread), inert(h.Message.Remote), h.Message.Text, stamp(h.Message.At)})
	case o.ids:
		fmt.Fprintln(d.out, uint64(h.Thread.ID))
		return nil
	}
	what := safe.CleanLine(h.Message.Text.String())
	if h.Message.Expired {
		what = d.expired()
	}
	fmt.Fprintf(d.out, "%6d %s %s %s  %s\n", uint64(h.Thread.ID),
		text.Plain(string(h.Thread.Client), 10), text.Plain(h.Message.At.In(d.zone(h.Thread.Client)).Format("2006-01-02"), 10),
		text.Line(authorOf(h.Message.Author), 20), text.Line(safe.CleanLine(words.Around(what.String(), hitWidth)), hitWidth))
	return nil
}
