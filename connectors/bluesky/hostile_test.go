package bluesky_test

import "vigie/connectors/conformance"

// hostile is a part of the corpus of hostile texts: every seventh, which
// meets all of its classes.
func hostile(t conformance.T) []string {
	t.Helper()
	var out []string
	for i, text := range conformance.Hostile(t) {
		if i%7 == 0 && len(text) < 10_000 {
			out = append(out, text)
		}
	}
	return out
}
