package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
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

// replyOptions are the flags of reply.
type replyOptions struct {
	text       textOptions
	follow     followOptions
	hold       time.Duration
	at         string // a moment: send later
	visibility string
	parent     string
	private    bool
	client     string // its name, typed to overrule the guard for other clients
	anyway     bool   // overrules the guards for changed threads
	draft      string
	edit       string // the own message that gets the text
	files      enclosures
	saved      savedOptions
}

func (p *program) replyCommand() *cobra.Command {
	var o replyOptions
	cmd := p.command("reply THREAD --text TEXT", "reply", cobra.MinimumNArgs(1))
	o.text.bind(p, cmd)
	cmd.Flags().StringVar(&o.draft, "draft", "", p.t("flag.draft"))
	cmd.Flags().BoolVar(&o.private, "private", false, p.t("flag.private"))
	cmd.Flags().DurationVar(&o.hold, "hold", 0, p.t("flag.hold"))
	cmd.Flags().StringVar(&o.at, "at", "", p.t("flag.at"))
	cmd.Flags().StringVar(&o.visibility, "visibility", "", p.t("flag.visibility"))
	cmd.Flags().StringVar(&o.parent, "to-message", "", p.t("flag.parent"))
	cmd.Flags().StringVar(&o.client, "client", "", p.t("flag.client"))
	cmd.Flags().StringVar(&o.edit, "edit", "", p.t("flag.edit"))
	o.files.bind(p, cmd)
	o.saved.bind(p, cmd)
	cmd.Flags().BoolVar(&o.anyway, "anyway", false, p.t("flag.anyway"))
	o.follow.bind(p, cmd)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		r, err := d.replyRequest(ctx, id, o, args[1:])
		if err != nil {
			return err
		}
		a, err := d.eng.Reply(ctx, d.by, r)
		if err != nil {
			return d.offends(ctx, id, err)
		}
		d.tellSteered(ctx, a, o.follow.json)
		return d.followParts(ctx, a, o.follow)
	})
}

// tellSteered says where an answer goes when it goes elsewhere than to who wrote
// what it answers.
func (d *desk) tellSteered(ctx context.Context, a inbox.Action, quiet bool) {
	if a.Kind != inbox.ActReply || quiet {
		return
	}
	v, err := d.eng.Thread(ctx, a.Thread)
	if err != nil {
		return // it was told where to look: vigie show
	}
	for _, m := range v.Messages {
		if to, _ := m.Author.AnswersTo(); m.Remote == a.Target && !m.Outgoing && !to.Empty() {
			fmt.Fprintln(d.err, "→ "+d.p.T("composer.steered", inert(to.String())))
		}
	}
}

// replyRequest makes an answer of a draft, of the flags and of the words, the
// latter two before the first.
func (d *desk) replyRequest(ctx context.Context, id inbox.ThreadID, o replyOptions, words []string) (r inbox.ReplyRequest, err error) {
	r = inbox.ReplyRequest{Thread: id, Private: o.private, Visibility: o.visibility, Parent: o.parent, Edit: o.edit, Hold: o.hold}
	if o.draft != "" {
		if r, err = d.ofDraft(ctx, r, o.draft); err != nil {
			return r, err
		}
	}
	ready, err := d.savedText(ctx, id, o.saved)
	if err != nil {
		return r, err
	}
	if o.text.text == "" {
		o.text.text = ready
	} else if ready != "" {
		return r, usage("cli.text-usage")
	}
	bare := o.draft != "" || len(o.files.paths) > 0 // it may have no words
	if !bare || o.text != (textOptions{}) || len(words) > 0 {
		if r.Text, err = d.textOf(o.text, words); err != nil {
			return r, err
		}
	}
	if o.at != "" {
		if r.At, err = d.moment(ctx, id, o.at); err != nil {
			return r, err
		}
	}
	if o.client != "" {
		if err := d.named(ctx, id, o.client); err != nil {
			return r, err
		}
		r.Despite = append(r.Despite, inbox.CodeOtherClient)
	}
	overruled, err := o.saved.overruled()
	if err != nil {
		return r, err
	}
	r.Despite = append(r.Despite, overruled...)
	if o.anyway {
		r.Despite = append(r.Despite, inbox.CodeChanged, inbox.CodeAnswered, inbox.CodeComposing)
	}
	more, err := d.enclose(ctx, id, o.files)
	if err != nil {
		return r, err
	}
	r.Media = append(r.Media, more...)
	return r, d.inParts(ctx, &r, o.saved)
}

// ofDraft completes an answer by the draft it is made of.
func (d *desk) ofDraft(ctx context.Context, r inbox.ReplyRequest, id string) (inbox.ReplyRequest, error) {
	draft, err := d.draft(ctx, id)
	switch {
	case err != nil:
		return r, err
	case draft.Thread != r.Thread:
		return r, usage("cli.drafts.other-thread", uint64(draft.Thread))
	case draft.Note:
		return r, usage("cli.drafts.is-note")
	}
	r.Text, r.Draft, r.SeenN = draft.Text, draft.ID, draft.SeenN
	r.Private = r.Private || draft.Private
	r.Visibility = cmp.Or(r.Visibility, draft.Visibility)
	r.Parent = cmp.Or(r.Parent, draft.Parent)
	r.Edit, r.Media = cmp.Or(r.Edit, draft.Edit), draft.Media
	return r, nil
}

// named checks that a name somebody typed is that of the client in whose name
// the thread is answered.
func (d *desk) named(ctx context.Context, id inbox.ThreadID, name string) error {
	v, err := d.eng.Thread(ctx, id)
	if err != nil {
		return err
	}
	name = strings.TrimSpace(name)
	if strings.EqualFold(name, string(v.Thread.Client)) || strings.EqualFold(name, v.Client.Name) {
		return nil
	}
	return fail(exitGuard, "reply.other-name", uint64(id), clientName(v.Client, v.Thread.Client), name)
}
