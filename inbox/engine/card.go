package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/words"
)

// What a card looks at, and shows, at most.
const (
	cardLooks   = 3000 // messages read to find those of a person
	cardHits    = 500  // messages of theirs that are looked at one by one
	cardActs    = 50   // threads of theirs whose actions are read
	cardThreads = 5
)

// Person is the card of who a thread is with: what the index finds of them, in
// the client of the thread alone.
func (e *Engine) Person(ctx context.Context, id inbox.ThreadID) (inbox.PersonCard, error) {
	w, err := e.whoIs(ctx, id)
	var p inbox.Problem
	switch {
	case errors.As(err, &p) && p.Code == inbox.CodeGone: // erased: no more than that
		t, err := e.head(ctx, id)
		return inbox.PersonCard{Person: inbox.Person{Client: t.Client}, Author: t.Author, Network: t.Network}, err
	case errors.Is(err, inbox.ErrDamaged):
		w.person = inbox.Person{Client: w.thread.Client, Identities: []inbox.PersonIdentity{w.identity}}
	case err != nil:
		return inbox.PersonCard{}, err
	}
	w.person.Identities = slices.DeleteFunc(w.person.Identities, e.elsewhere(w.thread))
	card := inbox.PersonCard{Person: w.person, Author: w.thread.Author, Network: w.thread.Network}
	page, err := e.repo.Search(ctx, inbox.SearchRequest{
		Where: whereOf(w.person, w.thread.ID), Match: matchOf(w.person), Limit: cardHits, Looks: cardLooks,
	})
	if err != nil {
		return inbox.PersonCard{}, fmt.Errorf("look for what a person wrote: %w", err)
	}
	card.Messages, card.AtLeast = page.Total, page.AtLeast || page.Total > len(page.Hits)
	heads := map[inbox.ThreadID]inbox.Thread{w.thread.ID: w.thread}
	theirs := map[said]bool{}
	for _, h := range page.Hits {
		heads[h.Thread.ID] = h.Thread
		theirs[said{h.Message.Account, h.Message.Remote}] = true
		card.LastAt = later(card.LastAt, h.Message.At)
		card.FirstAt = earlier(card.FirstAt, h.Message.At)
	}
	card.Total = len(heads)
	list := newestFirst(heads)
	acts, err := e.actsIn(ctx, list[:min(len(list), cardActs)])
	if err != nil {
		return inbox.PersonCard{}, err
	}
	card.Hidden, card.Measures = hiddenOf(acts, theirs), measuresOf(acts, w.person)
	list = slices.DeleteFunc(list, func(t inbox.Thread) bool { return t.ID == id })
	card.Threads = list[:min(len(list), cardThreads)]
	return card, nil
}

// elsewhere tells the identities that accounts of another client see: those of
// accounts that were given to it since.
func (e *Engine) elsewhere(t inbox.Thread) func(inbox.PersonIdentity) bool {
	return func(i inbox.PersonIdentity) bool {
		a, ok := e.account(i.Account)
		return ok && i.Account != t.Account && a.set().Account.Client != t.Client
	}
}

// said names a message.
type said struct {
	account inbox.AccountID
	remote  string
}

func newestFirst(heads map[inbox.ThreadID]inbox.Thread) []inbox.Thread {
	list := make([]inbox.Thread, 0, len(heads))
	for _, t := range heads {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b inbox.Thread) int {
		if c := b.LastAt.Compare(a.LastAt); c != 0 {
			return c
		}
		return int(b.ID) - int(a.ID)
	})
	return list
}

// whereOf is where the index looks for what a person wrote: in their client, by
// the words of their names. Who has none that an index knows is looked for in
// one thread.
func whereOf(p inbox.Person, id inbox.ThreadID) inbox.Cond {
	is := func(t inbox.CondTerm) inbox.Cond { return inbox.Cond{Op: inbox.CondIs, Term: t} }
	either := inbox.Cond{Op: inbox.CondOr, Kids: []inbox.Cond{is(inbox.CondTerm{Field: inbox.FieldThread, Thread: id})}}
	for _, i := range p.Identities {
		for _, name := range namesOf(i.Author) {
			needle := words.NewNeedle(name, true)
			if needle.Empty() {
				continue
			}
			term := inbox.CondTerm{Field: inbox.FieldAuthor}
			term.Words, term.Prefix, _ = needle.Tokens()
			either.Kids = append(either.Kids, inbox.Cond{Op: inbox.CondAnd, Kids: []inbox.Cond{
				is(inbox.CondTerm{Field: inbox.FieldAccount, Value: strings.ToLower(string(i.Account))}), is(term),
			}})
		}
	}
	client := is(inbox.CondTerm{Field: inbox.FieldClient, Value: strings.ToLower(string(p.Client))})
	// Names alone never decide: two people may share one.
	return inbox.Cond{Op: inbox.CondAnd, Kids: []inbox.Cond{client, either, is(inbox.CondTerm{Field: inbox.FieldOther})}}
}

// namesOf are the names by which somebody is looked for: the handle, and a name
// of several words, which outlives it; without a handle any name.
func namesOf(a inbox.Author) []string {
	if a.Handle.Empty() {
		return []string{a.Name.String()}
	}
	if len(strings.Fields(a.Name.String())) > 1 {
		return []string{a.Handle.String(), a.Name.String()}
	}
	return []string{a.Handle.String()}
}

// matchOf is exact: the author is one of the person's identities.
func matchOf(p inbox.Person) func(inbox.Thread, inbox.Message) bool {
	theirs := map[said]bool{}
	for _, i := range p.Identities {
		theirs[said{i.Account, i.Author.ID}] = true
	}
	return func(t inbox.Thread, m inbox.Message) bool {
		return !m.Outgoing && t.Client == p.Client && theirs[said{m.Account, m.Author.ID}]
	}
}

// actsIn are the acts that arrived in threads, the oldest first.
func (e *Engine) actsIn(ctx context.Context, list []inbox.Thread) ([]inbox.Action, error) {
	var done []inbox.Action
	for _, t := range list {
		actions, err := e.repo.ThreadActions(ctx, t.ID)
		if err != nil {
			return nil, fmt.Errorf("read what was done in thread %d: %w", t.ID, err)
		}
		for _, a := range actions {
			if a.State == inbox.Accepted || a.State == inbox.Verified {
				done = append(done, a)
			}
		}
	}
	slices.SortFunc(done, func(a, b inbox.Action) int { return cmp.Compare(a.ID, b.ID) })
	return done, nil
}

// hiddenOf counts the messages of a person that we hid or deleted, as it stands
// now.
func hiddenOf(acts []inbox.Action, theirs map[said]bool) int {
	hidden := map[said]bool{}
	for _, a := range acts {
		target := said{a.Account, a.Target}
		switch {
		case !theirs[target]:
		case a.Kind == inbox.ActHide, a.Kind == inbox.ActDelete:
			hidden[target] = true
		case a.Kind == inbox.ActUnhide:
			delete(hidden, target)
		}
	}
	return len(hidden)
}

// measuresOf are the blocks and mutes of a person that stand.
func measuresOf(acts []inbox.Action, p inbox.Person) []inbox.Measure {
	var out []inbox.Measure
	for _, a := range acts {
		if !slices.ContainsFunc(p.Identities, func(i inbox.PersonIdentity) bool { return i.Account == a.Account && i.Author.ID == a.Author }) {
			continue
		}
		kind := a.Kind
		if back, ok := kind.Inverse(); ok && (kind == inbox.ActUnblock || kind == inbox.ActUnmute) {
			kind = back
		}
		if kind != inbox.ActBlock && kind != inbox.ActMute {
			continue
		}
		out = slices.DeleteFunc(out, func(m inbox.Measure) bool { return m.Kind == kind && m.Account == a.Account })
		if kind == a.Kind {
			out = append(out, inbox.Measure{Kind: kind, Account: a.Account, Thread: a.Thread, At: a.CreatedAt, Session: a.Session, Line: a.Line})
		}
	}
	slices.Reverse(out)
	return out
}
