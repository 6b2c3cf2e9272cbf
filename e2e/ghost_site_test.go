//go:build e2e

package e2e

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// GhostSite is a real blog of Ghost on loopback.
type GhostSite struct {
	t    *testing.T
	Base string
	Key  string // "id:secret" of an integration
	post string // the one that is there from the start
}

// NewGhost installs (once) and starts a blog. It ends with the test.
func NewGhost(t *testing.T) *GhostSite {
	t.Helper()
	root := os.Getenv("VIGIE_E2E_ROOT")
	if root == "" {
		root = "/var/tmp/vigie-e2e"
	}
	t.Cleanup(func() {
		if out, err := exec.Command("servers/ghost-stop.sh").CombinedOutput(); err != nil {
			t.Errorf("stop the blog: %v: %s", err, out)
		}
	})
	cmd := exec.Command("servers/ghost-start.sh")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("start the blog: %v: %s", err, out)
	}
	ready := regexp.MustCompile(`READY (\S+)`).FindSubmatch(out)
	if ready == nil {
		t.Fatalf("the blog does not say where it is: %s", out)
	}
	key, err := os.ReadFile(filepath.Join(root, "ghost", "run", "admin-key"))
	if err != nil {
		t.Fatal(err)
	}
	s := &GhostSite{t: t, Base: string(ready[1]), Key: strings.TrimSpace(string(key))}
	var posts struct{ Posts []struct{ ID string } }
	if status := s.call(http.MethodGet, "/posts/?limit=1", nil, &posts); status != http.StatusOK || len(posts.Posts) != 1 {
		t.Fatalf("the posts of the blog: status %d, %+v", status, posts)
	}
	s.post = posts.Posts[0].ID
	return s
}

// GhostComment is a comment as its Admin API has it.
type GhostComment struct {
	ID     string `json:"id"`
	Parent string `json:"parent_id"`
	To     string `json:"in_reply_to_id"`
	Status string `json:"status"`
	HTML   string `json:"html"`
	Member struct {
		ID string `json:"id"`
	} `json:"member"`
}

type ghostComments struct {
	Comments []GhostComment `json:"comments"`
}

// token is one of the Admin API, made from the key.
func (s *GhostSite) token() string {
	s.t.Helper()
	id, secret, _ := strings.Cut(s.Key, ":")
	raw, err := hex.DecodeString(secret)
	if err != nil {
		s.t.Fatal(err)
	}
	enc := base64.RawURLEncoding
	now := time.Now().Unix()
	head := enc.EncodeToString(fmt.Appendf(nil, `{"alg":"HS256","typ":"JWT","kid":%q}`, id))
	body := enc.EncodeToString(fmt.Appendf(nil, `{"iat":%d,"exp":%d,"aud":"/admin/"}`, now, now+60))
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(head + "." + body))
	return head + "." + body + "." + enc.EncodeToString(mac.Sum(nil))
}

// call makes a call of the Admin API and returns its status.
func (s *GhostSite) call(method, route string, body, into any) int {
	s.t.Helper()
	return s.as(http.DefaultClient, "Ghost "+s.token(), method, route, body, into)
}

func (s *GhostSite) as(client *http.Client, authorization, method, route string, body, into any) int {
	s.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	var sent io.Reader
	if body != nil {
		sent = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.Base+"/ghost/api/admin"+route, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	req.Header.Set("Accept-Version", "v6.0")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", s.Base)
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if raw, err = io.ReadAll(res.Body); err != nil {
		s.t.Fatal(err)
	}
	if into != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(raw, into); err != nil {
			s.t.Fatalf("%s %s: %v: %s", method, route, err, raw)
		}
	}
	return res.StatusCode
}

// Join makes a member and returns the id.
func (s *GhostSite) Join(address, name string) string {
	s.t.Helper()
	var got struct{ Members []struct{ ID string } }
	body := map[string]any{"members": []any{map[string]string{"email": address, "name": name}}}
	if status := s.call(http.MethodPost, "/members/", body, &got); status != http.StatusCreated {
		s.t.Fatalf("a member %s: status %d", address, status)
	}
	return got.Members[0].ID
}

// Leave deletes a member.
func (s *GhostSite) Leave(member string) {
	s.t.Helper()
	if status := s.call(http.MethodDelete, "/members/"+member+"/", nil, nil); status != http.StatusNoContent {
		s.t.Fatalf("delete a member: status %d", status)
	}
}

// Comment writes as a member: under the post, or under a comment, as an answer
// to another one there.
func (s *GhostSite) Comment(member, parent, to, html string) string {
	s.t.Helper()
	one := map[string]string{"member_id": member, "html": html, "post_id": s.post}
	if parent != "" {
		one["parent_id"], one["in_reply_to_id"] = parent, to
	}
	var got ghostComments
	if status := s.call(http.MethodPost, "/comments/", map[string]any{"comments": []any{one}}, &got); status != http.StatusCreated {
		s.t.Fatalf("a comment: status %d", status)
	}
	return got.Comments[0].ID
}

// Status is a comment's; "deleted" when the list has it not.
func (s *GhostSite) Status(id string) string {
	s.t.Helper()
	var got ghostComments
	if status := s.call(http.MethodGet, "/comments/?filter="+url.QueryEscape("id:'"+id+"'"), nil, &got); status != http.StatusOK {
		s.t.Fatalf("comment %s: status %d", id, status)
	}
	if len(got.Comments) == 0 {
		return "deleted"
	}
	return got.Comments[0].Status
}

// By lists a member's comments.
func (s *GhostSite) By(member string) []GhostComment {
	s.t.Helper()
	var got ghostComments
	if status := s.call(http.MethodGet, "/comments/?filter="+url.QueryEscape("member_id:'"+member+"'"), nil, &got); status != http.StatusOK {
		s.t.Fatalf("comments of %s: status %d", member, status)
	}
	return got.Comments
}

// Set gives a comment a status, as the blog's own people do.
func (s *GhostSite) Set(id, status string) {
	s.t.Helper()
	body := map[string]any{"comments": []any{map[string]string{"id": id, "status": status}}}
	if got := s.call(http.MethodPut, "/comments/"+id+"/", body, nil); got != http.StatusOK {
		s.t.Fatalf("%s to %s: status %d", id, status, got)
	}
}

// Stopped reports whether a member may not comment.
func (s *GhostSite) Stopped(member string) bool {
	s.t.Helper()
	var got struct {
		Members []struct {
			CanComment bool `json:"can_comment"`
		}
	}
	if status := s.call(http.MethodGet, "/members/"+member+"/", nil, &got); status != http.StatusOK {
		s.t.Fatalf("member %s: status %d", member, status)
	}
	return !got.Members[0].CanComment
}

// Enable sets who may comment, as the owner does: "all", "paid" or "off".
func (s *GhostSite) Enable(who string) {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	owner := &http.Client{Jar: jar, Timeout: patience}
	login := map[string]string{"username": "claire@clair.test", "password": "zebra-lantern-4471-quilt"}
	if status := s.as(owner, "", http.MethodPost, "/session/", login, nil); status != http.StatusCreated {
		s.t.Fatalf("the owner's session: status %d", status)
	}
	body := map[string]any{"settings": []any{map[string]string{"key": "comments_enabled", "value": who}}}
	if status := s.as(owner, "", http.MethodPut, "/settings/", body, nil); status != http.StatusOK {
		s.t.Fatalf("the blog's settings: status %d", status)
	}
}

// Box is an inbox for the blog, which answers as a member; "": as nobody.
func (s *GhostSite) Box(t *testing.T, member string) *Box {
	t.Helper()
	b := NewBox(t, "")
	key := b.Write("admin-key", s.Key+"\n")
	lines := []string{
		"language: fr", "hold: 1s", "clients:", "  - id: clair", "    name: Clair", "    zone: Europe/Paris", "    accounts:",
		"      - id: clair-ghost", "        network: ghost", "        server: " + s.Base, "        token: file:" + key,
	}
	if member != "" {
		lines = append(lines, "        member: "+member)
	}
	b.Write("config.yaml", strings.Join(append(lines, ""), "\n"))
	b.Must("config", "check")
	return b
}
