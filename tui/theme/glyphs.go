package theme

// Glyphs are the signs of the screen, each one cell wide.
type Glyphs struct {
	Unread, Marked, Cursor      string
	Resting                     string // the cursor of a pane without the focus
	Focus                       string // before the title of the pane that has it
	Theirs, Ours, Note, Post    string // gutters of the reader
	Column, Rule, Heavy, Bullet string
	OK, Fail, Wait, Ask         string
	More, Less, To, Back        string
	Writing, Link, Dot, Ellipse string
	Tag                         string
	ASCII                       bool
}

// Unicode is the default set: signs found in every monospaced font.
func Unicode() Glyphs {
	return Glyphs{
		Unread: "●", Marked: "✓", Cursor: "▌", Resting: "╎", Focus: "▸",
		Theirs: "│", Ours: "┃", Note: "▒", Post: "┊",
		Column: "│", Rule: "─", Heavy: "━", Bullet: "•",
		OK: "✓", Fail: "✗", Wait: "◷", Ask: "?",
		More: "▼", Less: "▲", To: "→", Back: "↩",
		Writing: "✎", Link: "↗", Dot: "·", Ellipse: "…", Tag: "#",
	}
}

// ASCII is the set for terminals and fonts that have nothing else.
func ASCII() Glyphs {
	return Glyphs{
		Unread: "*", Marked: "x", Cursor: ">", Resting: ".", Focus: "=",
		Theirs: "|", Ours: "]", Note: "!", Post: ":",
		Column: "|", Rule: "-", Heavy: "=", Bullet: "*",
		OK: "+", Fail: "X", Wait: "~", Ask: "?",
		More: "v", Less: "^", To: ">", Back: "<",
		Writing: "~", Link: "@", Dot: "-", Ellipse: ".", Tag: "#", ASCII: true,
	}
}

// GlyphSet returns the set a setting names: "ascii", else Unicode.
func GlyphSet(name string) Glyphs {
	if name == "ascii" {
		return ASCII()
	}
	return Unicode()
}
