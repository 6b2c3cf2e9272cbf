package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/query"
)

func (b *bench) viewIDs() (ids []string) {
	for _, v := range b.eng.Views() {
		ids = append(ids, v.ID)
	}
	return ids
}

func TestViews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer func() { b.close() }()
		s := settings(b.conn)
		s.Views = []inbox.View{{ID: "sav", Name: "SAV", Query: "tag:sav"}}
		b.must(b.eng.Reconfigure(t.Context(), s))
		before := b.viewIDs()
		sub := b.eng.Subscribe()
		b.must(b.eng.SaveView(t.Context(), inbox.View{Name: " Déjà en retard ! ", Query: "is:overdue", Hide: true}))
		if list, err := sub.Next(t.Context()); err != nil || !slices.Contains(list, inbox.Change{Views: true}) {
			t.Errorf("sessions were told %v, %v", list, err)
		}
		views := b.eng.Views()
		last := views[len(views)-1]
		want := inbox.View{ID: "deja-en-retard", Name: "Déjà en retard !", Query: "is:overdue", Hide: true, Saved: true}
		if len(views) != len(before)+1 || last.ID != want.ID || last.Name != want.Name || last.Query != want.Query || !last.Saved || !last.Hide {
			t.Errorf("%+v, want %+v", last, want)
		}
		b.must(b.eng.SaveView(t.Context(), inbox.View{ID: "deja-en-retard", Name: "En retard", Query: "is:overdue client:miette"}))
		if views := b.eng.Views(); len(views) != len(before)+1 || views[len(views)-1].Name != "En retard" {
			t.Errorf("not replaced: %+v", views[len(views)-1])
		}
		var parse *query.ParseError
		if err := b.eng.SaveView(t.Context(), inbox.View{Name: "x", Query: "is:"}); !errors.As(err, &parse) {
			t.Errorf("a query that cannot be read: %v", err)
		}
		for id, want := range map[string]string{"sav": inbox.CodeView, "ours": inbox.CodeView, "Ça !": inbox.CodeInvalid} {
			if err := b.eng.SaveView(t.Context(), inbox.View{ID: id, Name: "x"}); code(err) != want {
				t.Errorf("save %s: %v", id, err)
			}
		}
		if err := b.eng.SaveView(t.Context(), inbox.View{Name: "…"}); code(err) != inbox.CodeEmpty {
			t.Errorf("a view without a name: %v", err)
		}
		for id, want := range map[string]string{"sav": inbox.CodeView, "ours": inbox.CodeView, "nope": inbox.CodeNotFound} {
			if err := b.eng.DropView(t.Context(), id); code(err) != want {
				t.Errorf("drop %s: %v", id, err)
			}
		}
		b.restart()
		if got := b.viewIDs(); !slices.Contains(got, "deja-en-retard") {
			t.Errorf("after a restart: %v", got)
		}
		b.must(b.eng.DropView(t.Context(), "deja-en-retard"))
		if got := b.viewIDs(); slices.Contains(got, "deja-en-retard") {
			t.Errorf("still there: %v", got)
		}
	})
}

// A view that the configuration has since taken the id of is dropped as any, and
// the configuration's stays.
func TestDropShadowedView(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer func() { b.close() }()
		b.must(b.eng.SaveView(t.Context(), inbox.View{ID: "sav", Name: "SAV", Query: "is:overdue"}))
		s := settings(b.conn)
		s.Views = []inbox.View{{ID: "sav", Name: "SAV", Query: "tag:sav"}}
		b.must(b.eng.Reconfigure(t.Context(), s))
		b.must(b.eng.DropView(t.Context(), "sav"))
		views := b.eng.Views()
		if last := views[len(views)-1]; last.ID != "sav" || last.Saved || last.Query != "tag:sav" {
			t.Errorf("%+v is not the configuration's", last)
		}
		if err := b.eng.DropView(t.Context(), "sav"); code(err) != inbox.CodeView {
			t.Errorf("the configuration's own: %v", err)
		}
		b.must(b.eng.Reconfigure(t.Context(), settings(b.conn)))
		if slices.Contains(b.viewIDs(), "sav") {
			t.Error("it comes back")
		}
	})
}

func TestTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		b.net.say("c1", "m1", "Bonjour", time.Now())
		b.sync()
		b.must(b.eng.Tag(t.Context(), b.by, []inbox.ThreadID{b.only(inbox.Ours).ID}, []string{"motif/livraison", "motif/prix", "sav"}))
		got, err := b.eng.Tags(t.Context(), "MOTIF/", 9)
		if err != nil || !slices.Equal(got, []string{"motif/livraison", "motif/prix"}) {
			t.Errorf("%v, %v", got, err)
		}
		if got, err = b.eng.Tags(t.Context(), "", 1); err != nil || len(got) != 1 {
			t.Errorf("at most one: %v, %v", got, err)
		}
	})
}

func TestPlaces(t *testing.T) {
	b := newBench(t, &network{class: inbox.ClassC})
	defer b.close()
	if _, ok := b.eng.Place(b.by); ok {
		t.Error("a place before any")
	}
	want := inbox.Place{View: "theirs", Client: "miette", Filter: "has:question", Thread: 7, Reading: true, Draft: "d"}
	b.eng.SavePlace(b.by, want)
	if got, ok := b.eng.Place(inbox.By{Session: "s2", Line: b.by.Line}); !ok || got != want {
		t.Errorf("another session of the line: %+v, %v", got, ok)
	}
	b.eng.SavePlace(inbox.By{Session: "s3"}, want)
	for _, by := range []inbox.By{{Session: "s4"}, {Session: "s1", Line: "another"}} {
		if got, ok := b.eng.Place(by); ok {
			t.Errorf("%+v: %+v", by, got)
		}
	}
}

// budgeted knows what is left of its network's limits.
type budgeted struct{ *network }

func (budgeted) Budgets() []inbox.Budget { return []inbox.Budget{{Left: 12, Limit: 300}} }

func TestAccountStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC}
		b := newBenchOf(t, n, budgeted{n}, &outbox{})
		defer b.close()
		n.say("c1", "m1", "Bonjour", time.Now())
		n.say("c1", "m2", "Encore", time.Now())
		b.sync()
		good := time.Now()
		time.Sleep(time.Hour)
		n.mu.Lock()
		n.fetch = errors.New("no")
		n.mu.Unlock()
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Log(err)
		}
		list, err := b.eng.Accounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := list[0]
		if got.Received != 2 || len(got.Budgets) != 1 || got.Budgets[0].Left != 12 {
			t.Errorf("%d received, budgets %v", got.Received, got.Budgets)
		}
		if !got.OKAt.Equal(good) || !got.LastAt.Equal(time.Now()) {
			t.Errorf("last success %s, last try %s", got.OKAt, got.LastAt)
		}
	})
}

// TestLongNamesOfViews: a name that nobody could read is cut, and what it makes
// is an id that can be saved again.
func TestLongNamesOfViews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		for _, name := range []string{strings.Repeat("a", 5000), strings.Repeat("é ", 3000), strings.Repeat("日", 3000), "x" + strings.Repeat("д", 3000)} {
			b.must(b.eng.SaveView(t.Context(), inbox.View{Name: name, Query: "is:mine"}))
			views := b.eng.Views()
			last := views[len(views)-1]
			if len(last.ID) > 40 || !utf8.ValidString(last.ID) || len([]rune(last.Name)) != 60 {
				t.Errorf("id %q, name %q", last.ID, last.Name)
			}
			b.must(b.eng.SaveView(t.Context(), last))
			b.must(b.eng.DropView(t.Context(), last.ID))
		}
	})
}
