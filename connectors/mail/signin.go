package mail

import (
	"context"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"vigie/inbox"
	"vigie/inbox/text"
)

// The ways to sign in with a token: RFC 7628, and what Google and Microsoft had
// before it.
const (
	oauthBearer = "OAUTHBEARER"
	xoauth2     = "XOAUTH2"
)

// key is what the account signs in with: a password, or a token of OAuth that
// somebody else keeps fresh.
type key struct {
	word  inbox.Secret
	token bool
}

// key resolves the secret, anew for each sign-in: a token lasts an hour or so.
// Whoever has given both means the token.
func (c *connector) key(ctx context.Context) (key, error) {
	token, err := c.setup.Secret(ctx, "token")
	switch {
	case err == nil && !token.Empty():
		return key{token, true}, nil
	case ctx.Err() != nil:
		return key{}, fmt.Errorf("resolve the token: %w", ctx.Err())
	case err != nil && !c.unset(err, "token"):
		return key{}, missing("token", "resolve the token: "+text.CleanLine(err.Error()).String())
	}
	word, err := c.setup.Secret(ctx, "password")
	switch {
	case err != nil && ctx.Err() != nil:
		return key{}, fmt.Errorf("resolve the password: %w", ctx.Err())
	case err != nil:
		return key{}, missing("password", "resolve the password: "+text.CleanLine(err.Error()).String())
	case word.Empty():
		return key{}, missing("password", "")
	}
	return key{word, false}, nil
}

// unset reports whether an error says that the account has no such secret, as
// opposed to one that cannot be read.
func (c *connector) unset(err error, name string) bool {
	p := inbox.ProblemOf(err)
	return p.Code == inbox.CodeMissing && len(p.Args) == 1 && p.Args[0] == string(c.setup.Account.ID)+"."+name
}

// bearer signs in with a token. A server that refuses it says why, wants one
// more word, and then refuses.
type bearer struct{ mech, user, token string }

func (b bearer) Start() (mech string, first []byte, err error) {
	auth := "\x01auth=Bearer " + b.token + "\x01\x01"
	if b.mech == xoauth2 {
		return b.mech, []byte("user=" + b.user + auth), nil
	}
	name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(b.user)
	return b.mech, []byte("n,a=" + name + "," + auth), nil
}

func (b bearer) Next([]byte) ([]byte, error) { return []byte{1}, nil }

// bearer is the way to sign in with a token that a server has; ok is false when
// it has none.
func (c *connector) bearer(k key, offers func(mech string) bool) (sasl.Client, bool) {
	for _, mech := range []string{oauthBearer, xoauth2} {
		if offers(mech) {
			return bearer{mech, c.user(), k.word.Reveal()}, true
		}
	}
	return nil, false
}

// login signs in to the mailbox.
func (c *connector) login(s *session, k key) error {
	caps := s.Caps()
	if k.token {
		by, ok := c.bearer(k, func(mech string) bool { return caps.Has(imap.AuthCap(mech)) })
		if !ok {
			return fmt.Errorf("%w: %s takes no token", inbox.ErrAuth, c.imap)
		}
		return s.Authenticate(by)
	}
	switch {
	case !caps.Has(imap.CapLoginDisabled):
		return s.Login(c.user(), k.word.Reveal()).Wait()
	case caps.Has(imap.AuthCap("PLAIN")):
		return s.Authenticate(sasl.NewPlainClient("", c.user(), k.word.Reveal()))
	}
	return fmt.Errorf("%w: %s takes no password", inbox.ErrAuth, c.imap)
}

// authenticate signs in to the server that sends.
func (c *connector) authenticate(client *smtp.Client, k key) error {
	asks, _ := client.Extension("AUTH")
	switch by, ok := c.bearer(k, client.SupportsAuth); {
	case !asks && c.smtp.plain():
		return nil // this machine's own server asks for no sign-in
	case k.token && ok:
		return client.Auth(by)
	case k.token:
		return fmt.Errorf("%w: %s takes no token", inbox.ErrAuth, c.smtp)
	case client.SupportsAuth(sasl.Plain):
		return client.Auth(sasl.NewPlainClient("", c.user(), k.word.Reveal()))
	case client.SupportsAuth(sasl.Login):
		return client.Auth(sasl.NewLoginClient(c.user(), k.word.Reveal()))
	}
	return fmt.Errorf("%w: %s takes no password", inbox.ErrAuth, c.smtp)
}
