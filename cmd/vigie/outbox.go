package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/text"
)

// actRow is an action as "outbox --json" prints it.
type actRow struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	State   string        `json:"state"`
	Client  string        `json:"client"`
	Account string        `json:"account"`
	Thread  string        `json:"thread"`
	Target  string        `json:"target"`
	Contact string        `json:"contact,omitempty"`
	Text    text.Safe     `json:"text"`
	Attempt int           `json:"attempt"`
	At      string        `json:"at"`
	NotYet  string        `json:"not_before"`
	SendAt  string        `json:"send_at"`
	Draft   string        `json:"draft"`
	Remote  string        `json:"remote_id"`
	URL     string        `json:"url"`
	Problem inbox.Problem `json:"problem"`
}

func actionRow(a inbox.Action) actRow {
	return actRow{
		ID: fmt.Sprint(uint64(a.ID)), Kind: string(a.Kind), State: string(a.State),
		Client: string(a.Client), Account: string(a.Account), Thread: fmt.Sprint(uint64(a.Thread)),
		Target: inert(a.Target), Contact: string(a.Contact), Text: text.Clean(a.Text), Attempt: a.Attempt,
		At: stamp(a.CreatedAt), NotYet: stamp(a.NotBefore), SendAt: stamp(a.SendAt), Draft: inert(a.Draft),
		Remote: inert(a.Receipt.Remote), URL: inert(a.Receipt.URL),
		Problem: a.Problem,
	}
}

func (p *program) outboxCommand() *cobra.Command {
	var json bool
	cmd := p.command("outbox", "outbox", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.AddCommand(p.outboxShowCommand(), p.outboxRetryCommand(), p.outboxConfirmCommand(), p.outboxDropCommand())
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		open, err := d.eng.Outbox(ctx)
		if err != nil {
			return err
		}
		for _, a := range open {
			if json {
				if err := d.jsonLine(actionRow(a)); err != nil {
					return err
				}
				continue
			}
			d.tellAction(a)
			if !d.started && !a.State.Terminal() && !a.NotBefore.After(d.now()) {
				fmt.Fprintf(d.out, "        %s\n", d.p.T("outbox.no-server"))
			}
		}
		if len(open) == 0 && !json {
			d.line("outbox.empty")
		}
		return nil
	})
}
