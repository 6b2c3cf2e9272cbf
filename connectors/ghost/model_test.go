package ghost

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
		id := remote(it.ID)
		there[id] = true
		got, ok := m.messages[id]
		switch {
		case !ok:
			out = append(out, id+" is missing")
		case got.Text.String() != it.Text:
			out = append(out, fmt.Sprintf("%s: %q, the blog has %q", id, got.Text, it.Text))
		case (got.Status == inbox.StatusHidden) != it.Hidden:
			out = append(out, fmt.Sprintf("%s: status %q, the blog has it hidden: %t", id, got.Status, it.Hidden))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.messages)) {
		if !there[id] {
			out = append(out, id+" was deleted, and is still told")
		}
	}
	return out
}

// others are people who write on the blog and who moderate it elsewhere.
type others struct {
	t    *testing.T
	n    *network
	rng  *rand.Rand
	ids  []sandbox.ItemID
	post sandbox.ItemID
	said int
}

// comment lets a member write.
func (k *others) comment() {
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

// act does something to any comment, however old. It may be deleted already.
func (k *others) act() {
	id := k.ids[k.rng.IntN(len(k.ids))]
	switch k.rng.IntN(6) {
	case 0:
		_ = k.n.world.Edit(id, fmt.Sprintf("Corrigé %d", k.rng.IntN(1000)))
	case 1, 2:
		_ = k.n.world.Moderate(id, inbox.ActRemove)
	default:
		_ = k.n.world.Hide(id, k.rng.IntN(2) == 0)
	}
}

// newBlog is a blog with a post and so many comments.
func newBlog(t *testing.T, seed uint64, comments int) (*network, *others) {
	t.Helper()
	n := newNetwork(t, usual)
	for i := range 5 {
		n.world.Meet(sandbox.Person{Handle: fmt.Sprintf("lectrice_%d", i), Host: "mel.example", Name: fmt.Sprintf("Lectrice %d", i)})
	}
	post, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.BrandPost, Text: "La rentrée", At: n.clock.Now().Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	k := &others{t: t, n: n, rng: rand.New(rand.NewPCG(seed, 1)), post: post.ID}
	for range comments {
		k.comment()
	}
	return n, k
}

// Whatever happens on the blog between two requests of whatever fetch, the
// mirror is the blog once it is quiet and every page had its turn.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(6) {
		n, k := newBlog(t, seed, []int{30, 430}[seed%2])
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
		if calls := n.served.Calls() - before; calls > 3 {
			t.Errorf("seed %d: a quiet poll makes %d calls, want 3 at most", seed, calls)
		}
	}
}

// What somebody else does to a comment far behind the newest hundred is seen by
// the next poll, an edit among it.
func TestOldChangesAreSeenAtOnce(t *testing.T) {
	n, k := newBlog(t, 9, 350)
	m := newMirror(t, n)
	m.drain()
	m.drain()
	if wrong := m.differs(); len(wrong) > 0 {
		t.Fatalf("before: %v", wrong)
	}
	changes := map[string]func(sandbox.ItemID) error{
		"edit":   func(id sandbox.ItemID) error { return n.world.Edit(id, "Corrigé bien plus tard") },
		"hide":   func(id sandbox.ItemID) error { return n.world.Hide(id, true) },
		"show":   func(id sandbox.ItemID) error { return n.world.Hide(id, false) },
		"remove": func(id sandbox.ItemID) error { return n.world.Moderate(id, inbox.ActRemove) },
	}
	for _, name := range []string{"edit", "hide", "show", "remove"} {
		if err := changes[name](k.ids[7]); err != nil {
			t.Fatal(err)
		}
		m.drain()
		if wrong := m.differs(); len(wrong) > 0 {
			t.Errorf("after %s: %v", name, wrong)
		}
	}
	before := n.served.Calls()
	if p := m.step(); p.More || n.served.Calls()-before > 3 {
		t.Errorf("a poll of a quiet blog: %d calls, more: %t", n.served.Calls()-before, p.More)
	}
}

// All of a member's comments hidden in one go leave no time of a change: it is
// their number that tells.
func TestHidingAllIsSeenAtOnce(t *testing.T) {
	n, _ := newBlog(t, 4, 350)
	m := newMirror(t, n)
	m.drain()
	m.drain()
	if err := n.server.HideAll(ourAccount, 2); err != nil {
		t.Fatal(err)
	}
	m.drain()
	if wrong := m.differs(); len(wrong) > 0 {
		t.Errorf("%d comments differ: %v", len(wrong), wrong[0])
	}
}

// A member who leaves changes no number: each page has its turn, also by
// processes that each look once.
func TestOldNamesAreSeenInTurn(t *testing.T) {
	for name, fresh := range map[string]bool{"one process": false, "a process for each look": true} {
		n, k := newBlog(t, 3, 350)
		m := newMirror(t, n)
		m.drain()
		n.server.Leave(3)
		for range 5 {
			if fresh {
				m.c = opened(t, n)
			}
			m.drain()
			n.clock.Advance(time.Minute)
		}
		for _, id := range k.ids {
			if it, err := n.world.Item(id); err != nil || (it.Person == 3) != (m.messages[remote(id)].Author.ID == "deleted") {
				t.Errorf("%s: %d is by person %d: %+v", name, id, it.Person, m.messages[remote(id)].Author)
				break
			}
		}
	}
}

// What is older than history is not read. A blog with more than is looked at
// again stays quiet.
func TestHistory(t *testing.T) {
	n, k := newBlog(t, 5, 0)
	for i := range 40 {
		it, err := n.world.Write(sandbox.Item{
			Account: ourAccount, Kind: sandbox.Public, Person: 1, Parent: k.post, Text: fmt.Sprintf("Ancien %d", i),
			At: n.clock.Now().AddDate(0, -3, i-60), Hidden: i == 4,
		})
		if err != nil {
			t.Fatal(err)
		}
		k.ids = append(k.ids, it.ID)
	}
	old := slices.Clone(k.ids)
	k.ids = nil
	for range blog.MaxKnown + 150 {
		k.comment()
	}
	m := newMirror(t, n)
	if got, _ := m.drain(); got != blog.MaxKnown+150 {
		t.Errorf("%d messages, want all of the month", got)
	}
	if len(readCursor(m.cursor).known) > blog.MaxKnown || len(m.cursor) > 48<<10 {
		t.Errorf("the cursor has %d comments and %d bytes", len(readCursor(m.cursor).known), len(m.cursor))
	}
	m.drain()
	if messages, deleted := m.drain(); messages+deleted > 0 {
		t.Errorf("nothing is new: %d messages, %d deletions", messages, deleted)
	}
	if err := n.world.Hide(old[4], false); err != nil {
		t.Fatal(err)
	}
	if m.drain(); m.messages[remote(old[4])].Remote != "" {
		t.Error("what is older than history came with a change")
	}
	before := n.served.Calls()
	if p := m.step(); p.More || n.served.Calls()-before > 3 {
		t.Errorf("a poll of a quiet blog: %d calls, more: %t", n.served.Calls()-before, p.More)
	}
}
