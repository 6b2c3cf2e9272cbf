package theme

import (
	"fmt"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// colours of a pen, as a terminal shows it. Those that it does not set are the
// terminal's own.
func (p Pen) colours(t *testing.T, profile colorprofile.Profile, own, back color.Color) (fg, bg color.Color) {
	t.Helper()
	fg, bg = own, back
	for _, seq := range regexp.MustCompile("\x1b\\[([0-9;]*)m").FindAllStringSubmatch(p.on, -1) {
		codes := strings.Split(seq[1], ";")
		for i := 0; i < len(codes); i++ {
			n, _ := strconv.Atoi(codes[i])
			var c color.Color
			switch {
			case n >= 30 && n <= 37:
				c = ansi.BasicColor(n - 30)
			case n >= 90 && n <= 97:
				c = ansi.BasicColor(n - 90 + 8)
			case n >= 40 && n <= 47:
				c = ansi.BasicColor(n - 40)
			case n >= 100 && n <= 107:
				c = ansi.BasicColor(n - 100 + 8)
			case (n == 38 || n == 48) && codes[i+1] == "5":
				index, _ := strconv.Atoi(codes[i+2])
				c, i = ansi.IndexedColor(index), i+2
			case (n == 38 || n == 48) && codes[i+1] == "2":
				var rgb [3]int
				for j := range rgb {
					rgb[j], _ = strconv.Atoi(codes[i+2+j])
				}
				c, i = ansi.RGBColor{R: uint8(rgb[0]), G: uint8(rgb[1]), B: uint8(rgb[2])}, i+4
			case n == 7:
				fg, bg = bg, fg
				continue
			default:
				continue
			}
			if c = profile.Convert(c); n >= 40 && n <= 48 || n >= 100 {
				bg = c
			} else {
				fg = c
			}
		}
	}
	return fg, bg
}

func pensOf(s Styles) map[string]Pen {
	all := map[string]Pen{
		"text": s.Text, "muted": s.Muted, "strong": s.Strong, "title": s.Title, "accent": s.Accent, "danger": s.Danger,
		"warn": s.Warn, "ok": s.OK, "note": s.Note, "note text": s.NoteText, "link": s.Link, "tag": s.Tag, "key": s.Key,
		"bar": s.Bar, "bar strong": s.BarStrong, "bar muted": s.BarMuted, "bar danger": s.BarDanger, "bar warn": s.BarWarn,
		"bar ok": s.BarOK, "sheet title": s.SheetTitle, "match": s.Match, "hit": s.Hit,
		"faint": s.Faint, "theirs": s.Theirs, "rule": s.Rule,
	}
	for name, r := range map[string]Row{"plain": s.Plain, "selected": s.Selected, "resting": s.Resting} {
		for what, p := range map[string]Pen{
			"text": r.Text, "muted": r.Muted, "strong": r.Strong, "tag": r.Tag, "danger": r.Danger, "warn": r.Warn, "mark": r.Mark,
		} {
			all[name+" "+what] = p
		}
	}
	for _, word := range append(Words(), "#000000", "#ffffff", "#777777", "#0000ff", "#ffff00", "") {
		c := s.Client(word)
		all["client "+word], all["client "+word+" selected"] = c.Plain, c.Selected
		all["client "+word+" resting"], all["client "+word+" band"] = c.Resting, c.Band
	}
	return all
}

// Text of a sentence has 4.5 (WCAG AA), an ornament that says nothing 2.2. With
// 16 colours the terminal chooses what they are; here they are xterm's, and 3
// is asked of text.
func TestTextIsReadable(t *testing.T) {
	ornaments := map[string]bool{"faint": true, "theirs": true, "rule": true}
	white, black := color.Color(ansi.RGBColor{R: 255, G: 255, B: 255}), color.Color(ansi.RGBColor{})
	for _, name := range []Name{Dark, Light, Contrast, Mono} {
		own, back := white, black
		if name == Light {
			own, back = black, white
		}
		for _, profile := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI} {
			styles, text, ornament := New, readable, 2.2
			if profile == colorprofile.ANSI {
				styles, text, ornament = Sixteen, 3.0, 1.5
			}
			for what, p := range pensOf(styles(name, true, Unicode())) {
				least := text
				if ornaments[what] {
					least = ornament
				}
				fg, bg := p.colours(t, profile, own, back)
				if got := contrast(fg, bg); got < least {
					t.Errorf("%s, %v, %s: %s on %s is %.1f, not %.1f", name, profile, what, hex(fg), hex(bg), got, least)
				}
			}
		}
	}
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
