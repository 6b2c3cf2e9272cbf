package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

func (p *program) rulesCommand() *cobra.Command {
	cmd := p.command("rules", "rules", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(p.rulesCharterCommand())
	return cmd
}

// charterRow is a client's charter, as "rules charter --json" prints it.
type charterRow struct {
	Client    string       `json:"client"`
	Name      string       `json:"name"`
	Address   string       `json:"address"`
	Emoji     string       `json:"emoji"`
	Signature string       `json:"signature"`
	Languages []string     `json:"languages"`
	Words     []charterBan `json:"words"`
	Notes     []string     `json:"notes"`
	Replies   []savedRow   `json:"replies"`
}

type charterBan struct {
	Word  string `json:"word"`
	Why   string `json:"why"`
	Block bool   `json:"block"`
}

type savedRow struct {
	ID      string `json:"id"`
	Lang    string `json:"lang"`
	Network string `json:"network"`
	Text    string `json:"text"`
}

func charterRowOf(c inbox.Client) charterRow {
	row := charterRow{
		Client: string(c.ID), Name: clientName(c, c.ID), Address: c.Charter.Address, Emoji: c.Charter.Emoji, Signature: c.Charter.Signature,
		Languages: append([]string{}, c.Charter.Languages...), Words: []charterBan{}, Notes: append([]string{}, c.Charter.Notes...), Replies: []savedRow{},
	}
	for _, w := range c.Charter.Words {
		row.Words = append(row.Words, charterBan{w.Word, w.Why, w.Block})
	}
	for _, r := range c.Replies {
		row.Replies = append(row.Replies, savedRow{r.ID, r.Lang, string(r.Network), r.Text})
	}
	return row
}

func (p *program) rulesCharterCommand() *cobra.Command {
	var client string
	var md, json bool
	cmd := p.command("charter CLIENT", "rules.charter", cobra.MaximumNArgs(1))
	cmd.Flags().StringVar(&client, "client", "", p.t("flag.rules-client"))
	cmd.Flags().BoolVar(&md, "md", false, p.t("flag.md"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(_ context.Context, d *desk, args []string) error {
		if len(args) > 0 {
			client = args[0]
		}
		c, ok := d.clientNamed(client)
		switch {
		case client == "":
			return usage("rules.which", strings.Join(d.clientIDs(), ", "))
		case !ok:
			return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{client}}
		case json:
			return d.jsonLine(charterRowOf(c))
		case c.Charter.Zero() && len(c.Replies) == 0:
			d.line("rules.empty", clientName(c, c.ID))
			return nil
		}
		d.printCharter(c, md)
		return nil
	})
}

// clientIDs are the clients as they are given to commands.
func (d *desk) clientIDs() (ids []string) {
	for _, c := range d.eng.Clients() {
		ids = append(ids, string(c.ID))
	}
	return ids
}

// clientNamed finds a client by its id or its name.
func (d *desk) clientNamed(word string) (inbox.Client, bool) {
	for _, c := range d.eng.Clients() {
		if word != "" && (strings.EqualFold(word, string(c.ID)) || strings.EqualFold(word, c.Name)) {
			return c, true
		}
	}
	return inbox.Client{}, false
}

// printCharter prints a charter and the saved replies, for people or as Markdown.
func (d *desk) printCharter(c inbox.Client, md bool) {
	title, bullet, head, quote := "", "  ", "  ", "    "
	if md {
		title, bullet, head, quote = "## ", "- ", "### ", "> "
	}
	name := clientName(c, c.ID)
	if lines := d.charterLines(c.Charter); len(lines) > 0 {
		fmt.Fprintf(d.out, "%s%s\n\n", title, inert(d.p.T("rules.charter", name)))
		for _, l := range lines {
			fmt.Fprintf(d.out, "%s%s\n", bullet, inert(l))
		}
		fmt.Fprintln(d.out)
	}
	if len(c.Replies) == 0 {
		return
	}
	fmt.Fprintf(d.out, "%s%s\n", title, d.p.T("rules.replies"))
	for _, r := range c.Replies {
		of := strings.Join(strings.Fields(r.ID+" "+r.Lang+" "+string(r.Network)), " · ")
		fmt.Fprintf(d.out, "\n%s%s\n", head, inert(of))
		if md {
			fmt.Fprintln(d.out)
		}
		for line := range strings.Lines(r.Text) {
			fmt.Fprintf(d.out, "%s%s\n", quote, inert(strings.TrimRight(line, "\n")))
		}
	}
}

// charterLines are the rules of a charter, a sentence each.
func (d *desk) charterLines(c inbox.Charter) []string {
	var lines []string
	if c.Address != "" {
		lines = append(lines, d.p.T(langKey("rules."+c.Address)))
	}
	if c.Emoji == "none" {
		lines = append(lines, d.p.T("rules.emoji"))
	}
	if c.Signature != "" {
		lines = append(lines, d.p.T("rules.signature", c.Signature))
	}
	if len(c.Languages) > 0 {
		lines = append(lines, d.p.T("rules.languages", strings.Join(c.Languages, ", ")))
	}
	for _, w := range c.Words {
		key := langKey("rules.avoid")
		if w.Block {
			key = "rules.never"
		}
		line := d.p.T(key, w.Word)
		if w.Why != "" {
			line += " — " + w.Why
		}
		lines = append(lines, line)
	}
	return append(lines, c.Notes...)
}
