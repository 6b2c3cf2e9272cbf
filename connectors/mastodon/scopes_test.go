package mastodon

import (
	"errors"
	"strings"
	"testing"

	"vigie/inbox"
)

// TestWhatATokenAllows: what it does not allow is not offered and makes no
// call, where the server says what it allows; else it is learned once refused.
func TestWhatATokenAllows(t *testing.T) {
	const old = "read write:statuses write:favourites write:conversations write:blocks"
	withheld := []inbox.ActionKind{inbox.ActMute, inbox.ActUnmute, inbox.ActLeave, inbox.ActRejoin, inbox.ActReport}
	for name, silent := range map[string]map[string]bool{
		"of the token":       nil,
		"of the application": {"GET /oauth/token/info": true},
		"not told":           {"GET /oauth/token/info": true, "GET /api/v1/apps/verify_credentials": true},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, false)
			n.server.Scopes, n.server.Missing = old, silent
			c, _ := checked(t, n)
			n.say(inbox.KindMention, "Bonjour")
			m := drain(t, c, inbox.StreamMentions, n.clock.Now())[0]
			told := len(silent) < 2
			for _, kind := range withheld {
				if can := c.ThreadCaps(threadOf(m)).Acts[kind]; told && (can.OK || can.Why != inbox.CodeScope) {
					t.Errorf("%s before it was tried: %+v", kind, can)
				}
				before := n.served.Calls()
				_, err := c.Do(t.Context(), act(kind, m, n.clock.Now()))
				if !errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrAuth) || code(err) != inbox.CodeScope {
					t.Errorf("%s: %v", kind, err)
				}
				if made := n.served.Calls() - before; told && made != 0 {
					t.Errorf("%s made %d calls", kind, made)
				}
				if can := c.ThreadCaps(threadOf(m)).Acts[kind]; can.OK || can.Why != inbox.CodeScope {
					t.Errorf("%s once it was tried: %+v", kind, can)
				}
			}
			if media := c.Caps().Media; told && media.Max != 0 {
				t.Errorf("files are offered: %+v", media)
			}
			for _, kind := range []inbox.ActionKind{inbox.ActLike, inbox.ActBlock} {
				if _, err := c.Do(t.Context(), act(kind, m, n.clock.Now())); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			}
			n.server.Scopes = "" // a wider token, spelled as before: it is asked for again at the next check
			if _, err := c.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			if caps := c.Caps(); told && (!caps.Can(inbox.ActMute) || caps.Media.Max == 0) {
				t.Errorf("a wider token: %+v", caps.Acts[inbox.ActMute])
			}
		})
	}
}

// TestFilesWithoutTheRight: a refused file is no refused answer.
func TestFilesWithoutTheRight(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Scopes = "read write:statuses"
	n.server.Missing = map[string]bool{"GET /oauth/token/info": true, "GET /api/v1/apps/verify_credentials": true}
	u, held := onShelf("a.png", "image/png", "", 10)
	n.shelf = held
	c, _ := checked(t, n)
	a := reply(n.say(inbox.KindMention, "Bonjour"), "Oui")
	a.Media = []inbox.Upload{u}
	if _, err := c.Do(t.Context(), a); code(err) != inbox.CodeScope || c.Caps().Media.Max != 0 {
		t.Errorf("%v, %+v", err, c.Caps().Media)
	}
	a.Media = nil
	if _, err := c.Do(t.Context(), a); err != nil || !c.Caps().Can(inbox.ActReply) {
		t.Errorf("without the file: %v", err)
	}
}

func TestGrants(t *testing.T) {
	for scopes, want := range map[string]string{
		"write":             "write:mutes write:reports write:statuses",
		"read write:mutes":  "write:mutes",
		"follow":            "write:mutes",
		"write:statuses":    "write:statuses",
		"writes write:mute": "",
	} {
		g := grants{known: true, scopes: strings.Fields(scopes)}
		for _, s := range []string{"write:mutes", "write:reports", "write:statuses"} {
			if g.allow(s) != strings.Contains(want, s) {
				t.Errorf("%q allows %s: %v", scopes, s, g.allow(s))
			}
		}
	}
	for body, want := range map[string]int{
		`{"scope":["read","write"]}`: 2, `{"scope":"read write"}`: 2, `{"scopes":["read"],"name":"x"}`: 1,
		`{"scope":5}`: 0, `<!doctype html>`: 0, `{}`: 0, `[]`: 0,
	} {
		if got := readScopes([]byte(body)); len(got) != want {
			t.Errorf("%s: %q", body, got)
		}
	}
}

func TestAudience(t *testing.T) {
	_, id := checked(t, newNetwork(t, false))
	if id.Audience == nil || *id.Audience != (inbox.Audience{Followers: 2140, Following: 311, Posts: 987}) {
		t.Errorf("%+v", id.Audience)
	}
}
