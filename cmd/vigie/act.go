package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/when"
)

// threadID reads the number that list prints.
func threadID(word string) (inbox.ThreadID, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(word, "#"), 10, 64)
	if err != nil || n == 0 {
		return 0, usage("cli.bad-thread", word)
	}
	return inbox.ThreadID(n), nil
}

// threadIDs reads one or more numbers; "-" reads them from standard input,
// one a line, so that "vigie list -q … | vigie done -" works.
func (d *desk) threadIDs(words []string) ([]inbox.ThreadID, error) {
	if len(words) == 1 && words[0] == "-" {
		all, err := io.ReadAll(io.LimitReader(d.in, 16<<20))
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		words = strings.Fields(string(all))
	}
	var ids []inbox.ThreadID
	for _, w := range words {
		id, err := threadID(w)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// actedRow is a triage act, as "done --json" and the like print it.
type actedRow struct {
	Did     string   `json:"did"`
	Threads []string `json:"threads"`
	Left    int      `json:"left"` // by undo and redo: somebody else changed them meanwhile
}

func actedRowOf(did inbox.Verb, ids []inbox.ThreadID, left int) actedRow {
	row := actedRow{Did: string(did), Threads: make([]string, len(ids)), Left: left}
	for i, id := range ids {
		row.Threads[i] = strconv.FormatUint(uint64(id), 10)
	}
	return row
}

// act runs a triage act and says which threads it touched.
func (d *desk) act(ids []inbox.ThreadID, did inbox.Verb, json bool, do func() error) error {
	err := do()
	switch {
	case errors.Is(err, inbox.ErrNotFound):
		return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{joinIDs(ids)}}
	case err != nil:
		return err
	case json:
		return d.jsonLine(actedRowOf(did, ids, 0))
	}
	d.line("cli.acted", d.p.T(langKey("act."+string(did))), d.threads(ids))
	return nil
}

// namedIDs is how many threads are named one by one; more are counted.
const namedIDs = 10

// threads names some threads, or says how many there are.
func (d *desk) threads(ids []inbox.ThreadID) string {
	if len(ids) > namedIDs {
		return d.p.T("cli.threads", d.p.Number(len(ids)))
	}
	return joinIDs(ids)
}

// joinIDs names threads, the first of many.
func joinIDs(ids []inbox.ThreadID) string {
	words := make([]string, 0, namedIDs+1)
	for _, id := range ids[:min(len(ids), namedIDs)] {
		words = append(words, strconv.FormatUint(uint64(id), 10))
	}
	if len(ids) > namedIDs {
		words = append(words, "…")
	}
	return strings.Join(words, " ")
}

func (p *program) doneCommand() *cobra.Command {
	var json bool
	cmd := p.command("done THREAD…", "done", cobra.MinimumNArgs(1))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		ids, err := d.threadIDs(args)
		if err != nil {
			return err
		}
		return d.act(ids, inbox.Finished, json, func() error { return d.eng.Done(ctx, d.by, ids) })
	})
}

func (p *program) reopenCommand() *cobra.Command {
	var json bool
	cmd := p.command("reopen THREAD…", "reopen", cobra.MinimumNArgs(1))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		ids, err := d.threadIDs(args)
		if err != nil {
			return err
		}
		return d.act(ids, inbox.Reopened, json, func() error { return d.eng.Reopen(ctx, d.by, ids) })
	})
}

func (p *program) tagCommand() *cobra.Command {
	cmd := p.command("tag THREAD… +a -b", "tag", cobra.MinimumNArgs(1))
	cmd.Flags().Bool("json", false, p.t("flag.json"))
	cmd.DisableFlagParsing = true // "-b" takes a tag away
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		if slices.Contains(args, "--help") || slices.Contains(args, "-h") {
			return cmd.Help()
		}
		var threads, changes []string
		json := slices.Contains(args, "--json")
		for _, a := range args {
			if a == "--json" {
				continue
			}
			if _, err := strconv.ParseUint(a, 10, 64); err == nil || a == "-" {
				threads = append(threads, a)
			} else {
				changes = append(changes, a)
			}
		}
		if len(threads) == 0 || len(changes) == 0 {
			return usage("cli.tag-usage")
		}
		ids, err := d.threadIDs(threads)
		if err != nil {
			return err
		}
		return d.act(ids, inbox.Tagged, json, func() error { return d.eng.Tag(ctx, d.by, ids, changes) })
	})
}

func (p *program) noteCommand() *cobra.Command {
	var o textOptions
	cmd := p.command("note THREAD [TEXT]", "note", cobra.MinimumNArgs(1))
	o.bind(p, cmd)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		body, err := d.textOf(o, args[1:])
		if err != nil {
			return err
		}
		return d.act([]inbox.ThreadID{id}, inbox.Noted, false, func() error { return d.eng.Note(ctx, d.by, id, body) })
	})
}

// moment reads when something is due, in the time zone of the thread's client.
func (d *desk) moment(ctx context.Context, id inbox.ThreadID, words string) (time.Time, error) {
	v, err := d.eng.Thread(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	t, err := when.Parse(words, d.now(), d.zone(v.Thread.Client))
	switch {
	case errors.Is(err, when.ErrPast):
		return t, usage("cli.past", words)
	case err != nil:
		return t, usage("cli.bad-moment", words)
	}
	return t, nil
}

func (p *program) escalateCommand() *cobra.Command {
	var r inbox.EscalateRequest
	var to, due string
	var o followOptions
	cmd := p.command("escalate THREAD --to CONTACT", "escalate", cobra.ExactArgs(1))
	cmd.Flags().StringVar(&to, "to", "", p.t("flag.to"))
	cmd.Flags().StringVar(&r.Question, "question", "", p.t("flag.question"))
	cmd.Flags().StringVar(&due, "due", "", p.t("flag.due"))
	cmd.Flags().StringVar(&r.Severity, "severity", "", p.t("flag.severity"))
	o.bind(p, cmd)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		if to == "" {
			return usage("cli.escalate-usage")
		}
		r := r
		r.Contact = inbox.ContactID(to)
		if due != "" {
			if r.Due, err = d.moment(ctx, id, due); err != nil {
				return err
			}
		}
		a, err := d.eng.Escalate(ctx, d.by, id, r)
		if err != nil {
			return err
		}
		return d.follow(ctx, a, o)
	})
}
