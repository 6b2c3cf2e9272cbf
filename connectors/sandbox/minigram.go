package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"vigie/inbox"
)

// Minigram is a network that has no connector of its own: it is reached as any
// other by an external program, in the protocol of docs/bridge.md, one
// connection an account. It takes answers to a direct message for a day only,
// and to a comment for a week.
type Minigram struct {
	world *World

	mu    sync.Mutex
	conns map[net.Conn]bool
	ended bool
}

const (
	minigramDirect  = 24 * time.Hour
	minigramComment = 7 * 24 * time.Hour
	minigramText    = 1000 // UTF-8 bytes of a text
)

// NewMinigram makes the network's server over a world.
func NewMinigram(w *World) *Minigram { return &Minigram{world: w, conns: map[net.Conn]bool{}} }

// Access says where the relay of an account connects to.
func (m *Minigram) Access(_ Brand, base string) Access {
	u, err := url.Parse(base)
	if err != nil {
		return Access{}
	}
	return Access{Settings: map[string]string{"relay": u.Host}}
}

// ServeHTTP takes a connection over: the relay asks for the path of its
// account and then speaks the protocol on it.
func (m *Minigram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	brand, ok := m.world.Brand(inbox.AccountID(r.URL.Query().Get("account")))
	hijacker, can := w.(http.Hijacker)
	if !ok || !can {
		http.Error(w, "no such account", http.StatusNotFound)
		return
	}
	conn, buffered, err := hijacker.Hijack()
	if err != nil {
		return
	}
	defer m.forget(conn)
	if !m.keep(conn) {
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: bridge\r\nConnection: Upgrade\r\n\r\n"); err != nil {
		return
	}
	m.talk(brand, buffered, conn)
}

func (m *Minigram) keep(c net.Conn) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.ended {
		m.conns[c] = true
	}
	return !m.ended
}

func (m *Minigram) forget(c net.Conn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.conns, c)
	_ = c.Close()
}

// Close ends all connections.
func (m *Minigram) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	for c := range m.conns {
		_ = c.Close()
	}
	return nil
}

// gramCall is a call of the protocol.
type gramCall struct {
	ID     int64  `json:"id"`
	Method string `json:"method"`
	Params struct {
		Stream     string `json:"stream"`
		Cursor     string `json:"cursor"`
		Limit      int    `json:"limit"`
		Key        string `json:"key"`
		Kind       string `json:"kind"`
		Thread     string `json:"thread"`
		Parent     string `json:"parent"`
		Author     string `json:"author"`
		Text       string `json:"text"`
		Visibility string `json:"visibility"`
	} `json:"params"`
}

// gramRefusal is an error of the protocol by its kind.
type gramRefusal string

func (r gramRefusal) Error() string { return string(r) }

// The refusals.
const (
	gramGone        gramRefusal = "gone"
	gramInvalid     gramRefusal = "invalid"
	gramUnsupported gramRefusal = "unsupported"
)

type fields = map[string]any

// talk answers calls until the connection ends.
func (m *Minigram) talk(b Brand, in io.Reader, out io.Writer) {
	calls, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var c gramCall
		if err := calls.Decode(&c); err != nil {
			return
		}
		result, err := m.answer(b, &c)
		answer := fields{"jsonrpc": "2.0", "id": c.ID, "result": result}
		var refusal gramRefusal
		if errors.As(err, &refusal) {
			answer = fields{"jsonrpc": "2.0", "id": c.ID, "error": fields{"code": -32000, "message": string(refusal), "data": fields{"kind": string(refusal)}}}
		}
		if err := answers.Encode(answer); err != nil {
			return
		}
	}
}

func (m *Minigram) answer(b Brand, c *gramCall) (any, error) {
	switch c.Method {
	case "hello":
		return m.hello(b), nil
	case "fetch":
		return m.fetch(b, c), nil
	case "do":
		return m.do(b, c)
	case "find":
		if it, ok := m.made(b, c.Params.Key); ok {
			return fields{"id": gramID(it.ID)}, nil
		}
		return nil, nil
	}
	return nil, gramUnsupported
}

func (m *Minigram) hello(b Brand) fields {
	limit := fields{"max": minigramText, "unit": "bytes"}
	return fields{
		"network": "minigram",
		"caps":    []string{"fetch", "find", "reply", "like", "unlike", "hide", "unhide", "delete"},
		"streams": []string{"comments", "messages"},
		"limits": fields{
			"reply": limit, "message": limit,
			"windows": fields{"dm": int(minigramDirect.Seconds()), "comment": int(minigramComment.Seconds())},
		},
		"key_window_s": 86400, "reads_own_writes": true,
		"identity": fields{"id": "me", "handle": "@" + b.Handle, "name": b.Name},
	}
}

// fetch gives what changed since the cursor, each item once, as it is now.
func (m *Minigram) fetch(b Brand, c *gramCall) fields {
	direct := c.Params.Stream == "messages"
	from, err := strconv.ParseInt(c.Params.Cursor, 10, 64)
	if err != nil {
		from = 0 // a cursor that is not ours: all again
	}
	items := m.world.Items(b.Account, func(it Item) bool {
		return it.Kind != BrandPost && (it.Kind == Direct) == direct && it.Rev > from
	})
	slices.SortFunc(items, func(x, y Item) int { return cmp.Compare(x.Rev, y.Rev) })
	more := len(items) > gramPage
	items = items[:min(len(items), gramPage)]
	messages, deleted := []fields{}, []string{}
	for _, it := range items {
		from = it.Rev
		if it.Deleted {
			deleted = append(deleted, gramID(it.ID))
			continue
		}
		messages = append(messages, m.message(it))
	}
	return fields{"messages": messages, "deleted": deleted, "cursor": strconv.FormatInt(from, 10), "more": more}
}

// gramPage is how many items a page holds.
const gramPage = 50

func gramID(id ItemID) string { return "m" + strconv.FormatInt(int64(id), 10) }

func gramItem(id string) ItemID {
	if len(id) < 2 || id[0] != 'm' {
		return 0
	}
	n, err := strconv.ParseInt(id[1:], 10, 64)
	if err != nil {
		return 0
	}
	return ItemID(n)
}

// message is an item in the bridge format.
func (m *Minigram) message(it Item) fields {
	kind, thread := "comment", gramID(m.top(it).ID)
	if it.Kind == Direct {
		kind, thread = "dm", "dm-"+strconv.Itoa(it.With)
	}
	out := fields{
		"kind": kind, "thread": thread, "id": gramID(it.ID), "at": it.At, "text": it.Text,
		"lang": it.Lang, "counts": fields{"likes": it.Likes, "reposts": 0, "replies": 0},
		"url": "https://minigram.example/" + string(it.Account) + "/" + gramID(it.ID),
	}
	if it.ByBrand() {
		b, _ := m.world.Brand(it.Account)
		maps.Copy(out, fields{"outgoing": true, "author": fields{"id": "me", "handle": "@" + b.Handle, "name": b.Name}})
	} else {
		p := m.world.Person(it.Person)
		out["author"] = fields{"id": strconv.Itoa(p.ID), "handle": "@" + p.Handle, "name": p.Name, "followers": p.Followers}
	}
	if it.Image != "" {
		out["media"] = []fields{{"kind": "image", "url": "https://minigram.example/media/" + gramID(it.ID) + ".jpg", "alt": it.Image}}
	}
	if !it.Edited.IsZero() {
		out["edited"] = it.Edited
	}
	if it.Parent != 0 {
		if parent, err := m.world.Item(it.Parent); err == nil && parent.Kind != BrandPost {
			out["parent"] = gramID(it.Parent)
		}
	}
	if root, err := m.world.Item(it.Root); err == nil && root.Kind == BrandPost {
		out["post"] = fields{"id": gramID(root.ID), "text": root.Text, "at": root.At, "counts": fields{"likes": root.Likes, "reposts": root.Reposts, "replies": 0}}
	}
	return out
}

// top is the comment under a post, or the mention, that began an exchange.
func (m *Minigram) top(it Item) Item {
	for it.Parent != 0 {
		parent, err := m.world.Item(it.Parent)
		if err != nil || parent.Kind == BrandPost {
			break
		}
		it = parent
	}
	return it
}

// made finds what an action's key made.
func (m *Minigram) made(b Brand, key string) (Item, bool) {
	items := m.world.Items(b.Account, func(it Item) bool { return key != "" && it.Key == key })
	if len(items) == 0 {
		return Item{}, false
	}
	return items[0], true
}

func (m *Minigram) do(b Brand, c *gramCall) (any, error) {
	if it, ok := m.made(b, c.Params.Key); ok {
		return fields{"id": gramID(it.ID), "at": it.At}, nil
	}
	target, err := m.world.Item(gramItem(c.Params.Parent))
	if err != nil || target.Deleted || target.Account != b.Account {
		return nil, gramGone
	}
	switch c.Params.Kind {
	case "reply":
		return m.reply(b, c, target)
	case "like", "unlike":
		err = m.world.Like(target.ID, c.Params.Kind == "like")
	case "hide", "unhide":
		if target.Kind == Direct || target.ByBrand() {
			return nil, gramUnsupported
		}
		err = m.world.Hide(target.ID, c.Params.Kind == "hide")
	case "delete":
		if !target.ByBrand() {
			return nil, gramUnsupported
		}
		err = m.world.Delete(target.ID)
	default:
		return nil, gramUnsupported
	}
	if err != nil {
		return nil, gramGone
	}
	return fields{"id": gramID(target.ID)}, nil
}

func (m *Minigram) reply(b Brand, c *gramCall, target Item) (any, error) {
	window := minigramComment
	if target.Kind == Direct {
		window = minigramDirect
	}
	// The items are sorted out here: who looks for a parent waits for the world.
	theirs := slices.DeleteFunc(m.world.Items(b.Account, func(it Item) bool { return !it.ByBrand() }), func(it Item) bool {
		with := it.Kind == Direct && target.Kind == Direct && it.With == target.With
		return !with && m.top(it).ID != m.top(target).ID
	})
	if n := len(theirs); n == 0 || m.world.Now().Sub(theirs[n-1].At) > window || len(c.Params.Text) > minigramText {
		return nil, gramInvalid
	}
	it, err := m.world.Write(Item{Account: b.Account, Kind: target.Kind, With: target.With, Parent: target.ID, Text: c.Params.Text, Key: c.Params.Key})
	if err != nil {
		return nil, gramGone
	}
	return fields{"id": gramID(it.ID), "at": it.At}, nil
}
