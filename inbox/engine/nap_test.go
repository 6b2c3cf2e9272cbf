package engine_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// twoClients has a second client in another zone, with hours.
func twoClients(conn, other inbox.Connector) engine.Settings {
	s := settings(conn)
	s.Clients[0].Zone = "Europe/Paris"
	c := inbox.Client{ID: "nordlys", Name: "Nordlys", Zone: "America/Montreal"}
	for d := range c.Hours.Week {
		c.Hours.Week[d] = []inbox.Span{{From: 10 * time.Hour, To: 18 * time.Hour}}
	}
	s.Clients = append(s.Clients, c)
	s.Accounts = append(s.Accounts, engine.AccountSettings{
		Account:   inbox.Account{ID: "nordlys-social", Client: "nordlys", Network: "social", Handle: "@nordlys"},
		Connector: other, Fresh: 72 * time.Hour,
	})
	return s
}

func TestNapInEachClientsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, other := &network{class: inbox.ClassC}, &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		b.must(b.eng.Reconfigure(t.Context(), twoClients(b.conn, other)))
		n.say("c1", "m1", "Bonjour", time.Now())
		other.say("c2", "m2", "Hei", time.Now())
		b.sync()
		list := b.threads(inbox.Ours)
		ids := []inbox.ThreadID{list[0].ID, list[1].ID}
		b.must(b.eng.Nap(t.Context(), b.by, ids, "demain dort"))
		want := map[inbox.ClientID]string{ // it is midnight of 1 January 2000 in UTC, the day before in Montreal
			"miette": "2000-01-02T08:00:00Z", "nordlys": "2000-01-01T15:00:00Z",
		}
		for _, th := range b.threads(inbox.Snoozed) {
			if got := th.Until.Format(time.RFC3339); got != want[th.Client] || !th.Dozes {
				t.Errorf("%s sleeps until %s (dozes: %v), want %s", th.Client, got, th.Dozes, want[th.Client])
			}
		}
		b.undo(b.by) // one step, whatever the number of clients
		if got := len(b.threads(inbox.Ours)); got != 2 {
			t.Fatalf("%d threads are ours after the undo", got)
		}
		b.redo(b.by)
		for _, th := range b.threads(inbox.Snoozed) {
			if !th.Dozes || th.Until.Format(time.RFC3339) != want[th.Client] {
				t.Errorf("after the redo %+v", th.Triage)
			}
		}
	})
}

func TestNapRefusesWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		b.net.say("c1", "m1", "Bonjour", time.Now())
		b.sync()
		for words, code := range map[string]string{"bientôt": inbox.CodeMoment, "1999-01-01": inbox.CodePast} {
			var p inbox.Problem
			if err := b.eng.Nap(t.Context(), b.by, []inbox.ThreadID{b.only(inbox.Ours).ID}, words); !errors.As(err, &p) || p.Code != code {
				t.Errorf("%s: %v, want %s", words, err, code)
			}
		}
	})
}

// A nap without a moment sleeps for years, until they write; one that no answer
// ended comes back as a reminder.
func TestNapRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		b.net.say("till", "m1", "Bonjour", time.Now())
		b.net.say("none", "m2", "Bonjour", time.Now())
		b.net.say("doze", "m3", "Bonjour", time.Now())
		b.sync()
		id := map[string]inbox.ThreadID{}
		for _, th := range b.threads(inbox.Ours) {
			id[th.Remote] = th.ID
		}
		nap := func(of, words string) { b.must(b.eng.Nap(t.Context(), b.by, []inbox.ThreadID{id[of]}, words)) }
		nap("till", "jusqu'à réponse")
		nap("none", "si pas de réponse 2j")
		nap("doze", "until reply doze")
		b.eng.Start()
		time.Sleep(49 * time.Hour)
		synctest.Wait()
		none := b.thread(id["none"])
		if _, why := none.Deadline(); none.State != inbox.Ours || why != inbox.ReasonReminder {
			t.Errorf("after two days without an answer: %s, %q", none.State, why)
		}
		for _, of := range []string{"till", "doze"} {
			if th := b.thread(id[of]); th.State != inbox.Snoozed {
				t.Errorf("%s woke by time: %s", of, th.State)
			}
		}
		b.net.say("till", "m4", "Merci", time.Now())
		b.net.say("doze", "m5", "Merci beaucoup !!", time.Now())
		b.eng.Sync()
		time.Sleep(time.Minute)
		synctest.Wait()
		if th := b.thread(id["till"]); th.State != inbox.Ours {
			t.Errorf("an answer did not wake it: %s", th.State)
		}
		if th := b.thread(id["doze"]); th.State != inbox.Snoozed {
			t.Errorf("thanks woke what dozes: %s", th.State)
		}
	})
}

func TestFeel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		b.net.say("c1", "m1", "Bravo", time.Now())
		b.sync()
		id := b.only(inbox.Ours).ID
		feels := func(want inbox.Feeling) {
			t.Helper()
			if got := b.thread(id).Feeling; got != want {
				t.Errorf("feeling %s, want %s", got, want)
			}
		}
		b.must(b.eng.Feel(t.Context(), b.by, []inbox.ThreadID{id}, inbox.Negative))
		b.must(b.eng.Feel(t.Context(), b.by, []inbox.ThreadID{id}, inbox.Positive))
		feels(inbox.Positive)
		b.undo(b.by)
		feels(inbox.Negative)
		b.redo(b.by)
		feels(inbox.Positive)
		b.undo(b.by)
		b.undo(b.by)
		feels(inbox.Unmarked)
	})
}
