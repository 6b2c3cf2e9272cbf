package saved

import (
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestNamesThatLink: what somebody calls themselves is never an address that we
// send others to, nor what is left of a terminal's controls.
func TestNamesThatLink(t *testing.T) {
	for name, want := range map[string]string{
		"bit.ly": "", "Jean paypal-secure.fr": "", "Léa｡com": "", "a.b.co": "", "mailto:a@b.c": "", "www.x.y": "", "t.me/x": "", "\x1b[31mLéa": "",
		"J.R. Smith": "J.R. Smith", "Dr. Who": "Dr. Who", "St.": "St.", "Marie-Claire O'Neil": "Marie-Claire O'Neil", "J.-P. Dupont": "J.-P. Dupont",
	} {
		var v inbox.ThreadView
		v.Thread.Author.Name = text.CleanLine(name)
		if got := ValuesOf(v, "fr", time.Unix(0, 0)).Name; got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}
