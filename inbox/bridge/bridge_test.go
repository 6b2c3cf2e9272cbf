package bridge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// full is the line of docs/bridge.md with all its fields.
const full = `{"v":1,"type":"message","client":"miette","account":"miette-mastodon","network":"mastodon","kind":"comment",` +
	`"thread":"109501","id":"109555","parent":"109550","at":"2026-11-22T08:03:11Z",` +
	`"author":{"id":"42","handle":"@lea@example.social","name":"Léa","followers":210,"url":"https://example.social/@lea"},` +
	`"text":"Vous ouvrez demain ?","lang":"fr","url":"https://example.social/@lea/109555",` +
	`"post":{"id":"109501","text":"Notre galette est arrivée","url":"https://example.social/@miette/109501","at":"2026-11-22T07:00:00Z"},` +
	`"media":[{"kind":"image","url":"https://example.social/g.jpg","alt":"une galette"}],` +
	`"counts":{"likes":3,"reposts":0,"replies":1},"visibility":"public"}`

const least = `{"v":1,"type":"message","account":"a","kind":"dm","thread":"t","id":"1","at":"2026-11-22T08:03:11Z",` +
	`"author":{"id":"42"},"text":""}`

func TestDecodeMessage(t *testing.T) {
	got, err := Decode([]byte(strings.Replace(full, `"visibility":"public"`, `"visibility":"public","outgoing":false,"edited":"","deleted":false`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	want := MessageLine{Client: "miette", Network: "mastodon", Message: inbox.Message{
		Account: "miette-mastodon", Remote: "109555", Conversation: "109501", Parent: "109550",
		Kind: inbox.KindComment, At: time.Date(2026, 11, 22, 8, 3, 11, 0, time.UTC),
		Author: inbox.Author{
			ID: "42", Handle: text.CleanLine("@lea@example.social"), Name: text.CleanLine("Léa"),
			Followers: 210, URL: "https://example.social/@lea",
		},
		Text: text.Clean("Vous ouvrez demain ?"), Lang: "fr", URL: "https://example.social/@lea/109555",
		Post: &inbox.Post{
			ID: "109501", Text: text.Clean("Notre galette est arrivée"),
			URL: "https://example.social/@miette/109501", At: time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC),
		},
		Media:      []inbox.Media{{Kind: "image", URL: "https://example.social/g.jpg", Alt: text.CleanLine("une galette")}},
		Counts:     inbox.Counts{Likes: 3, Replies: 1, Known: true},
		Visibility: "public",
	}}
	if !reflect.DeepEqual(*got.Message, want) {
		t.Errorf("got %+v\nwant %+v", *got.Message, want)
	}
	if b, err := Encode(got); err != nil || string(b) != full {
		t.Errorf("encoded (%v)\n got %s\nwant %s", err, b, full)
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"least", least, least},
		{"order and spaces", ` {"text":"", "author":{"id":"42"},"at":"2026-11-22T08:03:11Z","id":"1","thread":"t","kind":"dm","account":"a","type":"message","v":1}`, least},
		{"other zone", strings.Replace(least, "2026-11-22T08:03:11Z", "2026-11-22T09:03:11.000+01:00", 1), least},
		{"unknown fields", strings.Replace(least, `"text"`, `"mood":{"x":[1]},"text"`, 1), least},
		{"nulls", strings.Replace(least, `"text"`, `"post":null,"media":null,"rating":null,"edited":null,"lang":null,"text"`, 1), least},
		{"duplicate keys", strings.Replace(least, `"text"`, `"text":"first","text"`, 1), least},
		{"unsafe link", strings.Replace(least, `"text"`, `"url":"javascript:alert(1)","text"`, 1), least},
		{"no html escapes", strings.Replace(least, `""}`, `"a \u003c b \u0026 c"}`, 1), strings.Replace(least, `""}`, `"a < b & c"}`, 1)},
		{"fraction", strings.Replace(least, "11Z", "11.120Z", 1), strings.Replace(least, "11Z", "11.12Z", 1)},
		{"tombstone", strings.Replace(least, `""}`, `"secret","media":[{"kind":"image"}],"deleted":true}`, 1), strings.Replace(least, `""}`, `"","deleted":true}`, 1)},
		{"tombstone without text", strings.Replace(least, `"text":""}`, `"deleted":true}`, 1), strings.Replace(least, `""}`, `"","deleted":true}`, 1)},
		{"review", strings.Replace(least, `""}`, `"","rating":5}`, 1), strings.Replace(least, `""}`, `"","rating":5}`, 1)},
		{
			"thread", `{"v":1,"type":"thread","account":"a","thread":"t","tags":["b","a","b"],"state":"snoozed","until":"2026-11-23T07:00:00Z","unread":false,"priority":2}`,
			`{"v":1,"type":"thread","account":"a","thread":"t","state":"snoozed","until":"2026-11-23T07:00:00Z","tags":["a","b"],"priority":2}`,
		},
		{
			"nap", `{"v":1,"type":"thread","account":"a","thread":"t","sentiment":"negative","woke_at":"","dozes":true,"nap":"reply","state":"snoozed"}`,
			`{"v":1,"type":"thread","account":"a","thread":"t","state":"snoozed","nap":"reply","dozes":true,"sentiment":"negative"}`,
		},
		{
			"woken", `{"v":1,"type":"thread","account":"a","thread":"t","state":"ours","unread":true,"nap":"noreply","dozes":false,"woke_at":"2026-11-23T08:00:00+01:00","done_at":"2026-11-20T07:00:00Z","tags":["x"],"priority":1,"sentiment":"neutral"}`,
			`{"v":1,"type":"thread","account":"a","thread":"t","state":"ours","nap":"noreply","woke_at":"2026-11-23T07:00:00Z","unread":true,"done_at":"2026-11-20T07:00:00Z","tags":["x"],"priority":1,"sentiment":"neutral"}`,
		},
		{
			"no nap", `{"v":1,"type":"thread","account":"a","thread":"t","state":"ours","nap":"","dozes":null,"sentiment":""}`,
			`{"v":1,"type":"thread","account":"a","thread":"t","state":"ours"}`,
		},
		{
			"event of a nap", `{"v":1,"type":"event","account":"a","thread":"t","n":4,"at":"2026-11-23T07:00:00Z","actor":"rule","verb":"woke","before":{"dozes":true,"nap":"noreply","state":"snoozed","until":"2026-11-23T07:00:00Z"},"after":{"state":"ours","woke_at":"2026-11-23T07:00:00Z"}}`,
			`{"v":1,"type":"event","account":"a","thread":"t","n":4,"at":"2026-11-23T07:00:00Z","actor":"rule","verb":"woke","before":{"state":"snoozed","until":"2026-11-23T07:00:00Z","nap":"noreply","dozes":true},"after":{"state":"ours","woke_at":"2026-11-23T07:00:00Z"}}`,
		},
		{
			"note", `{"v":1,"type":"note","n":3,"account":"a","thread":"t","at":"2026-11-23T07:00:00Z","actor":"human","session":"pts/3","text":"a\nb"}`,
			`{"v":1,"type":"note","account":"a","thread":"t","n":3,"at":"2026-11-23T07:00:00Z","actor":"human","session":"pts/3","text":"a\nb"}`,
		},
		{
			"event", `{"v":1,"type":"event","account":"a","thread":"t","n":4,"at":"2026-11-23T07:00:00Z","actor":"human","verb":"undone","args":["-x"],"undoes":2}`,
			`{"v":1,"type":"event","account":"a","thread":"t","n":4,"at":"2026-11-23T07:00:00Z","actor":"human","verb":"undone","args":["-x"],"undoes":2}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Decode([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Encode(l); err != nil || string(got) != c.want {
				t.Errorf("(%v)\n got %s\nwant %s", err, got, c.want)
			}
		})
	}
}

// TestNothingUnknownIsWritten: a rule or a sentiment without a word is told,
// not spelled as something else.
func TestNothingUnknownIsWritten(t *testing.T) {
	for _, l := range []ThreadLine{
		{Account: "a", Conversation: "t", Triage: inbox.Triage{Nap: 99}},
		{Account: "a", Conversation: "t", Feeling: 99},
	} {
		var bad *LineError
		if b, err := Encode(Line{Thread: &l}); !errors.As(err, &bad) || bad.Code != NotOneOf {
			t.Errorf("%+v is written as %s, %v", l, b, err)
		}
	}
}

func TestRefused(t *testing.T) {
	swap := func(old, with string) string {
		if !strings.Contains(least, old) {
			t.Fatalf("%q is not in the line", old)
		}
		return strings.Replace(least, old, with, 1)
	}
	thread := `{"v":1,"type":"thread","account":"a","thread":"t",%s}`
	event := `{"v":1,"type":"event","account":"a","thread":"t","at":"2026-11-23T07:00:00Z","actor":"human",%s}`
	for _, c := range []struct{ name, in, reason string }{
		{"not json", `hello`, "not a JSON object: broken at byte 1"},
		{"half", least[:40], "not a JSON object: broken at byte 40"},
		{"array", `[1]`, "not a JSON object"},
		{"two objects", least + least, fmt.Sprintf("not a JSON object: broken at byte %d", len(least)+1)},
		{"not utf-8", swap(`"text":"`, `"text":"`+"\xff"), "not UTF-8"},
		{"deep", strings.Repeat("[", 20000), "not a JSON object: broken at byte 10001"},
		{"no version", swap(`"v":1,`, ``), "v is missing"},
		{"version 2", swap(`"v":1`, `"v":2`), "v is 2, only 1 is understood"},
		{"version 2 after all", swap(`"v":1`, `"v":1,"type":"message","v":2`), "v is 2, only 1 is understood"},
		{"another type after all", swap(`"id":"1"`, `"id":"1","type":"thread"`), "type is not one of message, thread, note, event"},
		{"version word", swap(`"v":1`, `"v":"1"`), "v is of the wrong type"},
		{"no type", swap(`"type":"message",`, ``), "type is not one of message, thread, note, event"},
		{"unknown type", swap(`"type":"message"`, `"type":"like"`), "type is not one of message, thread, note, event"},
		{"no account", swap(`"account":"a",`, ``), "account is missing or not a clean id"},
		{"no thread", swap(`"thread":"t",`, ``), "thread is missing or not a clean id"},
		{"no id", swap(`"id":"1",`, ``), "id is missing or not a clean id"},
		{"id number", swap(`"id":"1"`, `"id":1095012345678901234`), "id is of the wrong type"},
		{"id control", swap(`"id":"1"`, `"id":"1\u001b[m"`), "id is missing or not a clean id"},
		{"id long", swap(`"id":"1"`, `"id":"`+strings.Repeat("x", maxID+1)+`"`), "id is missing or not a clean id"},
		{"parent", swap(`"id":"1"`, `"id":"1","parent":"\u0000"`), "parent is not a clean id"},
		{"kind", swap(`"kind":"dm"`, `"kind":"like"`), "kind is not one of comment, mention, dm, review, watch"},
		{"no at", swap(`"at":"2026-11-22T08:03:11Z",`, ``), "at is missing"},
		{"at word", swap(`2026-11-22T08:03:11Z`, `yesterday`), "at is not a time of RFC 3339"},
		{"at number", swap(`"2026-11-22T08:03:11Z"`, `1763798591`), "at is not a time of RFC 3339"},
		{"at zero", swap(`2026-11-22T08:03:11Z`, `0001-01-01T00:00:00Z`), "at is not a time of RFC 3339"},
		{"at after 9999 in utc", swap(`2026-11-22T08:03:11Z`, `9999-12-31T23:59:59-01:00`), "at is not a time of RFC 3339"},
		{"reply_until", swap(`"text"`, `"reply_until":"soon","text"`), "reply_until is not a time of RFC 3339"},
		{"edited", swap(`"text"`, `"edited":"x","text"`), "edited is not a time of RFC 3339"},
		{"no author", swap(`"author":{"id":"42"},`, ``), "author.id is missing or not a clean id"},
		{"author id", swap(`{"id":"42"}`, `{"id":42}`), "author.id is of the wrong type"},
		{"no text", swap(`,"text":""`, ``), "text is missing"},
		{"text list", swap(`"text":""`, `"text":[]`), "text is of the wrong type"},
		{"rating 0", swap(`"text":""`, `"text":"","rating":0`), "rating is not 1 to 5"},
		{"rating 6", swap(`"text":""`, `"text":"","rating":6`), "rating is not 1 to 5"},
		{"rating half", swap(`"text":""`, `"text":"","rating":4.5`), "rating is of the wrong type"},
		{"post without id", swap(`"text":""`, `"text":"","post":{"text":"x"}`), "post.id is missing or not a clean id"},
		{"post time", swap(`"text":""`, `"text":"","post":{"id":"x","at":"x"}`), "post.at is not a time of RFC 3339"},
		{"count", swap(`"text":""`, `"text":"","counts":{"likes":-1}`), "a count is negative"},
		{"state", fmt.Sprintf(thread, `"state":"open"`), "state is not one of ours, theirs, snoozed, escalated, done"},
		{"no state", fmt.Sprintf(thread, `"unread":true`), "state is not one of ours, theirs, snoozed, escalated, done"},
		{"nap", fmt.Sprintf(thread, `"state":"snoozed","nap":"later"`), "nap is not one of reply, noreply"},
		{"woke_at", fmt.Sprintf(thread, `"state":"ours","woke_at":"soon"`), "woke_at is not a time of RFC 3339"},
		{"dozes", fmt.Sprintf(thread, `"state":"snoozed","dozes":"yes"`), "dozes is of the wrong type"},
		{"sentiment", fmt.Sprintf(thread, `"state":"ours","sentiment":"angry"`), "sentiment is not one of positive, neutral, negative"},
		{"no sentiment", fmt.Sprintf(thread, `"state":"ours","sentiment":"none"`), "sentiment is not one of positive, neutral, negative"},
		{"nap before", fmt.Sprintf(event, `"verb":"done","before":{"state":"ours","nap":"later"}`), "nap is not one of reply, noreply"},
		{"nap after", fmt.Sprintf(event, `"verb":"undone","after":{"state":"ours","nap":"?"}`), "nap is not one of reply, noreply"},
		{"tag", fmt.Sprintf(thread, `"state":"ours","tags":["two words"]`), "tags holds a word that cannot be a tag"},
		{"due", fmt.Sprintf(thread, `"state":"escalated","escalation":{"due":"soon"}`), "escalation.due is not a time of RFC 3339"},
		{"verb", fmt.Sprintf(event, `"verb":"Read it"`), "verb is missing or not a word"},
		{"no verb", fmt.Sprintf(event, `"n":1`), "verb is missing or not a word"},
		{"tag change", fmt.Sprintf(event, `"verb":"tagged","args":["x"]`), "args holds what is not +tag or -tag"},
		{"before", fmt.Sprintf(event, `"verb":"done","before":{"state":"open"}`), "state is not one of ours, theirs, snoozed, escalated, done"},
		{"n", fmt.Sprintf(event, `"verb":"done","n":-1`), "n or undoes is negative"},
		{"actor", strings.Replace(fmt.Sprintf(event, `"verb":"done"`), "human", "robot", 1), "actor is not one of human, rule, native, import, system"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Decode([]byte(c.in))
			var bad *LineError
			if !errors.As(err, &bad) || bad.Reason != c.reason || !slices.Contains(Codes(), bad.Code) {
				t.Errorf("got %v, %v\nwant %s", l, err, c.reason)
			}
		})
	}
}

func TestReaderGoesOn(t *testing.T) {
	in := "\xef\xbb\xbf" + least + "\r\n\n  \nrubbish\n" + strings.Repeat("x", MaxLine+1) + "\n" + least + "\n{\n" + full
	r := NewReader(strings.NewReader(in))
	var got []string
	for {
		l, n, err := r.Next()
		var bad *LineError
		switch {
		case errors.Is(err, io.EOF):
			want := []string{"1: 1", "line 4: not a JSON object: broken at byte 1", "line 5: longer than 4194304 bytes", "6: 1", "line 7: not a JSON object: broken at byte 1", "8: 109555"}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
			if _, _, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
			return
		case errors.As(err, &bad):
			got = append(got, bad.Error())
			if bad.Line != n {
				t.Errorf("line %d, error of %d", n, bad.Line)
			}
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, fmt.Sprintf("%d: %s", n, l.Message.Message.Remote))
		}
	}
}

// endless gives x for ever, or n bytes of them and then an error.
type endless struct{ n int }

var errBroken = errors.New("broken")

func (e *endless) Read(b []byte) (int, error) {
	if e.n <= 0 {
		return 0, errBroken
	}
	b = b[:min(len(b), e.n)]
	for i := range b {
		b[i] = 'x'
	}
	e.n -= len(b)
	return len(b), nil
}

func TestReaderIsBounded(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, _, err := NewReader(&endless{n: 256 << 20}).Next()
	runtime.ReadMemStats(&after)
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 6*MaxLine {
		t.Errorf("a line of 256 MB took %d bytes", grown)
	}
}

func TestWriteThread(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 22, h, 0, 0, 0, time.UTC) }
	msg := func(id string, h int) inbox.Message {
		return inbox.Message{Remote: id, Kind: inbox.KindDM, At: at(h), Author: inbox.Author{ID: "l"}}
	}
	before := inbox.Triage{State: inbox.Ours, Unread: true}
	th := inbox.Thread{
		Account: "a", Client: "c", Network: "n", Remote: "t", Tags: []string{"x"},
		Triage: inbox.Triage{State: inbox.Escalated, Escalation: &inbox.Escalation{
			Contact: "press", Name: text.CleanLine("Ève"), At: at(9), Due: at(12), Question: text.Clean("Que dire ?"),
		}},
	}
	var out bytes.Buffer
	refused, err := NewWriter(&out).WriteThread(th,
		[]inbox.Message{msg("3", 8), msg("2", 8), msg("1", 9), msg("", 7)},
		[]inbox.Event{
			{N: 2, At: at(9), Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("attendre")},
			{N: 1, At: at(9), Actor: inbox.Human, Verb: inbox.Escalate, Args: []string{"press", "Ève"}, Until: at(12), Before: &before, Action: 7},
		})
	if err != nil || len(refused) != 1 || refused[0].Reason != "id is missing or not a clean id" {
		t.Errorf("refused %v, %v", refused, err)
	}
	want := `{"v":1,"type":"message","client":"c","account":"a","network":"n","kind":"dm","thread":"t","id":"2","at":"2026-11-22T08:00:00Z","author":{"id":"l"},"text":""}
{"v":1,"type":"message","client":"c","account":"a","network":"n","kind":"dm","thread":"t","id":"3","at":"2026-11-22T08:00:00Z","author":{"id":"l"},"text":""}
{"v":1,"type":"message","client":"c","account":"a","network":"n","kind":"dm","thread":"t","id":"1","at":"2026-11-22T09:00:00Z","author":{"id":"l"},"text":""}
{"v":1,"type":"thread","account":"a","thread":"t","state":"escalated","escalation":{"contact":"press","name":"Ève","at":"2026-11-22T09:00:00Z","due":"2026-11-22T12:00:00Z","question":"Que dire ?"},"tags":["x"]}
{"v":1,"type":"event","account":"a","thread":"t","n":1,"at":"2026-11-22T09:00:00Z","actor":"human","verb":"escalated","args":["press","Ève"],"until":"2026-11-22T12:00:00Z","before":{"state":"ours","unread":true}}
{"v":1,"type":"note","account":"a","thread":"t","n":2,"at":"2026-11-22T09:00:00Z","actor":"human","text":"attendre"}
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestDecodeMessageOfConnector(t *testing.T) {
	in := strings.NewReplacer(`"v":1,"type":"message","account":"a",`, `"account":"somebody else",`).Replace(least)
	m, err := DecodeMessage([]byte(in), "mine")
	if err != nil || m.Account != "mine" || m.Remote != "1" {
		t.Errorf("got %+v, %v", m, err)
	}
}

// TestDocs: the examples of the documents are lines, spelled as we spell them.
func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/bridge.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for example := range strings.Lines(string(doc)) {
		if !strings.HasPrefix(example, `{"v":1,"type":`) {
			continue
		}
		n++
		example = strings.TrimSuffix(example, "\n")
		l, err := Decode([]byte(example))
		if err != nil {
			t.Errorf("%s: %v", example, err)
			continue
		}
		if b, err := Encode(l); err != nil || string(b) != example {
			t.Errorf("(%v)\n got %s\nwant %s", err, b, example)
		}
	}
	if n != 4 {
		t.Errorf("%d examples, want 4", n)
	}
}

// TestArgsOfUndone spells what undo writes: tags, a priority, an act that did
// not leave.
func TestArgsOfUndone(t *testing.T) {
	for _, c := range []struct {
		verb inbox.Verb
		args []string
		ok   bool
	}{
		{inbox.Undone, nil, true},
		{inbox.Undone, []string{"-livraison", "+veille"}, true},
		{inbox.Undone, []string{"=-2"}, true},
		{inbox.Undone, []string{"~none"}, true},
		{inbox.Undone, []string{"~negative"}, true},
		{inbox.Undone, []string{"~"}, false},
		{inbox.Undone, []string{"~angry"}, false},
		{inbox.Undone, []string{"~none", "+veille"}, false},
		{inbox.Undone, []string{"reply"}, true},
		{inbox.Undone, []string{"escalate"}, true},
		{inbox.Undone, []string{"=two"}, false},
		{inbox.Undone, []string{"=2", "+veille"}, false},
		{inbox.Undone, []string{"2026-11-23T12:00:00Z"}, true},
		{inbox.Tagged, []string{"2026-11-23T12:00:00Z"}, false},
		{inbox.Undone, []string{"reply", "like"}, false},
		{inbox.Undone, []string{""}, false},
		{inbox.Tagged, []string{"reply"}, false},
		{inbox.Tagged, []string{"=2"}, false},
		{inbox.Replied, []string{"private", "109"}, true},
	} {
		e := inbox.Event{N: 1, At: time.Unix(1, 0), Actor: inbox.Human, Verb: c.verb, Args: c.args}
		b, err := Encode(Line{Event: &EventLine{Account: "a", Conversation: "1", Event: e}})
		if (err == nil) != c.ok {
			t.Errorf("%s %q: %v", c.verb, c.args, err)
		}
		if err != nil {
			continue
		}
		if l, err := Decode(b); err != nil || !slices.Equal(l.Event.Event.Args, c.args) {
			t.Errorf("%s %q came back as %+v, %v", c.verb, c.args, l.Event, err)
		}
	}
}

// TestReplyUntil: what a program says of a message's window is used, and is in
// no export.
func TestReplyUntil(t *testing.T) {
	got, err := Decode([]byte(strings.Replace(least, `"text"`, `"reply_until":"2026-11-23T08:03:11+01:00","text"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	m := got.Message.Message
	if want := time.Date(2026, 11, 23, 7, 3, 11, 0, time.UTC); !m.ReplyUntil.Equal(want) {
		t.Errorf("until %v", m.ReplyUntil)
	}
	if b, err := Encode(got); err != nil || strings.Contains(string(b), "until") {
		t.Errorf("written as %s, %v", b, err)
	}
}
