package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/tui/lang"
)

// TestRefusalsHaveTheirCodeAndNextStep reports what a person may meet when
// sending, in both languages.
func TestRefusalsHaveTheirCodeAndNextStep(t *testing.T) {
	since := time.Date(2026, 11, 22, 8, 30, 0, 0, time.Local)
	for _, c := range []struct {
		err    error
		code   int
		fr, en []string
	}{
		{
			inbox.Problem{Code: inbox.CodeChanged, Args: []string{"2", "1", "0"}},
			exitGuard,
			[]string{"2 nouveaux", "--anyway"},
			[]string{"2 new, 1 edited, 0 deleted", "--anyway"},
		},
		{inbox.Problem{Code: inbox.CodeAnswered, Args: []string{"pts/3"}}, exitGuard, []string{"pts/3 a déjà répondu", "--anyway"}, []string{"pts/3 has answered", "--anyway"}},
		{inbox.Problem{Code: inbox.CodeComposing, Args: []string{"pts/3"}}, exitGuard, []string{"pts/3 écrit", "--anyway"}, []string{"pts/3 is writing", "--anyway"}},
		{
			inbox.Problem{Code: inbox.CodeOtherClient, Args: []string{"Atlas", "@atlas_fc", "Miette"}},
			exitGuard,
			[]string{"Atlas", "@atlas_fc", "Miette", "--client NOM"},
			[]string{"Atlas", "@atlas_fc", "Miette", "--client NAME"},
		},
		{
			inbox.Problem{Code: inbox.CodeReplyTo, Args: []string{"billing@elsewhere.example", "claire@piaille.example"}},
			exitGuard,
			[]string{"billing@elsewhere.example", "claire@piaille.example", "--despite replyto"},
			[]string{"billing@elsewhere.example", "claire@piaille.example", "--despite replyto"},
		},
		{
			inbox.Problem{Code: inbox.CodeWindow, Args: []string{since.UTC().Format(time.RFC3339)}},
			exitNotSent,
			[]string{"2026-11-22 08:30", "vigie show FIL"},
			[]string{"2026-11-22 08:30", "vigie show THREAD"},
		},
		{fmt.Errorf("put it into the outbox: %w", inbox.ErrFull), exitFailure, []string{"disque est plein", "faire de la place"}, []string{"disk is full", "make room"}},
		{inbox.Problem{Code: inbox.CodeRollback}, exitFailure, []string{"--acknowledge"}, []string{"--acknowledge"}},
	} {
		for tag, wants := range map[lang.Tag][]string{lang.French: c.fr, lang.English: c.en} {
			var out bytes.Buffer
			code := report(&out, lang.For(tag), c.err)
			if code != c.code || strings.Count(out.String(), "\n") != 1 || strings.Contains(out.String(), "%!") {
				t.Errorf("%v, %s: exit %d: %s", c.err, tag, code, out.String())
			}
			for _, want := range wants {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%v, %s lacks %q: %s", c.err, tag, want, out.String())
				}
			}
		}
	}
}

// standingClock stands still.
type standingClock struct{ at time.Time }

func (c standingClock) Now() time.Time { return c.at }

// TestStandings says of every state where an answer stands and what a person
// can do, and of no state that waits for nobody that somebody should act.
func TestStandings(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	eng := engine.New(engine.Options{Clock: standingClock{now}, Settings: engine.Settings{Clients: []inbox.Client{{ID: "miette", Name: "Miette", Zone: "Europe/Paris"}}}})
	defer func() {
		if err := eng.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	doubt := inbox.Problem{Code: inbox.CodeUncertain}
	in := func(d time.Duration) time.Time { return now.Add(d) }
	for _, c := range []struct {
		a       inbox.Action
		want    string
		decides bool
	}{
		{inbox.Action{State: inbox.Queued, NotBefore: in(8500 * time.Millisecond)}, "held for another 9s", false},
		{inbox.Action{State: inbox.Queued, NotBefore: in(90 * time.Minute)}, "held for another 1 h 30", false},
		{inbox.Action{State: inbox.Queued, NotBefore: now}, "queued", false},
		{inbox.Action{State: inbox.Queued, SendAt: in(20 * time.Hour), NotBefore: in(20 * time.Hour)}, "goes at 2026-11-23 09:00 Europe/Paris", false},
		{inbox.Action{State: inbox.Sending}, "sending", false},
		{inbox.Action{State: inbox.RetryWait, NotBefore: in(time.Minute), Problem: inbox.Problem{Code: inbox.CodeRetry}}, "tried again in 1m0s", false},
		{inbox.Action{State: inbox.Uncertain, NotBefore: in(14 * time.Second), Problem: doubt}, "vigie looks on the network in 14s", false},
		{inbox.Action{State: inbox.Uncertain, Class: inbox.ClassD, NotBefore: in(14 * time.Second), Problem: doubt}, "vigie cannot look", false},
		{inbox.Action{State: inbox.RetryWait, Doubted: true, NotBefore: in(time.Minute), Problem: doubt}, "done again by itself in 1m0s", false},
		{inbox.Action{State: inbox.RetryWait, NotBefore: in(time.Minute), Problem: inbox.Problem{Code: inbox.CodeAuth}}, "miette-social refused the sign-in — renew the token, then: vigie account check miette-social", false},
		{inbox.Action{State: inbox.NeedsYou, Doubted: true, Problem: doubt}, "vigie outbox confirm 7", true},
		{inbox.Action{State: inbox.NeedsYou, Problem: inbox.Problem{Code: inbox.CodeChanged, Args: []string{"1", "0", "0"}}}, "vigie outbox retry 7 (send again) or drop", true},
		{inbox.Action{State: inbox.Dropped, Doubted: true, Problem: doubt}, "doubtful, given up, may have left", false},
		{inbox.Action{State: inbox.Verified, History: []inbox.ActionStep{{To: inbox.Verified, Why: inbox.WhyThere, Who: "pts/5"}}}, "confirmed by a person", false},
		{inbox.Action{State: inbox.FailedAct, Kind: inbox.ActHide, Problem: inbox.Problem{Code: inbox.CodeInvalid}}, "the network refused to hide this message", true},
		{inbox.Action{State: inbox.FailedAct, Kind: inbox.ActEscalate, Problem: inbox.Problem{Code: inbox.CodeInvalid}}, "the contact was not reached", true},
		{inbox.Action{State: inbox.FailedAct, Problem: inbox.Problem{Code: inbox.CodeInvalid, Detail: "the network refused the content: the program answered: votre compte est limité"}}, "votre compte est limité", true},
		{inbox.Action{State: inbox.RetryWait, NotBefore: in(time.Minute), Problem: inbox.Problem{Code: inbox.CodeRetry, Detail: "try again in 1m0s: the program answered: slow down"}}, "slow down", false},
		{inbox.Action{State: inbox.FailedAct, Problem: inbox.Problem{Code: inbox.CodeInvalid}}, "vigie outbox retry 7", true},
	} {
		c.a.ID, c.a.Client, c.a.Account, c.a.Thread, c.a.Kind, c.a.Text = 7, "miette", "miette-social", 5, cmp.Or(c.a.Kind, inbox.ActReply), "Oui"
		var out bytes.Buffer
		d := &desk{eng: eng, out: &out, p: lang.For(lang.English), clock: standingClock{now}}
		d.tellAction(c.a)
		if got := out.String(); !strings.Contains(got, c.want) || strings.Contains(got, "decide") != c.decides || strings.Contains(got, "[") {
			t.Errorf("%s: lacks %q:\n%s", c.a.State, c.want, got)
		}
		if (c.a.State == inbox.Uncertain || c.a.State == inbox.RetryWait) && strings.Contains(out.String(), "then confirm") {
			t.Errorf("a person is asked though vigie looks: %s", out.String())
		}
	}
}

// TestWhoDidIt: people read neither English in French nor names of the code.
func TestWhoDidIt(t *testing.T) {
	p := lang.For(lang.French)
	for name, want := range map[string]string{
		"command": "une commande", "command local": "une commande", "command ines@desk": "une commande de ines@desk", "pts/5": "pts/5", "": "",
	} {
		if got := who(p, name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	var out bytes.Buffer
	report(&out, p, inbox.Problem{Code: inbox.CodeAnswered, Args: []string{"command local"}})
	report(&out, p, beyondUndo(p, inbox.Problem{Code: inbox.CodeConflict, Args: []string{"accepted"}, Detail: "reply that left"}))
	report(&out, p, beyondUndo(p, inbox.Problem{Code: inbox.CodeConflict, Detail: "the thread was changed since"}))
	if got := out.String(); strings.Contains(got, "command ") || strings.Contains(got, "reply") || strings.Contains(got, "since") || !strings.Contains(got, "(envoyé)") {
		t.Error(got)
	}
}

// TestUndoOfNothingAndOfWhatLeft tells the two apart.
func TestUndoOfNothingAndOfWhatLeft(t *testing.T) {
	var exit *exitError
	if err := beyondUndo(lang.For(lang.English), inbox.Problem{Code: inbox.CodeConflict, Detail: "reply that left"}); !errors.As(err, &exit) || exit.code != exitFailure {
		t.Errorf("what left: %v", err)
	}
	d := &desk{out: new(bytes.Buffer), p: lang.For(lang.English)}
	if err := d.tellUndid(t.Context(), inbox.Undid{}, false, "undo.done", "undo.nothing"); !errors.As(err, &exit) || exit.code != exitNotFound {
		t.Errorf("nothing: %v", err)
	}
}
