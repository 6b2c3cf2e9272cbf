package bridge

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/text"
)

func cleanText() *rapid.Generator[text.Safe] {
	return rapid.Map(rapid.String(), text.Clean)
}

func cleanLine() *rapid.Generator[text.Safe] {
	return rapid.Map(rapid.String(), text.CleanLine)
}

func anID() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringMatching(`[0-9a-zA-Z:/@._<>&-]{1,40}`), rapid.Map(rapid.StringN(1, 20, 80), line)).
		Filter(goodID)
}

func aTime() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		s := rapid.Int64Range(-62135596799, 253402300799).Draw(t, "seconds")
		ns := rapid.SampledFrom([]int64{0, 0, 1, 500_000_000, 999_999_999}).Draw(t, "ns")
		return time.Unix(s, ns).UTC()
	})
}

func maybeTime() *rapid.Generator[time.Time] {
	return rapid.OneOf(rapid.Just(time.Time{}), aTime())
}

func aLink() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", "https://example.org/é?a=b&c=<d>", "http://[::1]:80/", "mailto:lea@example.org"})
}

func someCounts(t *rapid.T) inbox.Counts {
	if !rapid.Bool().Draw(t, "known") {
		return inbox.Counts{}
	}
	n := rapid.IntRange(0, 1<<40)
	return inbox.Counts{Likes: n.Draw(t, "likes"), Reposts: n.Draw(t, "reposts"), Replies: n.Draw(t, "replies"), Known: true}
}

func aMessage(t *rapid.T) Line {
	m := inbox.Message{
		Account: inbox.AccountID(anID().Draw(t, "account")), Remote: anID().Draw(t, "id"),
		Conversation: anID().Draw(t, "thread"),
		Kind:         rapid.SampledFrom([]inbox.Kind{"comment", "mention", "dm", "review", "watch"}).Draw(t, "kind"),
		At:           aTime().Draw(t, "at"), Edited: maybeTime().Draw(t, "edited"),
		Author: inbox.Author{
			ID: anID().Draw(t, "author"), Handle: cleanLine().Draw(t, "handle"), Name: cleanLine().Draw(t, "name"),
			Followers: rapid.IntRange(0, 1<<40).Draw(t, "followers"), URL: aLink().Draw(t, "author url"),
		},
		Text: cleanText().Draw(t, "text"), URL: aLink().Draw(t, "url"), Counts: someCounts(t),
		Lang: cleanLine().Draw(t, "lang").String(), Visibility: cleanLine().Draw(t, "visibility").String(),
		Rating: rapid.IntRange(0, 5).Draw(t, "rating"), Outgoing: rapid.Bool().Draw(t, "outgoing"),
	}
	if rapid.Bool().Draw(t, "answer") {
		m.Parent = anID().Draw(t, "parent")
	}
	if rapid.Bool().Draw(t, "has post") {
		m.Post = &inbox.Post{
			ID: anID().Draw(t, "post"), Text: cleanText().Draw(t, "post text"), URL: aLink().Draw(t, "post url"),
			At: maybeTime().Draw(t, "post at"), Counts: someCounts(t),
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "media") {
		m.Media = append(m.Media, inbox.Media{
			Kind: cleanLine().Draw(t, "media kind").String(), URL: aLink().Draw(t, "media url"), Alt: cleanLine().Draw(t, "alt"),
		})
	}
	m.Status = rapid.SampledFrom(append(inbox.Statuses(), "")).Draw(t, "status")
	for range rapid.IntRange(0, 3).Draw(t, "to") {
		m.To = append(m.To, cleanLine().Draw(t, "one of to"))
	}
	m.Warning = cleanLine().Draw(t, "warning")
	if rapid.Bool().Draw(t, "poll") {
		m.Poll = &inbox.Poll{
			Voters: rapid.IntRange(0, 1<<40).Draw(t, "voters"), Ends: maybeTime().Draw(t, "ends"), Multiple: rapid.Bool().Draw(t, "multiple"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "options") {
			m.Poll.Options = append(m.Poll.Options, inbox.PollOption{Text: cleanLine().Draw(t, "option"), Votes: rapid.IntRange(0, 1<<40).Draw(t, "votes")})
		}
	}
	if rapid.Bool().Draw(t, "deleted") {
		m.Deleted, m.Text, m.Media = true, text.Safe{}, nil
		m.Warning, m.Poll, m.To = text.Safe{}, nil, nil
		m.Expired = rapid.Bool().Draw(t, "expired")
	}
	return Line{Message: &MessageLine{
		Client:  inbox.ClientID(cleanLine().Draw(t, "client").String()),
		Network: inbox.Network(cleanLine().Draw(t, "network").String()), Message: m,
	}}
}

func aTriage(t *rapid.T) inbox.Triage {
	out := inbox.Triage{
		State: rapid.SampledFrom(inbox.States()).Draw(t, "state"), Unread: rapid.Bool().Draw(t, "unread"),
		Until: maybeTime().Draw(t, "until"), DoneAt: maybeTime().Draw(t, "done at"), Promoted: rapid.Bool().Draw(t, "promoted"),
		Nap:    rapid.SampledFrom([]inbox.NapRule{inbox.NapPlain, inbox.NapTillReply, inbox.NapNoReply}).Draw(t, "nap"),
		Dozes:  rapid.Bool().Draw(t, "dozes"),
		WokeAt: maybeTime().Draw(t, "woke at"),
	}
	if rapid.Bool().Draw(t, "escalated") {
		out.Escalation = &inbox.Escalation{
			Contact: inbox.ContactID(cleanLine().Draw(t, "contact").String()), Name: cleanLine().Draw(t, "contact name"),
			At: maybeTime().Draw(t, "escalated at"), Due: maybeTime().Draw(t, "due"), Question: cleanText().Draw(t, "question"),
		}
	}
	return out
}

func aThread(t *rapid.T) Line {
	var tags []string
	for range rapid.IntRange(0, 3).Draw(t, "tags") {
		tags = append(tags, rapid.StringMatching(`[a-zé][a-z0-9/_.]{0,9}`).Draw(t, "tag"))
	}
	slices.Sort(tags)
	return Line{Thread: &ThreadLine{
		Account: inbox.AccountID(anID().Draw(t, "account")), Conversation: anID().Draw(t, "thread"),
		Triage: aTriage(t), Tags: slices.Compact(tags), Priority: rapid.IntRange(-9, 9).Draw(t, "priority"),
		Feeling: rapid.SampledFrom([]inbox.Feeling{inbox.Unmarked, inbox.Positive, inbox.Neutral, inbox.Negative}).Draw(t, "feeling"),
	}}
}

func anEvent(t *rapid.T) Line {
	e := inbox.Event{
		N: rapid.IntRange(0, 1<<40).Draw(t, "n"), At: aTime().Draw(t, "at"),
		Actor:   rapid.SampledFrom([]inbox.Actor{"human", "rule", "native", "import", "system"}).Draw(t, "actor"),
		Session: cleanLine().Draw(t, "session").String(),
		Verb:    rapid.SampledFrom([]inbox.Verb{"noted", "noted", "tagged", "escalated", "done", "undone", "read", "snoozed", "felt", "alarmed"}).Draw(t, "verb"),
		Text:    cleanText().Draw(t, "text"),
	}
	if rapid.Bool().Draw(t, "more") {
		e.Message, e.Until = anID().Draw(t, "message"), maybeTime().Draw(t, "until")
		e.Undoes = rapid.IntRange(0, 99).Draw(t, "undoes")
		before, after := aTriage(t), aTriage(t)
		e.Before, e.After = &before, &after
		e.Args = rapid.SampledFrom([][]string{nil, {"+a"}, {"-a/b", "+c"}}).Draw(t, "args")
	}
	return Line{Event: &EventLine{
		Account: inbox.AccountID(anID().Draw(t, "account")), Conversation: anID().Draw(t, "thread"), Event: e,
	}}
}

func aLine() *rapid.Generator[Line] {
	return rapid.Custom(func(t *rapid.T) Line {
		return rapid.SampledFrom([]func(*rapid.T) Line{aMessage, aThread, anEvent}).Draw(t, "type")(t)
	})
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := aLine().Draw(t, "line")
		b, err := Encode(in)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(b, "\n\r") {
			t.Fatalf("%q is not one line", b)
		}
		out, err := Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if !reflect.DeepEqual(in, out) {
			t.Fatalf("%s\n in  %+v\n out %+v", b, in, out)
		}
	})
}

// FuzzDecode: what is read can be written, and what was written is read and
// written again as the same bytes.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		full, least, `{"v":1,"type":"thread","account":"a","thread":"t","state":"done","tags":["x","x"]}`,
		`{"v":1,"type":"note","account":"a","thread":"t","at":"2026-11-23T07:00:00Z","actor":"human","text":"x"}`,
		`{"v":1,"type":"event","account":"a","thread":"t","at":"2026-11-23T07:00:00Z","actor":"rule","verb":"noted","after":{"state":"ours","escalation":{}}}`,
		`{"v":1,"type":"thread","account":"a","thread":"t","state":"snoozed","nap":"reply","dozes":true,"sentiment":"negative"}`,
		`{"v":1,"type":"thread","account":"a","thread":"t","state":"ours","nap":"noreply","woke_at":"2026-11-23T07:00:00+01:00","sentiment":"none"}`,
		`{"v":1,"type":"event","account":"a","thread":"t","at":"2026-11-23T07:00:00Z","actor":"human","verb":"undone","args":["~none"],"before":{"state":"snoozed","nap":"later"}}`,
		`{"V":1,"TYPE":"message","text":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		l, err := Decode(in)
		if err != nil {
			var bad *LineError
			if !errors.As(err, &bad) || bad.Reason == "" {
				t.Fatalf("%q: %v", in, err)
			}
			return
		}
		once, err := Encode(l)
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", in, err)
		}
		again, err := Decode(once)
		if err != nil {
			t.Fatalf("%s was written and cannot be read: %v", once, err)
		}
		twice, err := Encode(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("(%v)\n once  %s\n twice %s", err, once, twice)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	b.SetBytes(int64(len(full)))
	for b.Loop() {
		if _, err := Decode([]byte(full)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	l, err := Decode([]byte(full))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Encode(l); err != nil {
			b.Fatal(err)
		}
	}
}
