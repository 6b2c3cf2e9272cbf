package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/text"
)

func langKey(s string) lang.Key { return lang.Key(s) }

// maxText is how much text a command reads, in bytes: more than any network
// takes.
const maxText = 1 << 20

// textOptions are the ways to give a text: words, --text, --file or "-".
type textOptions struct {
	text string
	file string
}

func (o *textOptions) bind(p *program, cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.text, "text", "", p.t("flag.text"))
	cmd.Flags().StringVar(&o.file, "file", "", p.t("flag.file"))
	p.reads(cmd, "file")
}

// textOf returns the text given in one of the ways, without its last newline.
func (d *desk) textOf(o textOptions, words []string) (string, error) {
	ways := 0
	for _, given := range []bool{o.text != "", o.file != "", len(words) > 0} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return "", usage("cli.text-usage")
	}
	var in io.Reader
	switch {
	case o.text != "":
		return o.text, nil
	case o.file != "" || (len(words) == 1 && words[0] == "-"):
		in = d.in
	default:
		return strings.Join(words, " "), nil
	}
	b, err := io.ReadAll(io.LimitReader(in, maxText+1))
	if err != nil {
		return "", fmt.Errorf("read the text: %w", err)
	}
	if len(b) > maxText {
		return "", usage("cli.text-long")
	}
	return strings.TrimSuffix(string(b), "\n"), nil
}

func (p *program) replyCommand() *cobra.Command {
	var o textOptions
	var hold time.Duration
	var visibility, parent string
	var nowait, json bool
	cmd := p.command("reply THREAD --text TEXT", "reply", cobra.MinimumNArgs(1))
	o.bind(p, cmd)
	cmd.Flags().DurationVar(&hold, "hold", 0, p.t("flag.hold"))
	cmd.Flags().StringVar(&visibility, "visibility", "", p.t("flag.visibility"))
	cmd.Flags().StringVar(&parent, "to-message", "", p.t("flag.parent"))
	cmd.Flags().BoolVar(&nowait, "no-wait", false, p.t("flag.no-wait"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		body, err := d.textOf(o, args[1:])
		if err != nil {
			return err
		}
		a, err := d.eng.Reply(ctx, d.by, inbox.ReplyRequest{Thread: id, Text: body, Hold: hold, Visibility: visibility, Parent: parent})
		if err != nil {
			return err
		}
		return d.follow(ctx, a, nowait, json)
	})
}

// followTime is how long a command waits for an outcome before it says that
// the server goes on with it.
const followTime = 2 * time.Minute

// follow waits until an action is settled and says how.
func (d *desk) follow(ctx context.Context, a inbox.Action, nowait, json bool) error {
	if !nowait {
		waiting, cancel := context.WithTimeout(ctx, followTime)
		defer cancel()
		settled, err := d.eng.Await(waiting, a.ID, d.started)
		if settled.ID != 0 {
			a = settled
		}
		if err != nil && ctx.Err() != nil {
			return err
		}
	}
	if json {
		if err := d.jsonLine(actionRow(a)); err != nil {
			return err
		}
	} else {
		d.tellAction(a)
	}
	switch a.State {
	case inbox.Accepted, inbox.Verified:
		return nil
	case inbox.FailedAct, inbox.NeedsYou:
		return &exitError{code: exitNotSent}
	}
	if nowait {
		return nil
	}
	if a.State == inbox.Queued && !json {
		d.line("outbox.behind")
	}
	return &exitError{code: exitNotSent}
}

func (d *desk) tellAction(a inbox.Action) {
	state := d.p.T(langKey("send." + string(a.State)))
	fmt.Fprintf(d.out, "%6d  %s  %s  %s\n", uint64(a.ID), state, d.p.T("outbox.what", string(a.Kind), uint64(a.Thread), string(a.Client), a.CreatedAt.Local().Format("2006-01-02 15:04")), inert(a.Receipt.URL))
	if a.Text != "" && a.State != inbox.Accepted && a.State != inbox.Verified {
		fmt.Fprintf(d.out, "        %s\n", text.Clip(inert(a.Text), showWidth-8))
	}
	if what, next := d.p.Problem(a.Problem); what != "" {
		fmt.Fprintf(d.out, "        %s — %s\n", what, next)
	}
}
