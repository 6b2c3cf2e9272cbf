package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

// moderations are the acts on a network that carry no text.
func moderations() []inbox.ActionKind {
	return slices.DeleteFunc(inbox.ActionKinds(), func(k inbox.ActionKind) bool { return k.Writes() || k == inbox.ActReport })
}

func (p *program) moderateCommand() *cobra.Command {
	var o followOptions
	var message string
	var words []string
	for _, kind := range moderations() {
		words = append(words, string(kind))
	}
	cmd := p.command("moderate THREAD… "+strings.Join(words, "|"), "moderate", cobra.MinimumNArgs(2))
	cmd.Flags().StringVar(&message, "message", "", p.t("flag.message"))
	o.bind(p, cmd)
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		last := len(args) - 1
		ids, err := d.threadIDs(args[:last])
		if err != nil {
			return err
		}
		kind := inbox.ActionKind(args[last])
		switch {
		case !slices.Contains(words, args[last]):
			return usage("moderate.unknown", args[last], strings.Join(words, ", "))
		case len(ids) != 1 && message != "":
			return usage("moderate.one-thread")
		case (kind == inbox.ActDelete || kind == inbox.ActRemove) && message == "":
			return usage("moderate.which", int(slices.Concat(ids, []inbox.ThreadID{0})[0]))
		case len(ids) != 1:
			return d.moderateAll(ctx, ids, kind, o)
		}
		a, err := d.eng.Perform(ctx, d.by, ids[0], kind, message)
		if err != nil {
			return d.cannot(ctx, ids[0], kind, err)
		}
		return d.follow(ctx, a, o)
	})
}

// moderateAll does an act in many threads of one client, as one step of undo,
// and says where it cannot be done or would change nothing.
func (d *desk) moderateAll(ctx context.Context, ids []inbox.ThreadID, kind inbox.ActionKind, o followOptions) error {
	done, err := d.eng.PerformAll(ctx, d.by, ids, kind)
	if err != nil && len(done.Queued) == 0 {
		return err
	}
	if ferr := d.followAll(ctx, done.Queued, o); ferr != nil && err == nil {
		err = ferr
	}
	for _, r := range done.Refused {
		what, _ := d.p.Problem(r.Problem)
		fmt.Fprintln(d.err, inert(d.p.T("moderate.partly", uint64(r.Thread), what)))
	}
	switch refused := len(done.Refused); {
	case refused == 0 || err != nil:
		return err
	case len(done.Queued) == 0:
		return &exitError{code: exitFailure}
	}
	return &exitError{code: exitPartly}
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
	return fail(exitFailure, "moderate.cannot", d.network(v.Thread.Network), d.p.T(langKey("act."+string(kind))))
}
