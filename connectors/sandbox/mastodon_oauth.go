package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"

	"vigie/inbox"
)

// mastodonApp is a registered application.
type mastodonApp struct{ secret, redirect string }

// mastodonCode is an authorization code that was shown and not yet used.
type mastodonCode struct {
	app, redirect, challenge string
	account                  inbox.AccountID
}

const outOfBand = "urn:ietf:wg:oauth:2.0:oob"

func (m *Mastodon) routeOAuth(mux *http.ServeMux) {
	mux.HandleFunc("POST /api/v1/apps", m.registerApp)
	mux.HandleFunc("GET /oauth/authorize", m.authorizePage)
	mux.HandleFunc("POST /oauth/authorize", m.authorize)
	mux.HandleFunc("POST /oauth/token", m.token)
}

// oddString is a string that looks random and is the same each time.
func oddString(kind string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, n))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (m *Mastodon) registerApp(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	name, redirect := r.FormValue("client_name"), r.FormValue("redirect_uris")
	if name == "" || redirect == "" {
		mastodonError(w, http.StatusUnprocessableEntity, "Validation failed: Name can't be blank, Redirect URI can't be blank")
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := oddString("app", len(m.apps))
	m.apps[id] = mastodonApp{secret: oddString("app secret", len(m.apps)), redirect: redirect}
	mastodonCall{w: w, r: r}.answer(obj{
		"id": m.spell(uint64(len(m.apps))), "name": name, "website": nil, "redirect_uri": redirect, "redirect_uris": []string{redirect},
		"client_id": id, "client_secret": m.apps[id].secret, "scopes": []string{"read", "write"},
	})
}

// authorizePage asks as whom to sign in; each brand is one button.
func (m *Mastodon) authorizePage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><title>%s</title><form method=post>", mastodonHost)
	for key, vs := range r.URL.Query() {
		fmt.Fprintf(w, `<input type=hidden name="%s" value="%s">`, html.EscapeString(key), html.EscapeString(vs[0]))
	}
	for _, b := range m.world.Brands("mastodon") {
		fmt.Fprintf(w, `<button name=account value="%s">%s</button>`, html.EscapeString(string(b.Account)), html.EscapeString(b.Name))
	}
	fmt.Fprint(w, "</form>")
}

// authorize shows the code to paste.
func (m *Mastodon) authorize(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	m.mu.Lock()
	defer m.mu.Unlock()
	app, ok := m.apps[r.FormValue("client_id")]
	redirect, method := r.FormValue("redirect_uri"), r.FormValue("code_challenge_method")
	brand, known := m.world.Brand(inbox.AccountID(r.FormValue("account")))
	if !ok || !known || redirect != app.redirect || redirect != outOfBand || r.FormValue("response_type") != "code" ||
		(r.FormValue("code_challenge") != "" && method != "S256") {
		mastodonError(w, http.StatusBadRequest, "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.")
		return
	}
	m.serial++
	code := oddString("code", m.serial)
	m.codes[code] = mastodonCode{
		app: r.FormValue("client_id"), redirect: redirect, challenge: r.FormValue("code_challenge"), account: brand.Account,
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><title>%s</title><input class="oauth-code" readonly value="%s">`, mastodonHost, url.QueryEscape(code))
}

func (m *Mastodon) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	m.mu.Lock()
	defer m.mu.Unlock()
	id := r.FormValue("client_id")
	app, ok := m.apps[id]
	if !ok || subtle.ConstantTimeCompare([]byte(app.secret), []byte(r.FormValue("client_secret"))) != 1 {
		m.oauthError(w, http.StatusUnauthorized, "invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.")
		return
	}
	code, ok := m.codes[r.FormValue("code")]
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	proof := base64.RawURLEncoding.EncodeToString(sum[:])
	if !ok || code.app != id || code.redirect != r.FormValue("redirect_uri") || r.FormValue("grant_type") != "authorization_code" ||
		(code.challenge != "" && code.challenge != proof) {
		m.oauthError(w, http.StatusBadRequest, "invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.")
		return
	}
	delete(m.codes, r.FormValue("code"))
	brand, _ := m.world.Brand(code.account)
	mastodonCall{w: w, r: r}.answer(obj{
		"access_token": mastodonToken(brand), "token_type": "Bearer", "scope": "read write", "created_at": m.world.Now().Unix(),
	})
}

func (m *Mastodon) oauthError(w http.ResponseWriter, status int, code, words string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	mastodonCall{w: w}.answer(obj{"error": code, "error_description": words})
}
