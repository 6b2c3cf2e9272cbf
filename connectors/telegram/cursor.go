package telegram

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const (
	cursorVersion = 1
	maxCursor     = 64 << 10 // bytes; ours are below 12 kB
	maxMoved      = 50       // groups that became supergroups
	maxPosts      = 200      // channel posts whose comments are known as such
	maxLinked     = 50       // channels with a discussion group
	// kept is how long Telegram keeps an update that nobody took.
	kept = 24 * time.Hour
)

// cursor is where the stream stands: all before Next is stored.
type cursor struct {
	V    int   `json:"v"`
	Next int64 `json:"n,omitempty"` // the offset that the next fetch confirms by
	// At is when the newest update was fetched, Unix seconds.
	At int64 `json:"t,omitempty"`
	// Moved are groups that became supergroups: the new chat's id by that
	// which its conversations keep.
	Moved []moved `json:"m,omitempty"`
	// Posts are channels' posts as their discussion groups have them.
	Posts []string `json:"p,omitempty"`
	// Channels are those whose posts come into a group by themselves.
	Channels []linked `json:"c,omitempty"`
}

type linked struct {
	Group   int64 `json:"g"`
	Channel int64 `json:"c"`
}

type moved struct {
	To    int64 `json:"to"`
	First int64 `json:"of"`
}

// readCursor reads a cursor; what cannot be read begins anew.
func readCursor(s string) cursor {
	var cur cursor
	if len(s) > maxCursor || json.Unmarshal([]byte(s), &cur) != nil || cur.V != cursorVersion || cur.Next < 0 || cur.At < 0 {
		return cursor{V: cursorVersion}
	}
	cur.Posts = slices.DeleteFunc(cur.Posts, func(p string) bool { _, ok := readSpot(p); return !ok })
	return cur
}

func (cur cursor) String() string {
	b, _ := json.Marshal(cur) // strings and numbers only
	return string(b)
}

// offset is what a fetch may confirm by. After a week without updates their
// ids begin anew, perhaps lower; nothing that old is kept anyway.
func (cur cursor) offset(now time.Time) int64 {
	if cur.Next == 0 || now.Sub(time.Unix(cur.At, 0)) > 2*kept {
		return 0
	}
	return cur.Next
}

// first is the id that a chat's conversations have.
func (cur cursor) first(chat int64) int64 {
	for _, m := range cur.Moved {
		if m.To == chat {
			return m.First
		}
	}
	return chat
}

// move notes that a group became a supergroup.
func (cur *cursor) move(from, to int64) {
	if from == 0 || to == 0 || from == to || cur.first(to) != to {
		return
	}
	cur.Moved = append(slices.Clone(cur.Moved), moved{To: to, First: cur.first(from)})
	cur.Moved = cur.Moved[max(0, len(cur.Moved)-maxMoved):]
}

// post notes a channel's post in its discussion group.
func (cur *cursor) post(chat, id int64) {
	name := spot{chat: chat, id: id}.String()
	if !slices.Contains(cur.Posts, name) {
		cur.Posts = append(slices.Clone(cur.Posts), name)
		cur.Posts = cur.Posts[max(0, len(cur.Posts)-maxPosts):]
	}
}

// link notes whose discussion group a group is.
func (cur *cursor) link(group, channel int64) {
	if channel == 0 || cur.channel(group) == channel {
		return
	}
	others := slices.DeleteFunc(slices.Clone(cur.Channels), func(l linked) bool { return l.Group == group })
	cur.Channels = append(others, linked{Group: group, Channel: channel})
	cur.Channels = cur.Channels[max(0, len(cur.Channels)-maxLinked):]
}

// channel is the one whose discussion group a group is; 0: not known.
func (cur cursor) channel(group int64) int64 {
	for _, l := range cur.Channels {
		if l.Group == group {
			return l.Channel
		}
	}
	return 0
}

// knows reports whether a message of a group is a channel's post.
func (cur cursor) knows(chat, id int64) bool {
	return slices.Contains(cur.Posts, spot{chat: chat, id: id}.String())
}

// lost tells of updates that were thrown away unread: ids are missing, and so
// long was nothing fetched. "": none.
func (cur cursor) lost(first int64, now time.Time) string {
	if cur.Next == 0 || first <= cur.Next || now.Sub(time.Unix(cur.At, 0)) < kept {
		return ""
	}
	return strings.Join([]string{number(cur.Next), number(first - 1)}, "–")
}
