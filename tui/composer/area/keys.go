package area

import tea "charm.land/bubbletea/v2"

// Key types a key, moves or deletes; it reports whether the text changed.
func (a *Area) Key(k tea.KeyPressMsg) bool {
	old := a.text
	switch {
	case k.Text != "":
		a.Type(k.Text)
	case a.moves(k.String()):
		a.show()
	default:
		a.deletes(k.String())
	}
	return a.text != old
}

// moves moves the cursor, if the key does that.
func (a *Area) moves(key string) bool {
	var to int
	switch key {
	case "left", "ctrl+b":
		to = a.before(a.at)
	case "right", "ctrl+f":
		to = a.after(a.at)
	case "ctrl+left", "alt+left", "alt+b":
		to = a.wordLeft(a.at, worded)
	case "ctrl+right", "alt+right", "alt+f":
		to = a.wordRight(a.at, worded)
	case "home", "ctrl+a":
		to = a.home()
	case "end":
		to = a.end()
	case "ctrl+home", "alt+<":
		to = 0
	case "ctrl+end", "alt+>":
		to = len(a.text)
	case "up":
		a.vertical(-1)
		return true
	case "down", "ctrl+n":
		a.vertical(1)
		return true
	default:
		return false
	}
	a.moved(to)
	return true
}

// deletes takes away what the key says: the selection, if there is one.
func (a *Area) deletes(key string) {
	from, to := a.at, a.at
	switch key {
	case "enter", "ctrl+j", "shift+enter", "alt+enter", "ctrl+m":
		a.Type("\n")
		return
	case "backspace", "ctrl+h", "shift+backspace":
		from = a.before(a.at)
	case "delete", "ctrl+d", "shift+delete":
		to = a.after(a.at)
	case "ctrl+w":
		from = a.wordLeft(a.at, spaced)
	case "alt+backspace", "ctrl+backspace":
		from = a.wordLeft(a.at, worded)
	case "alt+d", "alt+delete", "ctrl+delete":
		to = a.wordRight(a.at, worded)
	case "ctrl+u":
		if from = a.lineStart(a.at); from == a.at {
			from = a.before(a.at)
		}
	case "ctrl+k":
		if to = a.lineEnd(a.at); to == a.at {
			to = a.after(a.at)
		}
	default:
		return
	}
	if a.mark != a.at {
		from, to = a.Selection()
	}
	if from != to {
		a.edit(from, to, "", erased)
	}
}
