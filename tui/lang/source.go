package lang

import "vigie/inbox"

// Source says what is wrong with one of an account's sources, and what to do.
func (p Printer) Source(s inbox.Source) (what, next string) {
	key := Key("source." + s.Code)
	if !p.Has(key) {
		key = "source.invalid"
	}
	return p.padded(key, []string{p.T("source.name", s.Number, s.Host), s.To}), p.T(key + ".next")
}
