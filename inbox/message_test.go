package inbox_test

import (
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestAnswersTo: an address of their own is told, one of another domain is told
// to be that, in letters that look like no other ones.
func TestAnswersTo(t *testing.T) {
	for _, c := range []struct {
		handle, url, to string
		elsewhere       bool
	}{
		{"lea@post.example", "mailto:lea@post.example", "", false},
		{"lea@post.example", "mailto:LEA@Post.example", "", false},
		{"lea@post.example", "", "", false},
		{"@lea", "mailto:lea@post.example", "", false},
		{"lea@post.example", "https://post.example/@lea", "", false},
		{"lea@post.example", "mailto:billing@post.example", "billing@post.example", false},
		{"lea@post.example", "mailto:billing@elsewhere.example", "billing@elsewhere.example", true},
		{"lea@post.example", "mailto:lea@post.example.evil.example", "lea@post.example.evil.example", true},
		{"lea@post.example", "mailto:lea@p\u043est.example", "lea@xn--pst-sed.example", true},
		{"lea@post.example", "mailto:l\u00e9a@elsewhere.example", "l\u00e9a@elsewhere.example", true},
		{"lea@müller.example", "mailto:info@xn--mller-kva.example", "info@xn--mller-kva.example", false},
	} {
		to, elsewhere := inbox.Author{Handle: text.CleanLine(c.handle), URL: c.url}.AnswersTo()
		if to.String() != c.to || elsewhere != c.elsewhere {
			t.Errorf("%s, %s: %q, %v", c.handle, c.url, to, elsewhere)
		}
	}
}
