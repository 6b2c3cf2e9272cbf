package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/inbox/bridge"
	safe "vigie/inbox/text"
	"vigie/tui/look"
	"vigie/tui/text"
)

// showWidth is how wide show prints texts, in columns.
const showWidth = 78

func (p *program) showCommand() *cobra.Command {
	var json bool
	cmd := p.command("show THREAD", "show", cobra.ExactArgs(1))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := threadID(args[0])
		if err != nil {
			return err
		}
		v, err := d.eng.Thread(ctx, id)
		if err != nil {
			return err
		}
		if json {
			return unlessWhole(d.export1(bridge.NewWriter(d.out), v))
		}
		return d.show(v)
	})
}

func (d *desk) show(v inbox.ThreadView) error {
	t := v.Thread
	fmt.Fprintf(d.out, "#%d  %s · %s · %s  [%s]  %s\n", uint64(t.ID), clientName(v.Client, t.Client),
		cmp.Or(v.Account.Handle, string(t.Account)), d.network(t.Network), shortState(d.p, t), joinTags(t.Tags))
	if t.URL != "" {
		fmt.Fprintln(d.out, inert(t.URL))
	}
	if v.Post != nil {
		fmt.Fprintf(d.out, "\n%s\n", d.p.T("show.post"))
		d.block(v.Post.Text, "  ┃ ")
	}
	for _, m := range v.Messages {
		if m.Damaged {
			fmt.Fprintf(d.out, "\n! %s  %s\n", d.date(t.Client, m.At), d.p.T("show.damaged"))
			continue
		}
		mark := ""
		switch {
		case m.Expired:
			mark = d.expired().String()
		case m.Deleted:
			mark = d.p.T("show.deleted")
		case !m.Edited.IsZero():
			mark = d.p.T("show.edited")
		}
		who := m.Author.Handle
		if who.Empty() { // a visitor of a blog
			who = m.Author.Name
		}
		if m.Expired {
			who = authorOf(m.Author)
		}
		arrow := "←"
		if m.Outgoing {
			arrow = "→"
		}
		if m.Status != "" {
			mark = strings.TrimSpace(mark + "  " + d.p.T(langKey("show.status."+string(m.Status))))
		}
		if word := (look.Look{P: d.p}).Auto(m); word != "" {
			mark = strings.TrimSpace(mark + "  [" + word + "]")
		}
		if to, _ := m.Author.AnswersTo(); !to.Empty() && !m.Outgoing {
			mark = strings.TrimSpace(mark + "  → " + d.p.T("composer.steered", inert(to.String())))
		}
		fmt.Fprintf(d.out, "\n%s %s  %s  %s\n", arrow, text.Plain(who.String(), 32), d.date(t.Client, m.At), mark)
		if words := d.others(m); words != "" {
			fmt.Fprintf(d.out, "  %s\n", words)
		}
		if !m.Warning.Empty() {
			d.block(m.Warning, "  ⚠ ")
		}
		d.block(m.Text, "  │ ")
		d.showPoll(m.Poll)
		for _, media := range m.Media {
			d.block(look.Look{P: d.p}.Medium(media), "  │ ")
		}
	}
	d.showEvents(v)
	for _, a := range v.Actions {
		_, confirmed := a.Confirmed()
		doubt := a.State == inbox.Dropped && a.MayBeThere()
		if !a.State.Terminal() || a.State.Trouble() || doubt || confirmed {
			d.tellAction(a)
		}
	}
	return nil
}

// others says who else got a message, or who got one of ours.
func (d *desk) others(m inbox.Message) string {
	var names []string
	for _, to := range m.To {
		names = append(names, inert(to.String()))
	}
	switch words := strings.Join(names, ", "); {
	case words == "" || m.Deleted:
		return ""
	case m.Outgoing:
		return d.p.T("message.to", words)
	default:
		return d.p.T("message.also-to", words)
	}
}

func (d *desk) showPoll(p *inbox.Poll) {
	if p == nil {
		return
	}
	for _, o := range p.Options {
		fmt.Fprintf(d.out, "  │ ( ) %s  %s\n", inert(text.Plain(o.Text.String(), showWidth-20)), d.p.Number(o.Votes))
	}
}

// network is a network's name for people.
func (d *desk) network(n inbox.Network) string { return inert(look.Look{P: d.p}.Network(n)) }

// showEvents prints what happened to a thread that its messages do not show:
// notes, questions to contacts, and what was done on the network itself.
func (d *desk) showEvents(v inbox.ThreadView) {
	undone := map[int]bool{}
	for _, e := range v.Events {
		if e.Verb == inbox.Undone {
			undone[e.Undoes] = true
		}
	}
	for _, e := range v.Events {
		switch {
		case undone[e.N]:
		case e.Verb == inbox.Noted:
			fmt.Fprintf(d.out, "\n%s  %s\n", d.p.T("show.private"), d.date(v.Thread.Client, e.At))
			d.block(e.Text, "  ░ ")
		case e.Verb == inbox.Escalate && len(e.Args) > 1:
			fmt.Fprintf(d.out, "\n%s\n", d.escalatedTo(v.Thread.Client, text.Clip(e.Args[1], 40), e.Until))
		case look.OnTheirWord(e):
			fmt.Fprintf(d.out, "\n→ %s  %s\n", d.p.T("show.answered", d.network(v.Thread.Network)), d.date(v.Thread.Client, e.At))
			d.block(e.Text, "  │ ")
		case e.Verb == inbox.Moderated && len(e.Args) > 0:
			fmt.Fprintf(d.out, "\n%s  %s\n", d.moderated(v, e), d.date(v.Thread.Client, e.At))
		}
	}
}

// moderated says what a message of theirs is on the network since an event.
func (d *desk) moderated(v inbox.ThreadView, e inbox.Event) string {
	who := "—"
	for _, m := range v.Messages {
		if by := authorOf(m.Author); m.Remote == e.Message && !by.Empty() {
			who = text.Clip(by.String(), 32)
		}
	}
	if is := (look.Look{P: d.p}).StatusShort(inbox.Status(e.Args[0])); is != "" {
		return d.p.T("show.moderated", d.network(v.Thread.Network), who, is)
	}
	return d.p.T("show.unmoderated", d.network(v.Thread.Network), who)
}

func (d *desk) escalatedTo(id inbox.ClientID, name string, until time.Time) string {
	if until.IsZero() {
		return d.p.T("show.escalated", name)
	}
	return d.p.T("show.escalated-until", name, d.date(id, until))
}

func clientName(c inbox.Client, id inbox.ClientID) string {
	if c.Name != "" {
		return c.Name
	}
	return string(id)
}

// block prints a text in a gutter that the text itself cannot draw.
func (d *desk) block(s safe.Safe, gutter string) {
	for _, line := range (text.Pen{}).Wrap(s, showWidth-4) {
		fmt.Fprintln(d.out, strings.TrimRight(gutter+line, " "))
	}
}
