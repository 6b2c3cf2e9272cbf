package mastodon

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie/inbox"
)

func TestSignIn(t *testing.T) {
	n := newNetwork(t, false)
	ctx := t.Context()
	app, err := Register(ctx, n.env(), n.served.URL)
	if err != nil {
		t.Fatal(err)
	}
	verifier := NewVerifier()
	code := authorize(t, app.AuthURL(verifier))
	if _, err := Exchange(ctx, n.env(), app, "wrong", verifier); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := Exchange(ctx, n.env(), app, code, NewVerifier()); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("a stolen code: %v", err)
	}
	token, err := Exchange(ctx, n.env(), app, " "+code+"\n", verifier)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Exchange(ctx, n.env(), app, code, verifier); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("a used code: %v", err)
	}
	n.access.Secrets = map[string]string{"token": token.Reveal()}
	id, err := opened(t, n).Check(ctx)
	if err != nil || id.Handle != "@miette@toot.example" {
		t.Errorf("%+v %v", id, err)
	}
	for _, secret := range []string{code, token.Reveal(), app.Secret.Reveal(), verifier.Reveal()} {
		if strings.Contains(n.log.String(), secret) {
			t.Error("a secret was logged")
		}
	}
}

// authorize does what the user does in a browser.
func authorize(t *testing.T, page string) string {
	t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	form := u.Query()
	form.Set("account", string(ourAccount))
	u.RawQuery = ""
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, u.String(), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`value="([^"]+)"`).FindSubmatch(body)
	if m == nil {
		t.Fatalf("no code on %s", body)
	}
	return string(m[1])
}
