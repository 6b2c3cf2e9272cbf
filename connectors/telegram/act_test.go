package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/connectors/httpx"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// answer is an answer to a message.
func answer(kind inbox.ActionKind, m inbox.Message, words string) inbox.Action {
	return inbox.Action{
		ID: 1, Key: "01KEY000000000000000000001", Kind: kind, Account: ourAccount, Conversation: m.Conversation, Target: m.Remote,
		Author: m.Author.ID, Text: words, ThreadKind: m.Kind,
	}
}

// one lets somebody write and fetches it.
func (k *keeper) one(kind inbox.Kind) inbox.Message {
	k.n.t.Helper()
	id := k.n.say(kind, "bonjour")
	p := k.fetch(0)
	k.commit(p)
	for _, m := range p.Messages {
		if m.Remote == id {
			return m
		}
	}
	k.n.t.Fatalf("%s was not fetched: %+v", id, p)
	return inbox.Message{}
}

func (k *keeper) caps(m inbox.Message) inbox.Caps {
	return k.conn.ThreadCaps(inbox.Thread{Remote: m.Conversation, Kind: m.Kind})
}

func TestAThrownOutBotOffersNothing(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	m := k.one(inbox.KindMention)
	if !k.caps(m).Can(inbox.ActReply) || !k.caps(m).Can(inbox.ActBlock) {
		t.Fatalf("an administrator can do %+v", k.caps(m).Acts)
	}
	n.server.Member(ourAccount, map[string]any{"status": "kicked", "until_date": 0})
	k.commit(k.fetch(0))
	if c := k.caps(m).Acts[inbox.ActReply]; c.OK || c.Why != inbox.CodeOut {
		t.Errorf("reply after being thrown out: %+v", c)
	}
	n.server.Member(ourAccount, map[string]any{"status": "member"})
	k.commit(k.fetch(0))
	c := k.caps(m)
	if !c.Can(inbox.ActReply) || c.Acts[inbox.ActBlock].Why != inbox.CodeRights || c.Acts[inbox.ActRemove].Why != inbox.CodeRights {
		t.Errorf("a plain member can do %+v", c.Acts)
	}
}

// What nobody told is learned by being refused.
func TestARefusalIsLearned(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer func() { _ = k.conn.Close() }()
	m := k.one(inbox.KindMention)
	n.server.Member(ourAccount, map[string]any{"status": "member"})
	k.die() // the next program knows nothing of it
	if _, err := k.conn.Do(t.Context(), answer(inbox.ActBlock, m, "")); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("a ban without the right: %v", err)
	}
	if c := k.caps(m).Acts[inbox.ActBlock]; c.OK || c.Why != inbox.CodeRights {
		t.Errorf("after the refusal: %+v", c)
	}
	stranger, err := n.world.Say(ourAccount, inbox.KindMention, "jamais écrit au bot")
	if err != nil {
		t.Fatal(err)
	}
	p := k.fetch(0)
	k.commit(p)
	who := p.Messages[slices.IndexFunc(p.Messages, func(m inbox.Message) bool { return m.Remote == n.server.MessageID(stranger) })]
	if _, err := k.conn.Do(t.Context(), answer(inbox.ActPrivate, who, "bonjour")); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("a private answer to who never wrote: %v", err)
	}
	if c := k.caps(who).Acts[inbox.ActPrivate]; c.OK || c.Why != inbox.CodeClosed {
		t.Errorf("after the refusal: %+v", c)
	}
}

// A connection that ended while nobody listened is learned by the refusal.
func TestABusinessConnectionThatEndedUnheard(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Telegram) { s.Business = true })
	k := newKeeper(n)
	defer func() { _ = k.conn.Close() }()
	m := k.one(inbox.KindDM)
	n.server.Connect(ourAccount, false, map[string]any{})
	k.die()
	if _, err := k.conn.Do(t.Context(), answer(inbox.ActReply, m, "bonjour")); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("an answer by a connection that is over: %v", err)
	}
	if c := k.caps(m).Acts[inbox.ActReply]; c.OK || c.Why != inbox.CodeOut {
		t.Errorf("after the refusal: %+v", c)
	}
}

func TestABusinessConnectionSaysWhatMayBeDone(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Telegram) { s.Business = true })
	k := newKeeper(n)
	defer k.conn.Close()
	m := k.one(inbox.KindDM)
	if c := k.caps(m); !c.Can(inbox.ActReply) || !c.Can(inbox.ActRead) || c.Can(inbox.ActLike) {
		t.Errorf("with all rights: %+v", c.Acts)
	}
	if w := k.caps(m).WindowFor(inbox.KindDM); w != 24*time.Hour || k.conn.Caps().WindowFor(inbox.KindDM) != 0 {
		t.Errorf("it can be answered for %s, a private chat with the bot for %s", w, k.conn.Caps().WindowFor(inbox.KindDM))
	}
	n.server.Connect(ourAccount, true, map[string]any{"can_read_messages": true})
	k.commit(k.fetch(0))
	if c := k.caps(m); c.Acts[inbox.ActReply].Why != inbox.CodeRights || !c.Can(inbox.ActRead) {
		t.Errorf("without can_reply: %+v", c.Acts)
	}
	n.server.Connect(ourAccount, false, map[string]any{})
	k.commit(k.fetch(0))
	if c := k.caps(m); c.Acts[inbox.ActReply].Why != inbox.CodeOut || c.Acts[inbox.ActRead].Why != inbox.CodeOut {
		t.Errorf("after the connection has ended: %+v", c.Acts)
	}
}

func TestAnEditThatChangesNothingIsDone(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	m := k.one(inbox.KindDM)
	r, err := k.conn.Do(t.Context(), answer(inbox.ActReply, m, "oui"))
	if err != nil {
		t.Fatal(err)
	}
	m.Remote = r.Remote
	for _, words := range []string{"oui", "oui !", "oui !"} {
		if _, err := k.conn.Do(t.Context(), answer(inbox.ActEdit, m, words)); err != nil {
			t.Errorf("edit to %q: %v", words, err)
		}
	}
	if n.sent("oui !") != 1 {
		t.Errorf("the edit is not there")
	}
}

func TestTheLengthIsUTF16(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	m := k.one(inbox.KindDM)
	if _, err := k.conn.Do(t.Context(), answer(inbox.ActReply, m, strings.Repeat("😀", 2048))); err != nil {
		t.Errorf("4096 units: %v", err)
	}
	if _, err := k.conn.Do(t.Context(), answer(inbox.ActReply, m, strings.Repeat("😀", 2049))); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("4098 units: %v, want ErrInvalid", err)
	}
}

func TestThePaceIsKept(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Telegram) { s.Limit = groupMost })
	k := newKeeper(n)
	k.conn = n.paced()
	defer k.conn.Close()
	m := k.one(inbox.KindMention)
	sent := 0
	for i := range 300 { // half a second each
		_, err := k.conn.Do(t.Context(), answer(inbox.ActReply, m, "mot "+strconv.Itoa(i)))
		var retry *inbox.RetryError
		switch {
		case err == nil:
			sent++
		case !errors.As(err, &retry) || !errors.Is(err, httpx.ErrResting) || retry.After <= 0 || retry.After > time.Minute:
			t.Fatalf("%d: %v", i, err)
		}
		n.clock.Advance(500 * time.Millisecond)
	}
	if sent < 50 || sent > 60 || n.server.Refused() != 0 {
		t.Errorf("%d sent in 150 s, %d refused by the server", sent, n.server.Refused())
	}
}

// memory is a shelf of one file.
type memory struct{ inbox.Shelf }

func (memory) Open(string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("\x89PNG")), nil
}

func TestAFileGoesWithItsCaption(t *testing.T) {
	n := newNetwork(t, nil)
	n.shelf = memory{}
	k := newKeeper(n)
	defer k.conn.Close()
	m := k.one(inbox.KindMention)
	for kind, method := range map[string]string{"image/png": "sendPhoto", "application/pdf": "sendDocument"} {
		a := answer(inbox.ActReply, m, "voici "+method)
		a.Media = []inbox.Upload{{Name: "a\"b\r\n.png", Type: kind, Sum: "x"}}
		if _, err := k.conn.Do(t.Context(), a); err != nil || n.sent(a.Text) != 1 {
			t.Errorf("%s: %v, %d there", method, err, n.sent(a.Text))
		}
		if !slices.Contains(n.server.Called(ourAccount, -1002000000001), method) {
			t.Errorf("%s was not called: %v", method, n.server.Called(ourAccount, -1002000000001))
		}
	}
	a := answer(inbox.ActReply, m, strings.Repeat("x", maxCaption+1))
	a.Media = []inbox.Upload{{Name: "a.png", Type: "image/png", Sum: "x"}}
	var p inbox.Problem
	if _, err := k.conn.Do(t.Context(), a); !errors.As(err, &p) || p.Code != inbox.CodeTooLong {
		t.Errorf("a caption that is too long: %v", err)
	}
}

// examined checks each request against the description of the Bot API.
type examined struct {
	t       *testing.T
	methods map[string]map[string]struct {
		Types    []string `json:"types"`
		Required bool     `json:"required"`
	}
	seen map[string]bool
}

func (e *examined) RoundTrip(r *http.Request) (*http.Response, error) {
	method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	fields, known := e.methods[method]
	e.seen[method] = true
	args := map[string]any{}
	for key, values := range r.URL.Query() {
		if json.Unmarshal([]byte(values[0]), new(any)) == nil {
			var v any
			_ = json.Unmarshal([]byte(values[0]), &v)
			args[key] = v
		} else {
			args[key] = values[0]
		}
	}
	if r.Body != nil {
		raw, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(raw))
		if err := json.Unmarshal(raw, &args); err != nil {
			e.t.Errorf("%s: %v", method, err)
		}
	}
	for key, value := range args {
		f, ok := fields[key]
		if !known || !ok {
			e.t.Errorf("%s has no %s", method, key)
		} else if !slices.ContainsFunc(f.Types, func(want string) bool { return fits(want, value) }) {
			e.t.Errorf("%s: %s is %v, want %v", method, key, value, f.Types)
		}
	}
	for key, f := range fields {
		if _, ok := args[key]; f.Required && !ok {
			e.t.Errorf("%s lacks %s", method, key)
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// fits reports whether a value has a type of the description.
func fits(want string, value any) bool {
	switch v := value.(type) {
	case string:
		return want == "String"
	case float64:
		return want == "Integer" && v == float64(int64(v))
	case bool:
		return want == "Boolean"
	case []any:
		return strings.HasPrefix(want, "Array of ")
	case map[string]any:
		return want == "ReplyParameters" || want == "ChatPermissions"
	}
	return false
}

// Every request of every act is one that the description of the Bot API knows.
func TestRequestsFitTheDescription(t *testing.T) {
	raw, err := os.ReadFile("testdata/bot-api-10.1.json")
	if err != nil {
		t.Fatal(err)
	}
	e := &examined{t: t, seen: map[string]bool{}}
	if err := json.Unmarshal(raw, &e.methods); err != nil {
		t.Fatal(err)
	}
	for _, business := range []bool{false, true} {
		n := newNetwork(t, func(s *sandbox.Telegram) { s.Business = business })
		n.carrier = e
		k := newKeeper(n)
		if _, err := k.conn.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []inbox.Kind{inbox.KindMention, inbox.KindComment, inbox.KindDM} {
			m := k.one(kind)
			r, err := k.conn.Do(t.Context(), answer(inbox.ActReply, m, "oui"))
			if err != nil {
				t.Fatal(err)
			}
			for _, act := range inbox.ActionKinds() {
				to := m
				if act.OfOwn() {
					to.Remote = r.Remote
				}
				if c := k.caps(m); c.Can(act) && act != inbox.ActRemove {
					if _, err := k.conn.Do(t.Context(), answer(act, to, "voilà")); err != nil {
						t.Errorf("%s of a %s: %v", act, kind, err)
					}
				}
			}
			if _, err := k.conn.Do(t.Context(), answer(inbox.ActRemove, m, "")); err != nil {
				t.Errorf("remove: %v", err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		k.commit(k.fetch(0))
		_ = k.conn.(inbox.Waiter).Wait(ctx)
		cancel()
		_ = k.conn.Close()
	}
	if len(e.seen) != len(e.methods)-3 { // the two that carry files, and the caption's edit
		t.Errorf("%d of %d methods were called: %v", len(e.seen), len(e.methods), e.seen)
	}
}

// What the emulator of the end-to-end tests really answered.
func TestRecordedAnswers(t *testing.T) {
	read := func(name string, out any) {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var e envelope
		if err := json.Unmarshal(raw, &e); err != nil || !e.OK {
			t.Fatalf("%s: %v", name, err)
		}
		if err := json.Unmarshal(e.Result, out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	var sent message
	read("emulator-sent.json", &sent)
	if at := unix(sent.Date); sent.ID != 3 || at.Year() != 2026 { // it tells milliseconds
		t.Errorf("%+v at %v", sent, at)
	}
	var list []json.RawMessage
	read("emulator-updates.json", &list)
	cur := cursor{V: cursorVersion}
	r := reading{me: user{ID: 666, Username: "TestNameBot"}, cur: &cur}
	var got []string
	for _, raw := range list {
		u, err := readUpdate(raw)
		if err != nil {
			t.Fatal(err)
		}
		m, keep, err := r.message(*u.Message)
		if err != nil || !keep {
			t.Fatalf("%v %t", err, keep)
		}
		got = append(got, string(m.Kind)+" "+m.Conversation+" "+m.Remote+" "+m.Text.String())
	}
	if want := []string{"dm 77 77:1 Vous ouvrez demain ?", "mention -55:78 -55:2 @TestNameBot on entre par où ?"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
