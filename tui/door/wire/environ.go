package wire

import "strings"

// Limits of the variables that may cross, per session.
const (
	MaxVariables  = 32
	MaxValueBytes = 4096 // PATH_MAX of Linux: a directory fits
	maxNameBytes  = 64
	ownPrefix     = "VIGIE_"
)

// Allowed reports whether a variable of the client may reach a session: the
// colours, the language, and vigie's own. A value may not be too long or hold
// a control character. TERM is none of them: it comes with the terminal.
func Allowed(name, value string) bool {
	if len(value) > MaxValueBytes || strings.IndexFunc(value, control) >= 0 {
		return false
	}
	switch name {
	case "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_MESSAGES":
		return true
	}
	if len(name) > maxNameBytes || !strings.HasPrefix(name, ownPrefix) || name == ownPrefix {
		return false
	}
	return strings.Trim(name[len(ownPrefix):], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

func control(r rune) bool { return r < ' ' || (r >= 0x7F && r < 0xA0) }

// Terminal reports whether TERM may be used: the letters of terminfo names, at
// most 64 of them.
func Terminal(term string) bool {
	if term == "" || len(term) > 64 {
		return false
	}
	for _, c := range []byte(term) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("-_.+", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// Lookup returns the value of a variable in a list of name=value, "" if unset.
// The last one counts.
func Lookup(environ []string, name string) string {
	for i := len(environ) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(environ[i], name+"="); ok {
			return v
		}
	}
	return ""
}
