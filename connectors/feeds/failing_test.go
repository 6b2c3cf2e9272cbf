package feeds

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vigie/inbox"
)

// Each feed that fails is named with its place and host alone, as long as it
// fails, and those that are not asked meanwhile stay as they were.
func TestFailing(t *testing.T) {
	broken := true
	r := &roads{serve: func(req *http.Request) *http.Response {
		good := told(200, rssOf(item("1", "https://e.example"+req.URL.Path, "un")))
		switch {
		case !broken:
			return good
		case req.URL.Host == "gone.example":
			return told(http.StatusGone, "")
		case req.URL.Host == "old.example":
			return told(http.StatusMovedPermanently, "", "Location", "https://new.example/s3cret")
		case req.URL.Host == "shut.example":
			return told(http.StatusForbidden, "")
		case req.URL.Host == "lost.example":
			return told(http.StatusNotFound, "")
		case req.URL.Host == "ill.example":
			return told(http.StatusServiceUnavailable, "", "Retry-After", "864000")
		case req.URL.Host == "page.example":
			return told(200, "<html><body>rien</body></html>", "Content-Type", "text/html")
		}
		return good
	}}
	c := travel(t, r, nil, "https://good.example/f", "https://gone.example/s3cret", "http://old.example/f", "https://shut.example/f",
		"https://lost.example/f", "https://ill.example/f", "https://page.example/f")
	if got := c.Failing(); got != nil {
		t.Errorf("before the first fetch: %v", got)
	}
	p := fetch(t, c, "")
	want := []inbox.Source{
		{Number: 2, Host: "gone.example", Code: inbox.CodeGone},
		{Number: 3, Host: "old.example", Code: inbox.CodeMoved, To: "new.example"},
		{Number: 4, Host: "shut.example", Code: inbox.CodeRights},
		{Number: 5, Host: "lost.example", Code: inbox.CodeNotFound},
		{Number: 6, Host: "ill.example", Code: inbox.CodeRetry},
		{Number: 7, Host: "page.example", Code: inbox.CodeStrange},
	}
	if got := c.Failing(); !slices.Equal(got, want) || strings.Contains(fmt.Sprint(got), "s3cret") {
		t.Errorf("failing %+v", got)
	}
	for _, x := range p.Refused {
		if !x.Source {
			t.Errorf("counted as an item: %+v", x)
		}
	}
	broken = false
	fetch(t, c, p.Cursor)
	want = []inbox.Source{want[0], want[4]} // for good, and not asked yet
	if got := c.Failing(); !slices.Equal(got, want) {
		t.Errorf("after it was mended: %+v", got)
	}
}

// The only feed is named too, though the whole account fails with it.
func TestFailingAlone(t *testing.T) {
	r := &roads{serve: func(*http.Request) *http.Response { return told(http.StatusNotFound, "") }}
	c := travel(t, r, nil, "https://lost.example/f")
	if _, err := fetchAt(c, "", noon); !errors.Is(err, inbox.ErrGone) {
		t.Fatal(err)
	}
	if got := c.Failing(); len(got) != 1 || got[0].Code != inbox.CodeNotFound {
		t.Errorf("failing %+v", got)
	}
}
