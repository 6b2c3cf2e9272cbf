package theme

import (
	"image/color"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
)

// Name is a theme's name in the configuration.
type Name string

// The themes. Auto is Dark or Light, as the terminal says.
const (
	Auto     Name = "auto"
	Dark     Name = "dark"
	Light    Name = "light"
	Mono     Name = "mono"
	Contrast Name = "contrast"
)

// Valid reports whether the name is a theme; the empty name is Auto.
func (n Name) Valid() bool {
	switch n {
	case "", Auto, Dark, Light, Mono, Contrast:
		return true
	}
	return false
}

// Row holds the pens of one list row.
type Row struct {
	Text, Muted, Strong, Tag, Danger, Warn, Mark Pen
}

// Client holds the pens of one Client's name.
type Client struct {
	Plain, Selected, Resting Pen // in rows, as Styles.Plain, Selected and Resting
	Band                     Pen // the identity band
}

// Styles are all styles of the screen. It is a value, made once per theme.
type Styles struct {
	Name   Name
	Dark   bool
	Glyphs Glyphs

	Text, Muted, Faint, Strong, Title Pen
	Accent, Danger, Warn, OK          Pen
	Note, NoteText                    Pen // private notes: band and text
	Ours, Theirs, Post                Pen // gutters
	Link, Tag, Key, Rule              Pen
	Bar, BarStrong, BarMuted          Pen // header and status
	BarDanger, BarWarn, BarOK         Pen
	Sheet, SheetTitle                 Pen // dialogs
	Match                             Pen // the chosen line of a dialog
	Hit                               Pen // the words of a text that were looked for

	Plain, Selected, Resting Row // not under the cursor; under it; under it, without the focus

	c colors
}

// colors are a palette; nil is the terminal's own colour.
type colors struct {
	muted, faint, accent, danger, warn, ok color.Color
	note, noteBack                         color.Color
	bar, barText                           color.Color
	sel, selText, rest                     color.Color
	band                                   color.Color // text on a client's colour
	link, tag                              color.Color
	clients                                map[string]color.Color
	mono                                   bool
}

// New makes the styles of a theme. dark matters to Auto only.
func New(name Name, dark bool, g Glyphs) Styles {
	switch name {
	case Dark, Contrast:
		dark = true
	case Light:
		dark = false
	case Auto, "":
		name = Light
		if dark {
			name = Dark
		}
	}
	c := darkColors()
	switch name {
	case Light:
		c = lightColors()
	case Mono:
		c = colors{mono: true}
	case Contrast:
		c = contrastColors()
	}
	s := Styles{Name: name, Dark: dark, Glyphs: g, c: c}
	s.draw()
	return s
}

func (s *Styles) draw() {
	c, base := s.c, lipgloss.NewStyle()
	fg := func(col color.Color) lipgloss.Style { return tint(base, col) }
	s.Text, s.Muted, s.Faint = pen(base), pen(fg(c.muted)), pen(fg(c.faint))
	s.Hit = pen(base.Bold(true).Underline(true))
	s.Strong, s.Title = pen(base.Bold(true)), pen(fg(c.accent).Bold(true))
	s.Accent, s.Danger = pen(fg(c.accent)), pen(fg(c.danger).Bold(true))
	s.Warn, s.OK = pen(fg(c.warn)), pen(fg(c.ok))
	s.Note = pen(back(tint(base, c.note), c.noteBack, c.mono).Bold(true))
	s.NoteText = pen(fg(c.note))
	s.Ours, s.Theirs, s.Post = pen(fg(c.accent)), pen(fg(c.faint)), pen(fg(c.faint))
	s.Link, s.Tag = pen(fg(c.link).Underline(true)), pen(fg(c.tag))
	s.Key, s.Rule = pen(fg(c.accent).Bold(true)), pen(fg(c.faint))
	bar := back(tint(base, c.barText), c.bar, c.mono)
	s.Bar, s.BarStrong = pen(bar), pen(bar.Bold(true))
	s.BarMuted = pen(tint(bar, c.muted))
	s.BarDanger, s.BarWarn, s.BarOK = pen(tint(bar, c.danger).Bold(true)), pen(tint(bar, c.warn)), pen(tint(bar, c.ok))
	s.Sheet, s.SheetTitle = pen(base), pen(fg(c.accent).Bold(true))
	sel := back(tint(base, c.selText), c.sel, c.mono)
	s.Match = pen(sel)
	s.Plain = c.row(base)
	s.Selected = c.row(sel)
	rest := base.Background(c.rest)
	if c.rest == nil {
		rest = base.Bold(true)
	}
	s.Resting = c.row(rest)
}

func (c colors) row(base lipgloss.Style) Row {
	return Row{
		Text: pen(base), Muted: pen(tint(base, c.muted)), Strong: pen(base.Bold(true)),
		Tag: pen(tint(base, c.tag)), Danger: pen(tint(base, c.danger).Bold(true)), Warn: pen(tint(base, c.warn)),
		Mark: pen(tint(base, c.accent).Bold(true)),
	}
}

func tint(s lipgloss.Style, col color.Color) lipgloss.Style {
	if col == nil {
		return s
	}
	return s.Foreground(col)
}

// back sets a background, or reverses where there are no colours.
func back(s lipgloss.Style, col color.Color, mono bool) lipgloss.Style {
	if mono {
		return s.Reverse(true)
	}
	if col == nil {
		return s
	}
	return s.Background(col)
}

// Client makes the pens of a Client from its configured colour: "#rrggbb", a
// palette word or "". A colour that is not understood is the accent.
func (s Styles) Client(name string) Client {
	base := lipgloss.NewStyle()
	col := s.c.client(name)
	band := base.Bold(true)
	if s.c.mono {
		band = band.Reverse(true)
	} else {
		band = band.Background(col).Foreground(s.c.band)
	}
	sel := back(base, s.c.sel, s.c.mono)
	rest := base.Background(s.c.rest)
	if s.c.rest == nil {
		rest = base.Bold(true)
	}
	return Client{
		Plain: pen(tint(base, col)), Selected: pen(tint(sel, col)), Resting: pen(tint(rest, col)), Band: pen(band),
	}
}

func (c colors) client(name string) color.Color {
	name = strings.ToLower(strings.TrimSpace(name))
	if c.mono {
		return nil
	}
	if word, ok := synonyms[name]; ok {
		name = word
	}
	if col, ok := c.clients[name]; ok {
		return col
	}
	if len(name) == 7 && name[0] == '#' {
		if _, err := strconv.ParseUint(name[1:], 16, 32); err == nil {
			return lipgloss.Color(name)
		}
	}
	return c.accent
}
