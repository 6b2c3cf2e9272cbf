package telegram

import (
	"strconv"
	"strings"
)

// maxWord is the longest id of a business connection that is taken.
const maxWord = 128

// branch is the part of a chat that a conversation is in.
type branch byte

// The branches.
const (
	topicBranch  branch = 't' // a topic of a forum
	postBranch   branch = 'p' // the comments of a channel's post
	directBranch branch = 'd' // a person's direct messages to a channel
)

// talk is a conversation, taken apart. See the package comment.
type talk struct {
	connection string // of a business account; "": none
	chat       int64
	branch     branch // 0: none
	sub        int64  // the topic's or post's number
	person     int64  // in groups; 0: a chat with one person
}

// group reports whether others take part.
func (t talk) group() bool { return t.person != 0 }

func (t talk) String() string {
	s := number(t.chat)
	if t.connection != "" {
		s = "b" + t.connection + "/" + s
	}
	if t.branch != 0 {
		s += "/" + string(t.branch) + number(t.sub)
	}
	if t.person != 0 {
		s += ":" + number(t.person)
	}
	return s
}

// readTalk takes a conversation's name apart; ok is false for a name that we
// do not give.
func readTalk(s string) (t talk, ok bool) {
	whole := s
	if t.connection, s, ok = cutConnection(s); !ok {
		return talk{}, false
	}
	s, person, has := strings.Cut(s, ":")
	if has {
		if t.person, ok = readNumber(person); !ok {
			return talk{}, false
		}
	}
	s, sub, has := strings.Cut(s, "/")
	if has {
		if len(sub) < 2 || !strings.ContainsRune("tpd", rune(sub[0])) {
			return talk{}, false
		}
		t.branch = branch(sub[0])
		if t.sub, ok = readNumber(sub[1:]); !ok {
			return talk{}, false
		}
	}
	t.chat, ok = readNumber(s)
	return t, ok && t.String() == whole
}

// spot is a message's place, taken apart.
type spot struct {
	connection string
	chat, id   int64
}

func (s spot) String() string {
	out := number(s.chat) + ":" + number(s.id)
	if s.connection != "" {
		out = "b" + s.connection + "/" + out
	}
	return out
}

// readSpot takes a message's name apart.
func readSpot(s string) (p spot, ok bool) {
	whole := s
	if p.connection, s, ok = cutConnection(s); !ok {
		return spot{}, false
	}
	chat, id, has := strings.Cut(s, ":")
	if !has {
		return spot{}, false
	}
	if p.chat, ok = readNumber(chat); !ok {
		return spot{}, false
	}
	p.id, ok = readNumber(id)
	return p, ok && p.id > 0 && p.String() == whole
}

func cutConnection(s string) (connection, rest string, ok bool) {
	if !strings.HasPrefix(s, "b") {
		return "", s, true
	}
	connection, rest, ok = strings.Cut(s[1:], "/")
	return connection, rest, ok && soundWord(connection)
}

// soundWord reports whether a business connection's id can be part of a name.
func soundWord(s string) bool {
	return s != "" && len(s) <= maxWord && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_=.", r))
	})
}

func readNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n != 0
}
