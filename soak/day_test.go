package soak

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/connectors"
	"vigie/connectors/all"
	"vigie/connectors/sandbox"
	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
	"vigie/store"
	"vigie/store/secrets"
)

const (
	dayTime    = 24 * time.Hour
	dayTick    = 30 * time.Second // between two looks of the day at its world
	dayArrives = 90 * time.Second // on average between two arrivals, over all accounts of the world
	dayAnswers = 20 * time.Minute // between two answers of ours on an account
	dayChanges = time.Hour        // between two edits and deletions of others
	dayRestart = 7 * time.Hour    // between two ends of the engine
)

// pace is a limit that a network publishes.
type pace struct {
	calls  int
	period time.Duration
}

// dayNetwork is a network and what is known of it.
type dayNetwork struct {
	network inbox.Network
	pace    pace // the published limit of all calls of an account
	edits   bool // it tells of edits
	deletes bool // it tells of deletions
}

// dayNetworks lists the limits where they are published; of the others the
// limit is what their operators take for polite, one call a second.
func dayNetworks() []dayNetwork {
	polite := pace{60, time.Minute}
	return []dayNetwork{
		{"mastodon", pace{300, 5 * time.Minute}, true, true},  // docs.joinmastodon.org/api/rate-limits
		{"bluesky", pace{3000, 5 * time.Minute}, false, true}, // docs.bsky.app/docs/advanced-guides/rate-limits
		{"feeds", pace{60, time.Hour}, false, false},          // none published: a host is asked once a minute at most
		{"wordpress", polite, true, true},                     // none published
		{"ghost", polite, true, true},                         // none published
		{"mail", pace{300, 5 * time.Minute}, false, false},    // none published: commands come in bursts, so politeness is over minutes
		{"telegram", pace{30 * 60, time.Minute}, true, false}, // core.telegram.org/bots/faq: 30 messages a second
	}
}

// TestDay lets a day pass over every network at once, in minutes: people write,
// change and take away, we answer, and vigie is ended and begun again. In the
// evening nothing is missing and nothing is there twice, and no network was
// called more often than four fifths of what it publishes.
func TestDay(t *testing.T) {
	if raced {
		t.Skip("a day is too long for the race detector: make unit lives it without")
	}
	synctest.Test(t, func(t *testing.T) {
		d := newDay(t)
		begun := time.Now()
		answer, change, restart := begun.Add(dayAnswers), begun.Add(dayChanges), begun.Add(dayRestart)
		for now := begun; now.Sub(begun) < dayTime; now = time.Now() {
			d.world.Step(dayArrives)
			d.publish()
			if !now.Before(answer) {
				d.answer()
				answer = answer.Add(dayAnswers)
			}
			if !now.Before(change) {
				d.change()
				change = change.Add(dayChanges)
			}
			if !now.Before(restart) {
				d.stop()
				time.Sleep(10 * time.Minute)
				d.start()
				restart = restart.Add(dayRestart)
			}
			time.Sleep(dayTick)
		}
		time.Sleep(2 * time.Hour) // feeds are asked every quarter of an hour
		d.stop()
		if err := d.mail.Close(); err != nil {
			t.Error(err)
		}
		for _, n := range d.networks {
			d.judge(n)
		}
	})
}

// day is an inbox over all networks, for a day.
type day struct {
	t        *testing.T
	dir      string
	clock    dayClock
	world    *sandbox.World
	feeds    *sandbox.Feeds
	mail     *sandbox.Mail
	wire     *indoors
	networks []dayNetwork
	brands   map[inbox.Network]sandbox.Brand
	access   map[inbox.Network]sandbox.Access
	repo     *store.DB
	eng      *engine.Engine
	begun    time.Time
	said     int
	answers  map[inbox.AccountID][]string
	articles []string
	changed  map[sandbox.ItemID]bool
}

// dayClock is the bubble's time, moved to a day of these years.
type dayClock struct{ offset time.Duration }

func (c dayClock) Now() time.Time { return time.Now().Add(c.offset) }

func newDay(t *testing.T) *day {
	t.Helper()
	start := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	d := &day{
		t: t, dir: t.TempDir(), clock: dayClock{time.Until(start)}, wire: newIndoors(),
		brands: map[inbox.Network]sandbox.Brand{}, access: map[inbox.Network]sandbox.Access{},
		answers: map[inbox.AccountID][]string{}, changed: map[sandbox.ItemID]bool{},
	}
	var err error
	if d.world, err = sandbox.NewWorld(sandbox.Options{Clock: d.clock, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	d.begun = d.world.Now()
	for i, n := range dayNetworks() {
		sim, ok := sandbox.Simulate(n.network, d.world)
		if !ok {
			continue
		}
		base := fmt.Sprintf("http://127.0.0.1:%d", i+1)
		if n.network == "feeds" {
			base = "http://presse.example" // of this machine feeds are asked more often
		}
		switch sim := sim.(type) {
		case *sandbox.Mail:
			d.mail = sim
			if base, err = sim.Indoors(t.Context()); err != nil {
				t.Fatal(err)
			}
		case *sandbox.Feeds:
			d.feeds = sim
			d.wire.serve(t, n.network, base, sim)
		default:
			d.wire.serve(t, n.network, base, sim)
		}
		d.networks = append(d.networks, n)
		d.brands[n.network] = d.world.Brands(n.network)[0]
		d.access[n.network] = sim.Access(d.brands[n.network], base)
	}
	if d.repo, err = store.Open(t.Context(), filepath.Join(d.dir, "vigie.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	d.start()
	return d
}

// start makes an engine with connectors of its own over the store.
func (d *day) start() {
	d.t.Helper()
	set := engine.Settings{Clients: []inbox.Client{{ID: "all", Name: "Miette"}}}
	for _, n := range d.networks {
		b, access := d.brands[n.network], d.access[n.network]
		account := inbox.Account{ID: b.Account, Client: "all", Network: n.network}
		conn, err := all.Registry().Open(connectors.Env{
			Clock: d.clock, Log: slog.New(slog.DiscardHandler), Vault: secrets.NewVault(filepath.Join(d.dir, "vault")),
			UserAgent: "vigie-soak", Transport: d.wire, Dial: d.wire.tap("mail", d.mail.Dial),
		}, connectors.Setup{
			Account: account, Settings: access.Settings, Lists: access.Lists,
			Secret: func(_ context.Context, key string) (inbox.Secret, error) {
				return inbox.NewSecret(access.Secrets[key]), nil
			},
		})
		if err != nil {
			d.t.Fatal(err)
		}
		set.Accounts = append(set.Accounts, engine.AccountSettings{Account: account, Connector: conn, History: 48 * time.Hour, Fresh: 48 * time.Hour})
	}
	d.eng = engine.New(engine.Options{Repo: d.repo, Clock: d.clock, Log: slog.New(slog.DiscardHandler), Owner: fmt.Sprint("day-", d.clock.Now().Unix()), Settings: set})
	if err := d.eng.Load(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	d.eng.Start()
}

func (d *day) stop() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := d.eng.Stop(ctx); err != nil {
		d.t.Error(err)
	}
}

// publish adds an article to a feed every two hours.
func (d *day) publish() {
	if d.feeds == nil || time.Duration(len(d.articles))*2*time.Hour > d.clock.Now().Sub(d.begun) {
		return
	}
	title := fmt.Sprintf("Article numéro %d du jour", len(d.articles)+1)
	d.feeds.Publish(d.brands["feeds"].Account, sandbox.Press, sandbox.Article{
		Site: "presse.example", Slug: fmt.Sprint("jour-", len(d.articles)), Title: title,
	})
	d.articles = append(d.articles, title)
}

// answer answers the thread of each account that is first in the queue.
func (d *day) answer() {
	d.t.Helper()
	for _, n := range d.networks {
		id := d.brands[n.network].Account
		page, err := d.repo.Threads(d.t.Context(), inbox.ThreadQuery{
			Limit: 1, States: []inbox.State{inbox.Ours},
			Match: func(t inbox.Thread) bool { return t.Account == id && t.Split() == inbox.Inbox },
		})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, t := range page.Threads {
			d.said++
			text := fmt.Sprintf("Réponse numéro %d, bonne journée.", d.said)
			_, err := d.eng.Reply(d.t.Context(), inbox.By{Actor: inbox.Human}, inbox.ReplyRequest{Thread: t.ID, Text: text, Hold: 10 * time.Second})
			switch inbox.ProblemOf(err).Code {
			case inbox.CodeGone, inbox.CodeReadOnly: // nothing is owed, or it is answered elsewhere
				d.said--
				if err := d.eng.Done(d.t.Context(), inbox.By{Actor: inbox.Human}, []inbox.ThreadID{t.ID}); err != nil {
					d.t.Error(err)
				}
				continue
			case "":
			default:
				d.t.Errorf("%s, answer to thread %d: %v", n.network, t.ID, err)
				continue
			}
			d.answers[id] = append(d.answers[id], text)
		}
	}
}

// change lets people edit one of their newest messages and take one away.
func (d *day) change() {
	d.t.Helper()
	for _, n := range d.networks {
		items := d.world.Items(d.brands[n.network].Account, func(it sandbox.Item) bool {
			return !it.ByBrand() && !it.Deleted && it.At.After(d.begun) && !d.changed[it.ID]
		})
		items = slices.DeleteFunc(items, d.answered)
		if len(items) < 3 {
			continue
		}
		items = items[len(items)-2:]
		if n.edits {
			d.changed[items[0].ID] = true
			if err := d.world.Edit(items[0].ID, items[0].Text+" (corrigé)"); err != nil {
				d.t.Fatal(err)
			}
		}
		if n.deletes {
			d.changed[items[1].ID] = true
			if err := d.world.Delete(items[1].ID); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// answered reports whether something answers an item.
func (d *day) answered(it sandbox.Item) bool {
	return slices.ContainsFunc(d.world.Conversation(it.Root), func(o sandbox.Item) bool { return o.Parent == it.ID })
}

// said tells the messages of others apart: two people may say the same, but not
// in the same second.
type said struct {
	text string
	at   int64 // in seconds, as some networks tell it
}

// judge compares what the network knows with what is stored.
func (d *day) judge(n dayNetwork) {
	d.t.Helper()
	account := d.brands[n.network].Account
	stored, remotes := map[string]int{}, map[said][]string{}
	gone := 0
	page, err := d.repo.Search(d.t.Context(), inbox.SearchRequest{
		Where: inbox.Cond{Op: inbox.CondIs}, Match: func(t inbox.Thread, _ inbox.Message) bool { return t.Account == account },
	})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, h := range page.Hits {
		text := bare(h.Message.Text.String())
		stored[text]++
		key := said{text, h.Message.At.Unix()}
		remotes[key] = append(remotes[key], h.Message.Remote)
		if h.Message.Deleted {
			gone++
		}
	}
	heard := 0
	for _, it := range d.world.Items(account, func(it sandbox.Item) bool { return !it.ByBrand() && it.At.After(d.begun) }) {
		heard++
		if it.Deleted {
			continue
		}
		if ids := remotes[said{bare(text.Clean(it.Text).String()), it.At.Unix()}]; len(ids) != 1 {
			d.t.Errorf("%s: item %d, %q, is stored %d times: %v, %+v", n.network, it.ID, it.Text, len(ids), ids, it)
		}
	}
	outcome := d.outcomes()
	for _, text := range d.answers[account] {
		if a := outcome[text]; a.State == inbox.FailedAct && a.Problem.Code == inbox.CodeGone {
			continue // they took away what it answers, while it was held
		}
		sent := len(d.world.Items(account, func(it sandbox.Item) bool { return it.ByBrand() && it.Text == text }))
		if times := stored[bare(text)]; sent != 1 || times != 1 {
			d.t.Errorf("%s: %q was sent %d times, and is stored %d times (%s, %v)", n.network, text, sent, times, outcome[text].State, outcome[text].Problem)
		}
	}
	if n.network == "feeds" {
		heard = len(d.articles)
		for _, title := range d.articles {
			if times := stored[bare(title)]; times != 1 {
				d.t.Errorf("feeds: %q is stored %d times", title, times)
			}
		}
	}
	calls, most := d.wire.most(n.network, n.pace.period)
	d.t.Logf("%-9s %4d heard, %3d answered, %3d gone, %6d calls, at most %4d in %s of %d", n.network, heard, len(d.answers[account]), gone, calls, most, n.pace.period, n.pace.calls)
	if 5*most > 4*n.pace.calls {
		d.t.Errorf("%s: %d calls in %s, of %d that are allowed", n.network, most, n.pace.period, n.pace.calls)
	}
	if heard == 0 {
		d.t.Errorf("%s: nothing happened all day", n.network)
	}
}

// outcomes are the answers of the outbox by their text.
func (d *day) outcomes() map[string]inbox.Action {
	d.t.Helper()
	list, err := d.repo.Actions(d.t.Context(), func(inbox.Action) bool { return true })
	if err != nil {
		d.t.Fatal(err)
	}
	out := map[string]inbox.Action{}
	for _, a := range list {
		out[a.Text] = a
	}
	return out
}

// bare is a text without the mentions that networks add.
func bare(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(text), func(w string) bool { return strings.HasPrefix(w, "@") }), " ")
}
