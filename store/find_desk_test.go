package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/text"
)

// aim gives threads other deadlines.
func (w *world) aim() {
	hours := time.Duration(rapid.IntRange(-3, 3).Draw(w.T, "hours"))
	err := w.db.Retarget(context.Background(), fmt.Sprint(hours), func(t *inbox.Thread) {
		t.Target = time.Time{}
		if t.ID%2 == 0 {
			t.Target = t.WaitAt.Add(hours * time.Hour)
		}
		if t.ID%3 == 0 {
			t.Window, t.Alarm = w.now.Add(hours*time.Hour), inbox.AlarmNone
		}
	})
	if err != nil {
		w.Fatal(err)
	}
}

// know makes a person of some authors.
func (w *world) know() {
	account := oneOf(w.T, "account", worldAccounts())
	p := inbox.Person{Client: account.Client, Notes: []inbox.PersonNote{{At: w.now, Text: text.Clean("note")}}}
	for range rapid.IntRange(1, 3).Draw(w.T, "identities") {
		p.Identities = append(p.Identities, inbox.PersonIdentity{Account: account.ID, Author: oneOf(w.T, "author", saidAuthors())})
	}
	if _, err := w.db.SavePerson(context.Background(), p); err != nil {
		w.Fatal(err)
	}
}

// heads compares what is found by what only heads tell.
func (a *asker) heads(t *rapid.T) {
	long := strings.Repeat("x", maxValue+1)
	term := oneOf(t, "head", []inbox.CondTerm{
		{Field: inbox.FieldLang, Value: "fr"},
		{Field: inbox.FieldLang, Value: "en"},
		{Field: inbox.FieldLang, Value: ""},
		{Field: inbox.FieldLang, Value: long},
		{Field: inbox.FieldFeeling, Value: "negative"},
		{Field: inbox.FieldFeeling, Value: "none"},
		{Field: inbox.FieldWindow},
	})
	where := inbox.Cond{Op: inbox.CondIs, Term: term}
	not := rapid.Bool().Draw(t, "not")
	if not {
		where = inbox.Cond{Op: inbox.CondNot, Kids: []inbox.Cond{where}}
	}
	is := func(t inbox.Thread) bool {
		var is bool
		switch term.Field {
		case inbox.FieldLang:
			is = t.Lang == term.Value
		case inbox.FieldFeeling:
			is = t.Feeling.String() == term.Value
		case inbox.FieldWindow:
			is = t.State == inbox.Ours && !t.Window.IsZero() && t.Alarm != inbox.AlarmMissed
		}
		return is != not
	}
	page, n, exact := a.threads(inbox.ThreadQuery{Where: where, States: inbox.States(), Match: is})
	var got, want []inbox.ThreadID
	for _, t := range page.Threads {
		got = append(got, t.ID)
	}
	for _, t := range a.plain.threads {
		if t.Split() == inbox.Inbox && is(t) {
			want = append(want, t.ID)
		}
	}
	if !slices.Equal(got, want) || n < len(want) || exact && n != len(want) {
		a.t.Fatalf("%+v: %v, %d of them, plainly %v", where, got, n, want)
	}
	found := a.search(inbox.SearchRequest{Where: where, Match: func(t inbox.Thread, _ inbox.Message) bool { return is(t) }})
	total := 0
	for _, h := range a.plain.hits {
		if is(h.Thread) {
			total++
		}
	}
	if found.Total != total || len(found.Hits) != total {
		a.t.Fatalf("%+v: %d messages, plainly %d", where, found.Total, total)
	}
}
