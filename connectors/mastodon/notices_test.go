package mastodon

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// TestWhatModeratorsTell becomes threads that are answered on the server, and
// what they took down is told as deleted.
func TestWhatModeratorsTell(t *testing.T) {
	n := newNetwork(t, false)
	asked, err := n.world.Say(ourAccount, inbox.KindMention, "Bonjour")
	if err != nil {
		t.Fatal(err)
	}
	ours := n.write(t, sandbox.Item{Parent: asked.ID, Text: "Achetez !"})
	c, _ := checked(t, n)
	if got := drain(t, c, inbox.StreamReviews, n.clock.Now()); len(got) != 0 {
		t.Errorf("told before anything happened: %+v", got)
	}
	req := inbox.FetchRequest{Stream: inbox.StreamReviews, History: 24 * time.Hour, Now: n.clock.Now()}
	for _, told := range []struct {
		notice sandbox.MastodonNotice
		texts  []string
		url    string
		author string
	}{
		{
			sandbox.MastodonNotice{Type: "moderation_warning", Action: "delete_statuses", Text: "Pas de publicité ici.", About: []sandbox.ItemID{ours.ID}},
			[]string{"delete_statuses", "Pas de publicité ici."},
			"/disputes/strikes/1", "moderators",
		},
		{
			sandbox.MastodonNotice{Type: "severed_relationships", Action: "domain_block", Target: "spam.example"},
			[]string{"domain_block", "spam.example (-12, -3)"},
			"/severed_relationships", "moderators",
		},
		{
			sandbox.MastodonNotice{Type: "admin.report", Action: "spam", Text: "Il vend", Target: "vendeur@e.example", Person: asked.Person},
			[]string{"spam", "@vendeur@e.example", "Il vend"},
			"/admin/reports/3", n.server.PersonID(asked.Person),
		},
		{
			sandbox.MastodonNotice{Type: "admin.sign_up", Person: asked.Person},
			nil, "/admin/accounts/" + n.server.PersonID(asked.Person), n.server.PersonID(asked.Person),
		},
	} {
		n.server.Notify(ourAccount, told.notice)
		p, err := c.Fetch(t.Context(), req)
		if err != nil || len(p.Messages) != 1 || p.PollAfter < noticeRest {
			t.Fatalf("%s: %+v %v", told.notice.Type, p, err)
		}
		req.Cursor = p.Cursor
		m := p.Messages[0]
		if want := strings.Join(append([]string{told.notice.Type}, told.texts...), "\n"); m.Text.String() != want || m.Kind != inbox.KindReview {
			t.Errorf("%s of kind %s reads %q, want %q", told.notice.Type, m.Kind, m.Text, want)
		}
		if m.Author.ID != told.author || m.Outgoing || m.URL != n.served.URL+told.url || m.At.IsZero() {
			t.Errorf("%s: %+v", told.notice.Type, m)
		}
		gone := slices.Equal(p.Deleted, []string{n.server.StatusID(ours)})
		if gone != (told.notice.Action == "delete_statuses") {
			t.Errorf("%s: deleted %q", told.notice.Type, p.Deleted)
		}
		for _, kind := range inbox.ActionKinds() {
			can, listed := c.ThreadCaps(threadOf(m)).Acts[kind]
			if can.OK || listed && can.Why == "" || kind == inbox.ActReply && can.Why != inbox.CodeReadOnly {
				t.Errorf("%s of a notice: %+v", kind, can)
			}
		}
		if _, err := c.(inbox.Contexter).Context(t.Context(), threadOf(m)); !errors.Is(err, inbox.ErrUnsupported) {
			t.Errorf("context of a notice: %v", err)
		}
	}
}

// TestServersThatTellNothing are asked once.
func TestServersThatTellNothing(t *testing.T) {
	n := newNetwork(t, true)
	c, _ := checked(t, n)
	if !slices.Contains(c.Caps().Streams, inbox.StreamReviews) {
		t.Error("they are not asked at all")
	}
	drain(t, c, inbox.StreamReviews, n.clock.Now())
	before := n.served.Calls()
	drain(t, c, inbox.StreamReviews, n.clock.Now())
	if made := n.served.Calls() - before; made != 0 || slices.Contains(c.Caps().Streams, inbox.StreamReviews) {
		t.Errorf("asked again (%d calls), streams %v", made, c.Caps().Streams)
	}
}
