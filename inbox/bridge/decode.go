package bridge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	typeMessage = "message"
	typeThread  = "thread"
	typeNote    = "note"
	typeEvent   = "event"
)

// Decode reads one line. An error is a *LineError without a line number.
func Decode(b []byte) (Line, error) { return new(quick).decode(b) }

func (q *quick) decode(b []byte) (Line, error) {
	if len(b) > MaxLine {
		return Line{}, tooLong()
	}
	*q = quick{}
	if q.fill(b) {
		m, err := q.line("")
		return Line{Message: m}, err
	}
	return decode(b)
}

// decode reads any line there is, and says what is wrong with the others.
func decode(b []byte) (Line, error) {
	h, err := headOf(b)
	if err != nil {
		return Line{}, err
	}
	switch h.Type {
	case typeMessage:
		m, err := decodeMessage(b, "")
		return Line{Message: m}, err
	case typeThread:
		t, err := decodeThread(b)
		return Line{Thread: t}, err
	default:
		e, err := decodeEvent(b)
		return Line{Event: e}, err
	}
}

// headOf says what a line is. The way we begin lines ourselves it sees at
// once; the decoders check the head again with all the rest.
func headOf(b []byte) (head, error) {
	v := Version
	for _, t := range []string{typeMessage, typeEvent, typeThread, typeNote} {
		if rest, ok := bytes.CutPrefix(b, []byte(`{"v":1,"type":"`)); ok && bytes.HasPrefix(rest, []byte(t+`",`)) {
			return head{V: &v, Type: t}, nil
		}
	}
	var h head
	if err := unmarshal(b, &h); err != nil {
		return head{}, err
	}
	return h, h.check(typeMessage, typeThread, typeNote, typeEvent)
}

// check says why a head is not one of these types.
func (h head) check(types ...string) error {
	switch {
	case h.V == nil:
		return refuse(Missing, "v")
	case *h.V != Version:
		return refuse(BadVersion, strconv.Itoa(*h.V), strconv.Itoa(Version))
	case !slices.Contains(types, h.Type):
		return refuse(NotOneOf, "type", "message, thread, note, event")
	}
	return nil
}

// DecodeMessage reads a message that an external connector gives for an
// account: "v", "type" and "account" may be absent, and whatever the program
// says there, the message belongs to that account.
func DecodeMessage(b []byte, account inbox.AccountID) (inbox.Message, error) {
	m, err := decodeMessage(b, account)
	if err != nil {
		return inbox.Message{}, err
	}
	return m.Message, nil
}

// unmarshal is json.Unmarshal with reasons that hold nothing of the input.
func unmarshal(b []byte, into any) error {
	if !utf8.Valid(b) {
		return refuse(NotUTF8)
	}
	err := json.Unmarshal(b, into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return refuse(BrokenJSON, strconv.FormatInt(syntax.Offset, 10))
	case errors.As(err, &kind) && kind.Field != "":
		return refuse(WrongType, strings.TrimPrefix(kind.Field, "wireTriage."))
	}
	return refuse(NotJSON)
}

func decodeMessage(b []byte, account inbox.AccountID) (*MessageLine, error) {
	var w wireMessage
	if err := unmarshal(b, &w); err != nil {
		return nil, err
	}
	return w.line(account)
}

// line makes a message of what was spelled, for this account unless the line
// says which.
func (w *wireMessage) line(account inbox.AccountID) (*MessageLine, error) {
	if account != "" {
		w.Account = string(account)
	} else if err := w.head.check(typeMessage); err != nil {
		return nil, err
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	m := inbox.Message{
		Account: inbox.AccountID(w.Account), Remote: w.ID, Conversation: w.Thread, Parent: w.Parent,
		Kind: inbox.Kind(w.Kind), At: w.At.Time, Edited: w.Edited.Time, ReplyUntil: w.ReplyUntil.Time,
		Author: inbox.Author{
			ID: w.Author.ID, Handle: text.CleanLine(w.Author.Handle), Name: text.CleanLine(w.Author.Name),
			Followers: w.Author.Followers, URL: w.Author.URL,
		},
		To: w.To, Text: *w.Text, Warning: w.Warning, Status: inbox.Status(w.Status), Poll: w.Poll.poll(), Lang: w.Lang, URL: w.URL, Counts: w.Counts.counts(), Visibility: w.Visibility,
		Outgoing: w.Outgoing, Deleted: w.Deleted, Expired: w.Deleted && w.Expired,
	}
	if p := w.Post; p != nil {
		m.Post = &inbox.Post{ID: p.ID, Text: p.Text, URL: p.URL, At: p.At.Time, Counts: p.Counts.counts()}
	}
	for _, a := range w.Media {
		m.Media = append(m.Media, inbox.Media{Kind: a.Kind, URL: a.URL, Alt: a.Alt})
	}
	if w.Rating != nil {
		m.Rating = *w.Rating
	}
	return &MessageLine{Client: inbox.ClientID(w.Client), Network: inbox.Network(w.Network), Message: m}, nil
}

func (w *wirePoll) poll() *inbox.Poll {
	if w == nil {
		return nil
	}
	p := &inbox.Poll{Voters: w.Voters, Ends: w.Ends.Time, Multiple: w.Multiple}
	for _, o := range w.Options {
		p.Options = append(p.Options, inbox.PollOption(o))
	}
	return p
}

func (c *wireCounts) counts() inbox.Counts {
	if c == nil {
		return inbox.Counts{}
	}
	return inbox.Counts{Likes: c.Likes, Reposts: c.Reposts, Replies: c.Replies, Known: true}
}

func decodeThread(b []byte) (*ThreadLine, error) {
	var w wireThread
	if err := unmarshal(b, &w); err != nil {
		return nil, err
	}
	if err := cmp.Or(w.head.check(typeThread), w.check()); err != nil {
		return nil, err
	}
	feeling, _ := inbox.ParseFeeling(w.Sentiment)
	return &ThreadLine{
		Account: inbox.AccountID(w.Account), Conversation: w.Thread,
		Triage: *w.triage(), Tags: w.Tags, Priority: w.Priority, Feeling: feeling,
	}, nil
}

func (w *wireTriage) triage() *inbox.Triage {
	if w == nil {
		return nil
	}
	state, _ := inbox.ParseState(w.State)
	nap, _ := inbox.ParseNapRule(w.Nap)
	t := &inbox.Triage{
		State: state, Until: w.Until.Time, Nap: nap, Dozes: w.Dozes, WokeAt: w.WokeAt.Time,
		Unread: w.Unread, DoneAt: w.DoneAt.Time, Promoted: w.Promoted,
	}
	if e := w.Escalation; e != nil {
		t.Escalation = &inbox.Escalation{
			Contact: inbox.ContactID(e.Contact), Name: text.CleanLine(e.Name),
			At: e.At.Time, Due: e.Due.Time, Question: e.Question,
		}
	}
	return t
}

func decodeEvent(b []byte) (*EventLine, error) {
	var w wireEvent
	if err := unmarshal(b, &w); err != nil {
		return nil, err
	}
	if w.Type == typeNote {
		w.Verb = string(inbox.Noted)
	}
	if err := cmp.Or(w.head.check(typeEvent, typeNote), w.check()); err != nil {
		return nil, err
	}
	return &EventLine{
		Account: inbox.AccountID(w.Account), Conversation: w.Thread,
		Event: inbox.Event{
			N: w.N, At: w.At.Time, Actor: inbox.Actor(w.Actor), Session: w.Session, Verb: inbox.Verb(w.Verb),
			Message: w.Message, Args: w.Args, Text: w.Text, Until: w.Until.Time, Undoes: w.Undoes,
			Before: w.Before.triage(), After: w.After.triage(),
		},
	}, nil
}

// blank reports whether a line has nothing on it.
func blank(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }
