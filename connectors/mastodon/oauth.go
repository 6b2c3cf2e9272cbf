package mastodon

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"vigie/connectors"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	// outOfBand makes the server show the code instead of redirecting
	// (docs: methods/oauth#authorize).
	outOfBand = "urn:ietf:wg:oauth:2.0:oob"
	scopes    = "read write:statuses write:media write:favourites write:conversations write:blocks write:mutes write:reports"
)

// App is vigie as one server knows it.
type App struct {
	Server   string // base address
	ClientID string
	Secret   inbox.Secret
}

// Register makes vigie known to a server. It is the first of three steps of
// signing in without a browser on this machine: Register, show AuthURL to the
// user, Exchange the code that the server shows them.
func Register(ctx context.Context, env connectors.Env, server string) (App, error) {
	client, err := signInClient(env, server)
	if err != nil {
		return App{}, err
	}
	defer client.Close()
	res, err := client.Do(ctx, httpx.Request{Method: http.MethodPost, Path: "/api/v1/apps", Form: url.Values{
		"client_name": {"vigie"}, "redirect_uris": {outOfBand}, "scopes": {scopes},
	}})
	if err != nil {
		return App{}, err
	}
	var got struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := res.Decode(&got); err != nil {
		return App{}, err
	}
	if got.ID == "" || got.Secret == "" {
		return App{}, res.Unreadable(errors.New("it registers no application"))
	}
	return App{Server: client.Base().String(), ClientID: got.ID, Secret: inbox.NewSecret(got.Secret)}, nil
}

// NewVerifier makes the secret of one sign-in (PKCE): 43 random characters.
func NewVerifier() inbox.Secret {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return inbox.NewSecret(base64.RawURLEncoding.EncodeToString(b))
}

// AuthURL is the page where the user signs in and is shown a code.
func (a App) AuthURL(verifier inbox.Secret) string {
	sum := sha256.Sum256([]byte(verifier.Reveal()))
	return strings.TrimRight(a.Server, "/") + "/oauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {a.ClientID}, "redirect_uri": {outOfBand}, "scope": {scopes},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode()
}

// Exchange turns the code into a token, which does not expire. A wrong or
// used code is ErrInvalid.
func Exchange(ctx context.Context, env connectors.Env, a App, code string, verifier inbox.Secret) (inbox.Secret, error) {
	client, err := signInClient(env, a.Server)
	if err != nil {
		return inbox.Secret{}, err
	}
	defer client.Close()
	code = strings.TrimSpace(code)
	res, err := client.Do(ctx, httpx.Request{
		Method: http.MethodPost, Path: "/oauth/token",
		Form: url.Values{
			"grant_type": {"authorization_code"}, "client_id": {a.ClientID}, "client_secret": {a.Secret.Reveal()},
			"redirect_uri": {outOfBand}, "code": {code}, "code_verifier": {verifier.Reveal()}, "scope": {scopes},
		},
		Secrets: []inbox.Secret{a.Secret, verifier, inbox.NewSecret(code)},
	})
	if err != nil {
		return inbox.Secret{}, err
	}
	var got struct {
		Token string `json:"access_token"`
	}
	if err := res.Decode(&got); err != nil {
		return inbox.Secret{}, err
	}
	if got.Token == "" {
		return inbox.Secret{}, res.Unreadable(errors.New("it holds no token"))
	}
	return inbox.NewSecret(got.Token), nil
}

func signInClient(env connectors.Env, server string) (*httpx.Client, error) {
	base, err := serverURL(server)
	if err != nil {
		return nil, err
	}
	return newClient(env, base, httpx.NewBudget(env.Clock)), nil
}
