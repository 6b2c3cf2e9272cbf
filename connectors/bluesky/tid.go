package bluesky

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"vigie/inbox"
)

// tidLetters is the alphabet of sortable base 32 (atproto.com/specs/tid).
const tidLetters = "234567abcdefghijklmnopqrstuvwxyz"

// tidLen is the length of a TID in letters: 65 bits, the highest always 0.
const tidLen = 13

// encodeTID writes a time in microseconds since 1970 (53 bits) and a clock id
// (10 bits) as a TID. TIDs sort as strings in the order of their times.
func encodeTID(micros uint64, clock uint16) string {
	v := micros&(1<<53-1)<<10 | uint64(clock&(1<<10-1))
	var b [tidLen]byte
	for i := tidLen - 1; i >= 0; i-- {
		b[i] = tidLetters[v&31]
		v >>= 5
	}
	return string(b[:])
}

// actionTID is the record key of what an action creates. The same action
// always gives the same key: the time is that of the action, to the
// millisecond; the rest of the TID, 20 bits, comes from the action's own key.
func actionTID(a inbox.Action) string {
	sum := sha256.Sum256([]byte(string(a.Kind) + "\x00" + a.Key))
	mix := binary.BigEndian.Uint32(sum[:4])
	ms := max(a.CreatedAt.UnixMilli(), 0)
	return encodeTID(uint64(ms)*1000+uint64(mix>>16)%1000, uint16(mix))
}

// stateEpoch is where the times of state keys begin: 2024, in microseconds. All
// of them lie within the 407 days behind it, where no clock makes any more.
const stateEpoch = 1_704_067_200_000_000

// stateTID is the record key of what says something about a subject, such as
// that it is liked or blocked. The same subject always gives the same key, so
// that it is said once however often it is asked for.
func stateTID(collection, subject string) string {
	sum := sha256.Sum256([]byte(collection + "\x00" + subject))
	v := binary.BigEndian.Uint64(sum[:8])
	return encodeTID(stateEpoch+v>>10&(1<<45-1), uint16(v))
}

// stamp is how record times are written: UTC with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
