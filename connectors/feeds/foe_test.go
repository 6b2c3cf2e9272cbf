package feeds

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// TestStolenName: a feed that tells another site's article first, or gives an
// entry its id, does not hide what that site's own feed says.
func TestStolenName(t *testing.T) {
	for _, link := range []string{"", "https://elsewhere.example/7"} {
		testStolenName(t, link)
	}
}

func testStolenName(t *testing.T, elsewhere string) {
	own := newSite(t, rssOf(""))
	foe := newSite(t, rssOf(""))
	link := own.URL + "/articles/7"
	foe.set(func() { foe.body = rssOf(item(link, cmp.Or(elsewhere, link), "Nothing to see here")) })
	urls := []string{foe.URL, own.URL}
	p := fetch(t, open(t, nil, urls...), "")
	if got := texts(p); !slices.Equal(got, []string{"Nothing to see here"}) {
		t.Fatalf("first: %q", got)
	}
	own.set(func() { own.body = rssOf(item(link, link, "The recall of 12 products")) })
	q := fetch(t, open(t, nil, urls...), p.Cursor)
	if got := texts(q); !slices.Equal(got, []string{"The recall of 12 products"}) {
		t.Fatalf("the site's own feed is not heard: %q", got)
	}
	// Nor does it come back to put other words in its place.
	foe.set(func() { foe.body = strings.Replace(foe.body, "Nothing to see", "All is well", 1) })
	for range 2 {
		if r := fetch(t, open(t, nil, urls...), q.Cursor); len(r.Messages) != 0 {
			t.Errorf("replaced by %q", texts(r))
		}
	}
}
