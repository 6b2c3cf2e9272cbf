package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vigie/connectors"
	"vigie/connectors/all"
	"vigie/inbox"
	"vigie/tui/text"
)

// networkRow is a network as "networks --json" prints it.
type networkRow struct {
	Network  string            `json:"network"`
	Title    string            `json:"title"`
	Streams  []string          `json:"streams"`
	Acts     map[string]string `json:"acts"` // kind → class; what is missing cannot be done
	Push     bool              `json:"push"`
	Limit    int               `json:"reply_limit"`
	Unit     string            `json:"reply_unit"`
	Settings []string          `json:"settings"`
	Secrets  []string          `json:"secrets"`
}

func networkRowOf(in connectors.Info) networkRow {
	r := networkRow{
		Network: string(in.Network), Title: in.Title, Push: in.Caps.Push, Acts: map[string]string{},
		Limit: in.Caps.Reply.Max, Unit: string(in.Caps.Reply.Unit),
		Streams: []string{}, Settings: []string{}, Secrets: []string{},
	}
	for _, s := range in.Caps.Streams {
		r.Streams = append(r.Streams, string(s))
	}
	for kind, c := range in.Caps.Acts {
		if c.OK {
			r.Acts[string(kind)] = string(in.Caps.ClassOf(kind))
		}
	}
	for _, s := range in.Settings {
		if s.Secret {
			r.Secrets = append(r.Secrets, s.Key)
		} else {
			r.Settings = append(r.Settings, s.Key)
		}
	}
	return r
}

// shownActs are the acts that have a column of the table for people; those that
// take one back go with it.
var shownActs = [...]inbox.ActionKind{
	inbox.ActReply, inbox.ActPrivate, inbox.ActLike, inbox.ActHide, inbox.ActDelete, inbox.ActBlock, inbox.ActRead,
}

// networksCommand prints the capability matrix. It needs no inbox.
func (p *program) networksCommand() *cobra.Command {
	var json bool
	cmd := p.command("networks", "networks", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.RunE = func(*cobra.Command, []string) error {
		d := &desk{out: p.out, p: p.p}
		if !json {
			fmt.Fprintf(p.out, "%s %s ", text.Plain(p.t("networks.network"), 12), text.Plain(p.t("networks.streams"), 42))
			for _, kind := range shownActs {
				fmt.Fprintf(p.out, "%s ", text.Plain(string(kind), 7))
			}
			fmt.Fprintf(p.out, "%s %s\n", text.Plain("push", 6), p.t("networks.limit"))
		}
		for _, in := range all.Registry() {
			row := networkRowOf(in)
			if json {
				if err := d.jsonLine(row); err != nil {
					return err
				}
				continue
			}
			p.networkLine(row)
		}
		if !json {
			fmt.Fprintln(p.out, "\n"+p.t("networks.classes"))
		}
		return nil
	}
	return cmd
}

func (p *program) networkLine(r networkRow) {
	can := func(kind inbox.ActionKind) string {
		if class, ok := r.Acts[string(kind)]; ok {
			return class
		}
		return "–"
	}
	push, limit := "–", "–"
	if r.Push {
		push = p.t("networks.yes")
	}
	if r.Limit > 0 {
		limit = fmt.Sprintf("%d %s", r.Limit, r.Unit)
	}
	fmt.Fprintf(p.out, "%s %s ", text.Plain(r.Title, 12), text.Plain(strings.Join(r.Streams, " "), 42))
	for _, kind := range shownActs {
		fmt.Fprintf(p.out, "%s ", text.Plain(can(kind), 7))
	}
	fmt.Fprintf(p.out, "%s %s\n", text.Plain(push, 6), limit)
	if more := r.further(); len(more) > 0 {
		fmt.Fprintln(p.out, "             "+p.p.T("networks.further", strings.Join(more, " ")))
	}
}

// further are the acts without a column, without those that take one back, but
// for the two that stand for themselves.
func (r networkRow) further() (list []string) {
	for _, kind := range inbox.ActionKinds() {
		_, can := r.Acts[string(kind)]
		back, has := kind.Inverse()
		if !can || slices.Contains(shownActs[:], kind) || has && (slices.Contains(shownActs[:], back) || slices.Contains(list, string(back))) {
			continue
		}
		list = append(list, string(kind))
	}
	return list
}
