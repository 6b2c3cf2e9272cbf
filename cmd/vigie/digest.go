package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	safe "vigie/inbox/text"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/text"
)

// digestRow is what happened at a client, as "digest --json" prints it.
type digestRow struct {
	Client    string        `json:"client"`
	Since     string        `json:"since"`
	Until     string        `json:"until"`
	Received  int           `json:"received"`
	Kinds     []receivedRow `json:"kinds"`
	Persons   int           `json:"persons"`
	Watched   int           `json:"watched"`
	Answered  int           `json:"answered"`
	Done      int           `json:"done"`
	Snoozed   int           `json:"snoozed"`
	Escalated int           `json:"escalated"`
	Missed    int           `json:"missed"`
	Hidden    int           `json:"hidden"`
	Failed    int           `json:"failed"`
	Waiting   int           `json:"waiting"`
	Overdue   int           `json:"overdue"`
	Closing   int           `json:"closing"`
	First     []firstRow    `json:"first"`
}

// firstRow is a thread that is ours and comes first.
type firstRow struct {
	Thread   uint64    `json:"thread"`
	Author   rowAuthor `json:"author"`
	Deadline string    `json:"deadline"` // "" for none
	Reason   string    `json:"reason"`
	Waiting  string    `json:"waiting"` // since when
	Text     safe.Safe `json:"text"`
}

func firstRowOf(t inbox.Thread) firstRow {
	at, why := look.Due(t)
	return firstRow{uint64(t.ID), authorRow(t.Author), stamp(at), string(why), stamp(waitsSince(t)), t.Snippet}
}

// waitsSince is when the message came that waits for us.
func waitsSince(t inbox.Thread) time.Time {
	if t.WaitAt.IsZero() {
		return t.SortAt
	}
	return t.WaitAt
}

type receivedRow struct {
	Network  string `json:"network"`
	Kind     string `json:"kind"`
	Messages int    `json:"messages"`
}

func (p *program) digestCommand() *cobra.Command {
	var since, client string
	var json, md bool
	cmd := p.command("digest", "digest", cobra.NoArgs)
	cmd.Flags().StringVar(&since, "since", "yesterday", p.t("flag.since"))
	cmd.Flags().StringVar(&client, "client", "", p.t("flag.one-client"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.Flags().BoolVar(&md, "md", false, p.t("flag.digest-md"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		id := inbox.ClientID(client)
		if _, known := d.eng.Client(id); client != "" && !known {
			return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{inert(client)}}
		}
		from, ok := sinceOf(since, d.now().In(d.zone(id)))
		if !ok {
			return usage("cli.bad-since", since)
		}
		digest, err := d.eng.Digest(ctx, from)
		if err != nil {
			return err
		}
		if client != "" {
			digest.Clients = slices.DeleteFunc(digest.Clients, func(c inbox.ClientDigest) bool { return c.Client != id })
		}
		switch {
		case json:
			return d.digestJSON(digest)
		case md:
			d.digestTable(digest)
		default:
			d.digestWords(digest, d.zone(id))
		}
		return nil
	})
}

// sinceOf reads "yesterday", "today", "8h", "3d", a date or a time; now carries
// the zone that is meant.
func sinceOf(words string, now time.Time) (time.Time, bool) {
	y, m, day := now.Date()
	midnight := time.Date(y, m, day, 0, 0, 0, 0, now.Location())
	switch words = strings.ToLower(strings.TrimSpace(words)); words {
	case "today", "aujourd'hui":
		return midnight, true
	case "yesterday", "hier":
		return midnight.AddDate(0, 0, -1), true
	}
	for _, unit := range []string{"d", "j"} {
		if n, err := strconv.Atoi(strings.TrimSuffix(words, unit)); err == nil && strings.HasSuffix(words, unit) && n > 0 {
			return now.AddDate(0, 0, -n), true
		}
	}
	if long, err := time.ParseDuration(words); err == nil && long > 0 {
		return now.Add(-long), true
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, strings.ToUpper(words), now.Location()); err == nil && !t.After(now) {
			return t, true
		}
	}
	return time.Time{}, false
}

func (d *desk) digestJSON(digest inbox.Digest) error {
	for _, c := range digest.Clients {
		row := digestRow{
			Client: string(c.Client), Since: stamp(digest.Since), Until: stamp(digest.Until),
			Received: c.Total(), Kinds: []receivedRow{}, Persons: c.Persons, Watched: c.Watched, Answered: c.Answered, Done: c.Done,
			Snoozed: c.Snoozed, Escalated: c.Escalated, Missed: c.Missed, Hidden: c.Hidden, Failed: c.Failed,
			Waiting: c.Waiting, Overdue: c.Overdue, Closing: c.Closing, First: []firstRow{},
		}
		for _, k := range c.Received {
			row.Kinds = append(row.Kinds, receivedRow{string(k.Network), string(k.Kind), k.Messages})
		}
		for _, t := range c.First {
			row.First = append(row.First, firstRowOf(t))
		}
		if err := d.jsonLine(row); err != nil {
			return err
		}
	}
	return nil
}

// figure is a number of a digest with its word.
type figure struct {
	key lang.Key
	n   int
}

func figures(c inbox.ClientDigest) []figure {
	return []figure{
		{"digest.in", c.Total()},
		{"digest.people", c.Persons},
		{"digest.watched", c.Watched},
		{"digest.answered", c.Answered},
		{"digest.done", c.Done},
		{"digest.snoozed", c.Snoozed},
		{"digest.escalated", c.Escalated},
		{"digest.missed", c.Missed},
		{"digest.hidden", c.Hidden},
		{"digest.failed", c.Failed},
		{"digest.ours", c.Waiting},
		{"digest.late", c.Overdue},
		{"digest.closing", c.Closing},
	}
}

// digestWords tells what happened, in the zone in which it was asked: of what
// did not, nothing.
func (d *desk) digestWords(digest inbox.Digest, zone *time.Location) {
	at := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04 MST") }
	for i, c := range digest.Clients {
		if i > 0 {
			fmt.Fprintln(d.out)
		}
		d.line("digest.of", d.clientName(c.Client), at(digest.Since), at(digest.Until))
		quiet := true
		for _, f := range figures(c) {
			if f.n == 0 {
				continue
			}
			quiet = false
			fmt.Fprintf(d.out, "%6d  %s\n", f.n, d.noun(f.key, f.n))
			if f.key == "digest.in" {
				d.kinds(c.Received)
			}
		}
		if quiet {
			d.line("digest.nothing")
		}
		for _, t := range c.First {
			d.first(t)
		}
	}
}

// first is a line about a thread that is ours and comes first.
func (d *desk) first(t inbox.Thread) {
	words := d.p.T("digest.since", d.date(t.Client, waitsSince(t)))
	if at, why := look.Due(t); why != "" {
		words = d.p.T(langKey("digest.by-"+string(why)), d.date(t.Client, at))
	}
	fmt.Fprintf(d.out, "   #%d  %s · %s · %s\n", uint64(t.ID), text.Line(authorOf(t.Author), 24), words, text.Line(t.Snippet, 50))
}

func (d *desk) kinds(list []inbox.KindCount) {
	for _, k := range list {
		fmt.Fprintf(d.out, "%14d  %s, %s\n", k.Messages, d.kindName(k.Kind, k.Messages), inert(string(k.Network)))
	}
}

func (d *desk) kindName(k inbox.Kind, n int) string {
	if key := langKey("digest.kind." + string(k)); d.p.Has(key) {
		return d.noun(key, n)
	}
	return inert(string(k))
}

// noun is what a sentence that begins with a number says it is a number of.
func (d *desk) noun(key lang.Key, n int) string {
	_, words, _ := strings.Cut(d.p.T(key, n), " ")
	return words
}

func (d *desk) clientName(id inbox.ClientID) string {
	if c, ok := d.eng.Client(id); ok && c.Name != "" {
		return inert(c.Name)
	}
	return inert(string(id))
}

// digestTable tells the same as a table in Markdown, a row a client.
func (d *desk) digestTable(digest inbox.Digest) {
	head, rule := "| "+d.p.T("digest.client")+" |", "|---|"
	for _, f := range figures(inbox.ClientDigest{}) {
		head += " " + d.noun(f.key, 2) + " |"
		rule += "---:|"
	}
	fmt.Fprintf(d.out, "%s\n%s\n", head, rule)
	for _, c := range digest.Clients {
		line := "| " + strings.ReplaceAll(d.clientName(c.Client), "|", `\|`) + " |"
		for _, f := range figures(c) {
			line += fmt.Sprintf(" %d |", f.n)
		}
		fmt.Fprintln(d.out, line)
	}
}
