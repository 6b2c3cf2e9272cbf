package wordpress

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// visitor lets somebody comment and returns what is fetched of it.
func visitor(t *testing.T, n *network, m *mirror, text string) inbox.Message {
	t.Helper()
	id := n.say(inbox.KindComment, text)
	m.drain()
	return m.messages[id]
}

func action(kind inbox.ActionKind, m inbox.Message, text string, n *network) inbox.Action {
	return inbox.Action{
		Key: "01KEY" + text, Kind: kind, Account: ourAccount, Conversation: m.Conversation, Target: m.Remote, Author: m.Author.ID,
		Text: text, ThreadKind: m.Kind, State: inbox.Sending, CreatedAt: n.clock.Now(), FirstWire: n.clock.Now(),
	}
}

func TestServerSetting(t *testing.T) {
	for in, want := range map[string]string{
		"blog.example": "https://blog.example", "https://miette.example/carnet/": "https://miette.example/carnet",
		"https://miette.example/carnet/wp-json/": "https://miette.example/carnet", "http://127.0.0.1:8081": "http://127.0.0.1:8081",
		"https://miette.example/wp-admin": "https://miette.example", "https://miette.example/index.php": "https://miette.example",
	} {
		if u, err := blogURL(in); err != nil || u.String() != want {
			t.Errorf("%q: %v %v, want %s", in, u, err, want)
		}
	}
	for _, in := range []string{"", "http://blog.example", "https://a:b@blog.example", "ftp://x", "https://blog.example/?rest_route=/"} {
		var missing inbox.Problem
		if _, err := blogURL(in); !errors.As(err, &missing) || missing.Code != inbox.CodeMissing {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	const shut, strips, off = "has no REST API", "strips the Authorization header", "switched off"
	for name, c := range map[string]struct {
		set  func(*sandbox.Wordpress)
		want string
		kind error
	}{
		"stripped":     {func(s *sandbox.Wordpress) { s.Stripped = true }, strips, inbox.ErrAuth},
		"no passwords": {func(s *sandbox.Wordpress) { s.NoPasswords = true }, off, inbox.ErrAuth},
		"shut":         {func(s *sandbox.Wordpress) { s.Shut = true }, shut, inbox.ErrUnsupported},
	} {
		_, err := opened(t, newNetwork(t, c.set)).Check(t.Context())
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	n := newNetwork(t, usual)
	n.access.Secrets["password"] = "wrong wrong"
	if _, err := opened(t, n).Check(t.Context()); !errors.Is(err, inbox.ErrAuth) || !strings.Contains(err.Error(), "password is wrong") {
		t.Errorf("a wrong password: %v", err)
	}
	id, err := opened(t, newNetwork(t, func(s *sandbox.Wordpress) { s.Plain = true })).Check(t.Context())
	if err != nil || !strings.HasPrefix(id.Handle, "miette@127.0.0.1") || id.Name != "Le carnet du fournil" {
		t.Errorf("without pretty permalinks: %+v %v", id, err)
	}
}

// A REST API that some plug-in opens to signed-in users only is one: it is the
// sign-in that is refused.
func TestIndexThatAsksForASignIn(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"code":"rest_cannot_access","message":"Only authenticated users can access the REST API."}`))
	}))
	t.Cleanup(srv.Close)
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: map[string]string{"server": srv.URL, "user": "miette"}, Secrets: map[string]string{"password": "a b c d"},
	}}
	if _, err := opened(t, n).Check(t.Context()); !errors.Is(err, inbox.ErrAuth) || !strings.Contains(err.Error(), "rest_cannot_access") {
		t.Errorf("check: %v", err)
	}
}

// Who may not moderate sees what is published, may answer, and is told why no
// more.
func TestReader(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Wordpress) { s.Role = "subscriber" })
	m := newMirror(t, n)
	msg := visitor(t, n, m, "Bonjour")
	heldID := n.say(inbox.KindComment, "caché")
	if err := n.world.Moderate(n.item(heldID).ID, inbox.ActHold); err != nil {
		t.Fatal(err)
	}
	m.drain()
	if m.messages[heldID].Remote != "" {
		t.Error("a reader sees a held comment")
	}
	caps := m.c.Caps()
	for _, kind := range moderating() {
		if caps.Can(kind) || caps.Acts[kind].Why != inbox.CodeRights {
			t.Errorf("%s: %+v", kind, caps.Acts[kind])
		}
		if _, err := m.c.Do(t.Context(), action(kind, msg, "x", n)); !errors.Is(err, inbox.ErrUnsupported) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	a := action(inbox.ActReply, msg, "Merci <3 & à bientôt", n)
	r, err := m.c.Do(t.Context(), a)
	if err != nil || n.sent(a.Text) != 1 {
		t.Fatalf("reply: %+v %v", r, err)
	}
	finder := m.c.(inbox.Finder)
	if got, ok, err := finder.Find(t.Context(), a); err != nil || !ok || got.Remote != r.Remote {
		t.Errorf("find: %+v %t %v", got, ok, err)
	}
	a.Text = "jamais envoyé"
	if _, ok, err := finder.Find(t.Context(), a); ok || err == nil {
		t.Error("a reader is sure that nothing is held")
	}
	if err := n.world.Moderate(n.item(heldID).ID, inbox.ActApprove); err != nil {
		t.Fatal(err)
	}
	if m.drain(); m.messages[heldID].Text.String() != "caché" {
		t.Error("an approved comment does not reach a reader")
	}
}

// Who may not edit is shown marks that are finer than those that were typed:
// an own answer is found all the same. As a real blog rendered it.
func TestFinerMarks(t *testing.T) {
	var m comment
	m.Content.Rendered = "<p>l&#8217;été « a » &#8220;b&#8221; &#8230; &#8212; fin &#8212; 3&#215;4 1-2 &#8216;q&#8217;</p>\n"
	const sent = `l'été « a » "b" ... -- fin --- 3x4 1-2 'q'`
	if !m.says(sent) || m.says(sent+" et plus") {
		t.Error("an own answer is not told from others")
	}
	raw := "l’été"
	if m.Content.Raw = &raw; m.says("l'été") {
		t.Error("what is kept as it was typed is read coarsely")
	}
}

func TestConversations(t *testing.T) {
	n, k := newBlog(t, 1, 1, usual)
	first := k.ids[0]
	write := func(parent sandbox.ItemID, person int, text string) sandbox.ItemID {
		it, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: person, Parent: parent, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return it.ID
	}
	second := write(first, 2, "Moi aussi")
	third := write(second, 3, "Et moi")
	m := newMirror(t, n)
	m.drain()
	for _, id := range []sandbox.ItemID{first, second, third} {
		if got := m.messages[number(int64(id))]; got.Conversation != number(int64(first)) || got.Post == nil || got.Post.Text.String() != "Le levain" {
			t.Errorf("%d: %+v", id, got)
		}
	}
	if p := m.messages[number(int64(third))].Parent; p != number(int64(second)) {
		t.Errorf("the third answers %q", p)
	}
	// The beginning is deleted, and its answers move up: they stay together.
	if err := n.world.Moderate(first, inbox.ActRemove); err != nil {
		t.Fatal(err)
	}
	if err := n.world.Edit(second, "Moi aussi, tiens"); err != nil {
		t.Fatal(err)
	}
	fourth := write(third, 4, "Et encore")
	m.drain()
	for _, id := range []sandbox.ItemID{second, fourth} {
		if got := m.messages[number(int64(id))]; got.Conversation != number(int64(first)) {
			t.Errorf("%d: %+v", id, got)
		}
	}
	if !m.gone[number(int64(first))] {
		t.Error("the deletion was not told")
	}
}

func TestMapping(t *testing.T) {
	n := newNetwork(t, usual)
	m := newMirror(t, n)
	text := "Un <b>gras</b> & des « guillemets »…\n\nfin"
	msg := visitor(t, n, m, text)
	if msg.Text.String() != text || msg.Status != "" || !strings.Contains(msg.URL, "#comment-"+msg.Remote) || msg.Outgoing {
		t.Errorf("%+v", msg)
	}
	if !strings.HasPrefix(msg.Author.ID, "mail-") || strings.Contains(msg.Author.ID, "@") || msg.Author.URL != "" {
		t.Errorf("author %+v", msg.Author)
	}
	id := n.item(msg.Remote).ID
	for kind, want := range map[inbox.ActionKind]inbox.Status{inbox.ActHold: inbox.StatusHeld, inbox.ActSpam: inbox.StatusSpam, inbox.ActTrash: inbox.StatusTrash} {
		if err := n.world.Moderate(id, kind); err != nil {
			t.Fatal(err)
		}
		m.drain()
		got := m.messages[msg.Remote]
		if got.Status != want || !strings.HasSuffix(got.URL, "/wp-admin/comment.php?action=editcomment&c="+msg.Remote) {
			t.Errorf("%s: %q %s", kind, got.Status, got.URL)
		}
	}
	ping := m.messages[n.sayAnd(m, inbox.KindMention, "[…] chez Miette […]")]
	if ping.Kind != inbox.KindMention || !strings.HasPrefix(ping.URL, "https://") || strings.Contains(ping.URL, "127.0.0.1") || ping.Post.Text.String() != "À propos" {
		t.Errorf("pingback %+v", ping)
	}
	if cap := m.c.ThreadCaps(inbox.Thread{Kind: inbox.KindMention}).Acts[inbox.ActReply]; cap.OK || cap.Why != inbox.CodeReadOnly {
		t.Errorf("reply to a pingback: %+v", cap)
	}
	for _, secret := range []string{"203.0.113.7", "gravatar", "piaille.example"} {
		if strings.Contains(n.log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// sayAnd is say, fetched.
func (n *network) sayAnd(m *mirror, kind inbox.Kind, text string) string {
	id := n.say(kind, text)
	m.drain()
	return id
}

func TestActs(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Wordpress) { s.NoBin = true })
	m := newMirror(t, n)
	msg := visitor(t, n, m, "Bonjour")
	do := func(kind inbox.ActionKind, target inbox.Message, text string) (inbox.Receipt, error) {
		return m.c.Do(t.Context(), action(kind, target, text, n))
	}
	if _, err := do(inbox.ActTrash, msg, ""); !errors.Is(err, inbox.ErrUnsupported) || n.item(msg.Remote).Status != "" {
		t.Errorf("trash without a bin: %v", err)
	}
	if m.c.Caps().Can(inbox.ActTrash) {
		t.Error("a bin that is not there is offered again")
	}
	// Not spam: it is published, and stays so.
	if _, err := do(inbox.ActUnspam, msg, ""); err != nil || n.item(msg.Remote).Status != "" {
		t.Errorf("unspam of a published comment: %v, %q", err, n.item(msg.Remote).Status)
	}
	text := "Un <b> & deux\nlignes — « œuf » 🥐"
	r, err := do(inbox.ActReply, msg, text)
	if err != nil || n.sent(text) != 1 {
		t.Fatalf("reply: %v", err)
	}
	again, err := do(inbox.ActReply, msg, text)
	if err != nil || again.Remote != r.Remote || n.sent(text) != 1 {
		t.Errorf("the same words at once: %+v %v", again, err)
	}
	n.clock.Advance(time.Hour)
	if _, err := do(inbox.ActReply, msg, text); !errors.Is(err, inbox.ErrInvalid) || !strings.Contains(err.Error(), "stand there already") || n.sent(text) != 1 {
		t.Errorf("the same words an hour later: %v", err)
	}
	m.drain()
	own := m.messages[r.Remote]
	if !own.Outgoing || own.Text.String() != text || own.Parent != msg.Remote {
		t.Errorf("own answer: %+v", own)
	}
	if _, err := do(inbox.ActEdit, own, "Corrigé & relu"); err != nil || n.item(r.Remote).Text != "Corrigé & relu" {
		t.Errorf("edit: %v", err)
	}
	for _, kind := range []inbox.ActionKind{inbox.ActEdit, inbox.ActDelete} {
		if _, err := do(kind, msg, "x"); !errors.Is(err, inbox.ErrInvalid) || n.item(msg.Remote).Text != "Bonjour" {
			t.Errorf("%s of a comment of theirs: %v", kind, err)
		}
	}
	if _, err := do(inbox.ActEdit, own, "  "); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("edit to nothing: %v", err)
	}
	if _, err := do(inbox.ActSpam, msg, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := do(inbox.ActReply, msg, "encore"); !errors.Is(err, inbox.ErrInvalid) || inbox.ProblemOf(err).Code != inbox.CodeClosed {
		t.Errorf("reply to spam: %v", err)
	}
}

func TestClosedComments(t *testing.T) {
	n := newNetwork(t, usual)
	m := newMirror(t, n)
	msg := visitor(t, n, m, "Bonjour")
	post, _ := readID(msg.Post.ID)
	thread := inbox.Thread{Kind: inbox.KindComment, PostID: msg.Post.ID}
	if !m.c.ThreadCaps(thread).Can(inbox.ActReply) {
		t.Error("no answer is offered")
	}
	n.server.CloseComments(sandbox.ItemID(post))
	if _, err := m.c.Do(t.Context(), action(inbox.ActReply, msg, "trop tard", n)); !errors.Is(err, inbox.ErrUnsupported) || inbox.ProblemOf(err).Code != inbox.CodeClosed {
		t.Errorf("reply under a closed post: %v", err)
	}
	if cap := m.c.ThreadCaps(thread).Acts[inbox.ActReply]; cap.OK || cap.Why != inbox.CodeClosed {
		t.Errorf("afterwards: %+v", cap)
	}
	c := opened(t, n) // who comes later learns it by reading
	_, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamComments, History: time.Hour, Now: n.clock.Now()})
	if err != nil || c.ThreadCaps(thread).Can(inbox.ActReply) {
		t.Errorf("read: %v", err)
	}
}

// What was learned once is not believed for ever: a post is opened again, and
// a user becomes an editor.
func TestRightsChange(t *testing.T) {
	n := newNetwork(t, usual)
	m := newMirror(t, n)
	msg := visitor(t, n, m, "Bonjour")
	post, _ := readID(msg.Post.ID)
	thread := inbox.Thread{Kind: inbox.KindComment, PostID: msg.Post.ID}
	m.c.(*connector).close(post)
	n.clock.Advance(shutKept + time.Minute)
	if !m.c.ThreadCaps(thread).Can(inbox.ActReply) {
		t.Error("closed for ever")
	}
	for is, name := range map[role]string{writer: "author", moderator: "editor"} {
		n.server.Role = name
		n.clock.Advance(roleKept + time.Minute)
		m.drain()
		if m.c.Caps().Can(inbox.ActSpam) != (is == moderator) {
			t.Errorf("as %d: %+v", is, m.c.Caps().Acts[inbox.ActSpam])
		}
	}
}

func TestCapsSayWhy(t *testing.T) {
	for _, r := range []role{0, subscriber, writer, moderator} {
		acts := caps(r).Acts
		for _, kind := range inbox.ActionKinds() {
			if got, ok := acts[kind]; !ok || got.OK == (got.Why != "") {
				t.Errorf("role %d: %s: %+v", r, kind, got)
			}
		}
	}
	if !slices.Contains(moderating(), inbox.ActApprove) {
		t.Error("approving is not moderating")
	}
}
