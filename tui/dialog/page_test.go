package dialog_test

import (
	"fmt"
	"strings"
	"testing"

	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

func TestPage(t *testing.T) {
	l := look.Look{Styles: theme.New(theme.Mono, true, theme.ASCII()), P: lang.For(lang.English)}
	d := &dialog.Page{Head: "dialog.preview", Yes: dialog.Closed{}, Lines: func(l look.Look, w int) (out []string) {
		for i := range 10 {
			out = append(out, l.Fit(fmt.Sprint("line ", i), w))
		}
		return out
	}}
	if n := len(d.View(l, 40, 4)); n != 4 || d.Rows(l, 40) != 11 {
		t.Fatalf("%d lines, wants %d", n, d.Rows(l, 40))
	}
	if s := strings.Join(d.View(l, 40, 4), "\n"); !strings.Contains(s, "line 0") || !strings.Contains(s, "v 7") || !strings.Contains(s, "ctrl+s") {
		t.Error(s)
	}
	d.Do(keys.Bottom)
	if s := strings.Join(d.View(l, 40, 4), "\n"); !strings.Contains(s, "line 9") || strings.Contains(s, "line 6") {
		t.Error(s)
	}
	if d.Do(keys.Accept) != (dialog.Closed{}) || d.Do(keys.Send) == nil {
		t.Error("enter goes back, the key that sends sends")
	}
	d.Yes = nil
	if d.Do(keys.Send) != nil {
		t.Error("nothing follows, yet something was sent")
	}
}
