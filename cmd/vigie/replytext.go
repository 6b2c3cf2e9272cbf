package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/charter"
	"vigie/inbox/length"
	"vigie/inbox/saved"
	"vigie/inbox/tongue"
)

// savedOptions are the flags that make an answer of a saved reply, and of a long
// text several parts.
type savedOptions struct {
	id       string
	vars     []string // name=value
	split    bool
	numbered bool
	despite  []string
}

func (o *savedOptions) bind(p *program, cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.id, "saved", "", p.t("flag.saved"))
	cmd.Flags().StringArrayVar(&o.vars, "var", nil, p.t("flag.var"))
	cmd.Flags().BoolVar(&o.split, "split", false, p.t("flag.split"))
	cmd.Flags().BoolVar(&o.numbered, "numbered", false, p.t("flag.numbered"))
	cmd.Flags().StringArrayVar(&o.despite, "despite", nil, p.t("flag.despite"))
}

// overruled are the problems that a command may overrule by their code.
func (o savedOptions) overruled() ([]string, error) {
	may := []string{inbox.CodeTone, inbox.CodeReplyTo, inbox.CodeChanged, inbox.CodeAnswered, inbox.CodeComposing}
	for _, word := range o.despite {
		if !slices.Contains(may, word) {
			return nil, usage("reply.bad-despite", word, strings.Join(may, ", "))
		}
	}
	return o.despite, nil
}

// named are the values given for variables.
func (o savedOptions) named() (map[string]string, error) {
	if len(o.vars) > 0 && o.id == "" {
		return nil, usage("reply.var-alone")
	}
	list := map[string]string{}
	for _, word := range o.vars {
		name, value, ok := strings.Cut(word, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, usage("reply.bad-var", word)
		}
		list[name] = value
	}
	return list, nil
}

// savedText is the text of the client's saved reply that suits the thread best,
// filled in.
func (d *desk) savedText(ctx context.Context, id inbox.ThreadID, o savedOptions) (string, error) {
	named, err := o.named()
	if err != nil || o.id == "" {
		return "", err
	}
	v, err := d.eng.Thread(ctx, id)
	if err != nil {
		return "", err
	}
	r, ok := saved.Pick(v.Client.Replies, o.id, v.Thread.Lang, v.Thread.Network)
	if !ok {
		return "", fail(exitNotFound, "reply.no-saved", clientName(v.Client, v.Thread.Client), o.id, strings.Join(saved.IDs(v.Client.Replies), ", "))
	}
	language := r.Lang
	if language == "" {
		language = tongue.Of(r.Text)
	}
	out, _ := saved.Fill(r.Text, saved.ValuesOf(v, language, d.now()), named)
	return out, nil
}

// inParts cuts the text of an answer when its network takes no more at once.
func (d *desk) inParts(ctx context.Context, r *inbox.ReplyRequest, o savedOptions) error {
	if !o.split {
		return nil
	}
	v, err := d.eng.Thread(ctx, r.Thread)
	if err != nil {
		return err
	}
	kind := v.Thread.Kind
	if r.Private {
		kind = inbox.KindDM
	}
	split := length.Split
	if o.numbered {
		split = length.SplitNumbered
	}
	if parts := split(r.Text, v.Caps.LimitFor(kind)); len(parts) > 1 {
		r.Text, r.More = parts[0], parts[1:]
	}
	return nil
}

// offends says in the charter's words what is wrong with an answer; any other
// error stays as it is.
func (d *desk) offends(ctx context.Context, id inbox.ThreadID, err error) error {
	var p inbox.Problem
	if !errors.As(err, &p) || p.Code != inbox.CodeTone && p.Code != inbox.CodeCharter || len(p.Args) < 2 {
		return err
	}
	v, verr := d.eng.Thread(ctx, id)
	if verr != nil {
		return err
	}
	name := clientName(v.Client, v.Thread.Client)
	said, why := "", ""
	switch rule := p.Args[0]; {
	case rule == charter.RuleVous, rule == charter.RuleTu, rule == charter.RuleEmoji, rule == charter.RuleLanguage, rule == charter.RuleSignature:
		said = d.p.T(langKey("offence."+rule), p.Args[1], name)
	case p.Code == inbox.CodeCharter:
		said, why = d.p.T("offence.never", rule, name), p.Args[1]
	default:
		said, why = d.p.T("offence.word", rule, name), p.Args[1]
	}
	if why != "" {
		said += " (" + why + ")"
	}
	if p.Code == inbox.CodeCharter {
		return fail(exitFailure, "reply.never", said)
	}
	return fail(exitGuard, "reply.tone", said)
}

// followParts follows the parts of an answer, in order. What waits behind one
// that did not arrive is told, and not waited for.
func (d *desk) followParts(ctx context.Context, a inbox.Action, o followOptions) error {
	parts, err := d.eng.Parts(ctx, a.ID)
	if err != nil {
		return err
	}
	return d.followAll(ctx, parts, o)
}

// followAll follows several actions, in order, and returns what became of the
// first that did not arrive.
func (d *desk) followAll(ctx context.Context, list []inbox.Action, o followOptions) error {
	var worst error
	failed := map[inbox.ActionID]bool{}
	for _, a := range list {
		how := o
		how.nowait = o.nowait || failed[a.Follows] && a.Follows != 0
		err := d.follow(ctx, a, how)
		if err != nil || failed[a.Follows] && a.Follows != 0 {
			failed[a.ID] = true
		}
		var exit *exitError
		if err != nil && !errors.As(err, &exit) {
			return err
		}
		if worst == nil {
			worst = err
		}
	}
	return worst
}
