package bridge

import (
	"encoding/json"
	"time"

	"vigie/inbox/text"
)

// The structs below are the lines as they are spelled. The order of their
// fields is the order of the format.

type head struct {
	V    *int   `json:"v"`
	Type string `json:"type"`
}

type wireMessage struct {
	head
	Client     string      `json:"client,omitempty"`
	Account    string      `json:"account"`
	Network    string      `json:"network,omitempty"`
	Kind       string      `json:"kind"`
	Thread     string      `json:"thread"`
	ID         string      `json:"id"`
	Parent     string      `json:"parent,omitempty"`
	At         stamp       `json:"at"`
	Author     *wireAuthor `json:"author"`
	To         []text.Safe `json:"to,omitempty"`
	Text       *text.Safe  `json:"text"`
	Warning    text.Safe   `json:"warning,omitzero"`
	Status     string      `json:"status,omitempty"`
	Poll       *wirePoll   `json:"poll,omitempty"`
	Lang       string      `json:"lang,omitempty"`
	URL        string      `json:"url,omitempty"`
	Post       *wirePost   `json:"post,omitempty"`
	Media      []wireMedia `json:"media,omitempty"`
	Counts     *wireCounts `json:"counts,omitempty"`
	Rating     *int        `json:"rating,omitempty"`
	Visibility string      `json:"visibility,omitempty"`
	Outgoing   bool        `json:"outgoing,omitempty"`
	Edited     stamp       `json:"edited,omitzero"`
	ReplyUntil stamp       `json:"reply_until,omitzero"` // of programs; what is kept has none
	Deleted    bool        `json:"deleted,omitempty"`
	Expired    bool        `json:"expired,omitempty"`
}

type wireAuthor struct {
	ID        string `json:"id"`
	Handle    string `json:"handle,omitempty"`
	Name      string `json:"name,omitempty"`
	Followers int    `json:"followers,omitempty"`
	URL       string `json:"url,omitempty"`
}

type wirePost struct {
	ID     string      `json:"id"`
	Text   text.Safe   `json:"text,omitzero"`
	URL    string      `json:"url,omitempty"`
	At     stamp       `json:"at,omitzero"`
	Counts *wireCounts `json:"counts,omitempty"`
}

type wireMedia struct {
	Kind string    `json:"kind"`
	URL  string    `json:"url,omitempty"`
	Alt  text.Safe `json:"alt,omitzero"`
}

type wirePoll struct {
	Options  []wireOption `json:"options"`
	Voters   int          `json:"voters,omitempty"`
	Ends     stamp        `json:"ends,omitzero"`
	Multiple bool         `json:"multiple,omitempty"`
}

type wireOption struct {
	Text  text.Safe `json:"text"`
	Votes int       `json:"votes,omitempty"`
}

type wireCounts struct {
	Likes   int `json:"likes"`
	Reposts int `json:"reposts"`
	Replies int `json:"replies"`
}

type wireThread struct {
	head
	Account string `json:"account"`
	Thread  string `json:"thread"`
	wireTriage
	Tags      []string `json:"tags,omitempty"`
	Priority  int      `json:"priority,omitempty"`
	Sentiment string   `json:"sentiment,omitempty"`
}

type wireTriage struct {
	State      string          `json:"state"`
	Until      stamp           `json:"until,omitzero"`
	Nap        string          `json:"nap,omitempty"`
	Dozes      bool            `json:"dozes,omitempty"`
	WokeAt     stamp           `json:"woke_at,omitzero"`
	Unread     bool            `json:"unread,omitempty"`
	DoneAt     stamp           `json:"done_at,omitzero"`
	Escalation *wireEscalation `json:"escalation,omitempty"`
	Promoted   bool            `json:"promoted,omitempty"`
}

type wireEscalation struct {
	Contact  string    `json:"contact,omitempty"`
	Name     string    `json:"name,omitempty"`
	At       stamp     `json:"at,omitzero"`
	Due      stamp     `json:"due,omitzero"`
	Question text.Safe `json:"question,omitzero"`
}

type wireEvent struct {
	head
	Account string      `json:"account"`
	Thread  string      `json:"thread"`
	N       int         `json:"n,omitempty"`
	At      stamp       `json:"at"`
	Actor   string      `json:"actor"`
	Session string      `json:"session,omitempty"`
	Verb    string      `json:"verb,omitempty"` // notes have none
	Message string      `json:"message,omitempty"`
	Args    []string    `json:"args,omitempty"`
	Text    text.Safe   `json:"text,omitzero"`
	Until   stamp       `json:"until,omitzero"`
	Undoes  int         `json:"undoes,omitempty"`
	Before  *wireTriage `json:"before,omitempty"`
	After   *wireTriage `json:"after,omitempty"`
}

// stamp is a time as the format spells it: RFC 3339 in UTC, with a fraction
// only where there is one. An empty string is no time.
type stamp struct {
	time.Time
	bad bool // it was spelled otherwise
}

func (s stamp) MarshalJSON() ([]byte, error) {
	return json.Marshal(s.UTC().Format(time.RFC3339Nano))
}

func (s *stamp) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) != nil {
		*s = stamp{bad: true}
		return nil
	}
	*s = stampOf(word)
	return nil
}

func stampOf(word string) stamp {
	if word == "" {
		return stamp{}
	}
	t, err := time.Parse(time.RFC3339Nano, word)
	return stamp{Time: t.UTC(), bad: err != nil || !inRange(t)}
}

// inRange reports whether RFC 3339 can spell t in UTC and t is not the zero
// time, which means "none".
func inRange(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 1 && year <= 9999 && !t.IsZero()
}
