package engine

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// newKey makes an idempotency key: 26 letters and digits that begin with the
// time in milliseconds and end in 80 random bits, in the manner of a ULID.
func newKey(now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	// rand.Read never fails (crypto/rand, Go 1.24 and later).
	_, _ = rand.Read(b[6:])
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}
