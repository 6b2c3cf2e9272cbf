package query

import (
	"slices"
	"testing"
)

func TestNamed(t *testing.T) {
	for text, want := range map[string][]Named{
		"":                                nil,
		"bonjour is:unread":               nil,
		"client:Miette hey":               {{"client", "miette"}},
		`"client:miette"`:                 nil,
		"(net:a OR -network:b) account:c": {{"net", "a"}, {"net", "b"}, {"account", "c"}},
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Named(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
