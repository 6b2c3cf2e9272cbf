package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

func (p *program) snoozeCommand() *cobra.Command {
	var json bool
	cmd := p.command("snooze THREAD WHEN", "snooze", cobra.MinimumNArgs(2))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		ids, err := d.threadIDs(args[:1])
		if err != nil {
			return err
		}
		err = d.eng.Nap(ctx, d.by, ids, strings.Join(args[1:], " "))
		if err != nil || json {
			return d.act(ids, inbox.Snoozing, json, func() error { return err })
		}
		for _, id := range ids {
			if err := d.tellNap(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// tellNap says until when a thread sleeps, in its client's time.
func (d *desk) tellNap(ctx context.Context, id inbox.ThreadID) error {
	v, err := d.eng.Thread(ctx, id)
	if err != nil {
		return err
	}
	t := v.Thread
	until := t.Until.In(d.zone(t.Client)).Format("2006-01-02 15:04 MST")
	said := d.p.T("cli.snoozed", joinIDs([]inbox.ThreadID{id}), until)
	switch t.Nap {
	case inbox.NapTillReply:
		said = d.p.T("cli.asleep-reply", joinIDs([]inbox.ThreadID{id}))
	case inbox.NapNoReply:
		said = d.p.T("cli.asleep-rule", joinIDs([]inbox.ThreadID{id}), until)
	}
	if t.Dozes {
		said += " — " + d.p.T("cli.asleep-dozes")
	}
	fmt.Fprintln(d.out, said)
	return nil
}

func (p *program) feelCommand() *cobra.Command {
	var json bool
	cmd := p.command("feel THREAD… positive|neutral|negative|none", "feel", cobra.MinimumNArgs(2))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		last := len(args) - 1
		feeling, ok := inbox.ParseFeeling(feelingWord(args[last]))
		if !ok {
			return usage("cli.feel-usage", args[last])
		}
		ids, err := d.threadIDs(args[:last])
		if err != nil {
			return err
		}
		return d.act(ids, inbox.Felt, json, func() error { return d.eng.Feel(ctx, d.by, ids, feeling) })
	})
}

// feelingWord is the word of a feeling that a sign stands for.
func feelingWord(word string) string {
	switch word {
	case "+":
		return inbox.Positive.String()
	case "0", "=":
		return inbox.Neutral.String()
	case "-":
		return inbox.Negative.String()
	}
	return word
}
