package status_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/stamp"
	"vigie/tui/status"
	"vigie/tui/theme"
)

// At 80 columns the numbers of clients stay from 100 threads on, whoever is
// chosen: what is said of accounts that are well gives way to them.
func TestHeaderKeepsTheNumbers(t *testing.T) {
	p := lang.For(lang.French)
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	l := look.Look{Styles: theme.New(theme.Mono, true, theme.Unicode()), P: p, Time: stamp.For(p), Now: now}
	d := status.Desk{Due: now.Add(38 * time.Minute), Accounts: make([]inbox.AccountStatus, 15)}
	for i, name := range []string{"Miette", "Atlas", "Nordlys", "Clair"} {
		id := inbox.ClientID(strings.ToLower(name))
		l.Clients = append(l.Clients, look.Client{Client: inbox.Client{ID: id, Name: name}})
		d.Counts = append(d.Counts, inbox.Counter{Client: id, Split: inbox.Inbox, State: inbox.Ours, Total: 30 + i})
	}
	for _, total := range []int{0, 75} {
		d.Counts[1].Total += total
		for _, chosen := range []inbox.ClientID{"", "miette", "clair"} {
			d.Client = chosen
			line := ansi.Strip(status.Header(l, d, 80))
			for _, want := range []string{"0 Tous ", "1 Miette 30", "2 Atlas ", "3 Nordlys 32", "4 Clair 33", "◷ 38 min", "✓"} {
				if !strings.Contains(line, want) {
					t.Errorf("%q is not in %q", want, line)
				}
			}
		}
	}
}
