package tui

import "testing"

// Places never overlap, lie in the window, and leave no line unused.
func TestArrange(t *testing.T) {
	shapes := []shape{
		{},
		{reading: true},
		{writing: true},
		{reading: true, writing: true},
		{sheet: 5},
		{sheet: 40},
		{sheet: 1, large: true},
		{writing: true, sheet: 4},
		{reading: true, sheet: 8},
	}
	for w := 1; w <= 200; w += 3 {
		for h := 1; h <= 60; h++ {
			for _, s := range shapes {
				l := arrange(w, h, s)
				places := []rect{l.header, l.tabs, l.status, l.hints, l.side, l.list, l.reader, l.composer}
				used := 0
				for i, a := range places {
					if a.empty() {
						continue
					}
					if a.x < 0 || a.y < 0 || a.x+a.w > w || a.y+a.h > h {
						t.Fatalf("%dx%d %+v: place %d is outside: %+v", w, h, s, i, a)
					}
					for _, b := range places[i+1:] {
						if !b.empty() && a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h {
							t.Fatalf("%dx%d %+v: %+v and %+v overlap", w, h, s, a, b)
						}
					}
					used += a.w * a.h
				}
				columns := 0
				if !l.side.empty() {
					columns += l.side.h
				}
				if l.beside() {
					columns += l.list.h
				}
				if used+columns != w*h {
					t.Fatalf("%dx%d %+v: %d of %d cells are used", w, h, s, used+columns, w*h)
				}
				if s.sheet > 0 && (l.sheet.empty() || l.sheet.y < l.all.y || l.sheet.y+l.sheet.h > l.all.y+l.all.h) {
					t.Fatalf("%dx%d %+v: the dialog is at %+v in %+v", w, h, s, l.sheet, l.all)
				}
			}
		}
	}
}
