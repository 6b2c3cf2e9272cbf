package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/standing"
	"vigie/tui/text"
)

// followTime is how long a command waits for an outcome before it says that
// the server goes on with it.
const followTime = 2 * time.Minute

// followOptions say how a command that put something into the outbox ends.
type followOptions struct {
	nowait bool // do not wait for the outcome
	json   bool
}

func (o *followOptions) bind(p *program, cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.nowait, "no-wait", false, p.t("flag.no-wait"))
	cmd.Flags().BoolVar(&o.json, "json", false, p.t("flag.json"))
}

// toldHold is how long a hold is that is told before it is waited for.
const toldHold = 2 * time.Second

// follow waits until an action is settled and says how. What is to be sent
// later is not waited for.
func (d *desk) follow(ctx context.Context, a inbox.Action, o followOptions) error {
	nowait := o.nowait || a.SendAt.After(d.now())
	if left := a.NotBefore.Sub(d.now()); !nowait && !o.json && a.State == inbox.Queued && left >= toldHold {
		fmt.Fprintln(d.err, d.p.T("send.holding", left.Round(time.Second).String()))
	}
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
	if o.json {
		if err := d.jsonLine(actionRow(a)); err != nil {
			return err
		}
	} else {
		d.tellAction(a)
	}
	switch {
	case a.State == inbox.Accepted, a.State == inbox.Verified:
		return nil
	case a.State == inbox.FailedAct, a.State == inbox.NeedsYou:
		return &exitError{code: exitNotSent}
	case nowait && d.started:
		return nil
	case nowait:
		if !o.json {
			d.line("outbox.no-server")
		}
		return nil
	case a.State == inbox.Queued && !a.NotBefore.After(d.now()) && !o.json:
		d.line("outbox.behind")
	}
	return &exitError{code: exitNotSent}
}

// tellAction says on a few lines what an action is, where it stands, and what
// a person can do about it.
func (d *desk) tellAction(a inbox.Action) {
	fmt.Fprintf(d.out, "%6d  %s  %s  %s\n", uint64(a.ID), d.standing(a), d.deed(a), inert(a.Receipt.URL))
	if a.Text != "" && a.State != inbox.Accepted && a.State != inbox.Verified {
		fmt.Fprintf(d.out, "        %s\n", text.Clip(inert(a.Text), showWidth-8))
	}
	d.tellTrouble(a)
	switch {
	case a.State == inbox.NeedsYou && a.MayBeThere():
		fmt.Fprintf(d.out, "        %s\n", d.p.T("outbox.decide", int(a.ID), int(a.ID), int(a.ID)))
	case a.State == inbox.NeedsYou, a.State == inbox.FailedAct:
		fmt.Fprintf(d.out, "        %s\n", d.p.T("outbox.decide-failed", int(a.ID), int(a.ID)))
	}
}

// tellTrouble says what is wrong with an action, what a person does about it,
// and what the other side answered, in its own words.
func (d *desk) tellTrouble(a inbox.Action) {
	if a.State == inbox.Dropped {
		return // nobody does anything about it any more
	}
	trouble := local(d.p, a.Problem)
	if len(trouble.Args) == 0 {
		trouble.Args = []string{string(a.Account)}
	}
	what, next := d.p.OfAct(a.Kind, trouble)
	if what == "" {
		return
	}
	byItself := a.State == inbox.Uncertain || a.State == inbox.RetryWait
	if next != "" && (!byItself || standing.ForPerson(a.Problem)) {
		what += " — " + next
	}
	fmt.Fprintf(d.out, "        %s\n", inert(what))
	if said := standing.Said(a.Problem); said != "" {
		fmt.Fprintf(d.out, "        %s\n", text.Clip(d.p.T("stand.said", said), showWidth-8))
	}
}

// local writes what a problem tells of as this machine's people say it: a
// moment in its time, a command as such.
func local(p lang.Printer, pr inbox.Problem) inbox.Problem {
	if len(pr.Args) == 0 {
		return pr
	}
	switch pr.Code {
	case inbox.CodeWindow:
		if t, err := time.Parse(time.RFC3339, pr.Args[0]); err == nil {
			pr.Args = []string{t.Local().Format("2006-01-02 15:04 MST")}
		}
	case inbox.CodeAnswered, inbox.CodeComposing:
		pr.Args = []string{who(p, pr.Args[0])}
	case inbox.CodeReported:
		if t, err := time.Parse(time.RFC3339, pr.Args[len(pr.Args)-1]); err == nil {
			pr.Args = []string{who(p, pr.Args[0]), t.Local().Format("2006-01-02 15:04 MST")}
		}
	}
	return pr
}

// who is a session or a line for people: a command has no name of its own.
func who(p lang.Printer, name string) string {
	of, key, _ := strings.Cut(inert(name), " ")
	switch {
	case of != "command":
		return inert(name)
	case key == "", key == "local":
		return p.T("who.command")
	}
	return p.T("who.command-of", key)
}

// deed says what an action is: "answer to thread 5, Miette, 2026-11-22 09:00".
func (d *desk) deed(a inbox.Action) string {
	return d.p.T("outbox.what", d.p.T(langKey("act."+string(a.Kind))), uint64(a.Thread), string(a.Client), d.date(a.Client, a.CreatedAt))
}

// date is a moment in the time zone of a client, with its name where it is not
// this machine's time.
func (d *desk) date(id inbox.ClientID, t time.Time) string {
	zone := d.zone(id)
	words := t.In(zone).Format("2006-01-02 15:04")
	_, there := t.In(zone).Zone()
	if _, here := t.Local().Zone(); here != there {
		words += " " + zone.String()
	}
	return words
}

// standing says where an action stands, and when it goes on.
func (d *desk) standing(a inbox.Action) string {
	left := a.NotBefore.Sub(d.now())
	_, confirmed := a.Confirmed()
	switch {
	case confirmed:
		return d.p.T("send.confirmed")
	case a.State == inbox.Dropped && a.MayBeThere():
		return d.p.T("send.dropped-doubt")
	case a.State == inbox.Uncertain && a.Class == inbox.ClassD:
		return d.p.T("send.blind")
	case a.State == inbox.Queued && a.SendAt.After(d.now()):
		return d.p.T("send.at", d.date(a.Client, a.SendAt))
	case left <= 0:
	case a.State == inbox.Queued:
		return d.p.T("send.held", span(left))
	case a.State == inbox.RetryWait && a.Doubted:
		return d.p.T("send.again-in", span(left))
	case a.State == inbox.RetryWait:
		return d.p.T("send.retry-in", span(left))
	case a.State == inbox.Uncertain:
		return d.p.T("send.look-in", span(left))
	}
	return d.p.T(langKey("send." + string(a.State)))
}

// span is a wait for people, rounded up: whole seconds, whole minutes from an
// hour on.
func span(d time.Duration) string {
	d = (d + time.Second - 1).Truncate(time.Second)
	if d >= time.Hour {
		return fmt.Sprintf("%d h %02d", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return d.String()
}

// zone is the time zone of a client, this machine's when it has none.
func (d *desk) zone(id inbox.ClientID) *time.Location {
	c, _ := d.eng.Client(id)
	if c.Zone != "" {
		if z, err := time.LoadLocation(c.Zone); err == nil {
			return z
		}
	}
	return time.Local
}
