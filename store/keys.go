package store

import (
	"encoding/binary"
	"math"
	"time"

	"vigie/inbox"
)

// bucket numbers the buckets within the code; the file knows their names.
type bucket int

const (
	bMeta bucket = iota
	bThreads
	bConversations
	bLists
	bDue
	bMessages
	bRemotes
	bTimelines
	bPosts
	bEvents
	bJournals
	bCounters
	bStreams
	bActions
	bOpenActions
	bThreadActions
	bDrafts
	bWords
	bColumns
	bFacets
	bViews
	bPersons
	bIdentities
	bucketCount
)

// bucketNames are the names on disk; doc.go says what each one holds.
var bucketNames = [bucketCount]string{
	"meta", "threads", "conversations", "lists", "due", "messages", "remotes", "timelines", "posts",
	"events", "journals", "counters", "streams", "actions", "open-actions", "thread-actions", "drafts",
	"words", "columns", "facets", "views", "persons", "identities",
}

// grows tells the buckets whose keys only grow: their pages are filled.
var grows = [bucketCount]bool{bMessages: true, bEvents: true, bActions: true, bThreads: true, bWords: true, bColumns: true}

const (
	idLen   = 8
	timeLen = 12
	rankLen = 1 + timeLen
	// fillPercent of the pages of growing buckets: half full pages would
	// double the file.
	fillPercent = 0.9
	// maxID is the longest remote id that is stored, in bytes: bbolt takes
	// keys up to 32 KiB, and a network's ids are addresses at most.
	maxID = 4096
)

func idKey[T ~uint64](id T) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 0, idLen), uint64(id))
}

func appendID[T ~uint64](b []byte, id T) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(id))
}

func keyID[T ~uint64](b []byte) T {
	if len(b) < idLen {
		return 0
	}
	return T(binary.BigEndian.Uint64(b))
}

// appendTime appends a time so that bytes order as times do, for every time
// that Go knows.
func appendTime(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix())^1<<63)
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

func keyTime(b []byte) time.Time {
	if len(b) < timeLen {
		return time.Time{}
	}
	sec := int64(binary.BigEndian.Uint64(b) ^ 1<<63)
	return time.Unix(sec, int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}

// appendTimeDown is appendTime for an order with the newest first.
func appendTimeDown(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, ^(uint64(t.Unix()) ^ 1<<63))
	return binary.BigEndian.AppendUint32(b, math.MaxUint32-uint32(t.Nanosecond()))
}

func keyTimeDown(b []byte) time.Time {
	if len(b) < timeLen {
		return time.Time{}
	}
	sec := int64(^binary.BigEndian.Uint64(b) ^ 1<<63)
	return time.Unix(sec, int64(math.MaxUint32-binary.BigEndian.Uint32(b[8:]))).UTC()
}

// pairKey joins an account and an id of its network. Neither holds a NUL, so
// keys order as the pairs do.
func pairKey(account inbox.AccountID, id string) []byte {
	b := make([]byte, 0, len(account)+1+len(id))
	b = append(b, account...)
	b = append(b, 0)
	return append(b, id...)
}

// lane is the prefix of one list: of a client, or of all when it is "".
func lane(client inbox.ClientID, split inbox.Split, state inbox.State) []byte {
	b := make([]byte, 0, len(client)+3+rankLen+idLen)
	b = append(b, client...)
	return append(b, 0, byte(split), byte(state))
}

// appendRank appends a rank so that bytes order as lists do.
func appendRank(b []byte, r inbox.Rank) []byte {
	b = append(b, byte(r.Class))
	if r.Class == inbox.RankRest {
		return appendTimeDown(b, r.At)
	}
	return appendTime(b, r.At)
}

func keyRank(b []byte) inbox.Rank {
	if len(b) < rankLen {
		return inbox.Rank{}
	}
	r := inbox.Rank{Class: inbox.RankClass(b[0])}
	if r.Class == inbox.RankRest {
		r.At = keyTimeDown(b[1:])
	} else {
		r.At = keyTime(b[1:])
	}
	return r
}

func listKey(client inbox.ClientID, p place, id inbox.ThreadID) []byte {
	return appendID(appendRank(lane(client, p.split, p.state), p.rank), id)
}

func dueKey(due time.Time, id inbox.ThreadID) []byte {
	return appendID(appendTime(make([]byte, 0, timeLen+idLen), due), id)
}

func timelineKey(thread inbox.ThreadID, at time.Time, id inbox.MessageID) []byte {
	return appendID(appendTime(appendID(make([]byte, 0, 2*idLen+timeLen), thread), at), id)
}

// twoKey joins a thread and a number within it, or an action of it.
func twoKey[T ~uint64](thread inbox.ThreadID, n T) []byte {
	return appendID(appendID(make([]byte, 0, 2*idLen), thread), n)
}
