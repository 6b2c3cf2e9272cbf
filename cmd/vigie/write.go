package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// row is a thread as "list --json" prints it: one object a line. Its fields
// are a promise, documented in docs/cli.md; a field may be added, never
// renamed or taken away.
type row struct {
	ID      string    `json:"id"`
	Client  string    `json:"client"`
	Account string    `json:"account"`
	Network string    `json:"network"`
	Kind    string    `json:"kind"`
	State   string    `json:"state"`
	Unread  bool      `json:"unread"`
	Tags    []string  `json:"tags"`
	Author  rowAuthor `json:"author"`
	Title   text.Safe `json:"title"`
	Snippet text.Safe `json:"snippet"`
	At      string    `json:"at"`
	Due     string    `json:"due"`
	DueWhy  string    `json:"due_why"`
	URL     string    `json:"url"`

	Thread     string `json:"thread"` // the network's id of the conversation
	Messages   int    `json:"messages"`
	Notes      int    `json:"notes"`
	Waits      string `json:"waits_since,omitempty"`
	Window     string `json:"window,omitempty"`
	Lang       string `json:"lang,omitempty"`
	Sentiment  string `json:"sentiment,omitempty"`
	Status     string `json:"status"`
	Escalated  string `json:"escalated_to,omitempty"`
	SnoozedFor string `json:"snoozed_until,omitempty"`
}

type rowAuthor struct {
	ID     string    `json:"id"`
	Handle text.Safe `json:"handle"`
	Name   text.Safe `json:"name"`
}

func rowOf(t inbox.Thread) row {
	due, why := dueOf(t)
	r := row{
		ID: fmt.Sprint(uint64(t.ID)), Client: string(t.Client), Account: string(t.Account),
		Network: string(t.Network), Kind: string(t.Kind), State: t.State.String(), Unread: t.Unread,
		Tags: t.Tags, Author: rowAuthor{inert(t.Author.ID), t.Author.Handle, t.Author.Name},
		Title: t.Title, Snippet: t.Snippet, At: stamp(t.LastAt), Due: stamp(due), DueWhy: string(why), URL: inert(t.URL),
		Thread: inert(t.Remote), Messages: t.Messages, Notes: t.Notes,
		Waits: stamp(t.WaitAt), Window: stamp(t.Window), Lang: inert(t.Lang), Status: string(t.Statuses.First()),
	}
	if t.Feeling != inbox.Unmarked {
		r.Sentiment = t.Feeling.String()
	}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	if t.State == inbox.Escalated && t.Escalation != nil {
		r.Escalated = string(t.Escalation.Contact)
	}
	if t.State == inbox.Snoozed {
		r.SnoozedFor = stamp(t.Until)
	}
	return r
}

// dueOf is by when a thread should be answered, and why; of one that is not
// ours, when it comes back.
func dueOf(t inbox.Thread) (time.Time, inbox.Reason) {
	if t.State != inbox.Ours {
		return t.Due(), ""
	}
	return t.Deadline()
}

// stamp is a time of the JSON output: RFC 3339 in UTC, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// stickyWriter remembers the first failure to write: commands print many
// lines, and their outcome is told once, at the end.
type stickyWriter struct {
	w   io.Writer
	err error
}

func (s *stickyWriter) Write(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(b)
	s.err = err
	return n, err
}

// failed is why not everything was written. A reader that has enough and went
// away, as "head" does, is no failure.
func (s *stickyWriter) failed() error {
	if errors.Is(s.err, syscall.EPIPE) {
		return nil
	}
	return s.err
}

// jsonLine writes one object a line, without HTML escapes.
func (d *desk) jsonLine(v any) error {
	enc := json.NewEncoder(d.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// line writes a sentence of the table.
func (d *desk) line(key lang.Key, args ...any) {
	fmt.Fprintln(d.out, d.p.T(key, args...))
}

// age is how long ago t was, short.
func age(p lang.Printer, now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < time.Minute:
		return p.T("age.now")
	case d < time.Hour:
		return p.T("age.minutes", int(d/time.Minute))
	case d < 24*time.Hour:
		return p.T("age.hours", int(d/time.Hour))
	}
	return p.T("age.days", int(d/(24*time.Hour)))
}

func shortState(p lang.Printer, t inbox.Thread) string {
	return p.T(lang.Key("state." + t.State.String()))
}

func joinTags(tags []string) string {
	if len(tags) == 0 {
		return ""
	}
	return "#" + strings.Join(tags, " #")
}
