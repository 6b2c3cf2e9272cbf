package bridge

import (
	"bytes"
	"encoding/json"
	"slices"

	"vigie/inbox"
	"vigie/inbox/text"
)

// Encode spells one line without its line feed, in the one way the format
// has: fields in the order of the format, empty ones left out, times in UTC.
// What cannot be a line, such as a message without an id, is a *LineError.
func Encode(l Line) ([]byte, error) {
	switch {
	case l.Message != nil:
		return encodeMessage(l.Message)
	case l.Thread != nil:
		return encodeThread(l.Thread)
	case l.Event != nil:
		return encodeEvent(l.Event)
	}
	return nil, refuse(Empty)
}

func marshal(w any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(w); err != nil {
		return nil, refuse(Unspellable, err.Error())
	}
	out := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(out) > MaxLine {
		return nil, tooLong()
	}
	return out, nil
}

func header(kind string) head {
	v := Version
	return head{V: &v, Type: kind}
}

func encodeMessage(l *MessageLine) ([]byte, error) {
	m := l.Message
	w := wireMessage{
		head: header(typeMessage), Client: string(l.Client), Account: string(m.Account), Network: string(l.Network),
		Kind: string(m.Kind), Thread: m.Conversation, ID: m.Remote, Parent: m.Parent, At: stamp{Time: m.At},
		Author: &wireAuthor{
			ID: m.Author.ID, Handle: m.Author.Handle.String(), Name: m.Author.Name.String(),
			Followers: m.Author.Followers, URL: m.Author.URL,
		},
		To: slices.Clone(m.To), Text: &m.Text, Warning: m.Warning, Status: string(m.Status), Poll: wirePollOf(m.Poll), Lang: m.Lang, URL: m.URL, Counts: wireCountsOf(m.Counts), Visibility: m.Visibility,
		Outgoing: m.Outgoing, Edited: stamp{Time: m.Edited}, Deleted: m.Deleted, Expired: m.Expired,
	}
	if p := m.Post; p != nil {
		w.Post = &wirePost{ID: p.ID, Text: p.Text, URL: p.URL, At: stamp{Time: p.At}, Counts: wireCountsOf(p.Counts)}
	}
	for _, a := range m.Media {
		w.Media = append(w.Media, wireMedia{Kind: a.Kind, URL: a.URL, Alt: a.Alt})
	}
	if m.Rating != 0 {
		w.Rating = &m.Rating
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	return marshal(w)
}

func wirePollOf(p *inbox.Poll) *wirePoll {
	if p == nil {
		return nil
	}
	w := &wirePoll{Options: []wireOption{}, Voters: p.Voters, Ends: stamp{Time: p.Ends}, Multiple: p.Multiple}
	for _, o := range p.Options {
		w.Options = append(w.Options, wireOption(o))
	}
	return w
}

func wireCountsOf(c inbox.Counts) *wireCounts {
	if !c.Known {
		return nil
	}
	return &wireCounts{Likes: c.Likes, Reposts: c.Reposts, Replies: c.Replies}
}

func encodeThread(t *ThreadLine) ([]byte, error) {
	w := wireThread{
		head: header(typeThread), Account: string(t.Account), Thread: t.Conversation,
		wireTriage: *wireTriageOf(&t.Triage), Tags: slices.Clone(t.Tags), Priority: t.Priority,
	}
	if t.Feeling != inbox.Unmarked {
		w.Sentiment = t.Feeling.String()
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	return marshal(w)
}

func wireTriageOf(t *inbox.Triage) *wireTriage {
	if t == nil {
		return nil
	}
	w := &wireTriage{
		State: t.State.String(), Until: stamp{Time: t.Until}, Nap: t.Nap.String(), Dozes: t.Dozes, WokeAt: stamp{Time: t.WokeAt},
		Unread: t.Unread, DoneAt: stamp{Time: t.DoneAt}, Promoted: t.Promoted,
	}
	if e := t.Escalation; e != nil {
		w.Escalation = &wireEscalation{
			Contact: string(e.Contact), Name: e.Name.String(), At: stamp{Time: e.At}, Due: stamp{Time: e.Due},
			Question: e.Question,
		}
	}
	return w
}

func encodeEvent(l *EventLine) ([]byte, error) {
	e := l.Event
	w := wireEvent{
		head: header(typeEvent), Account: string(l.Account), Thread: l.Conversation, N: e.N, At: stamp{Time: e.At},
		Actor: string(e.Actor), Session: e.Session, Verb: string(e.Verb), Message: e.Message,
		Args: slices.Clone(e.Args), Text: e.Text, Until: stamp{Time: e.Until}, Undoes: e.Undoes,
		Before: wireTriageOf(e.Before), After: wireTriageOf(e.After),
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	if plainNote(e) {
		w.Type, w.Verb = typeNote, ""
	}
	return marshal(w)
}

// plainNote reports whether an event is a note and nothing more, and so has a
// line type of its own.
func plainNote(e inbox.Event) bool {
	return e.Verb == inbox.Noted && e.Message == "" && len(e.Args) == 0 && e.Until.IsZero() && e.Undoes == 0 &&
		e.Before == nil && e.After == nil && e.Text != text.Safe{}
}
