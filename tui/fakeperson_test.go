package tui

import (
	"cmp"
	"context"
	"slices"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/standing"
)

// personOf is the person a thread is with, and whether somebody noted it.
func (f *fake) personOf(t inbox.Thread) (inbox.Person, bool) {
	for _, p := range f.persons {
		if p.Client == t.Client && slices.ContainsFunc(p.Identities, func(id inbox.PersonIdentity) bool {
			return id.Account == t.Account && id.Author.ID == t.Author.ID
		}) {
			return p, true
		}
	}
	return inbox.Person{Client: t.Client, Identities: []inbox.PersonIdentity{{Account: t.Account, Author: t.Author}}}, false
}

// setPerson keeps a person in place of the ones its identities had.
func (f *fake) setPerson(p inbox.Person) {
	if p.ID == 0 {
		f.numbered++
		p.ID = inbox.PersonID(f.numbered)
	}
	f.persons = slices.DeleteFunc(f.persons, func(o inbox.Person) bool {
		return o.ID == p.ID || slices.ContainsFunc(o.Identities, func(id inbox.PersonIdentity) bool { return slices.Contains(p.Identities, id) })
	})
	f.persons = append(f.persons, p)
}

func (f *fake) Person(_ context.Context, id inbox.ThreadID) (inbox.PersonCard, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ft, ok := f.threads[id]
	if !ok {
		return inbox.PersonCard{}, inbox.ErrNotFound
	}
	p, _ := f.personOf(ft.t)
	c := inbox.PersonCard{Person: p, Author: ft.t.Author, Network: ft.t.Network}
	for _, o := range f.threads {
		if o.t.Client != ft.t.Client || !slices.ContainsFunc(p.Identities, func(id inbox.PersonIdentity) bool {
			return id.Account == o.t.Account && id.Author.ID == o.t.Author.ID
		}) {
			continue
		}
		c.Total++
		for _, a := range f.actions {
			if a.Thread == o.t.ID && a.Kind == inbox.ActBlock && a.State == inbox.Accepted {
				c.Measures = append(c.Measures, inbox.Measure{Kind: a.Kind, Account: a.Account, Thread: a.Thread, At: a.CreatedAt, Session: a.Session, Line: a.Line})
			}
		}
		if o.t.ID != id {
			c.Threads = append(c.Threads, o.t)
		}
		v := inbox.ThreadView{Messages: o.messages, Events: o.events}
		for _, m := range standing.Marks(v) {
			if m.Hidden {
				c.Hidden++
			}
		}
		for _, m := range o.messages {
			if m.Outgoing {
				continue
			}
			c.Messages++
			if c.FirstAt.IsZero() || m.At.Before(c.FirstAt) {
				c.FirstAt = m.At
			}
			if m.At.After(c.LastAt) {
				c.LastAt = m.At
			}
		}
	}
	slices.SortFunc(c.Threads, func(a, b inbox.Thread) int { return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(a.ID, b.ID)) })
	return c, nil
}

func (f *fake) changePerson(id inbox.ThreadID, change func(*inbox.Person)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	ft, ok := f.threads[id]
	if !ok {
		return inbox.ErrNotFound
	}
	p, _ := f.personOf(ft.t)
	change(&p)
	f.setPerson(p)
	return nil
}

func (f *fake) Badge(_ context.Context, _ inbox.By, id inbox.ThreadID, changes []string) error {
	if _, err := inbox.TagChange(inbox.Thread{}, changes); err != nil {
		return err
	}
	return f.changePerson(id, func(p *inbox.Person) {
		wished, err := inbox.TagChange(inbox.Thread{Tags: p.Badges}, changes)
		must(err)
		for _, w := range wished {
			if w[0] == '+' {
				p.Badges = append(slices.Clone(p.Badges), w[1:])
			} else {
				p.Badges = slices.DeleteFunc(slices.Clone(p.Badges), func(b string) bool { return b == w[1:] })
			}
		}
		slices.Sort(p.Badges)
	})
}

func (f *fake) PersonNote(_ context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	return f.changePerson(id, func(p *inbox.Person) {
		p.Notes = append(slices.Clone(p.Notes), inbox.PersonNote{At: f.now, Session: by.Session, Line: by.Line, Text: text.Clean(body)})
	})
}

func (f *fake) Link(_ context.Context, _ inbox.By, id, with inbox.ThreadID) error {
	other := f.threads[with].t
	return f.changePerson(id, func(p *inbox.Person) {
		o, _ := f.personOf(other)
		p.Identities = append(slices.Clone(p.Identities), o.Identities...)
		p.Badges, p.Notes = append(p.Badges, o.Badges...), append(p.Notes, o.Notes...)
	})
}

func (f *fake) Unlink(_ context.Context, _ inbox.By, id inbox.ThreadID) error {
	t := f.threads[id].t
	return f.changePerson(id, func(p *inbox.Person) {
		p.Identities = slices.DeleteFunc(slices.Clone(p.Identities), func(i inbox.PersonIdentity) bool {
			return i.Account == t.Account && i.Author.ID == t.Author.ID
		})
	})
}

func (f *fake) Log(_ context.Context, before inbox.EventID, limit int) ([]inbox.Logged, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []inbox.Logged
	for _, ft := range f.threads {
		for _, e := range ft.events {
			all = append(all, inbox.Logged{Event: e, Thread: ft.t})
		}
	}
	slices.SortFunc(all, func(a, b inbox.Logged) int {
		return cmp.Or(a.Event.At.Compare(b.Event.At), cmp.Compare(a.Event.Thread, b.Event.Thread), cmp.Compare(a.Event.N, b.Event.N))
	})
	var out []inbox.Logged
	for i := len(all) - 1; i >= 0 && len(out) < limit; i-- {
		all[i].Event.ID = inbox.EventID(i + 1)
		if before == 0 || all[i].Event.ID < before {
			out = append(out, all[i])
		}
	}
	return out, nil
}

func (f *fake) Digest(_ context.Context, since time.Time) (inbox.Digest, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := inbox.Digest{Since: since, Until: f.now}
	for _, c := range f.clients {
		d.Clients = append(d.Clients, f.digestOf(c.ID, since))
	}
	return d, nil
}

func (f *fake) digestOf(client inbox.ClientID, since time.Time) inbox.ClientDigest {
	d := inbox.ClientDigest{Client: client}
	who, counts := map[string]bool{}, map[inbox.KindCount]int{}
	for _, ft := range f.threads {
		if ft.t.Client != client {
			continue
		}
		if at, _ := ft.t.Deadline(); ft.t.State == inbox.Ours && ft.t.Split() == inbox.Inbox {
			d.Waiting++
			d.First = append(d.First, ft.t)
			if inbox.RankOf(ft.t).Class == inbox.RankAlarm {
				d.Closing++
			}
			if !at.IsZero() && at.Before(f.now) {
				d.Overdue++
			}
		}
		for _, m := range ft.messages {
			switch {
			case m.At.Before(since):
			case m.Kind == inbox.KindWatch:
				d.Watched++
			case m.Outgoing:
				d.Answered++
			default:
				who[m.Author.ID] = true
				counts[inbox.KindCount{Network: ft.t.Network, Kind: m.Kind}]++
			}
		}
		for _, e := range ft.events {
			if e.At.Before(since) {
				continue
			}
			switch e.Verb {
			case inbox.Finished:
				d.Done++
			case inbox.Snoozing:
				d.Snoozed++
			case inbox.Escalate:
				d.Escalated++
			}
		}
	}
	slices.SortFunc(d.First, func(a, b inbox.Thread) int {
		return cmp.Or(inbox.RankOf(a).Compare(inbox.RankOf(b)), cmp.Compare(a.ID, b.ID))
	})
	d.First = d.First[:min(len(d.First), inbox.MostFirst)]
	d.Persons = len(who)
	for k, n := range counts {
		k.Messages = n
		d.Received = append(d.Received, k)
	}
	slices.SortFunc(d.Received, func(a, b inbox.KindCount) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Network, b.Network))
	})
	return d
}
