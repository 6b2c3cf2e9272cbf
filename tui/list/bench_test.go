package list_test

import (
	"testing"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/list"
	"vigie/tui/look"
	"vigie/tui/stamp"
	"vigie/tui/theme"
)

// BenchmarkMove is one step of the cursor to drawn rows, in a list where no
// thread is due: with the rows of one window, and with as many as are kept.
func BenchmarkMove(b *testing.B) {
	for _, c := range []struct {
		name string
		rows int
	}{{"window", list.PageRows}, {"most", 3 * list.PageRows}} {
		b.Run(c.name, func(b *testing.B) {
			var m list.Model
			m.SetSize(120, 40, true)
			p := page(c.rows, 1, false)
			for i := range p.Threads {
				p.Threads[i].State = inbox.Ours
			}
			m.Set(p)
			m.Settle()
			l := look.Look{Styles: theme.New(theme.Dark, true, theme.Unicode()), P: lang.For(lang.French), Now: noon}
			l.Time = stamp.For(l.P)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m.Move(1 - i/30%2*2)
				m.View(l, "", true)
			}
		})
	}
}
