package wordpress

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vigie/connectors/blog"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// mirror is what an inbox knows by what was fetched.
type mirror struct {
	t        *testing.T
	n        *network
	c        inbox.Connector
	cursor   string
	messages map[string]inbox.Message
	gone     map[string]bool
}

func newMirror(t *testing.T, n *network) *mirror {
	return &mirror{t: t, n: n, c: opened(t, n), messages: map[string]inbox.Message{}, gone: map[string]bool{}}
}

// opened is a connector that is closed at the end of the test.
func opened(t *testing.T, n *network) inbox.Connector {
	t.Helper()
	c := n.open()
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// step fetches one page.
func (m *mirror) step() inbox.Page {
	m.t.Helper()
	p, err := m.c.Fetch(m.t.Context(), inbox.FetchRequest{
		Stream: inbox.StreamComments, Cursor: m.cursor, History: 30 * 24 * time.Hour, Now: m.n.clock.Now(),
	})
	if err != nil {
		m.t.Fatalf("fetch: %v", err)
	}
	for _, msg := range p.Messages {
		m.messages[msg.Remote] = msg
		delete(m.gone, msg.Remote)
	}
	for _, id := range p.Deleted {
		delete(m.messages, id)
		m.gone[id] = true
	}
	m.cursor = p.Cursor
	return p
}

// drain fetches until there is no more.
func (m *mirror) drain() (messages, deleted int) {
	m.t.Helper()
	for range 500 {
		p := m.step()
		messages += len(p.Messages)
		deleted += len(p.Deleted)
		if !p.More {
			return messages, deleted
		}
	}
	m.t.Fatal("no end after 500 pages")
	return 0, 0
}

// differs lists where the mirror is not what the blog has.
func (m *mirror) differs() []string {
	var out []string
	there := map[string]bool{}
	for _, it := range m.n.world.Items(ourAccount, func(it sandbox.Item) bool { return it.Kind == sandbox.Public && !it.Deleted }) {
		id := number(int64(it.ID))
		there[id] = true
		got, ok := m.messages[id]
		switch {
		case !ok:
			out = append(out, id+" is missing")
		case got.Text.String() != it.Text:
			out = append(out, fmt.Sprintf("%s: %q, the blog has %q", id, got.Text, it.Text))
		case got.Status != it.Status:
			out = append(out, fmt.Sprintf("%s: status %q, the blog has %q", id, got.Status, it.Status))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.messages)) {
		if !there[id] {
			out = append(out, id+" was deleted, and is still told")
		}
	}
	return out
}

// moderators are other people who write on the blog and work in wp-admin.
type moderators struct {
	t    *testing.T
	n    *network
	rng  *rand.Rand
	ids  []sandbox.ItemID
	post sandbox.ItemID
	said int
}

// comment lets a visitor write.
func (k *moderators) comment() {
	k.said++
	text := fmt.Sprintf("Commentaire %d", k.said)
	parent := k.post
	if len(k.ids) > 0 && k.rng.IntN(3) == 0 {
		parent = k.ids[k.rng.IntN(len(k.ids))]
	}
	it, err := k.n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: 1 + k.rng.IntN(5), Parent: parent, Text: text})
	if err != nil { // what it answers was deleted
		it, err = k.n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: 1, Parent: k.post, Text: text})
	}
	if err != nil {
		k.t.Fatal(err)
	}
	k.ids = append(k.ids, it.ID)
}

// act does something to any comment, however old.
func (k *moderators) act() {
	id := k.ids[k.rng.IntN(len(k.ids))]
	switch k.rng.IntN(8) {
	case 0:
		_ = k.n.world.Edit(id, fmt.Sprintf("Corrigé %d", k.rng.IntN(1000))) // it may be deleted
	case 1, 2:
		_ = k.n.world.Moderate(id, inbox.ActRemove)
	default:
		acts := []inbox.ActionKind{inbox.ActApprove, inbox.ActHold, inbox.ActSpam, inbox.ActTrash, inbox.ActUnspam, inbox.ActRestore}
		_ = k.n.world.Moderate(id, acts[k.rng.IntN(len(acts))])
	}
}

// newBlog is a blog with a post and so many comments.
func newBlog(t *testing.T, seed uint64, comments int, set func(*sandbox.Wordpress)) (*network, *moderators) {
	t.Helper()
	n := newNetwork(t, set)
	for i := range 5 {
		n.world.Meet(sandbox.Person{Handle: fmt.Sprintf("lectrice_%d", i), Host: "mel.example", Name: fmt.Sprintf("Lectrice %d", i)})
	}
	post, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.BrandPost, Text: "Le levain", At: n.clock.Now().Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	k := &moderators{t: t, n: n, rng: rand.New(rand.NewPCG(seed, 1)), post: post.ID}
	for range comments {
		k.comment()
	}
	return n, k
}

// Whatever happens on the blog between two requests of whatever fetch, the
// mirror is the blog once it is quiet and every page had its turn.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(6) {
		n, k := newBlog(t, seed, 430, usual)
		m := newMirror(t, n)
		n.before = func() {
			for range k.rng.IntN(3) {
				if k.rng.IntN(3) == 0 {
					k.comment()
				} else {
					k.act()
				}
			}
		}
		for range 12 {
			if m.step(); k.rng.IntN(4) == 0 {
				_ = m.c.Close()
				m.c = opened(t, n) // a restart
			}
			n.clock.Advance(time.Minute)
		}
		n.before = nil
		for range 2 + len(k.ids)/pageSize { // a turn of all pages
			m.drain()
			n.clock.Advance(time.Minute)
		}
		if wrong := m.differs(); len(wrong) > 0 {
			t.Errorf("seed %d: %d comments differ: %v", seed, len(wrong), wrong[:min(len(wrong), 8)])
		}
		at := m.cursor
		before := n.served.Calls()
		if messages, deleted := m.drain(); messages+deleted > 0 || m.cursor != at {
			t.Errorf("seed %d: a quiet blog: %d messages, %d deletions, cursor moved: %t", seed, messages, deleted, m.cursor != at)
		}
		if calls := n.served.Calls() - before; calls > 5 {
			t.Errorf("seed %d: a quiet poll makes %d calls, want 5 at most", seed, calls)
		}
	}
}

// One act of somebody else, on a comment far behind the newest hundred, is
// seen by the next poll.
func TestOldChangesAreSeenAtOnce(t *testing.T) {
	for _, kind := range []inbox.ActionKind{inbox.ActHold, inbox.ActSpam, inbox.ActTrash, inbox.ActRemove} {
		n, k := newBlog(t, 9, 350, usual)
		m := newMirror(t, n)
		m.drain()
		m.drain()
		if wrong := m.differs(); len(wrong) > 0 {
			t.Fatalf("before: %v", wrong)
		}
		if err := n.world.Moderate(k.ids[7], kind); err != nil {
			t.Fatal(err)
		}
		m.drain()
		if wrong := m.differs(); len(wrong) > 0 {
			t.Errorf("after %s: %v", kind, wrong)
		}
		if kind == inbox.ActRemove {
			continue
		}
		back := inbox.ActApprove
		if err := n.world.Moderate(k.ids[7], back); err != nil {
			t.Fatal(err)
		}
		m.drain()
		if wrong := m.differs(); len(wrong) > 0 {
			t.Errorf("after %s, then %s: %v", kind, back, wrong)
		}
	}
}

// An edit that no number betrays is seen when its page has its turn, also by
// processes that each look once.
func TestOldEditsAreSeenInTurn(t *testing.T) {
	for name, fresh := range map[string]bool{"one process": false, "a process for each look": true} {
		n, k := newBlog(t, 3, 350, usual)
		m := newMirror(t, n)
		m.drain()
		if err := n.world.Edit(k.ids[20], "Corrigé bien plus tard"); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if fresh {
				m.c = opened(t, n)
			}
			m.drain()
			n.clock.Advance(time.Minute)
		}
		if wrong := m.differs(); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}

// What is held is read however old it is; what else is older than history is
// not. A blog with more than is looked at again stays quiet.
func TestHistory(t *testing.T) {
	n, k := newBlog(t, 5, 0, usual)
	var old []string
	for i := range 40 {
		it, err := n.world.Write(sandbox.Item{
			Account: ourAccount, Kind: sandbox.Public, Person: 1, Parent: k.post, Text: fmt.Sprintf("Ancien %d", i),
			At: n.clock.Now().AddDate(0, -3, i-60), Status: map[bool]inbox.Status{true: inbox.StatusHeld}[i == 4],
		})
		if err != nil {
			t.Fatal(err)
		}
		old = append(old, number(int64(it.ID)))
	}
	for range blog.MaxKnown + 150 {
		k.comment()
	}
	m := newMirror(t, n)
	if got, _ := m.drain(); got != blog.MaxKnown+150+1 {
		t.Errorf("%d messages, want all of the month and one that is held", got)
	}
	if m.messages[old[4]].Status != inbox.StatusHeld || m.messages[old[5]].Remote != "" {
		t.Errorf("the old held one: %+v; another old one: %+v", m.messages[old[4]], m.messages[old[5]])
	}
	cur := readCursor(m.cursor)
	if len(cur.known) > blog.MaxKnown+maxHeld || len(m.cursor) > 48<<10 {
		t.Errorf("the cursor has %d comments and %d bytes", len(cur.known), len(m.cursor))
	}
	if messages, deleted := m.drain(); messages+deleted > 0 {
		t.Errorf("nothing is new: %d messages, %d deletions", messages, deleted)
	}
	id, _ := readID(old[4])
	if err := n.world.Moderate(sandbox.ItemID(id), inbox.ActApprove); err != nil {
		t.Fatal(err)
	}
	if m.drain(); m.messages[old[4]].Status != "" {
		t.Errorf("approved by somebody else: %+v", m.messages[old[4]])
	}
	if messages, deleted := m.drain(); messages+deleted > 0 {
		t.Errorf("nothing is new: %d messages, %d deletions", messages, deleted)
	}
	m.step()
	before := n.served.Calls()
	if p := m.step(); p.More || n.served.Calls()-before > 5 {
		t.Errorf("a poll of a quiet blog: %d calls, more: %t", n.served.Calls()-before, p.More)
	}
}
