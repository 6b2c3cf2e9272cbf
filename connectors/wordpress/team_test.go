package wordpress

import (
	"fmt"
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

// staffed is a blog on which its user 1, who is signed in with some rights, 2, a
// colleague, 3, a registered reader, and a visitor have commented, in this
// order. users answers the list of users; asked is what it was asked for.
func staffed(t *testing.T, rights string, users func(w http.ResponseWriter, r *http.Request)) (*network, *[]string) {
	var asked []string
	comment := func(id, author int) string {
		return fmt.Sprintf(`{"id":%d,"post":0,"parent":0,"author":%d,"author_name":"N","date_gmt":"2026-11-22T08:00:00",
			"status":"approved","type":"comment","content":{"rendered":"<p>x</p>","raw":"x"}}`, id, author)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-WP-Total", "0")
		switch strings.TrimPrefix(r.URL.Path, "/wp-json") {
		case "/":
			_, _ = w.Write([]byte(`{"namespaces":["wp/v2"],"authentication":{"application-passwords":{}}}`))
		case "/wp/v2/users/me":
			_, _ = fmt.Fprintf(w, `{"id":1,"slug":"ines","name":"Ines","capabilities":{%s}}`, rights)
		case "/wp/v2/users":
			asked = append(asked, r.URL.RawQuery)
			users(w, r)
		case "/wp/v2/comments":
			var list []string
			if r.URL.Query().Get("status") != "hold" && r.URL.Query().Get("parent") == "" {
				w.Header().Set("X-WP-Total", "4")
				for id, author := range []int{1, 2, 3, 0} {
					list = append(list, comment(id+1, author))
				}
			}
			_, _ = w.Write([]byte("[" + strings.Join(list, ",") + "]"))
		case "/wp/v2/comments/2":
			_, _ = w.Write([]byte(comment(2, 2)))
		default:
			_, _ = w.Write([]byte("[]"))
		}
	}))
	t.Cleanup(srv.Close)
	return &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: map[string]string{"server": srv.URL, "user": "ines"}, Secrets: map[string]string{"password": "abcd efgh"},
	}}, &asked
}

// What colleagues write is the brand's, and what registered readers write is
// not, by what the blog tells a user of such rights.
func TestTeam(t *testing.T) {
	answers := func(body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	refuses := func(status int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"code":"rest_user_cannot_view","message":"no"}`))
		}
	}
	const admin, editor = `"moderate_comments":true,"edit_posts":true,"list_users":true`, `"moderate_comments":true,"edit_posts":true`
	for name, c := range map[string]struct {
		rights string
		users  func(http.ResponseWriter, *http.Request)
		how    string // what is asked
		team   bool   // whether 2 is known to be of it
	}{
		"administrator": {
			admin, answers(`[{"id":2,"capabilities":{"edit_posts":true}},{"id":3,"capabilities":{"read":true}}]`), "context=edit", true,
		},
		"nobody has a right": {admin, answers(`[{"id":2,"capabilities":[]},{"id":3,"capabilities":[]}]`), "context=edit", false},
		"editor":             {editor, answers(`[{"id":2},{"id":77}]`), "who=authors", true},
		"subscriber":         {`"read":true`, answers(`[{"id":2}]`), "include=2%2C3", true},
		"kept secret":        {editor, refuses(http.StatusForbidden), "who=authors", false},
		"shut by a plug-in":  {editor, refuses(http.StatusUnauthorized), "who=authors", false},
		"a page for people":  {editor, answers("<html>"), "who=authors", false},
	} {
		n, asked := staffed(t, c.rights, c.users)
		m := newMirror(t, n)
		m.drain()
		for id, want := range map[string]bool{"1": true, "2": c.team, "3": false, "4": false} {
			if got := m.messages[id]; got.Remote == "" || got.Outgoing != want {
				t.Errorf("%s: comment %s: outgoing %t, want %t", name, id, got.Outgoing, want)
			}
		}
		if len(*asked) != 1 || !strings.Contains((*asked)[0], c.how) || strings.Contains(c.how, "include") && strings.Contains((*asked)[0], "who=") {
			t.Errorf("%s: asked %q", name, *asked)
		}
		m.drain()
		if len(*asked) != 1 {
			t.Errorf("%s: asked again at once: %q", name, *asked)
		}
		err := m.c.(*connector).may(t, inbox.ActDelete, "2")
		if right := strings.Contains(c.rights, "moderate"); (err == nil) != (c.team && right) {
			t.Errorf("%s: delete a colleague's: %v", name, err)
		}
	}
}

// A colleague stays one while it is asked anew who is: what is read at the same
// time is not taken for a reader's.
func TestTeamAskedAnew(t *testing.T) {
	n, asked := staffed(t, `"list_users":true`, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`[{"id":2,"capabilities":{"edit_posts":true}}]`))
	})
	m := newMirror(t, n)
	m.drain()
	c := m.c.(*connector)
	n.clock.Advance(roleKept + time.Minute)
	colleague := comment{Author: 2}
	if list := c.unknown(user{ID: 1}, []comment{colleague}); !slices.Equal(list, []int64{2}) || !c.ours(colleague) {
		t.Errorf("asked anew about %v, and meanwhile ours: %t", list, c.ours(colleague))
	}
	if err := c.meet(t.Context(), user{ID: 1, Capabilities: map[string]bool{"list_users": true}}, []comment{colleague}); err != nil || len(*asked) != 2 {
		t.Errorf("asked %q: %v", *asked, err)
	}
}

// may tries an act on a comment of the blog.
func (c *connector) may(t *testing.T, kind inbox.ActionKind, target string) error {
	_, err := c.Do(t.Context(), inbox.Action{
		Kind: kind, Account: ourAccount, Target: target, ThreadKind: inbox.KindComment, FirstWire: time.Now(),
	})
	return err
}
