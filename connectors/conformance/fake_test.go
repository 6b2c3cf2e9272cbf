package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
	"vigie/inbox/text"
)

// The fake network is a slice: its log of changes is what a cursor counts.
type fakeNet struct {
	mu            sync.Mutex
	log           []change // what happened to items, oldest first
	items         map[string]inbox.Message
	sent          map[string]string         // key → remote id of ours
	texts         map[string]string         // remote id → text of ours
	done          map[deedKey]int           // what was carried out, changes only
	files         map[string][]inbox.Upload // by text of ours
	state         map[deedKey]bool          // whether it stands, by the act that sets it
	calls, serial int
	fault         Fault
	down          bool
	news          chan struct{}
	out           strings.Builder // the connector's log
}

type change struct {
	id  string
	bad bool
}

const fakeSecret = "s3cret-of-the-fake"

func fakeInfo() connectors.Info {
	act := func(c inbox.Class) inbox.Capability { return inbox.Capability{OK: true, Class: c} }
	return connectors.Info{Network: "fake", Caps: inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamMentions}, Reply: inbox.TextLimit{Max: 500, Unit: inbox.Characters}, Push: true,
		KeyWindow: time.Hour,
		Acts: map[inbox.ActionKind]inbox.Capability{
			inbox.ActReply: act(inbox.ClassA), inbox.ActPrivate: act(inbox.ClassA), inbox.ActDelete: act(inbox.ClassS),
			inbox.ActLike: act(inbox.ClassS), inbox.ActUnlike: act(inbox.ClassS), inbox.ActHide: act(inbox.ClassS),
			inbox.ActUnhide: act(inbox.ClassS), inbox.ActBlock: act(inbox.ClassS), inbox.ActUnblock: act(inbox.ClassS),
			inbox.ActRead: act(inbox.ClassS), inbox.ActEdit: act(inbox.ClassS), inbox.ActHold: act(inbox.ClassS),
			inbox.ActApprove: act(inbox.ClassS), inbox.ActRemove: act(inbox.ClassS), inbox.ActReport: act(inbox.ClassD),
		},
		Reasons: []string{"spam"}, Media: inbox.MediaLimit{Max: 1}, TellsHidden: true,
	}}
}

// fake is a connector to the fake network. Each word of broken makes it break
// one promise.
type fake struct {
	net    *fakeNet
	broken string
	n      int
}

func (n *fakeNet) countSent(s string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	count := 0
	for _, t := range n.texts {
		if t == s {
			count++
		}
	}
	return count
}

func (n *fakeNet) rig(broken string) Rig {
	return Rig{
		Connector: func() inbox.Connector { return &fake{net: n, broken: broken} },
		Account:   "us", Kinds: []inbox.Kind{inbox.KindMention, inbox.KindDM},
		Say: func(kind inbox.Kind, s string) string {
			n.mu.Lock()
			defer n.mu.Unlock()
			id := "i" + strconv.Itoa(len(n.items))
			n.items[id] = inbox.Message{
				Remote: id, Conversation: id, Kind: kind, At: time.Now().UTC(), Text: text.Clean(s), Author: inbox.Author{ID: "them"},
			}
			n.happened(change{id: id})
			return id
		},
		Edit: func(id, s string) {
			n.change(id, func(m *inbox.Message) { m.Text, m.Edited = text.Clean(s), time.Now().UTC() })
		},
		Delete: func(id string) { n.change(id, func(m *inbox.Message) { m.Deleted, m.Text = true, text.Safe{} }) },
		Spoil: func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.happened(change{id: "bad", bad: true})
		},
		Sent: n.countSent,
		Liked: func(id string) int {
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.state[deedKey{inbox.ActLike, id}] {
				return 1
			}
			return 0
		},
		Ledger: n.ledger,
		Moderate: func(id string, s inbox.Status) {
			n.change(id, func(m *inbox.Message) { m.Status = s })
		},
		Shelve: func(content []byte) string { return strconv.Itoa(len(content)) },
		Files: func(text string) []inbox.Upload {
			n.mu.Lock()
			defer n.mu.Unlock()
			return n.files[text]
		},
		Calls: func() int {
			n.mu.Lock()
			defer n.mu.Unlock()
			return n.calls
		},
		Fault: func(f Fault) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.fault = f
		},
		Down: func(down bool) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.down = down
		},
		Secrets: func() []string { return []string{fakeSecret} },
		Log: func() string {
			n.mu.Lock()
			defer n.mu.Unlock()
			return n.out.String()
		},
	}
}

func (n *fakeNet) happened(c change) {
	n.log = append(n.log, c)
	close(n.news)
	n.news = make(chan struct{})
}

func (n *fakeNet) change(id string, do func(*inbox.Message)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	m := n.items[id]
	do(&m)
	n.items[id] = m
	n.happened(change{id: id})
}

func newFakeNet() *fakeNet {
	return &fakeNet{
		items: map[string]inbox.Message{}, sent: map[string]string{}, texts: map[string]string{},
		files: map[string][]inbox.Upload{}, done: map[deedKey]int{}, state: map[deedKey]bool{}, news: make(chan struct{}),
	}
}

// meet counts a call and returns the fault that it meets.
func (n *fakeNet) meet() (on Fault, down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.calls++
	on, down = n.fault, n.down
	if on.Times == 1 {
		n.fault = Fault{}
	}
	return on, down
}

// wire is the fault as a connector of a real network would tell it.
func (f *fake) wire(ctx context.Context, write bool) (error, bool) {
	on, down := f.net.meet()
	switch {
	case down && f.broken == "nowhere to go":
		return errors.New("down"), false
	case down:
		return &inbox.RetryError{Err: inbox.ErrUnreachable}, false
	case on.Kind == fault.None || on.Writes && !write:
		return ctx.Err(), false
	}
	fail := func(s string) error {
		if f.broken == "secret" {
			s += " " + fakeSecret
		}
		err := errors.New(s)
		if write && f.broken != "doubt" {
			return &inbox.UncertainError{Err: err}
		}
		return &inbox.RetryError{Err: err}
	}
	switch on.Kind {
	case fault.Unauthorized:
		if f.broken == "auth" {
			return errors.New("401"), false
		}
		return inbox.ErrAuth, false
	case fault.Unavailable:
		if !write && f.broken != "wait" {
			return &inbox.RetryError{After: on.After, Err: errors.New("503")}, false
		}
	case fault.TooMany:
		after := on.After
		if f.broken == "wait" {
			after = time.Second
		}
		return &inbox.RetryError{After: after, Err: errors.New("429")}, false
	case fault.Hang:
		if f.broken == "deaf" {
			return nil, false
		}
		<-ctx.Done()
		if write {
			return &inbox.UncertainError{Err: ctx.Err()}, false
		}
		return ctx.Err(), false
	case fault.LostAnswer, fault.LostError, fault.LostHang:
		if f.broken == "sure" {
			return &inbox.RetryError{Err: errors.New("lost")}, true
		}
		return fail("lost"), true
	case fault.Huge, fault.Garbage:
		if f.broken == "swallow" {
			return nil, false
		}
	}
	return fail("fault"), false
}

func (f *fake) Check(ctx context.Context) (inbox.Identity, error) {
	err, _ := f.wire(ctx, false)
	return inbox.Identity{Remote: "us"}, err
}

func (f *fake) Caps() inbox.Caps { return fakeInfo().Caps }
func (f *fake) Close() error     { return nil }

func (f *fake) ThreadCaps(t inbox.Thread) inbox.Caps {
	caps := f.Caps()
	without := []inbox.ActionKind{inbox.ActRead}
	if t.Kind == inbox.KindDM {
		without = []inbox.ActionKind{inbox.ActPrivate, inbox.ActHide, inbox.ActUnhide}
	}
	for _, kind := range without {
		caps.Acts[kind] = inbox.Capability{Why: inbox.CodeUnsupported}
		if f.broken == "mute" {
			caps.Acts[kind] = inbox.Capability{}
		}
	}
	return caps
}

func (f *fake) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	if err, _ := f.wire(ctx, false); err != nil && f.broken != "deaf" {
		return inbox.Page{}, err
	}
	if req.Stream != inbox.StreamMentions {
		return inbox.Page{}, inbox.ErrUnsupported
	}
	if f.broken == "leak" {
		go func() { select {} }()
	}
	f.net.mu.Lock()
	defer f.net.mu.Unlock()
	f.n++
	from, err := strconv.Atoi(strings.TrimRight(req.Cursor, "x"))
	if err != nil || from < 0 || from > len(f.net.log) {
		if f.broken == "cursor" && req.Cursor != "" {
			return inbox.Page{}, fmt.Errorf("cursor %q", req.Cursor)
		}
		from = 0
	}
	limit := req.Limit
	if limit == 0 {
		limit = 10
	}
	to := min(from+limit, len(f.net.log))
	p := inbox.Page{Cursor: strconv.Itoa(to), More: to < len(f.net.log)}
	for i, c := range f.net.log[from:to] {
		f.item(&p, c, i == 0 && from > 0)
	}
	switch f.broken {
	case "restless":
		p.Cursor += strings.Repeat("x", f.n)
	case "forget":
		p.Cursor = strconv.Itoa(len(f.net.log))
	}
	return p, nil
}

// item puts one change into a page.
func (f *fake) item(p *inbox.Page, c change, first bool) {
	m := f.net.items[c.id]
	switch {
	case c.bad:
		if f.broken != "silent" {
			p.Refused = append(p.Refused, inbox.Refusal{Item: c.id, Reason: "it is bad"})
		}
		return
	case f.broken == "skip" && first, f.broken == "stale" && (m.Deleted || !m.Edited.IsZero()):
		return
	}
	switch f.broken {
	case "unjudging":
		m.Status = ""
	case "dirty":
		m.URL = "https://e.example/\x1b[2J"
	case "zone":
		m.At = m.At.In(time.FixedZone("here", 3600))
	case "fickle":
		m.Conversation = fmt.Sprintf("%p%d", f, f.n)
	}
	if !slices.ContainsFunc(p.Messages, func(o inbox.Message) bool { return o.Remote == m.Remote }) {
		p.Messages = append(p.Messages, m)
	}
}

func (f *fake) Wait(ctx context.Context) error {
	f.net.mu.Lock()
	news := f.net.news
	f.net.mu.Unlock()
	select {
	case <-news:
		if f.broken == "startled" {
			return errors.New("what was that")
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fake) Context(_ context.Context, t inbox.Thread) (inbox.Page, error) {
	f.net.mu.Lock()
	defer f.net.mu.Unlock()
	m := f.net.items[t.Remote]
	if f.broken == "rename" {
		m.Conversation = "elsewhere"
	}
	return inbox.Page{Messages: []inbox.Message{m}}, nil
}
