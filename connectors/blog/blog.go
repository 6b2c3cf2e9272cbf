// Package blog has what the connectors of blogs share: when two texts are the
// same words, which addresses may be kept, and how far clocks may be apart. It
// knows no network and makes no call.
package blog

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"vigie/inbox/text"
)

const (
	// FindMargin is how far outside the time of sending an answer may be; the
	// blog's clock need not be ours.
	FindMargin = 5 * time.Minute
	// FindPages bounds how far back the own answers are looked through.
	FindPages = 10
	// MaxKnown is how many of the newest comments are looked at again.
	MaxKnown = 2000
	// MaxCursor is what a cursor may have, in bytes; ours are below 48 kB.
	MaxCursor = 256 << 10
	// maxAddress is how long an address is kept, in bytes.
	maxAddress = 2000
)

// SameText reports whether two texts say the same, but for spacing and
// composition.
func SameText(a, b string) bool { return folded(a) == folded(b) }

func folded(s string) string {
	words := strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	return strings.Join(strings.Fields(text.Clean(words).String()), " ")
}

// Address returns an address of the web that may be shown and opened; "" for
// any other.
func Address(s string) string {
	u, ok := text.URL(s)
	if !ok || len(u) > maxAddress || strings.HasPrefix(u, "mailto:") {
		return ""
	}
	return u
}

// Lenient decodes an object; a field of the wrong type is left out instead of
// costing the whole.
func Lenient(raw []byte, v any) error {
	err := json.Unmarshal(raw, v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return nil
	}
	return err
}

// Sum changes whenever one of the parts does.
func Sum(parts ...string) uint32 {
	h := fnv.New32a()
	for _, part := range parts {
		_, _ = h.Write([]byte(part)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return h.Sum32()
}
