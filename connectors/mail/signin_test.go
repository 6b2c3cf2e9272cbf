package mail

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/inbox"
)

// Where passwords are no longer taken, a token signs in to both servers; it is
// asked for anew at each sign-in, and one that has ended is told as such.
func TestToken(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Token = "ya29.fresh"
	id := n.say(inbox.KindDM, "Bonjour ?")
	token, asked := "ya29.fresh", 0
	c, err := Info().New(conformance.Env(n.clock, n.log), connectors.Setup{
		Account: inbox.Account{ID: ourAccount, Client: "nordlys", Network: "mail"}, Settings: n.access.Settings,
		Secret: func(_ context.Context, key string) (inbox.Secret, error) {
			if key == "token" {
				asked++
				return inbox.NewSecret(token), nil
			}
			return inbox.NewSecret("a password of old"), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: id, Conversation: id, Text: "Oui.", ThreadKind: inbox.KindDM}
	if _, err := c.Do(t.Context(), a); err != nil || len(n.server.Sent()) != 1 {
		t.Errorf("answer: %v, %d sent", err, len(n.server.Sent()))
	}
	if asked != 3 { // IMAP once, SMTP twice
		t.Errorf("the token was asked for %d times", asked)
	}
	token = "ya29.stale"
	a.Key, a.Text = "02ABC", "Encore."
	if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrAuth) || strings.Contains(err.Error(), "stale") {
		t.Errorf("with a token that has ended: %v", err)
	}
	fresh := n.open() // with a password only
	defer fresh.Close()
	if _, err := fresh.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, History: time.Hour, Now: n.clock.Now()}); !errors.Is(err, inbox.ErrAuth) {
		t.Errorf("with a password: %v", err)
	}
	if text := n.log.String(); strings.Contains(text, "ya29") {
		t.Errorf("the token is in the log: %s", text)
	}
}

// What is said with a token is what the documents say.
func TestBearer(t *testing.T) {
	for mech, want := range map[string]string{
		oauthBearer: "n,a=a=2Cb=3Dc@x.example,\x01auth=Bearer T\x01\x01", xoauth2: "user=a,b=c@x.example\x01auth=Bearer T\x01\x01",
	} {
		if name, first, err := (bearer{mech, "a,b=c@x.example", "T"}).Start(); err != nil || name != mech || string(first) != want {
			t.Errorf("%s: %q %q, %v", mech, name, first, err)
		}
	}
}
