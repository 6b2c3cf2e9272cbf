package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/text"
)

// viewRow is a view, as "view list --json" prints it.
type viewRow struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Query  string   `json:"query"`
	States []string `json:"states"` // of the built-in ones
	Saved  bool     `json:"saved"`
	Hide   bool     `json:"hide"`
}

func (p *program) viewCommand() *cobra.Command {
	cmd := p.command("view", "view", cobra.NoArgs)
	cmd.AddCommand(p.viewListCommand(), p.viewSaveCommand(), p.viewDropCommand())
	return cmd
}

func (p *program) viewListCommand() *cobra.Command {
	var json bool
	cmd := p.command("list", "view-list", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(_ context.Context, d *desk, _ []string) error {
		for _, v := range d.eng.Views() {
			row := viewRow{ID: v.ID, Name: d.viewName(v), Query: v.Query, States: []string{}, Saved: v.Saved, Hide: v.Hide}
			for _, s := range v.State {
				row.States = append(row.States, s.String())
			}
			if json {
				if err := d.jsonLine(row); err != nil {
					return err
				}
				continue
			}
			mark := " "
			if v.Saved {
				mark = "*"
			}
			fmt.Fprintf(d.out, "%s %s %s  %s\n", mark, text.Plain(row.ID, 16), text.Plain(row.Name, 20), inert(row.Query))
		}
		return nil
	})
}

// viewName is a view's name for people.
func (d *desk) viewName(v inbox.View) string {
	if key := langKey("view." + v.ID); v.Name == "" && d.p.Has(key) {
		return d.p.T(key)
	}
	return v.Name
}

func (p *program) viewSaveCommand() *cobra.Command {
	var hide bool
	cmd := p.command("save NAME QUERY", "view-save", cobra.MinimumNArgs(2))
	cmd.Flags().BoolVar(&hide, "hide", false, p.t("flag.hide"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		err := d.eng.SaveView(ctx, inbox.View{Name: args[0], Query: strings.Join(args[1:], " "), Hide: hide})
		if err == nil {
			d.line("cli.view-saved", inert(args[0]))
		}
		return err
	})
}

func (p *program) viewDropCommand() *cobra.Command {
	cmd := p.command("drop ID", "view-drop", cobra.ExactArgs(1))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		err := d.eng.DropView(ctx, args[0])
		if err == nil {
			d.line("cli.view-dropped", inert(args[0]))
		}
		return err
	})
}
