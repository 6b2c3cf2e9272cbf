package store

import (
	"errors"
	"slices"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestEraseForgetsPersons: who has written nothing that is left is forgotten;
// of who has, or is known by another identity, the notes stay.
func TestEraseForgetsPersons(t *testing.T) {
	for _, limit := range []int{0, 1} {
		for _, tended := range []bool{true, false} {
			r := newRuled(t)
			r.feed("a", "one", r.limit.AddDate(0, -4, 0), "old-7", "old-8", "old-9")
			r.finish("old")
			if tended {
				r.tend()
			}
			gone := r.know("1")         // has written "old" only
			two := r.know("2", "5")     // "old", and "half" after the limit
			both := r.know("7", "8")    // two of "old"
			stays := r.know("4")        // open
			other := r.knowAt("b", "6") // of an account whose messages stay
			r.erase(limit, false)
			for _, i := range slices.Concat(gone.Identities, both.Identities, two.Identities[:1]) {
				if _, err := r.db.PersonOf(t.Context(), "one", i.Account, i.Author.ID); !errors.Is(err, inbox.ErrNotFound) {
					t.Errorf("limit %d: %s is still known: %v", limit, i.Author.ID, err)
				}
			}
			two.Identities = two.Identities[1:]
			for _, want := range []inbox.Person{two, stays, other} {
				got, err := r.db.PersonOf(t.Context(), "one", want.Identities[0].Account, want.Identities[0].Author.ID)
				r.must(err)
				if len(got.Notes) != 1 || len(got.Identities) != len(want.Identities) || got.Identities[0] != want.Identities[0] {
					t.Errorf("limit %d: %+v, want %+v", limit, got, want)
				}
			}
			mustBeWhole(t, r.db)
		}
	}
}

// TestErasePersonsWhoWriteOn: one message of an author goes, another stays.
func TestErasePersonsWhoWriteOn(t *testing.T) {
	r := newRuled(t)
	in := inbox.Ingest{Account: inbox.Account{ID: "a", Client: "one", Network: "social"}, Actor: inbox.Native, Now: r.limit}
	for _, name := range []string{"old", "open"} {
		m := inbox.Message{
			Remote: name + "-again", Conversation: name, Kind: inbox.KindMention, At: r.limit.AddDate(0, -4, 0), Text: text.Clean("x"),
			Author: inbox.Author{ID: "secret9 id", Handle: text.CleanLine("@nine"), Name: text.CleanLine("Nine")},
		}
		if name == "open" {
			m.Author.Handle = text.CleanLine("@renamed")
		}
		in.Messages = append(in.Messages, m)
	}
	_, err := r.db.Ingest(t.Context(), in)
	r.must(err)
	r.finish("old")
	p, err := r.db.SavePerson(t.Context(), inbox.Person{
		Client: "one", Identities: []inbox.PersonIdentity{{Account: "a", Author: in.Messages[1].Author}}, Badges: []string{"vip"},
	})
	r.must(err)
	r.tend()
	r.erase(0, false)
	got, err := r.db.PersonOf(t.Context(), "one", "a", "secret9 id")
	r.must(err)
	if got.Identities[0] != p.Identities[0] || len(got.Badges) != 1 {
		t.Errorf("%+v, was %+v", got, p)
	}
	if m, err := r.db.MessageOf(t.Context(), "a", "old-again"); err != nil || !m.Expired {
		t.Errorf("%+v, %v", m, err)
	}
}

// finish makes a conversation of the account a done again.
func (r ruled) finish(conversation string) {
	r.Helper()
	_, err := r.db.Act(r.Context(), []inbox.ThreadID{r.thread(conversation).ID}, func(inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: r.limit, Actor: inbox.Human, Verb: inbox.Finished}}, nil
	})
	r.must(err)
}

// know makes a person of authors of the account a, by their numbers.
func (r ruled) know(numbers ...string) inbox.Person { return r.knowAt("a", numbers...) }

func (r ruled) knowAt(account inbox.AccountID, numbers ...string) inbox.Person {
	r.Helper()
	p := inbox.Person{Client: "one", Notes: []inbox.PersonNote{{At: r.limit, Text: text.Clean("noted of them")}}}
	for _, n := range numbers {
		secret := func(what string) string { return "secret" + n + " " + what }
		p.Identities = append(p.Identities, inbox.PersonIdentity{Account: account, Author: inbox.Author{
			ID: secret("id"), Name: text.CleanLine(secret("name")), Handle: text.CleanLine(secret("handle")), URL: secret("profile"),
		}})
	}
	p, err := r.db.SavePerson(r.Context(), p)
	r.must(err)
	return p
}
