package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vigie/connectors/all"
	"vigie/inbox"
)

// moderations are the acts on a network that carry no text.
var moderations = []inbox.ActionKind{
	inbox.ActHide, inbox.ActUnhide, inbox.ActDelete, inbox.ActBlock, inbox.ActUnblock, inbox.ActRead, inbox.ActLike, inbox.ActUnlike,
}

func (p *program) moderateCommand() *cobra.Command {
	var o followOptions
	var message string
	words := make([]string, len(moderations))
	for i, kind := range moderations {
		words[i] = string(kind)
	}
	cmd := p.command("moderate THREAD "+strings.Join(words, "|"), "moderate", cobra.ExactArgs(2))
	cmd.Flags().StringVar(&message, "message", "", p.t("flag.message"))
	o.bind(p, cmd)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		kind := inbox.ActionKind(args[1])
		switch {
		case !slices.Contains(moderations, kind):
			return usage("moderate.unknown", args[1], strings.Join(words, ", "))
		case kind == inbox.ActDelete && message == "":
			return usage("moderate.which", int(id))
		}
		a, err := d.eng.Perform(ctx, d.by, id, kind, message)
		if err != nil {
			return d.cannot(ctx, id, kind, err)
		}
		return d.follow(ctx, a, o)
	})
}

// cannot names the network and the act when the network is why an act cannot
// be done; any other error stays as it is.
func (d *desk) cannot(ctx context.Context, id inbox.ThreadID, kind inbox.ActionKind, err error) error {
	var problem inbox.Problem
	if !errors.As(err, &problem) || problem.Code != inbox.CodeUnsupported {
		return err
	}
	v, verr := d.eng.Thread(ctx, id)
	if verr != nil {
		return err
	}
	network := string(v.Thread.Network)
	if info, ok := all.Registry().Find(v.Thread.Network); ok {
		network = info.Title
	}
	return fail(exitFailure, "moderate.cannot", network, d.p.T(langKey("act."+string(kind))))
}
