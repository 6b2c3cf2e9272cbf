package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"vigie/inbox"
	safe "vigie/inbox/text"
	"vigie/tui/lang"
	"vigie/tui/text"
)

// draftRow is a draft as "drafts --json" prints it.
type draftRow struct {
	ID         string    `json:"id"`
	Thread     string    `json:"thread"`
	Client     string    `json:"client"`
	Account    string    `json:"account"`
	Note       bool      `json:"note"`
	Private    bool      `json:"private"`
	By         string    `json:"by"`
	Writing    bool      `json:"writing"` // somebody has it open now
	Since      string    `json:"since"`
	Saved      string    `json:"saved"`
	Visibility string    `json:"visibility"`
	Text       safe.Safe `json:"text"`
}

func (p *program) draftsCommand() *cobra.Command {
	var json bool
	cmd := p.command("drafts", "drafts", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.AddCommand(p.draftsDropCommand())
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		drafts, err := d.eng.Drafts(ctx, 0)
		if err != nil {
			return err
		}
		for _, draft := range drafts {
			row, err := d.draftRow(ctx, draft)
			if err != nil {
				return err
			}
			if json {
				if err := d.jsonLine(row); err != nil {
					return err
				}
				continue
			}
			if err := d.tellDraft(ctx, row, draft); err != nil {
				return err
			}
		}
		if len(drafts) == 0 && !json {
			d.line("cli.drafts.none")
		}
		return nil
	})
}

func (d *desk) draftRow(ctx context.Context, draft inbox.Draft) (draftRow, error) {
	account, _, err := d.eng.AccountOf(ctx, draft.Account)
	if err != nil {
		return draftRow{}, err
	}
	by, writing := d.writer(draft)
	return draftRow{
		ID: inert(draft.ID), Thread: fmt.Sprint(uint64(draft.Thread)), Client: string(account.Client), Account: string(draft.Account),
		Note: draft.Note, Private: draft.Private, By: by, Writing: writing,
		Since: stamp(draft.BegunAt), Saved: stamp(draft.SavedAt), Visibility: inert(draft.Visibility), Text: safe.Clean(draft.Text),
	}, nil
}

// writer says who writes a draft: the session that has it open now, else the
// line that saved it last.
func (d *desk) writer(draft inbox.Draft) (by string, now bool) {
	for _, s := range d.eng.Sessions() {
		if s.Draft == draft.ID {
			return inert(s.Name), true
		}
	}
	return inert(draft.Line), false
}

func (d *desk) tellDraft(ctx context.Context, r draftRow, draft inbox.Draft) error {
	v, err := d.eng.Thread(ctx, draft.Thread)
	if err != nil {
		return err
	}
	kind := lang.Key("cli.drafts.answer")
	switch {
	case r.Note:
		kind = "cli.drafts.note"
	case r.Private:
		kind = "cli.drafts.private"
	}
	fmt.Fprintf(d.out, "%s  %s", r.ID, d.p.T("cli.drafts.what", d.p.T(kind), uint64(draft.Thread), r.Client, r.Account, text.Plain(authorOf(v.Thread.Author).String(), 20), d.date(v.Thread.Client, draft.BegunAt), who(d.p, r.By)))
	if r.Writing {
		fmt.Fprintf(d.out, "  %s", d.p.T("cli.drafts.writing"))
	}
	fmt.Fprintf(d.out, "\n        %s\n", text.Clip(inert(draft.Text), showWidth-8))
	return nil
}

func (p *program) draftsDropCommand() *cobra.Command {
	cmd := p.command("drop ID", "drafts.drop", cobra.ExactArgs(1))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		draft, err := d.draft(ctx, args[0])
		if err != nil {
			return err
		}
		if who, now := d.writer(draft); now {
			return fail(exitGuard, "cli.drafts.open", who) // whose next key press would bring it back
		}
		if err := d.eng.DropDraft(ctx, d.by, draft.ID); err != nil {
			return err
		}
		d.line("cli.drafts.dropped", uint64(draft.Thread))
		return nil
	})
}

// draft is the draft of an id.
func (d *desk) draft(ctx context.Context, id string) (inbox.Draft, error) {
	draft, err := d.eng.OpenDraft(ctx, d.by, inbox.DraftRequest{ID: id})
	var problem inbox.Problem
	if errors.As(err, &problem) && problem.Code == inbox.CodeNotFound {
		err = fail(exitNotFound, "drafts.unknown", inert(id))
	}
	return draft, err
}
