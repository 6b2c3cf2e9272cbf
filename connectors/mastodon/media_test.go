package mastodon

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// shelf keeps files in memory, by sum.
type shelf map[string][]byte

func (s shelf) Put(context.Context, io.Reader, int64) (int64, string, error) {
	return 0, "", inbox.ErrUnsupported
}

func (s shelf) Open(sum string) (io.ReadCloser, error) {
	b, ok := s[sum]
	if !ok {
		return nil, inbox.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (s shelf) Drop(context.Context, time.Time, func(string) bool) error { return nil }

// onShelf is a file of a size, and a shelf that holds it.
func onShelf(name, kind, alt string, size int) (inbox.Upload, shelf) {
	content := bytes.Repeat([]byte(name[:1]), size)
	sum := sha256.Sum256(content)
	u := inbox.Upload{Name: name, Type: kind, Alt: alt, Size: int64(size), Sum: hex.EncodeToString(sum[:])}
	return u, shelf{u.Sum: content}
}

func TestFilesGoWithAnswers(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			n.server.MediaLooks = 2
			u, held := onShelf("galette \"d'or\".png", "image/png", "Une galette, vue de haut", 5000)
			n.shelf = held
			c, _ := checked(t, n)
			a := reply(n.say(inbox.KindMention, "À quoi ça ressemble ?"), "À ça")
			a.Media, a.FirstWire = []inbox.Upload{u}, n.clock.Now()
			r, err := c.Do(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			f := n.server.Files()[0]
			if f.Sum != u.Sum || f.Alt != u.Alt || f.Type != u.Type || f.Name != u.Name {
				t.Errorf("the server has %+v", f)
			}
			if p := n.server.Posted()[0]; !slices.Equal(p.Media, []string{f.ID}) || p.ID != r.Remote {
				t.Errorf("posted %+v", p)
			}
			m := find(t, drain(t, c, inbox.StreamMentions, n.clock.Now()), r.Remote)
			if len(m.Media) != 1 || m.Media[0].Kind != "image" || m.Media[0].Alt.String() != u.Alt {
				t.Errorf("it comes back as %+v", m.Media)
			}
			if got, there, err := c.(inbox.Finder).Find(t.Context(), a); !there || err != nil || got != r {
				t.Errorf("found %+v %v %v", got, there, err)
			}
		})
	}
}

// TestFilesAreGivenOnce: whatever is lost on the way to a post leaves nothing to
// doubt, and what the server has is not given again.
func TestFilesAreGivenOnce(t *testing.T) {
	n := newNetwork(t, false)
	u, held := onShelf("a.png", "image/png", "", 10)
	n.shelf = held
	c, _ := checked(t, n)
	a := reply(n.say(inbox.KindMention, "Bonjour"), "Oui")
	a.Media = []inbox.Upload{u}
	var retry *inbox.RetryError
	var doubt *inbox.UncertainError
	n.server.Fault(fault.Fault{Kind: fault.TooMany, Writes: true, Times: 1, After: time.Second}) // the post, not the file
	if _, err := c.Do(t.Context(), a); !errors.As(err, &retry) || len(n.server.Files()) != 1 {
		t.Fatalf("%v, %d files", err, len(n.server.Files()))
	}
	n.clock.Advance(time.Minute)
	n.server.Fault(fault.Fault{Kind: fault.LostAnswer, Writes: true, Times: 1})
	if _, err := c.Do(t.Context(), a); !errors.As(err, &doubt) {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), a); err != nil || len(n.server.Files()) != 1 || len(n.server.Posted()) != 1 {
		t.Errorf("%v, %d files, %d posts", err, len(n.server.Files()), len(n.server.Posted()))
	}
	for kind, lost := range map[string]fault.Kind{"its answer": fault.LostAnswer, "an error": fault.LostError, "the connection": fault.Drop} {
		next := a
		next.Key, next.Text = kind, kind
		c := opened(t, n)
		if _, err := c.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		for reads := range 4 { // one call after the other
			n.server.Fault(fault.Fault{})
			if reads == 0 {
				n.server.Fault(fault.Fault{Kind: lost})
			}
			_, err := c.Do(t.Context(), next)
			if err == nil {
				break
			}
			if errors.As(err, &doubt) {
				t.Errorf("%s lost: %v", kind, err)
			}
		}
		if n.sent(kind) != 1 {
			t.Errorf("%s lost: %d posts", kind, n.sent(kind))
		}
	}
}

func TestFilesThatAreNotTaken(t *testing.T) {
	n := newNetwork(t, false)
	c, _ := checked(t, n)
	if got := c.Caps().Media; got.Max != 4 || got.Bytes != 4<<20 || got.Alt != 1500 || !slices.Contains(got.Types, "image/webp") {
		t.Errorf("limits %+v", got)
	}
	id := n.say(inbox.KindMention, "Bonjour")
	good, held := onShelf("a.png", "image/png", "", 10)
	big, _ := onShelf("b.png", "image/png", "", 1<<20+1)
	n.shelf = held
	c = opened(t, n)
	if _, err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	lying := good
	lying.Sum, lying.Size = big.Sum, 10
	held[big.Sum] = bytes.Repeat([]byte("b"), 1<<20+1)
	for name, media := range map[string][]inbox.Upload{
		"too many":        {good, good, good, good, good},
		"of no use":       {{Name: "x.exe", Type: "application/x-msdownload", Size: 1, Sum: good.Sum}},
		"too big":         {big},
		"bigger than old": {lying},
		"no longer there": {{Name: "x.png", Type: "image/png", Size: 1, Sum: "00"}},
		"told at length":  {{Name: "x.png", Type: "image/png", Size: 1, Sum: good.Sum, Alt: strings.Repeat("é", 1501)}},
	} {
		a := reply(id, name)
		a.Media = media
		if _, err := c.Do(t.Context(), a); code(err) != inbox.CodeMedia || !errors.Is(err, inbox.ErrInvalid) || len(inbox.ProblemOf(err).Args) != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(n.server.Posted()) != 0 {
		t.Error("something was posted")
	}
	bare, _ := checked(t, newNetwork(t, false))
	a := reply(id, "sans étagère")
	a.Media = []inbox.Upload{good}
	if _, err := bare.Do(t.Context(), a); err == nil {
		t.Error("a file from nowhere was sent")
	}
	n.server.MediaLooks = 100
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	a = reply(id, "trop long")
	a.Media = []inbox.Upload{good}
	var retry *inbox.RetryError
	if _, err := c.Do(ctx, a); !errors.As(err, &retry) || n.sent("trop long") != 0 {
		t.Errorf("a file that is never ready: %v", err)
	}
}

// TestOldServersTakeFiles: where the newer call is missing, the older is used.
func TestOldServersTakeFiles(t *testing.T) {
	n := newNetwork(t, true)
	n.server.Missing = map[string]bool{"POST /api/v2/media": true}
	u, held := onShelf("a.png", "image/png", "Une miche", 10)
	n.shelf = held
	c, _ := checked(t, n)
	a := reply(n.say(inbox.KindMention, "Bonjour"), "Oui")
	a.Media = []inbox.Upload{u}
	if _, err := c.Do(t.Context(), a); err != nil || len(n.server.Files()) != 1 || n.server.Files()[0].Alt != u.Alt {
		t.Errorf("%v, %+v", err, n.server.Files())
	}
}

// TestWarningsAreKept: who asked for a warning gets answers with the same one.
func TestWarningsAreKept(t *testing.T) {
	n := newNetwork(t, false)
	it := n.write(t, asked("Le film finit mal ?", "spoiler", nil))
	c := opened(t, n)
	m := drain(t, c, inbox.StreamMentions, n.clock.Now())[0]
	if m.Warning.String() != "spoiler" || m.Text.String() != "Le film finit mal ?" {
		t.Errorf("%+v", m)
	}
	if _, err := c.Do(t.Context(), reply(n.server.StatusID(it), "Non")); err != nil {
		t.Fatal(err)
	}
	if p := n.server.Posted()[0]; p.Spoiler != "spoiler" {
		t.Errorf("posted %+v", p)
	}
}

func TestPolls(t *testing.T) {
	n := newNetwork(t, false)
	poll := aPoll(n.clock.Now())
	it := n.write(t, asked("Laquelle ?", "", poll))
	c := opened(t, n)
	got := drain(t, c, inbox.StreamMentions, n.clock.Now())[0].Poll
	if got == nil || !got.Multiple || got.Voters != 3 || !got.Ends.Equal(poll.Ends) || len(got.Options) != 2 || got.Options[1].Votes != 3 {
		t.Errorf("%+v", got)
	}
	cursor := ""
	read := func() inbox.Page {
		t.Helper()
		p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, Cursor: cursor, History: time.Hour * 24, Now: n.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		cursor = p.Cursor
		return p
	}
	read()
	poll.Options[0].Votes = 9
	n.clock.Advance(10 * time.Minute)
	if p := read(); len(p.Messages) != 1 || p.Messages[0].Remote != n.server.StatusID(it) || p.Messages[0].Poll.Options[0].Votes != 9 {
		t.Errorf("after more votes: %+v", p.Messages)
	}
}
