package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// vaultName is what the session is kept under in the vault.
const vaultName = "session"

// session is a sign-in. The vault keeps it as JSON: the refresh token is good
// for about two months and for one use; the access token for about two hours.
type session struct {
	For      string `json:"for"` // the settings it belongs to
	DID      string `json:"did"`
	Endpoint string `json:"endpoint"` // the account's own server
	Access   string `json:"access"`
	Refresh  string `json:"refresh"`
}

// grant is what createSession and refreshSession answer.
type grant struct {
	AccessJwt  string          `json:"accessJwt"`
	RefreshJwt string          `json:"refreshJwt"`
	DID        string          `json:"did"`
	Active     *bool           `json:"active"`
	Status     string          `json:"status"`
	DIDDoc     json.RawMessage `json:"didDoc"`
}

// settings tells one configured sign-in from another.
func (c *Connector) settings() string { return c.identifier + " " + c.server.String() }

// lock takes the turn to touch the session, or gives up when ctx ends.
func (c *Connector) lock(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the sign-in: %w", ctx.Err())
	}
}

func (c *Connector) unlock() { <-c.turn }

// current returns the session: the one in use, the one in the vault, or a new
// one.
func (c *Connector) current(ctx context.Context) (session, error) {
	if err := c.lock(ctx); err != nil {
		return session{}, err
	}
	defer c.unlock()
	if c.session.Access != "" {
		return c.session, nil
	}
	if s, ok := c.remembered(); ok {
		c.session = s
		return s, nil
	}
	return c.create(ctx)
}

// remembered reads the vault. What is unreadable or belongs to other settings
// counts as nothing: a new sign-in replaces it.
func (c *Connector) remembered() (session, bool) {
	var s session
	kept, ok, err := c.vault.Get(c.account, vaultName)
	if err != nil {
		c.log.Warn("read the session from the vault", "account", c.account, "error", err)
	}
	if err != nil || !ok || json.Unmarshal([]byte(kept.Reveal()), &s) != nil {
		return session{}, false
	}
	return s, s.For == c.settings() && s.DID != "" && s.Endpoint != "" && s.Access != "" && s.Refresh != ""
}

// renew replaces a session that was refused. Whoever comes second finds it
// already replaced. A refresh token that is refused too means a new sign-in.
func (c *Connector) renew(ctx context.Context, refused session) (session, error) {
	if err := c.lock(ctx); err != nil {
		return session{}, err
	}
	defer c.unlock()
	if c.session.Access != refused.Access {
		return c.session, nil
	}
	res, err := c.http.Do(ctx, httpx.Request{
		Method: http.MethodPost, Path: refused.Endpoint + "/xrpc/com.atproto.server.refreshSession",
		Bucket: bucketSignIn,
		Header: http.Header{"Authorization": {"Bearer " + refused.Refresh}},
	})
	if err = meaning(err); errors.Is(err, inbox.ErrAuth) || errors.Is(err, inbox.ErrGone) {
		return c.create(ctx)
	}
	if err != nil {
		return session{}, fmt.Errorf("refresh the session: %w", err)
	}
	return c.keep(res)
}

// create signs in with the app password. The caller has the turn.
func (c *Connector) create(ctx context.Context) (session, error) {
	password, err := c.password(ctx, "password")
	if err != nil {
		return session{}, fmt.Errorf("app password: %w", err)
	}
	res, err := c.http.Do(ctx, httpx.Request{
		Path:    c.server.String() + "/xrpc/com.atproto.server.createSession",
		JSON:    map[string]string{"identifier": c.identifier, "password": password.Reveal()},
		Secrets: []inbox.Secret{password}, Bucket: bucketSignIn,
	})
	switch {
	case named(err, "AuthFactorTokenRequired"):
		return session{}, fmt.Errorf("create a session: this needs an app password, not the account's own: %w", meaning(err))
	case err != nil:
		return session{}, fmt.Errorf("create a session: %w", meaning(err))
	}
	return c.keep(res)
}

// keep puts a new session into the vault and, only then, to use.
func (c *Connector) keep(res *httpx.Response) (session, error) {
	var g grant
	if err := res.Decode(&g); err != nil {
		return session{}, err
	}
	if !validDID(g.DID) || g.AccessJwt == "" || g.RefreshJwt == "" {
		return session{}, res.Unreadable(errors.New("a session without tokens or DID"))
	}
	if g.Active != nil && !*g.Active {
		return session{}, fmt.Errorf("the account is not active (%.40q): %w", g.Status, inbox.ErrAuth)
	}
	s := session{
		For: c.settings(), DID: g.DID, Endpoint: c.endpoint(g.DIDDoc),
		Access: g.AccessJwt, Refresh: g.RefreshJwt,
	}
	b, err := json.Marshal(s)
	if err != nil {
		return session{}, fmt.Errorf("encode the session: %w", err)
	}
	if err := c.vault.Put(c.account, vaultName, inbox.NewSecret(string(b))); err != nil {
		return session{}, &inbox.RetryError{Err: fmt.Errorf("keep the session: %w", err)}
	}
	c.session = s
	return s, nil
}

// endpoint is the account's own server as its DID document names it, else the
// one it signed in at. A far server cannot send us to this machine.
func (c *Connector) endpoint(didDoc json.RawMessage) string {
	var doc struct {
		Service []struct {
			ID       string `json:"id"`
			Endpoint any    `json:"serviceEndpoint"`
		} `json:"service"`
	}
	own := c.server.String()
	if json.Unmarshal(didDoc, &doc) != nil {
		return own
	}
	for _, s := range doc.Service {
		at, _ := s.Endpoint.(string)
		u, err := url.Parse(strings.TrimRight(at, "/"))
		if !strings.HasSuffix(s.ID, "#atproto_pds") || err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
			continue
		}
		near := httpx.Loopback(u.Hostname())
		if near == httpx.Loopback(c.server.Hostname()) && (near || u.Scheme == "https") {
			return u.String()
		}
	}
	return own
}
