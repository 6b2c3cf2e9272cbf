package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
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

// follow waits until an action is settled and says how. What is to be sent
// later is not waited for.
func (d *desk) follow(ctx context.Context, a inbox.Action, o followOptions) error {
	nowait := o.nowait || a.SendAt.After(d.now())
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
	if what, next := d.p.Problem(local(a.Problem)); what != "" {
		if next != "" && a.State != inbox.Uncertain { // which vigie looks into
			what += " — " + next
		}
		fmt.Fprintf(d.out, "        %s\n", inert(what))
	}
	switch a.State {
	case inbox.NeedsYou:
		fmt.Fprintf(d.out, "        %s\n", d.p.T("outbox.decide", int(a.ID), int(a.ID), int(a.ID)))
	case inbox.FailedAct:
		fmt.Fprintf(d.out, "        %s\n", d.p.T("outbox.decide-failed", int(a.ID), int(a.ID)))
	}
}

// local writes the moment that a problem tells of in this machine's time.
func local(p inbox.Problem) inbox.Problem {
	if p.Code != inbox.CodeWindow || len(p.Args) == 0 {
		return p
	}
	if t, err := time.Parse(time.RFC3339, p.Args[0]); err == nil {
		p.Args = []string{t.Local().Format("2006-01-02 15:04")}
	}
	return p
}

// deed says what an action is: "answer to thread 5, Miette, 2026-11-22 09:00".
func (d *desk) deed(a inbox.Action) string {
	return d.p.T("outbox.what", d.p.T(langKey("act."+string(a.Kind))), uint64(a.Thread), string(a.Client), a.CreatedAt.Local().Format("2006-01-02 15:04"))
}

// standing says where an action stands, and when it goes on.
func (d *desk) standing(a inbox.Action) string {
	left := a.NotBefore.Sub(d.now())
	switch {
	case a.State == inbox.Queued && a.SendAt.After(d.now()):
		return d.p.T("send.at", a.SendAt.In(d.zone(a.Client)).Format("2006-01-02 15:04 MST"))
	case left <= 0:
	case a.State == inbox.Queued:
		return d.p.T("send.held", span(left))
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
