package sandbox

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func TestStart(t *testing.T) {
	s, err := Start(t.Context(), Options{Seed: 1, Every: -1})
	if err != nil {
		t.Fatal(err)
	}
	accounts := s.Accounts()
	var clients []inbox.ClientID
	for _, a := range accounts {
		if !slices.Contains(clients, a.Client) {
			clients = append(clients, a.Client)
		}
		if a.Account == "" || len(a.Settings)+len(a.Lists) == 0 {
			t.Errorf("%+v cannot be reached", a)
		}
		for _, address := range append(slices.Collect(mapValues(a.Settings)), slices.Concat(slices.Collect(mapValues(a.Lists))...)...) {
			if u, err := url.Parse(address); err == nil && u.Host != "" && !strings.HasPrefix(u.Host, "127.0.0.1:") {
				t.Errorf("%s is reached at %s", a.Account, address)
			}
		}
	}
	if !slices.Equal(clients, []inbox.ClientID{"miette", "atlas", "nordlys", "clair"}) {
		t.Errorf("clients %v", clients)
	}
	var hosts []string
	for _, a := range accounts {
		if u, err := url.Parse(a.Settings["server"]); err == nil && u.Host != "" && !slices.Contains(hosts, u.Host) {
			hosts = append(hosts, u.Host)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left := slices.DeleteFunc(slices.Clone(hosts), func(host string) bool {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			return true
		}
		return conn.Close() != nil
	})
	if len(hosts) < 3 || len(left) > 1 { // one port may be another program's by now
		t.Errorf("of %v these still listen in a closed sandbox: %v", hosts, left)
	}
}

func mapValues[V any](m map[string]V) func(func(V) bool) {
	return func(yield func(V) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, Options{Seed: 1, Networks: []inbox.Network{"mastodon"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Accounts()); n != 4 {
		t.Errorf("%d accounts, want those of one network", n)
	}
	cancel()
	<-s.done
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheWorldGoesOn(t *testing.T) {
	s, err := Start(t.Context(), Options{Seed: 1, Every: 5 * time.Millisecond, Networks: []inbox.Network{"mastodon"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	news := make(chan Change, 1)
	defer s.World().Watch(func(c Change) {
		select {
		case news <- c:
		default:
		}
	})()
	if c := <-news; c.What == Wrote && c.Item.Text == "" {
		t.Errorf("an empty arrival: %+v", c)
	}
}

// request is a call of the simulated Mastodon server by a brand.
func request(t *testing.T, m *Mastodon, method, target, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := m.world.Brand("miette-mastodon")
	r.Header.Set("Authorization", "Bearer "+mastodonToken(b))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := &heard{header: http.Header{}, status: http.StatusOK}
	m.ServeHTTP(w, r)
	return w.status, w.header, w.body.String()
}

// heard records what a handler answers.
type heard struct {
	header http.Header
	status int
	body   strings.Builder
}

func (a *heard) Header() http.Header         { return a.header }
func (a *heard) WriteHeader(status int)      { a.status = status }
func (a *heard) Write(b []byte) (int, error) { return a.body.Write(b) }

func TestMastodonKeepsKeysForAnHour(t *testing.T) {
	clock := newHandClock()
	m := NewMastodon(world(t, Options{Clock: clock, Empty: true}))
	post := func() string {
		status, _, body := request(t, m, "POST", "/api/v1/statuses", "status=Bonjour", "Idempotency-Key", "k1")
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
		return body
	}
	first := post()
	clock.Advance(59 * time.Minute)
	if post() != first || len(m.Posted()) != 1 {
		t.Error("a key was forgotten within the hour")
	}
	clock.Advance(2 * time.Minute)
	if post() == first || len(m.Posted()) != 2 {
		t.Error("a key was kept for more than an hour")
	}
}

func TestMastodonRefuses(t *testing.T) {
	m := NewMastodon(world(t, Options{Clock: newHandClock(), Empty: true}))
	for _, tc := range []struct {
		method, target, body string
		status               int
		words                string
	}{
		{"POST", "/api/v1/statuses", "status=+", 422, "can't be blank"},
		{"POST", "/api/v1/statuses", "status=" + strings.Repeat("a", 501), 422, "limit of 500"},
		{"POST", "/api/v1/statuses", "status=" + url.QueryEscape(strings.Repeat("a", 470)+" https://example.org/"+strings.Repeat("b", 300)), 200, ""},
		{"POST", "/api/v1/statuses", "status=a&in_reply_to_id=12", 404, "Record not found"},
		{"POST", "/api/v1/statuses", "status=a&visibility=secret", 422, "Visibility"},
		{"GET", "/api/v1/statuses/1", "", 404, "Record not found"},
		{"GET", "/api/v1/statuses?" + strings.Repeat("id[]=1&", 21), "", 422, "too many"},
		{"GET", "/api/v3/anything", "", 404, "Record not found"},
	} {
		status, h, body := request(t, m, tc.method, tc.target, tc.body)
		if status != tc.status || !strings.Contains(body, tc.words) {
			t.Errorf("%s %.40s %.20s: %d %s, want %d", tc.method, tc.target, tc.body, status, body, tc.status)
		}
		if h.Get("X-RateLimit-Reset") == "" || h.Get("X-RateLimit-Limit") != "300" {
			t.Errorf("%s: no rate limit told", tc.target)
		}
	}
	status, _, _ := request(t, m, "GET", "/api/v1/notifications", "", "Authorization", "Bearer wrong")
	if status != http.StatusUnauthorized {
		t.Errorf("a wrong token: %d", status)
	}
}

func TestMastodonPages(t *testing.T) {
	w := world(t, Options{Clock: newHandClock(), Empty: true})
	m := NewMastodon(w)
	for range 7 {
		if _, err := w.Say("miette-mastodon", inbox.KindMention, "Bonjour"); err != nil {
			t.Fatal(err)
		}
	}
	ids := func(query string) ([]string, string) {
		_, h, body := request(t, m, "GET", "/api/v1/notifications?limit=3&types[]=mention&"+query, "")
		var out []string
		for _, part := range strings.Split(body, `"type":"mention"`)[:strings.Count(body, `"type":"mention"`)] {
			i := strings.LastIndex(part, `"id":"7000`)
			out = append(out, part[i+6:i+12])
		}
		return out, h.Get("Link")
	}
	for query, want := range map[string]string{
		"":                            "700014 700012 700010",
		"max_id=700010":               "700008 700006 700004",
		"since_id=700004":             "700014 700012 700010", // the newest: it skips a gap
		"min_id=700004":               "700010 700008 700006", // the next
		"min_id=700014":               "",
		"min_id=nonsense":             "700006 700004 700002",
		"max_id=700008&min_id=700002": "700006 700004",
	} {
		got, link := ids(query)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
		if (want != "") != strings.Contains(link, `rel="prev"`) {
			t.Errorf("%s: link %q", query, link)
		}
	}
}
