// Package text turns hostile remote text into clean text.
//
// It is the only place where text written by a stranger becomes inbox text:
// connectors, the import and the store's decoder call Clean or CleanLine, and
// everything behind them carries a Safe, a type that can be made only here.
// The package does no I/O and knows no network.
package text

// Safe is text that passed Clean or CleanLine: valid UTF-8 whose only control
// character is the line feed, without bidi controls, within the caps of
// limits.go. The zero value is the empty text. Safe values are comparable.
type Safe struct{ s string }

// String returns the clean text.
func (t Safe) String() string { return t.s }

// Empty reports whether the text has no bytes.
func (t Safe) Empty() bool { return t.s == "" }

// MarshalText gives the clean text, so that a Safe is a JSON string.
func (t Safe) MarshalText() ([]byte, error) { return []byte(t.s), nil }

// UnmarshalText cleans what it reads: no decoder is a way round Clean.
func (t *Safe) UnmarshalText(b []byte) error {
	*t = Clean(string(b))
	return nil
}
