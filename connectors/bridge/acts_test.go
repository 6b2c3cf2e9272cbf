package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func capsOf(t *testing.T, words string) inbox.Caps {
	t.Helper()
	var h hello
	if err := json.Unmarshal([]byte(words), &h); err != nil {
		t.Fatal(err)
	}
	return h.caps()
}

func TestClasses(t *testing.T) {
	for words, want := range map[string]map[inbox.ActionKind]inbox.Class{
		`{"caps":["reply","private","like","unlike"]}`: {
			inbox.ActReply: inbox.ClassD, inbox.ActPrivate: inbox.ClassD, inbox.ActLike: inbox.ClassS, inbox.ActUnlike: inbox.ClassS,
		},
		`{"caps":["reply","private","find"],"classes":{"private":"D"}}`:                                {inbox.ActReply: inbox.ClassC, inbox.ActPrivate: inbox.ClassD},
		`{"caps":["reply","private","find"],"key_window_s":60,"classes":{"private":"C"}}`:              {inbox.ActReply: inbox.ClassA, inbox.ActPrivate: inbox.ClassC},
		`{"caps":["reply","private","find"],"classes":{"reply":"B","private":"A","block":"D"}}`:        {inbox.ActReply: inbox.ClassB, inbox.ActPrivate: inbox.ClassC},
		`{"caps":["reply","block","read","hide","unhide"],"classes":{"reply":"C","block":"D"}}`:        {inbox.ActReply: inbox.ClassD, inbox.ActBlock: inbox.ClassD, inbox.ActRead: inbox.ClassS, inbox.ActHide: inbox.ClassS, inbox.ActUnhide: inbox.ClassS},
		`{"caps":["unblock","delete","fly"],"classes":{"unblock":"A","fly":"S","delete":"Z"}}`:         {inbox.ActUnblock: inbox.ClassS, inbox.ActDelete: inbox.ClassS},
		`{"caps":["reply"],"key_window_s":60,"limits":{"reply":{"max":5},"new":7,"reply_window_s":0}}`: {inbox.ActReply: inbox.ClassA},
	} {
		got := map[inbox.ActionKind]inbox.Class{}
		for kind, c := range capsOf(t, words).Acts {
			switch {
			case c.OK:
				got[kind] = c.Class
			case c.Why != inbox.CodeUnsupported:
				t.Errorf("%s: %s cannot be done, and no word why", words, kind)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s gives %v, want %v", words, got, want)
		}
	}
}

func TestLimitsInTime(t *testing.T) {
	c := capsOf(t, `{"caps":["reply"],"limits":{"reply_window_s":604800},"reads_own_writes":true}`)
	if c.ReplyWindow != 7*24*time.Hour || !c.ReadsOwnWrites {
		t.Errorf("%v %v", c.ReplyWindow, c.ReadsOwnWrites)
	}
	c = capsOf(t, `{"caps":["reply"],"limits":{"reply_window_s":604800,"windows":{"dm":86400,"review":0,"letter":60}}}`)
	for kind, want := range map[inbox.Kind]time.Duration{inbox.KindDM: 24 * time.Hour, inbox.KindReview: 0, inbox.KindComment: 7 * 24 * time.Hour} {
		if got := c.WindowFor(kind); got != want {
			t.Errorf("%s: %v; want %v", kind, got, want)
		}
	}
	if len(c.Windows) != 2 {
		t.Errorf("windows of kinds that are not: %v", c.Windows)
	}
	for _, odd := range []string{"-1", "9223372036854775807", "0"} {
		if w := capsOf(t, `{"caps":["reply"],"limits":{"reply_window_s":`+odd+`}}`).ReplyWindow; w < 0 || w > 10*366*24*time.Hour {
			t.Errorf("%s: %v", odd, w)
		}
	}
}

func TestActsAreHandedOver(t *testing.T) {
	said := []string{"fetch", "find"}
	for _, kind := range inbox.ActionKinds() {
		said = append(said, string(kind))
	}
	words := `{"network":"odd","caps":["` + strings.Join(said, `","`) + `"]}`
	file := filepath.Join(t.TempDir(), "noted")
	b := odd(t, "hello-record", file, words, `{"id":"9","thread":"priv\u001bate"}`)
	for _, kind := range inbox.ActionKinds() {
		a := inbox.Action{Kind: kind, Key: "k", Conversation: "t", Target: "m", Author: "lea", Text: "Oui"}
		r, err := b.Do(t.Context(), a)
		if err != nil || r.Remote != "9" || r.Conversation != "priv␛ate" {
			t.Errorf("%s: %+v %v", kind, r, err)
		}
		found, there, err := b.Find(t.Context(), a)
		if err != nil || !there || found != r {
			t.Errorf("find %s: %+v %v %v", kind, found, there, err)
		}
	}
	noted, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(noted)), "\n")
	if len(lines) != 2*len(inbox.ActionKinds()) {
		t.Fatalf("%d calls:\n%s", len(lines), noted)
	}
	for i, l := range lines {
		kind := string(inbox.ActionKinds()[i/2])
		for _, want := range []string{`"kind":"` + kind + `"`, `"author":"lea"`, `"parent":"m"`, `"thread":"t"`, `"key":"k"`} {
			if !strings.Contains(l, want) {
				t.Errorf("%s lacks %s", l, want)
			}
		}
	}
}

func TestTextsNeedAnID(t *testing.T) {
	words := `{"network":"odd","caps":["private","hide"]}`
	b := odd(t, "hello-record", filepath.Join(t.TempDir(), "noted"), words, `{}`)
	var doubt *inbox.UncertainError
	if _, err := b.Do(t.Context(), inbox.Action{Kind: inbox.ActPrivate, Text: "Oui"}); !errors.As(err, &doubt) {
		t.Errorf("a private answer without an id: %v", err)
	}
	if _, err := b.Do(t.Context(), inbox.Action{Kind: inbox.ActHide}); err != nil {
		t.Errorf("hide: %v", err)
	}
}

// TestWhatWasNotHandedOverIsNoDoubt: a program that is busy, closed or without
// its secret was told nothing.
func TestWhatWasNotHandedOverIsNoDoubt(t *testing.T) {
	for name, prepare := range map[string]func(*connector){
		"busy":   func(c *connector) { c.turn <- struct{}{} },
		"closed": func(c *connector) { c.closed = true },
		"secret": func(c *connector) {
			c.setup.Lists["secrets"] = []string{"token"}
			c.setup.Secret = func(context.Context, string) (inbox.Secret, error) {
				return inbox.Secret{}, errors.New("the keyring is locked")
			}
		},
	} {
		c := odd(t, "hello-record", filepath.Join(t.TempDir(), "noted"), `{"network":"odd","caps":["reply"]}`, `{"id":"9"}`)
		prepare(c.connector)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if name == "busy" {
			cancel()
		}
		_, err := c.Do(ctx, inbox.Action{Kind: inbox.ActReply, Text: "Oui"})
		cancel()
		if !errors.Is(err, inbox.ErrUnreachable) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "busy" {
			c.give()
		}
	}
}

// oneFile is a shelf with one file.
type oneFile struct {
	inbox.Shelf
	sum, content string
}

func (o oneFile) Open(sum string) (io.ReadCloser, error) {
	if sum != o.sum {
		return nil, inbox.ErrNotFound
	}
	return io.NopCloser(strings.NewReader(o.content)), nil
}

func TestFilesAndReasonsAreHandedOver(t *testing.T) {
	noted := filepath.Join(t.TempDir(), "noted")
	words := `{"network":"odd","caps":["reply","report"],"reasons":["spam"],"limits":{"files":{"max":2,"bytes":9,"types":["image/*"],"alt":50,"alone":true,"caption":20}}}`
	b := odd(t, "hello-record", noted, words, `{"id":"9"}`)
	b.env.Shelf = oneFile{sum: "5", content: "picture"}
	a := inbox.Action{Kind: inbox.ActReply, Key: "k", Conversation: "t", Target: "m", Text: "Oui"}
	a.Media = []inbox.Upload{{Name: "galette.png", Type: "image/png", Alt: "une galette", Size: 7, Sum: "5"}}
	if _, err := b.Do(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if caps := b.Caps(); !slices.Equal(caps.Reasons, []string{"spam"}) || caps.Media.Max != 2 || caps.Media.Bytes != 9 || caps.Media.Alt != 50 || !caps.Media.Alone || caps.Media.Caption != 20 {
		t.Errorf("caps %+v %v", caps.Media, caps.Reasons)
	}
	if _, err := b.Do(t.Context(), inbox.Action{Kind: inbox.ActReport, Key: "k2", Conversation: "t", Target: "m", Reason: "spam"}); err != nil {
		t.Fatal(err)
	}
	a.Media[0].Sum = "6"
	if _, err := b.Do(t.Context(), a); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("a file that is not there: %v", err)
	}
	calls, err := os.ReadFile(noted)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"name":"galette.png","type":"image/png","alt":"une galette","size":7`, `"reason":"spam"`} {
		if !strings.Contains(string(calls), want) {
			t.Errorf("%s lacks %s", calls, want)
		}
	}
	_, rest, _ := strings.Cut(string(calls), `"path":"`)
	path, _, _ := strings.Cut(rest, `"`)
	if _, err := os.Stat(path); path == "" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file %q is left: %v", path, err)
	}
}
