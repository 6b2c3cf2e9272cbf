package soak

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/all"
	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
	"vigie/store/secrets"
)

// healTime is how long after a line is good again an inbox may take to be
// what it would be had the line never been bad.
const healTime = 2 * time.Minute

// healTime is longer for mail, whose lines stay open: one that went dead
// without a word is taken for gone after 45 s, and the next one may have been
// opened when the line was still bad.
func (l *line) healTime() time.Duration {
	if l.brand.Network == "mail" {
		return healTime + 2*time.Minute
	}
	return healTime
}

// TestBadLines runs every connector over every kind of bad line: what was
// written meanwhile is collected once, what was answered meanwhile is carried
// out once, within two minutes of the line's healing. Where the network cannot
// prove that an answer was carried out, a person is told of the doubt, and the
// answer is sent once more on that person's word alone. The line goes bad at
// the moment when the network has carried the first answer out and not yet
// told. An external program has no line: that it crashes, hangs or talks
// nonsense is contained by tests of its own, in connectors/bridge.
func TestBadLines(t *testing.T) {
	for _, n := range badNetworks() {
		for _, x := range toxics() {
			t.Run(fmt.Sprintf("%s/%s", n, x.name), func(t *testing.T) {
				t.Parallel()
				badLine(t, newLine(t, n), x)
			})
		}
	}
}

func badLine(t *testing.T, l *line, x toxic) {
	d := newDesk(t, l)
	defer d.close()
	want := []string{l.hear(), l.hear(), l.hear()}
	d.eng.Start()
	until(t, "the first messages are there", healTime, func() bool { return d.has(want) })

	poisoned := l.poisonAtPost(x)
	answers := d.answerAll()
	if len(answers) == 0 {
		poisoned <- l.poison(x)
	}
	if err := <-poisoned; err != nil {
		t.Fatal(err)
	}
	want = append(want, l.hear(), l.hear())
	d.eng.Sync()
	<-time.After(time.Duration(times(2, 20)) * time.Second)
	l.heal(x)
	healed := time.Now()
	until(t, "everything is there", l.healTime(), func() bool { return d.has(want) && d.settled(answers) })
	t.Logf("%d answers, %s; whole again after %s", len(answers), d.states(), time.Since(healed).Round(10*time.Millisecond))
	d.judge(answers)
	d.decide()
	if err := d.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
		t.Error(err)
	}
	d.judge(answers)
	d.once(want)
}

// desk is an inbox over one line.
type desk struct {
	t    *testing.T
	line *line
	repo *store.DB
	eng  *engine.Engine
}

type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

func newDesk(t *testing.T, l *line) *desk {
	t.Helper()
	dir := t.TempDir()
	repo, err := store.Open(t.Context(), filepath.Join(dir, "vigie.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	account := inbox.Account{ID: l.brand.Account, Client: l.brand.Client, Network: l.brand.Network}
	conn, err := all.Registry().Open(connectors.Env{
		Clock: wallClock{}, Log: slog.New(slog.DiscardHandler), Vault: secrets.NewVault(filepath.Join(dir, "vault")), UserAgent: "vigie-soak",
	}, connectors.Setup{
		Account: account, Settings: l.access.Settings, Lists: l.access.Lists,
		Secret: func(_ context.Context, key string) (inbox.Secret, error) {
			return inbox.NewSecret(l.access.Secrets[key]), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, line: l, repo: repo, eng: engine.New(engine.Options{
		Repo: repo, Clock: wallClock{}, Log: slog.New(slog.DiscardHandler), Owner: "soak",
		Settings: engine.Settings{
			Clients:  []inbox.Client{{ID: l.brand.Client, Name: "Miette"}},
			Accounts: []engine.AccountSettings{{Account: account, Connector: conn, Poll: time.Second, History: 24 * time.Hour, Fresh: 24 * time.Hour}},
		},
	})}
	if err := d.eng.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) close() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := d.eng.Stop(ctx); err != nil {
		d.t.Error(err)
	}
	if err := d.repo.Close(); err != nil {
		d.t.Error(err)
	}
}

// texts are the stored messages of others, or our own.
func (d *desk) texts(own bool) []string {
	d.t.Helper()
	page, err := d.repo.Search(d.t.Context(), inbox.SearchRequest{Where: inbox.Cond{Op: inbox.CondIs}, Match: func(_ inbox.Thread, m inbox.Message) bool { return m.Outgoing == own }})
	if err != nil {
		d.t.Fatal(err)
	}
	var texts []string
	for _, h := range page.Hits {
		texts = append(texts, h.Message.Text.String())
	}
	return texts
}

func count(texts []string, want string) int {
	n := 0
	for _, text := range texts {
		if strings.Contains(text, want) {
			n++
		}
	}
	return n
}

func (d *desk) has(want []string) bool {
	texts := d.texts(false)
	return !slices.ContainsFunc(want, func(w string) bool { return count(texts, w) == 0 })
}

func (d *desk) once(want []string) {
	d.t.Helper()
	texts := d.texts(false)
	for _, w := range want {
		if n := count(texts, w); n != 1 {
			d.t.Errorf("%q is stored %d times", w, n)
		}
	}
}

// answerAll answers every thread of the inbox; watches are not answered.
func (d *desk) answerAll() []string {
	d.t.Helper()
	page, err := d.repo.Threads(d.t.Context(), inbox.ThreadQuery{Limit: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	var texts []string
	for i, t := range page.Threads {
		text := fmt.Sprintf("Réponse %d.", i)
		if _, err := d.eng.Reply(d.t.Context(), inbox.By{Actor: inbox.Human}, inbox.ReplyRequest{Thread: t.ID, Text: text}); err != nil {
			d.t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// actions are the answers as the outbox has them.
func (d *desk) actions() []inbox.Action {
	d.t.Helper()
	list, err := d.repo.Actions(d.t.Context(), func(a inbox.Action) bool { return a.Kind == inbox.ActReply })
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// states are what became of the answers, in words.
func (d *desk) states() string {
	var out []string
	for _, a := range d.actions() {
		out = append(out, fmt.Sprintf("%s (%s)", a.State, a.Class))
	}
	return strings.Join(out, ", ")
}

// doubted reports whether a person is told that an answer is in doubt, as far
// as its class goes: A and B leave no doubt, C none about what the network
// shows, and of D a person decides at once.
func (d *desk) doubted(a inbox.Action) bool {
	switch a.Class {
	case inbox.ClassC:
		return a.Doubted && a.State.Trouble() && a.Looks > 0 && (d.line.forgets || d.line.posts(a.Text) == 0)
	case inbox.ClassD:
		return a.Doubted && a.State == inbox.NeedsYou
	}
	return false
}

func arrived(a inbox.Action) bool { return a.State == inbox.Accepted || a.State == inbox.Verified }

// settled reports whether each answer is there, or a person told that it may
// not be.
func (d *desk) settled(texts []string) bool {
	list := d.actions()
	return len(list) == len(texts) && !slices.ContainsFunc(list, func(a inbox.Action) bool { return !arrived(a) && !d.doubted(a) })
}

// judge compares what the outbox says of the answers with what the network
// carried out and what is stored.
func (d *desk) judge(texts []string) {
	d.t.Helper()
	if !d.settled(texts) {
		d.t.Errorf("of %d answers: %s", len(texts), d.states())
	}
	own := d.texts(true)
	for _, a := range d.actions() {
		sent, stored := d.line.posts(a.Text), count(own, a.Text)
		_, told := a.Confirmed() // which message it is, the network tells, if it does
		if sent > 1 || stored > 1 || arrived(a) && (sent == 0 || stored == 0 && !told) {
			d.t.Errorf("%q, %s, class %s, was carried out %d times and is stored %d times: %+v", a.Text, a.State, a.Class, sent, stored, a.History)
		}
	}
}

// decide is the person who looks at the network and says of each doubt that
// is left to people: it is there, or send it again. Nothing is in doubt then.
func (d *desk) decide() {
	d.t.Helper()
	me := inbox.By{Actor: inbox.Human, Session: "soak"}
	for _, a := range d.actions() {
		if a.State != inbox.NeedsYou {
			continue
		}
		say := d.eng.RetryAction
		if d.line.posts(a.Text) > 0 {
			say = d.eng.ConfirmAction
		}
		if err := say(d.t.Context(), me, a.ID); err != nil {
			d.t.Error(err)
		}
	}
	until(d.t, "no answer waits for a person", healTime, func() bool {
		return !slices.ContainsFunc(d.actions(), func(a inbox.Action) bool { return !arrived(a) && a.State != inbox.Uncertain })
	})
}
