package theme

import (
	"image/color"
	"math"
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
	note, noteBack, noteText               color.Color
	bar, barText                           color.Color
	sel, selText, rest                     color.Color
	band                                   color.Color // text on a client's colour
	link, tag                              color.Color
	clients                                map[string]color.Color
	mono                                   bool
	dark                                   bool // what the terminal's own background is
	flat                                   bool // on a background of ours text has one colour
	even                                   bool // see Styles.Even
}

// New makes the styles of a theme. dark matters to Auto only.
func New(name Name, dark bool, g Glyphs) Styles { return styles(name, dark, false, g) }

// Sixteen makes the styles of a theme for a terminal with 16 colours.
func Sixteen(name Name, dark bool, g Glyphs) Styles { return styles(name, dark, true, g) }

func styles(name Name, dark, few bool, g Glyphs) Styles {
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
	switch {
	case name == Mono:
		c = colors{mono: true}
	case name == Contrast:
		c = contrastColors()
		c.flat = few
	case name == Light && few:
		c = light16()
	case name == Light:
		c = lightColors()
	case few:
		c = dark16()
	}
	c.dark = dark
	s := Styles{Name: name, Dark: dark, Glyphs: g, c: c}
	s.draw()
	return s
}

// Even returns the styles with every row alike, the one under the cursor too:
// for who follows the cursor itself, moving it changes nothing else.
func (s Styles) Even() Styles {
	s.c.even = true
	s.draw()
	return s
}

func (s *Styles) draw() {
	c, base := s.c, lipgloss.NewStyle()
	fg := func(col color.Color) lipgloss.Style { return tint(base, col) }
	onBar := func(col color.Color) color.Color { return c.on(col, c.barText, c.bar) }
	s.Text, s.Muted, s.Faint = pen(base), pen(fg(c.muted)), pen(fg(c.faint))
	s.Hit = pen(base.Bold(true).Underline(true))
	s.Strong, s.Title = pen(base.Bold(true)), pen(fg(c.accent).Bold(true))
	s.Accent, s.Danger = pen(fg(c.accent)), pen(fg(c.danger).Bold(true))
	s.Warn, s.OK = pen(fg(c.warn)), pen(fg(c.ok))
	s.Note = pen(back(tint(base, c.note), c.noteBack, c.mono).Bold(true))
	s.NoteText = pen(fg(c.noteText))
	s.Ours, s.Theirs, s.Post = pen(fg(c.accent)), pen(fg(c.faint)), pen(fg(c.faint))
	s.Link, s.Tag = pen(fg(c.link).Underline(true)), pen(fg(c.tag))
	s.Key, s.Rule = pen(fg(c.accent).Bold(true)), pen(fg(c.faint))
	bar := back(tint(base, c.barText), c.bar, c.mono)
	s.Bar, s.BarStrong = pen(bar), pen(bar.Bold(true))
	s.BarMuted = pen(tint(bar, onBar(c.muted)))
	s.BarDanger, s.BarWarn, s.BarOK = pen(tint(bar, onBar(c.danger)).Bold(true)), pen(tint(bar, onBar(c.warn))), pen(tint(bar, onBar(c.ok)))
	s.Sheet, s.SheetTitle = pen(base), pen(fg(c.accent).Bold(true))
	sel := back(tint(base, c.selText), c.sel, c.mono)
	s.Match = pen(sel)
	s.Plain = c.row(base, nil, nil)
	s.Selected = c.row(sel, c.selText, c.sel)
	rest := base.Background(c.rest)
	if c.rest == nil {
		rest = base.Bold(true)
	}
	s.Resting = c.row(rest, nil, c.rest)
	if c.even {
		s.Selected, s.Resting, s.Match = s.Plain, s.Plain, s.Text
	}
}

// row makes the pens of a row with a style, in which text is own on bg.
func (c colors) row(base lipgloss.Style, own, bg color.Color) Row {
	on := func(col color.Color) lipgloss.Style { return tint(base, c.on(col, own, bg)) }
	return Row{
		Text: pen(base), Muted: pen(on(c.muted)), Strong: pen(base.Bold(true)),
		Tag: pen(on(c.tag)), Danger: pen(on(c.danger).Bold(true)), Warn: pen(on(c.warn)),
		Mark: pen(on(c.accent).Bold(true)),
	}
}

// on is a colour as it can be read on a background, where text is own.
func (c colors) on(col, own, bg color.Color) color.Color {
	switch {
	case bg == nil:
		return col
	case c.flat:
		return own
	}
	return legible(col, bg, c.dark)
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
		band = band.Background(col).Foreground(legible(s.c.band, col, s.c.dark))
		if s.c.flat {
			band = band.Foreground(s.c.band)
		}
	}
	sel := back(base, s.c.sel, s.c.mono)
	rest := base.Background(s.c.rest)
	if s.c.rest == nil {
		rest = base.Bold(true)
	}
	if s.c.even {
		plain := pen(tint(base, col))
		return Client{plain, plain, plain, pen(band)}
	}
	return Client{
		Plain: pen(tint(base, col)), Selected: pen(tint(sel, s.c.on(col, s.c.selText, s.c.sel))),
		Resting: pen(tint(rest, s.c.on(col, nil, s.c.rest))), Band: pen(band),
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
			return c.custom(lipgloss.Color(name))
		}
	}
	return c.accent
}

// custom is a colour of the configuration's own as it can be read; with 16
// colours the nearest that the palette gives a client.
func (c colors) custom(col color.Color) color.Color {
	if !c.flat {
		return legible(col, nil, c.dark)
	}
	best, least := c.accent, math.Inf(1)
	for _, word := range words {
		if d := distance(col, c.clients[word]); d < least {
			best, least = c.clients[word], d
		}
	}
	return best
}
