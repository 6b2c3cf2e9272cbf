package list_test

import (
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/list"
	"vigie/tui/look"
	"vigie/tui/stamp"
	"vigie/tui/theme"
)

// The column of deadlines is as wide as its rows ask for, whichever way they
// came to be due.
func TestColumnFollowsItsRows(t *testing.T) {
	l := look.Look{Styles: theme.New(theme.Mono, true, theme.Unicode()), P: lang.For(lang.French), Now: noon}
	l.Time = stamp.For(l.P)
	due := thread(1)
	due.State, due.Window, due.Alarm = inbox.Ours, noon.Add(42*time.Minute), inbox.AlarmNow
	for name, change := range map[string]func(*list.Model){
		"Update": func(m *list.Model) { m.Update(due) },
		"Append": func(m *list.Model) { m.Append(inbox.ThreadPage{Threads: []inbox.Thread{due}}) },
		"Set":    func(m *list.Model) { m.Set(inbox.ThreadPage{Threads: []inbox.Thread{due}}) },
	} {
		t.Run(name, func(t *testing.T) {
			var m list.Model
			m.SetSize(100, 12, true)
			from := 1
			if name == "Append" {
				from = 2
			}
			m.Set(page(5, from, true))
			m.View(l, "", true)
			change(&m)
			if got := strings.Join(m.View(l, "", true), "\n"); !strings.Contains(got, "fenêtre 42 min!") {
				t.Errorf("no deadline in\n%s", got)
			}
		})
	}
}
