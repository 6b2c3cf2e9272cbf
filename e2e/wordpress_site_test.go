//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// WordpressSite is a real blog of WordPress on loopback.
type WordpressSite struct {
	t     *testing.T
	Base  string
	plain bool   // without pretty permalinks
	run   string // where its application passwords lie
}

// NewWordpress installs (once) and starts a blog: "debian" or "npm". It ends
// with the test.
func NewWordpress(t *testing.T, name string) *WordpressSite {
	t.Helper()
	root := os.Getenv("VIGIE_E2E_ROOT")
	if root == "" {
		root = "/var/tmp/vigie-e2e"
	}
	t.Cleanup(func() {
		if out, err := exec.Command("servers/wordpress-" + name + "-stop.sh").CombinedOutput(); err != nil {
			t.Errorf("stop the blog: %v: %s", err, out)
		}
	})
	out, err := exec.Command("servers/wordpress-" + name + "-start.sh").Output()
	if err != nil {
		t.Fatalf("start the blog: %v: %s", err, out)
	}
	ready := regexp.MustCompile(`READY (\S+)`).FindSubmatch(out)
	if ready == nil {
		t.Fatalf("the blog does not say where it is: %s", out)
	}
	return &WordpressSite{t: t, Base: string(ready[1]), plain: name == "npm", run: filepath.Join(root, "wordpress-"+name, "run")}
}

// Password is a user's application password.
func (s *WordpressSite) Password(user string) string {
	s.t.Helper()
	raw, err := os.ReadFile(filepath.Join(s.run, "app-password-"+user))
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(raw))
}

// WordpressComment is a comment as the blog's moderators see it.
type WordpressComment struct {
	ID, Post, Parent, Author int
	Status, Type             string
	Content                  struct{ Raw string }
}

// call makes a call of the API as the administrator and returns its status.
func (s *WordpressSite) call(method, route string, q url.Values, body, into any) int {
	s.t.Helper()
	return s.as("admin", method, route, q, body, into)
}

// as is call as any user.
func (s *WordpressSite) as(user, method, route string, q url.Values, body, into any) int {
	s.t.Helper()
	if q == nil {
		q = url.Values{}
	}
	address := s.Base + "/wp-json/wp/v2" + route
	if s.plain {
		address = s.Base + "/index.php"
		q.Set("rest_route", "/wp/v2"+route)
	}
	var sent io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		sent = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, address+"?"+q.Encode(), sent)
	if err != nil {
		s.t.Fatal(err)
	}
	req.SetBasicAuth(user, s.Password(user))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if into != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(raw, into); err != nil {
			s.t.Fatalf("%s %s: %v: %s", method, route, err, raw)
		}
	}
	return res.StatusCode
}

// Comment reads one; false when it is not there.
func (s *WordpressSite) Comment(id string) (WordpressComment, bool) {
	s.t.Helper()
	var c WordpressComment
	status := s.call(http.MethodGet, "/comments/"+id, url.Values{"context": {"edit"}}, nil, &c)
	if status != http.StatusOK && status != http.StatusNotFound {
		s.t.Fatalf("comment %s: status %d", id, status)
	}
	return c, status == http.StatusOK
}

// Moderate sets a state in the way of wp-admin's moderators.
func (s *WordpressSite) Moderate(id, status string) {
	s.t.Helper()
	if got := s.call(http.MethodPost, "/comments/"+id, nil, map[string]string{"status": status}, nil); got != http.StatusOK {
		s.t.Fatalf("%s to %s: status %d", id, status, got)
	}
}

// Answers lists what stands under a comment with a text of the blog's.
func (s *WordpressSite) Answers(parent, raw string) []WordpressComment {
	s.t.Helper()
	var all, out []WordpressComment
	s.call(http.MethodGet, "/comments", url.Values{"context": {"edit"}, "status": {"all"}, "parent": {parent}, "per_page": {"100"}}, nil, &all)
	for _, c := range all {
		if strings.ReplaceAll(c.Content.Raw, "\r\n", "\n") == raw {
			out = append(out, c)
		}
	}
	return out
}

// form sends a form as a visitor's browser does, and follows nothing.
func (s *WordpressSite) form(path string, fields url.Values) *http.Response {
	s.t.Helper()
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(s.Base+path, fields)
	if err != nil {
		s.t.Fatal(err)
	}
	return res
}

// Visit lets a visitor comment the first post by the site's own form, and
// returns the comment's id.
func (s *WordpressSite) Visit(name, text string) string {
	s.t.Helper()
	res := s.form("/wp-comments-post.php", url.Values{
		"comment": {text}, "author": {name}, "email": {strings.ToLower(name) + "@visiteurs.example"}, "url": {""},
		"comment_post_ID": {"1"}, "comment_parent": {"0"},
	})
	defer res.Body.Close()
	found := regexp.MustCompile(`#comment-(\d+)$`).FindStringSubmatch(res.Header.Get("Location"))
	if res.StatusCode != http.StatusFound || found == nil {
		s.t.Fatalf("the form for comments: %s %s", res.Status, res.Header.Get("Location"))
	}
	return found[1]
}

// Trackback lets another blog tell that it links to the first post.
func (s *WordpressSite) Trackback(address, excerpt string) {
	s.t.Helper()
	path := "/hello-world/trackback/"
	if s.plain {
		path = "/wp-trackback.php/1"
	}
	res := s.form(path, url.Values{"title": {"Le levain des autres"}, "url": {address}, "excerpt": {excerpt}, "blog_name": {"Un blog ami"}})
	defer res.Body.Close()
	if said, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(said), "<error>0</error>") {
		s.t.Fatalf("trackback: %v %s", err, said)
	}
}

// Box is an inbox for a user of the blog.
func (s *WordpressSite) Box(t *testing.T, user string) *Box {
	t.Helper()
	b := NewBox(t, "")
	password := b.Write("app-password", s.Password(user)+"\n")
	b.Write("config.yaml", strings.Join([]string{
		"language: fr", "hold: 1s", "clients:", "  - id: miette", "    name: Miette", "    zone: Europe/Paris", "    accounts:",
		"      - id: miette-wordpress", "        network: wordpress", "        server: " + s.Base, "        user: " + user,
		"        password: file:" + password, "",
	}, "\n"))
	b.Must("config", "check")
	return b
}
