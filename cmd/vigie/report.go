package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

func (p *program) reportCommand() *cobra.Command {
	var o followOptions
	var text textOptions
	var r inbox.ReportRequest
	cmd := p.command("report THREAD --reason WORD [TEXT]", "report", cobra.MinimumNArgs(1))
	cmd.Flags().StringVar(&r.Reason, "reason", "", p.t("flag.reason"))
	cmd.Flags().StringVar(&r.Message, "message", "", p.t("flag.message"))
	cmd.Flags().BoolVar(&r.Anyway, "anyway", false, p.t("flag.report-anyway"))
	text.bind(p, cmd)
	o.bind(p, cmd)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		r := r
		r.Thread = id
		if r.Text, err = d.maybeText(text, args[1:]); err != nil {
			return err
		}
		v, err := d.eng.Thread(ctx, id)
		if err != nil {
			return err
		}
		if v.Caps.Can(inbox.ActReport) && len(v.Caps.Reasons) > 0 && !slices.Contains(v.Caps.Reasons, r.Reason) {
			return usage("report.reason", strings.Join(v.Caps.Reasons, ", "))
		}
		a, err := d.eng.Report(ctx, d.by, r)
		if err != nil {
			return d.cannot(ctx, id, inbox.ActReport, err)
		}
		return d.follow(ctx, a, o)
	})
}

func (p *program) answeredCommand() *cobra.Command {
	var text textOptions
	var draft string
	var json bool
	cmd := p.command("answered THREAD [TEXT]", "answered", cobra.MinimumNArgs(1))
	text.bind(p, cmd)
	cmd.Flags().StringVar(&draft, "draft", "", p.t("flag.draft-answered"))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		said, err := d.maybeText(text, args[1:])
		if err != nil {
			return err
		}
		if draft != "" {
			written, err := d.ofDraft(ctx, inbox.ReplyRequest{Thread: id}, draft)
			if err != nil {
				return err
			}
			if said == "" {
				said = written.Text
			}
		}
		return d.act([]inbox.ThreadID{id}, inbox.Replied, json, func() error {
			return d.eng.Answered(ctx, d.by, inbox.AnsweredRequest{Thread: id, Text: said, Draft: draft})
		})
	})
}

// maybeText is textOf, of what may be left out.
func (d *desk) maybeText(o textOptions, words []string) (string, error) {
	if o == (textOptions{}) && len(words) == 0 {
		return "", nil
	}
	return d.textOf(o, words)
}
