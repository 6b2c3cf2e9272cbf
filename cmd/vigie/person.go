package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
	safe "vigie/inbox/text"
	"vigie/tui/door"
	"vigie/tui/text"
)

// personRow is the card of who a thread is with, as "person --json" prints it.
type personRow struct {
	Client     string          `json:"client"`
	Network    string          `json:"network"`
	Author     rowAuthor       `json:"author"`
	Identities []identityRow   `json:"identities"`
	Badges     []string        `json:"badges"`
	Notes      []personNoteRow `json:"notes"`
	Messages   int             `json:"messages"`
	Threads    int             `json:"threads"`
	AtLeast    bool            `json:"at_least"`
	First      string          `json:"first"`
	Last       string          `json:"last"`
	Hidden     int             `json:"hidden"`
	Recent     []row           `json:"recent"`
}

type identityRow struct {
	Account string    `json:"account"`
	Author  rowAuthor `json:"author"`
}

type personNoteRow struct {
	At   string    `json:"at"`
	By   string    `json:"by"`
	Text safe.Safe `json:"text"`
}

// personOptions are what "person" changes before it shows the card.
type personOptions struct {
	badges []string
	note   string
	link   string
	unlink bool
}

func (o personOptions) changes() bool {
	return len(o.badges) > 0 || o.note != "" || o.link != "" || o.unlink
}

func (p *program) personCommand() *cobra.Command {
	var o personOptions
	var json bool
	cmd := p.command("person THREAD [+BADGE…]", "person", cobra.MinimumNArgs(1))
	cmd.Flags().StringArrayVar(&o.badges, "badge", nil, p.t("flag.badge"))
	cmd.Flags().StringVar(&o.note, "note", "", p.t("flag.person-note"))
	cmd.Flags().StringVar(&o.link, "link", "", p.t("flag.link"))
	cmd.Flags().BoolVar(&o.unlink, "unlink", false, p.t("flag.unlink"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		for _, word := range args[1:] {
			if !strings.HasPrefix(word, "+") && !strings.HasPrefix(word, "-") {
				return usage("cli.badge-word", word)
			}
		}
		o.badges = append(o.badges, args[1:]...)
		if o.changes() && p.server != nil && !p.role.Allows(door.RoleDraft) {
			return inbox.Problem{Code: inbox.CodeRole, Args: []string{string(p.role), string(door.RoleDraft)}}
		}
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		if err := d.changePerson(ctx, id, o); err != nil {
			return err
		}
		card, err := d.eng.Person(ctx, id)
		if err != nil {
			return err
		}
		if json {
			return d.jsonLine(personRowOf(card))
		}
		d.tellPerson(card)
		return nil
	})
}

func (d *desk) changePerson(ctx context.Context, id inbox.ThreadID, o personOptions) error {
	if o.link != "" {
		with, err := threadID(o.link)
		if err != nil {
			return err
		}
		if err := d.eng.Link(ctx, d.by, id, with); err != nil {
			return err
		}
	}
	if len(o.badges) > 0 {
		if err := d.eng.Badge(ctx, d.by, id, o.badges); err != nil {
			return err
		}
	}
	if o.note != "" {
		if err := d.eng.PersonNote(ctx, d.by, id, o.note); err != nil {
			return err
		}
	}
	if o.unlink {
		return d.eng.Unlink(ctx, d.by, id)
	}
	return nil
}

func authorRow(a inbox.Author) rowAuthor { return rowAuthor{inert(a.ID), a.Handle, a.Name} }

func personRowOf(c inbox.PersonCard) personRow {
	r := personRow{
		Client: string(c.Client), Network: string(c.Network), Author: authorRow(c.Author), Identities: []identityRow{},
		Badges: append([]string{}, c.Badges...), Notes: []personNoteRow{}, Messages: c.Messages, Threads: c.Total, AtLeast: c.AtLeast,
		First: stamp(c.FirstAt), Last: stamp(c.LastAt), Hidden: c.Hidden, Recent: []row{},
	}
	for _, i := range c.Identities {
		r.Identities = append(r.Identities, identityRow{string(i.Account), authorRow(i.Author)})
	}
	for _, n := range c.Notes {
		r.Notes = append(r.Notes, personNoteRow{stamp(n.At), inert(n.Session), n.Text})
	}
	for _, t := range c.Threads {
		r.Recent = append(r.Recent, rowOf(t))
	}
	return r
}

// tellPerson prints a card for people.
func (d *desk) tellPerson(c inbox.PersonCard) {
	name := c.Author.Name
	if name.Empty() || c.Author.ID == inbox.ErasedAuthor {
		name = authorOf(c.Author)
	}
	fmt.Fprintf(d.out, "%s  %s  %s, %s\n", text.Line(name, 30), text.Line(authorOf(c.Author), 30), inert(string(c.Network)), d.clientName(c.Client))
	if len(c.Badges) > 0 {
		fmt.Fprintf(d.out, "        [%s]\n", strings.Join(c.Badges, "] ["))
	}
	counts := d.p.T("cli.person-counts", c.Messages, c.Total)
	if c.AtLeast {
		counts = d.p.T("cli.person-at-least", counts)
	}
	if c.Hidden > 0 {
		counts += ", " + d.p.T("cli.person-hidden", strconv.Itoa(c.Hidden))
	}
	fmt.Fprintf(d.out, "        %s\n", counts)
	if !c.FirstAt.IsZero() {
		fmt.Fprintf(d.out, "        %s – %s\n", d.date(c.Client, c.FirstAt), d.date(c.Client, c.LastAt))
	}
	if len(c.Identities) > 1 {
		for _, i := range c.Identities {
			fmt.Fprintf(d.out, "      = %s  %s\n", text.Line(authorOf(i.Author), 30), inert(string(i.Account)))
		}
	}
	for _, n := range c.Notes {
		fmt.Fprintf(d.out, "      # %s  %s\n", d.date(c.Client, n.At), text.Clip(inert(n.Text.String()), showWidth-8))
	}
	for _, t := range c.Threads {
		fmt.Fprintf(d.out, "%6d  %s  %s  %s\n", uint64(t.ID), text.Plain(t.LastAt.In(d.zone(t.Client)).Format("2006-01-02"), 10),
			text.Plain(shortState(d.p, t), 9), text.Line(t.Snippet, 50))
	}
}
