package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"slices"
	"strings"
	"sync"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// Wordpress is the world as a network of blogs of WordPress 6.5, one for each
// brand in a sub-directory of its own. A brand's post is a post, what people
// write under it is a comment, and what they write apart from it is a pingback
// under the blog's page "about". It is safe for concurrent use; its fields are
// set before it serves.
type Wordpress struct {
	// Plain blogs have no pretty permalinks: only /index.php?rest_route=… is
	// the API.
	Plain bool
	// Stripped is a host that keeps the Authorization header to itself.
	Stripped bool
	// Shut is a blog whose plug-in shuts the API: pages for people only.
	Shut bool
	// Role is what the user may do; "": "editor". Others: "author",
	// "subscriber".
	Role string
	// NoBin deletes at once what is binned.
	NoBin bool
	// NoPasswords takes no application passwords.
	NoPasswords bool

	world   *World
	faults  fault.Switch
	handler http.Handler

	mu     sync.Mutex
	closed map[ItemID]bool // posts that take no comments
}

const (
	wordpressAbout = 900_000 // the page that pingbacks stand under
	wordpressUser  = 1       // the brand, as a user of its blog
	wordpressLong  = 65525   // bytes of a comment
)

// NewWordpress makes the server. It serves nothing by itself.
func NewWordpress(w *World) *Wordpress {
	s := &Wordpress{world: w, closed: map[ItemID]bool{}}
	s.handler = s.faults.Wrap(http.HandlerFunc(s.serve), wordpressWrites, func(w http.ResponseWriter, status int) {
		wordpressCall{w: w}.refuse(status, "rest_error", http.StatusText(status))
	})
	return s
}

// ServeHTTP answers a request.
func (s *Wordpress) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Fault makes requests go wrong until the next call.
func (s *Wordpress) Fault(f fault.Fault) { s.faults.Set(f) }

// Access says how a brand is reached.
func (s *Wordpress) Access(b Brand, base string) Access {
	return Access{
		Settings: map[string]string{"server": base + "/" + string(b.Account), "user": b.Handle},
		Secrets:  map[string]string{"password": wordpressPassword(b)},
	}
}

// CloseComments lets a post take no comments any more.
func (s *Wordpress) CloseComments(post ItemID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed[post] = true
}

// wordpressPassword is a brand's application password, as odd a string as a
// real one.
func wordpressPassword(b Brand) string {
	sum := sha256.Sum256([]byte("application password of " + b.Account))
	digits := hex.EncodeToString(sum[:12])
	var groups []string
	for part := range slices.Chunk([]byte(digits), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

func wordpressWrites(r *http.Request) bool {
	return r.Method == http.MethodPost || r.Method == http.MethodDelete || r.Method == http.MethodPut
}

// wordpressCall is one request to the API of a blog.
type wordpressCall struct {
	w      http.ResponseWriter
	r      *http.Request
	brand  Brand
	base   string // the blog's address
	signed bool   // by the brand's user
}

// serve finds the blog, the way and the route that a request names.
func (s *Wordpress) serve(w http.ResponseWriter, r *http.Request) {
	account, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	b, ok := s.world.Brand(inbox.AccountID(account))
	if !ok || b.Network != "wordpress" {
		http.NotFound(w, r)
		return
	}
	rest = "/" + rest
	route, isAPI := strings.CutPrefix(rest, "/wp-json")
	if s.Plain && isAPI {
		http.NotFound(w, r)
		return
	}
	if rest == "/index.php" {
		route = r.URL.Query().Get("rest_route")
		isAPI = route != ""
	}
	if s.Shut || !isAPI {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>" + html.EscapeString(b.Name) + "</title>"))
		return
	}
	c := wordpressCall{w: w, r: r, brand: b, base: "http://" + r.Host + "/" + account}
	if user, password, given := r.BasicAuth(); given && !s.Stripped && !s.NoPasswords {
		// A wrong password is as good as none, as on the real one.
		c.signed = user == b.Handle && strings.ReplaceAll(password, " ", "") == strings.ReplaceAll(wordpressPassword(b), " ", "")
	}
	s.route(c, strings.TrimSuffix(route, "/"))
}

// route answers a route of the API.
func (s *Wordpress) route(c wordpressCall, route string) {
	if route == "" {
		s.index(c)
		return
	}
	parts := strings.Split(strings.TrimPrefix(route, "/wp/v2/"), "/")
	what, id := parts[0], ""
	if len(parts) == 2 {
		id = parts[1]
	}
	switch method := c.r.Method; {
	case !strings.HasPrefix(route, "/wp/v2/") || len(parts) > 2:
	case what == "users" && id == "me" && method == http.MethodGet:
		s.me(c)
		return
	case (what == "posts" || what == "pages") && method == http.MethodGet:
		s.posts(c, what, id)
		return
	case what == "comments" && id == "" && method == http.MethodGet:
		s.comments(c)
		return
	case what == "comments" && id == "" && method == http.MethodPost:
		s.create(c)
		return
	case what == "comments" && id != "":
		s.single(c, id)
		return
	}
	c.refuse(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
}

func (c wordpressCall) refuse(status int, code, message string) {
	c.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	c.w.WriteHeader(status)
	_ = json.NewEncoder(c.w).Encode(map[string]any{"code": code, "message": message, "data": map[string]any{"status": status}})
}

// forbid refuses what takes a sign-in, or more than the user may.
func (c wordpressCall) forbid(code, message string) {
	status := http.StatusUnauthorized
	if c.signed {
		status = http.StatusForbidden
	}
	c.refuse(status, code, message)
}

// answer sends a value, of objects only the fields that were asked for.
func (c wordpressCall) answer(status int, v any) {
	if fields := c.r.URL.Query().Get("_fields"); fields != "" {
		keep := strings.Split(fields, ",")
		switch v := v.(type) {
		case map[string]any:
			wordpressOnly(v, keep)
		case []map[string]any:
			for _, item := range v {
				wordpressOnly(item, keep)
			}
		}
	}
	c.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	c.w.WriteHeader(status)
	_ = json.NewEncoder(c.w).Encode(v)
}

func wordpressOnly(v map[string]any, keep []string) {
	for key := range v {
		if !slices.Contains(keep, key) {
			delete(v, key)
		}
	}
}

func (s *Wordpress) index(c wordpressCall) {
	var ways any = []string{}
	if !s.NoPasswords {
		ways = map[string]any{"application-passwords": map[string]any{
			"endpoints": map[string]string{"authorization": c.base + "/wp-admin/authorize-application.php"},
		}}
	}
	c.answer(http.StatusOK, map[string]any{
		"name": c.brand.Name, "url": c.base, "home": c.base, "gmt_offset": 1, "timezone_string": "Europe/Paris",
		"namespaces": []string{"oembed/1.0", "wp/v2", "wp-site-health/v1"}, "authentication": ways,
	})
}

// can are the capabilities of the user.
func (s *Wordpress) can() map[string]bool {
	out := map[string]bool{"read": true, "level_0": true}
	switch s.Role {
	case "subscriber":
		return out
	case "", "editor":
		for _, cap := range []string{"moderate_comments", "edit_others_posts", "unfiltered_html", "manage_categories"} {
			out[cap] = true
		}
	}
	for _, cap := range []string{"edit_posts", "publish_posts", "upload_files", "delete_posts"} {
		out[cap] = true
	}
	return out
}

func (s *Wordpress) me(c wordpressCall) {
	if !c.signed {
		c.refuse(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
		return
	}
	c.answer(http.StatusOK, map[string]any{
		"id": wordpressUser, "name": c.brand.Name, "slug": c.brand.Handle, "link": c.base + "/author/" + c.brand.Handle + "/",
		"description": c.brand.Bio, "capabilities": s.can(), "username": c.brand.Handle,
		"email": c.brand.Handle + "@" + string(c.brand.Account) + ".example", "roles": []string{s.Role},
		"avatar_urls": wordpressFace(base64.StdEncoding.EncodeToString([]byte(c.brand.Handle))),
	})
}

func wordpressFace(of string) map[string]string {
	sum := sha256.Sum256([]byte(of))
	return map[string]string{"48": "https://gravatar.example/avatar/" + hex.EncodeToString(sum[:16]) + "?s=48&d=mm&r=g"}
}
