package engine

import (
	"context"
	"errors"
	"time"

	"vigie/inbox"
	"vigie/inbox/when"
)

// Nap puts threads to sleep as the words say (when.ParseNap), each in the time
// zone and with the opening hours of its client. Words that mean no moment to
// come are a Problem, and then no thread sleeps.
func (e *Engine) Nap(ctx context.Context, by inbox.By, ids []inbox.ThreadID, words string) error {
	if _, err := when.ParseNap(words, e.now(), time.UTC, nil); errors.Is(err, when.ErrUnclear) {
		return inbox.Problem{Code: inbox.CodeMoment, Args: []string{words}}
	}
	if err := e.mean(ctx, ids, words); err != nil {
		return err
	}
	naps := map[inbox.ClientID]inbox.Nap{}
	return e.undoable(ctx, by, ids, func(t inbox.Thread) ([]inbox.Event, error) {
		nap, known := naps[t.Client]
		if !known {
			var err error
			if nap, err = e.napOf(t.Client, words); err != nil {
				return nil, err
			}
			naps[t.Client] = nap
		}
		return one(inbox.Event{Verb: inbox.Snoozing, Until: nap.Until, Args: nap.Args()}), nil
	})
}

// mean refuses words that mean no moment to come at the client of some thread,
// before any thread sleeps: many are written by pieces.
func (e *Engine) mean(ctx context.Context, ids []inbox.ThreadID, words string) error {
	wrong := map[inbox.ClientID]error{}
	for _, c := range e.Clients() {
		if _, err := e.napOf(c.ID, words); err != nil {
			wrong[c.ID] = err
		}
	}
	for _, id := range ids {
		if len(wrong) == 0 {
			return nil
		}
		t, err := e.head(ctx, id)
		if err != nil {
			return err
		}
		if err := wrong[t.Client]; err != nil {
			return err
		}
	}
	return nil
}

// napOf is the nap that words mean now at a client.
func (e *Engine) napOf(id inbox.ClientID, words string) (inbox.Nap, error) {
	c, _ := e.Client(id)
	said, err := when.ParseNap(words, e.now(), zoneOf(c), c.Hours.Morning)
	switch {
	case errors.Is(err, when.ErrPast):
		return inbox.Nap{}, inbox.Problem{Code: inbox.CodePast, Args: []string{words}}
	case err != nil:
		return inbox.Nap{}, inbox.Problem{Code: inbox.CodeMoment, Args: []string{words}}
	}
	nap := inbox.Nap{Dozes: said.Dozes}
	if !said.Until.IsZero() {
		nap.Until = said.Until.UTC()
	}
	switch said.Rule {
	case when.TillReply:
		nap.Rule = inbox.NapTillReply
	case when.NoReply:
		nap.Rule = inbox.NapNoReply
	}
	return nap, nil
}

// zoneOf is a client's time zone, this machine's when it has none.
func zoneOf(c inbox.Client) *time.Location {
	if c.Zone == "" {
		return time.Local
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.Local
	}
	return zone
}

// Feel marks the sentiment of threads.
func (e *Engine) Feel(ctx context.Context, by inbox.By, ids []inbox.ThreadID, f inbox.Feeling) error {
	return e.undoable(ctx, by, ids, func(t inbox.Thread) ([]inbox.Event, error) {
		if t.Feeling == f {
			return nil, nil
		}
		return one(inbox.Event{Verb: inbox.Felt, Args: []string{f.String()}}), nil
	})
}
