package repotest

import (
	"context"
	"fmt"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

func retargets(d *desk) {
	const pieces = 1200 // threads: more than one transaction's
	var msgs []inbox.Message
	for i := range pieces {
		msgs = append(msgs, message(fmt.Sprint("m", i), fmt.Sprint("c", i), i%7))
	}
	d.ingest(page(msgs...))
	d.act(inbox.Event{Verb: inbox.Finished}, d.of("c3").ID)
	log, err := d.EventLog(d.ctx, 0, 0)
	d.must(err)
	seen := 0
	aim := func(t *inbox.Thread) {
		seen++
		t.Target, t.Title = t.WaitAt.Add(time.Hour), text.Safe{}
		if t.Remote == "c1000" {
			t.Window = at(600)
		}
	}
	ctx, stop := context.WithCancel(d.ctx)
	err = d.Retarget(ctx, "one", func(t *inbox.Thread) {
		if aim(t); seen == 700 {
			stop()
		}
	})
	d.want(err, context.Canceled)
	d.equal("an ended piece stays", d.of("c0").Target, at(60))
	seen = 0
	d.must(d.Retarget(d.ctx, "one", aim))
	d.equal("looked at", seen, pieces-1)
	d.must(d.Retarget(d.ctx, "one", aim))
	d.equal("the same mark", seen, pieces-1)
	after, err := d.EventLog(d.ctx, 0, 0)
	d.must(err)
	d.equal("events", len(after), len(log))
	d.equal("done", d.of("c3").Target.IsZero(), true)
	th := d.of("c1000")
	d.equal("nothing else", th.Title.Empty(), false)
	d.equal("rank", th.Rank, inbox.RankOf(th))
	due, err := d.NextDue(d.ctx)
	d.must(err)
	d.equal("due", due, at(360))
	d.must(d.Retarget(d.ctx, "two", func(t *inbox.Thread) {
		t.Target = time.Time{}
		if t.Remote == "c1000" {
			t.Alarm = inbox.AlarmSoon
		}
	}))
	d.equal("first", conversations(d.list(inbox.ThreadQuery{Limit: 2}).Threads), "c1000 c0 ")
	if problem := listProblem(d.ctx, d.Repo); problem != "" {
		d.Fatal(problem)
	}
}

func views(d *desk) {
	list := func() []inbox.View {
		all, err := d.Views(d.ctx)
		d.must(err)
		return all
	}
	d.equal("none", len(list()), 0)
	b := inbox.View{
		ID: "b", Name: "À moi", Query: "is:mine", Split: inbox.Watches, State: []inbox.State{inbox.Done, inbox.Ours}, Saved: true, Hide: true,
	}
	a := inbox.View{ID: "a", Query: "x", Saved: true}
	d.must(d.SaveView(d.ctx, b))
	d.must(d.SaveView(d.ctx, inbox.View{ID: "a", Query: "x"}))
	d.equal("as saved", list(), []inbox.View{b, a})
	b.Query = "is:unread"
	d.must(d.SaveView(d.ctx, b))
	d.equal("in its place", list(), []inbox.View{b, a})
	d.must(d.DropView(d.ctx, "b"))
	d.want(d.DropView(d.ctx, "b"), inbox.ErrNotFound)
	d.equal("dropped", list(), []inbox.View{a})
	d.must(d.SaveView(d.ctx, b))
	d.equal("anew", list(), []inbox.View{a, b})
	if err := d.SaveView(d.ctx, inbox.View{Query: "x"}); err == nil {
		d.Fatal("a view without id was taken")
	}
}

// known is an identity of somebody.
func known(account inbox.AccountID, author string) inbox.PersonIdentity {
	return inbox.PersonIdentity{Account: account, Author: inbox.Author{
		ID: author, Handle: text.CleanLine("@" + author), Name: text.CleanLine("Léa"), Followers: 3, URL: "https://example.social/" + author,
	}}
}

func (d *desk) person(client inbox.ClientID, account inbox.AccountID, author string) inbox.Person {
	d.Helper()
	p, err := d.PersonOf(d.ctx, client, account, author)
	d.must(err)
	return p
}

func (d *desk) nobody(client inbox.ClientID, account inbox.AccountID, author string) {
	d.Helper()
	_, err := d.PersonOf(d.ctx, client, account, author)
	d.want(err, inbox.ErrNotFound)
}

func (d *desk) savePerson(p inbox.Person) inbox.Person {
	d.Helper()
	p, err := d.SavePerson(d.ctx, p)
	d.must(err)
	return p
}

func persons(d *desk) {
	d.nobody("miette", "m", "lea")
	lea := inbox.Person{
		Client: "miette", Identities: []inbox.PersonIdentity{known("m", "lea"), known("b", "lea.b"), known("m", "lea")},
		Badges: []string{"vip", "press", "vip"},
		Notes:  []inbox.PersonNote{{At: at(1), Session: "s", Line: "line", Text: text.Clean("Aime\nles galettes")}, {At: at(2), Text: text.Clean("x")}},
	}
	lea = d.savePerson(lea)
	if lea.ID == 0 || len(lea.Identities) != 2 {
		d.Fatalf("%+v", lea)
	}
	d.equal("badges", lea.Badges, []string{"press", "vip"})
	d.equal("one identity", d.person("miette", "m", "lea"), lea)
	d.equal("the other", d.person("miette", "b", "lea.b"), lea)
	d.nobody("atlas", "m", "lea") // what one client knows is not another's
	d.nobody("miette", "b", "lea")

	// An identity leaves who had it; who has none left is gone.
	bob := d.savePerson(inbox.Person{Client: "miette", Identities: []inbox.PersonIdentity{known("m", "bob"), known("b", "lea.b")}})
	lea.Identities = lea.Identities[:1]
	d.equal("left", d.person("miette", "m", "lea"), lea)
	d.equal("came", d.person("miette", "b", "lea.b"), bob)
	bob.Identities = append(bob.Identities, known("m", "lea"))
	bob = d.savePerson(bob)
	d.equal("all", d.person("miette", "m", "lea"), bob)
	_, err := d.SavePerson(d.ctx, lea)
	d.want(err, inbox.ErrNotFound)
	d.splitAndRefused(bob)
}

// splitAndRefused takes identities from a person again, and tries what is no
// person.
func (d *desk) splitAndRefused(bob inbox.Person) {
	d.Helper()
	bob.Identities = bob.Identities[:1]
	bob = d.savePerson(bob)
	d.nobody("miette", "m", "lea")
	d.equal("alone", d.person("miette", "m", "bob"), bob)
	bob.Identities = nil
	d.equal("removed", d.savePerson(bob).ID, inbox.PersonID(0))
	d.nobody("miette", "m", "bob")
	d.equal("nobody", d.savePerson(inbox.Person{Client: "miette", Badges: []string{"vip"}}).ID, inbox.PersonID(0))

	two := d.savePerson(inbox.Person{Client: "miette", Identities: []inbox.PersonIdentity{known("m", "x")}})
	two.Client = "atlas"
	_, err := d.SavePerson(d.ctx, two)
	d.want(err, inbox.ErrConflict)
	for _, i := range []inbox.PersonIdentity{known("", "x"), known("m", ""), known("m\x00", "x")} {
		if _, err := d.SavePerson(d.ctx, inbox.Person{Client: "miette", Identities: []inbox.PersonIdentity{i}}); err == nil {
			d.Fatalf("%+v was taken", i)
		}
	}
}

func tags(d *desk) {
	a, b := d.begin("a", "c1", 1), d.begin("b", "c2", 2)
	d.act(inbox.Event{Verb: inbox.Tagged, Args: []string{"+motif/livraison", "+vip", "+motif"}}, a)
	d.act(inbox.Event{Verb: inbox.Tagged, Args: []string{"+motif/prix", "+vip", "+été"}}, b)
	for _, c := range []struct {
		begin string
		limit int
		want  string
	}{
		{"", 0, "[motif motif/livraison motif/prix vip été]"},
		{"", 2, "[motif motif/livraison]"},
		{"motif/", 9, "[motif/livraison motif/prix]"},
		{"é", 9, "[été]"},
		{"x", 9, "[]"},
	} {
		got, err := d.Tags(d.ctx, c.begin, c.limit)
		d.must(err)
		d.equal("tags from "+c.begin, fmt.Sprint(got), c.want)
	}
	d.act(inbox.Event{Verb: inbox.Tagged, Args: []string{"-motif/prix"}}, b)
	got, err := d.Tags(d.ctx, "motif/", 0)
	d.must(err)
	d.equal("without", got, []string{"motif/livraison"})
}

// headFields looks heads up by what the index has of them.
func headFields(d *desk) {
	for i, lang := range []string{"fr", "en", "", "fr-CA"} {
		m := message(fmt.Sprint("m", i), fmt.Sprint("c", i), i)
		m.Lang = lang
		if i < 2 {
			m.ReplyUntil = at(500)
		}
		d.ingest(page(m))
	}
	d.act(inbox.Event{Verb: inbox.Felt, Args: []string{"negative"}}, d.of("c0").ID, d.of("c2").ID)
	d.act(inbox.Event{Verb: inbox.Alarmed, Args: []string{"3"}}, d.of("c1").ID)
	where := func(field inbox.CondField, value string) inbox.Cond {
		return inbox.Cond{Op: inbox.CondIs, Term: inbox.CondTerm{Field: field, Value: value}}
	}
	for _, c := range []struct {
		where inbox.Cond
		want  string
	}{
		{where(inbox.FieldLang, "fr"), "c0 c3 "},
		{where(inbox.FieldLang, "en"), "c1 "},
		{where(inbox.FieldLang, "f"), ""},
		{where(inbox.FieldLang, ""), "c2 "},
		{where(inbox.FieldFeeling, "negative"), "c0 c2 "},
		{where(inbox.FieldFeeling, "none"), "c1 c3 "},
		{where(inbox.FieldWindow, ""), "c0 "},
		{inbox.Cond{Op: inbox.CondNot, Kids: []inbox.Cond{where(inbox.FieldWindow, "")}}, "c1 c2 c3 "},
	} {
		n, exact, err := d.CountThreads(d.ctx, inbox.ThreadQuery{Where: c.where})
		d.must(err)
		p := d.list(inbox.ThreadQuery{Where: c.where, Match: func(inbox.Thread) bool { return false }, Limit: 9})
		d.equal("found", []any{conversations(p.Threads), n, exact}, []any{c.want, len(p.Threads), true})
		hits, err := d.Search(d.ctx, inbox.SearchRequest{Where: c.where})
		d.must(err)
		d.equal("messages", hits.Total, n)
	}
	d.act(inbox.Event{Verb: inbox.Finished}, d.of("c0").ID)
	d.equal("done", len(d.list(inbox.ThreadQuery{States: inbox.States(), Where: where(inbox.FieldWindow, "")}).Threads), 0)
}
