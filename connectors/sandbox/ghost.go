package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// Ghost is the world as a network of blogs of Ghost 6.65, one for each brand in
// a sub-directory of its own, through the Admin API. A brand's post is a post,
// what people write is a comment of a member. It is safe for concurrent use;
// its fields are set before it serves.
type Ghost struct {
	// Alone is a blog on which the brand has no member of its own.
	Alone bool
	// Early is a Ghost 6 that cannot stop a member.
	Early bool
	// Staff are those persons who work on the blog, by the address that they
	// comment with as members.
	Staff []int

	world   *World
	faults  fault.Switch
	handler http.Handler

	mu       sync.Mutex
	comments string         // "all", "paid" or "off": who may comment
	left     map[int]bool   // people whose membership was deleted
	why      map[int]string // why people may not comment
	quiet    map[ItemID]bool
}

// NewGhost makes the server. It serves nothing by itself.
func NewGhost(w *World) *Ghost {
	s := &Ghost{world: w, comments: "all", left: map[int]bool{}, why: map[int]string{}, quiet: map[ItemID]bool{}}
	writes := func(r *http.Request) bool { return r.Method != http.MethodGet }
	s.handler = s.faults.Wrap(http.HandlerFunc(s.serve), writes, func(w http.ResponseWriter, status int) {
		ghostCall{w: w}.refuse(status, ghostError{Message: http.StatusText(status), Type: "InternalServerError"})
	})
	return s
}

// ServeHTTP answers a request, at the world's time.
func (s *Ghost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.world.Now().Format(http.TimeFormat))
	s.handler.ServeHTTP(w, r)
}

// Fault makes requests go wrong until the next call.
func (s *Ghost) Fault(f fault.Fault) { s.faults.Set(f) }

// Access says how a brand is reached.
func (s *Ghost) Access(b Brand, base string) Access {
	id, secret := ghostKey(b)
	return Access{
		Settings: map[string]string{"server": base + "/" + string(b.Account), "member": ghostMail(b)},
		Secrets:  map[string]string{"token": id + ":" + hex.EncodeToString(secret)},
	}
}

// Comments sets who may comment: "all", "paid" or "off".
func (s *Ghost) Comments(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.comments = who
}

// Leave deletes the membership of a person, whose comments stay.
func (s *Ghost) Leave(person int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left[person] = true
}

// HideAll hides all that a person wrote on a brand's blog in one go, as the
// administration can: that leaves no time of a change.
func (s *Ghost) HideAll(account inbox.AccountID, person int) error {
	for _, it := range s.world.Items(account, func(it Item) bool { return it.Kind == Public && it.Person == person && !it.Deleted }) {
		s.mu.Lock()
		s.quiet[it.ID] = true
		s.mu.Unlock()
		if err := s.world.Hide(it.ID, true); err != nil {
			return err
		}
	}
	return nil
}

// ghostMail is the address of the member that answers in a brand's name.
func ghostMail(b Brand) string { return b.Handle + "@" + string(b.Account) + ".example" }

// ghostKey is the admin key of a brand's integration.
func ghostKey(b Brand) (id string, secret []byte) {
	sum := sha256.Sum256([]byte("admin key of " + b.Account))
	more := sha256.Sum256(sum[:])
	return hex.EncodeToString(sum[:12]), more[:]
}

// ghostCall is one request to the API of a blog.
type ghostCall struct {
	w     http.ResponseWriter
	r     *http.Request
	brand Brand
	base  string // the blog's address
}

// ghostError is how Ghost words an error.
type ghostError struct {
	Message  string  `json:"message"`
	Context  *string `json:"context"`
	Type     string  `json:"type"`
	Property *string `json:"property"`
	Help     *string `json:"help"`
	Code     *string `json:"code"`
	ID       string  `json:"id"`
}

func (c ghostCall) refuse(status int, e ghostError) {
	e.ID = "00000000-0000-4000-8000-000000000000"
	c.answer(status, map[string]any{"errors": []ghostError{e}})
}

// deny refuses with a general message and what it is about.
func (c ghostCall) deny(status int, kind, message, context string) {
	c.refuse(status, ghostError{Message: message, Context: &context, Type: kind})
}

func (c ghostCall) answer(status int, v any) {
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	c.w.WriteHeader(status)
	_ = json.NewEncoder(c.w).Encode(v)
}

// serve finds the blog and the route that a request names.
func (s *Ghost) serve(w http.ResponseWriter, r *http.Request) {
	account, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	b, ok := s.world.Brand(inbox.AccountID(account))
	if !ok || b.Network != "ghost" {
		http.NotFound(w, r)
		return
	}
	route, isAPI := strings.CutPrefix("/"+rest, "/ghost/api/admin/")
	if !isAPI {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>" + html.EscapeString(b.Name) + "</title>"))
		return
	}
	c := ghostCall{w: w, r: r, brand: b, base: "http://" + r.Host + "/" + account}
	w.Header().Set("Content-Version", "v6.65")
	if route == "site/" && r.Method == http.MethodGet {
		c.answer(http.StatusOK, map[string]any{"site": map[string]any{
			"title": b.Name, "description": b.Bio, "url": c.base + "/", "version": "6.65", "locale": b.Lang,
			"site_uuid": "5e5a9a6f-7564-4ef5-afde-" + ghostID(b.Name, 0)[:12], "allow_external_signup": true,
		}})
		return
	}
	if s.admits(c) {
		s.route(c, route)
	}
}

// route answers a route of the API. One that does not exist is not acceptable.
func (s *Ghost) route(c ghostCall, route string) {
	parts := strings.Split(strings.TrimSuffix(route, "/"), "/")
	what := c.r.Method + " " + parts[0]
	switch {
	case !strings.HasSuffix(route, "/"): // as a page of the blog, it is somewhere else
		c.w.Header().Set("Location", c.base+"/ghost/api/admin/"+route+"/")
		c.w.WriteHeader(http.StatusMovedPermanently)
		return
	case what == "GET settings" && len(parts) == 1:
		s.mu.Lock()
		list := []map[string]string{{"key": "comments_enabled", "value": s.comments}}
		s.mu.Unlock()
		c.answer(http.StatusOK, map[string]any{"settings": list, "meta": map[string]any{}})
		return
	case what == "GET members" && len(parts) == 1:
		s.members(c)
		return
	case what == "GET users" && len(parts) == 1:
		s.users(c)
		return
	case what == "POST members" && len(parts) == 4 && parts[2] == "commenting" && !s.Early:
		s.stop(c, parts[1], parts[3])
		return
	case what == "GET comments" && len(parts) == 1:
		s.list(c)
		return
	case what == "POST comments" && len(parts) == 1:
		s.create(c)
		return
	case what == "PUT comments" && len(parts) == 2:
		s.update(c, parts[1])
		return
	}
	code, help, context := "UPDATE_CLIENT", "Try upgrading your Ghost API client.", "Provided client accept-version v6.0 is behind current Ghost version v6.65."
	c.refuse(http.StatusNotAcceptable, ghostError{
		Message: "Request could not be served, the endpoint was not found.", Context: &context,
		Type: "RequestNotAcceptableError", Help: &help, Code: &code,
	})
}

// ghostAudience is what a token must be meant for.
var ghostAudience = regexp.MustCompile(`/?admin/?$`)

// admits checks the token of a call.
func (s *Ghost) admits(c ghostCall) bool {
	code := "INVALID_JWT"
	no := func(status int, kind, message string) bool {
		c.refuse(status, ghostError{Message: message, Type: kind, Code: &code})
		return false
	}
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if scheme == "" {
		c.deny(http.StatusForbidden, "NoPermissionError", "Authorization failed",
			"Unable to determine the authenticated user or integration. Check that cookies are being passed through if using session authentication.")
		return false
	}
	if !strings.EqualFold(scheme, "ghost") || token == "" {
		code = "INVALID_AUTH_HEADER"
		return no(http.StatusUnauthorized, "UnauthorizedError", `Authorization header format is "Authorization: Ghost [token]"`)
	}
	var head struct{ Alg, Kid string }
	var claims struct {
		Iat, Exp int64
		Aud      string
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !ghostPart(parts[0], &head) || !ghostPart(parts[1], &claims) {
		return no(http.StatusBadRequest, "BadRequestError", "Invalid token")
	}
	id, secret := ghostKey(c.brand)
	if head.Kid != id {
		code = "UNKNOWN_ADMIN_API_KEY"
		return no(http.StatusUnauthorized, "UnauthorizedError", "Unknown Admin API Key")
	}
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write([]byte(parts[0] + "." + parts[1])) // a hash never fails
	signed, err := base64.RawURLEncoding.DecodeString(parts[2])
	now := s.world.Now()
	wrong := ""
	switch {
	case head.Alg != "HS256":
		wrong = "invalid algorithm"
	case err != nil || !hmac.Equal(signed, mac.Sum(nil)):
		wrong = "invalid signature"
	case now.Unix() >= claims.Exp:
		wrong = "jwt expired"
	case !ghostAudience.MatchString(claims.Aud):
		wrong = "jwt audience invalid. expected: /\\/?admin\\/?$/"
	case now.Sub(time.Unix(claims.Iat, 0)) >= 5*time.Minute:
		wrong = "maxAge exceeded"
	}
	if wrong != "" {
		return no(http.StatusUnauthorized, "UnauthorizedError", "Invalid token: "+wrong)
	}
	return true
}

// ghostPart reads a part of a token.
func ghostPart(s string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && json.Unmarshal(raw, into) == nil
}

// ghostID is an id of Ghost's kind: what it is of, and a number, at the end.
func ghostID(of string, n int64) string {
	sum := sha256.Sum256([]byte(of))
	return fmt.Sprintf("%x%08x", sum[:8], n)
}
