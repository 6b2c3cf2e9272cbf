package conformance

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"
	"unicode"

	"vigie/inbox"
	"vigie/inbox/text"
)

func caughtUp(b *bench) {
	said := b.say(4 * len(b.rig.Kinds))
	c, at := b.open(), cursors{}
	if lost := b.drain(c, at, 0, nil).missing(said); len(lost) > 0 {
		b.Fatalf("not fetched: %v", lost)
	}
	before := maps.Clone(at)
	for range 2 {
		got := b.drain(c, at, 0, nil)
		if len(got.messages)+len(got.deleted)+len(got.refused) > 0 {
			b.Errorf("nothing is new, yet a fetch gave %d messages, %d deletions, %d refusals",
				len(got.messages), len(got.deleted), len(got.refused))
		}
		if !maps.Equal(before, at) {
			b.Errorf("nothing is new, yet the cursor moved\nfrom %v\n  to %v", before, at)
		}
	}
}

func cancelled(b *bench) {
	b.say(len(b.rig.Kinds))
	c := b.open()
	gone, cancel := context.WithCancel(b.Context())
	cancel()
	calls := map[string]func(context.Context) error{
		"check": func(ctx context.Context) error { _, err := c.Check(ctx); return err },
	}
	for _, s := range c.Caps().Streams {
		calls["fetch "+string(s)] = func(ctx context.Context) error {
			_, err := b.fetch(ctx, c, s, "", 0)
			return err
		}
	}
	if b.h.Info.Caps.Can(inbox.ActReply) {
		a := b.reply(b.one(b.rig.Kinds[0]))
		calls["reply"] = func(ctx context.Context) error { _, err := c.Do(ctx, a); return err }
	}
	for name, call := range calls {
		b.returns(name+" with a dead context", gone, call)
	}
	if b.rig.Fault == nil {
		return
	}
	b.rig.Fault(Fault{Kind: Hang})
	defer b.rig.Fault(Fault{})
	for name, call := range calls {
		ctx, cancel := context.WithCancel(b.Context())
		timer := time.AfterFunc(50*time.Millisecond, cancel)
		b.returns(name+" cancelled on the way", ctx, call)
		timer.Stop()
		cancel()
	}
}

// returns checks that a cancelled call comes back and says why.
func (b *bench) returns(name string, ctx context.Context, call func(context.Context) error) {
	b.Helper()
	done := make(chan error, 1)
	go func() { done <- call(ctx) }()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			b.Errorf("%s: %v, want an error that wraps context.Canceled", name, err)
		}
	case <-time.After(patience):
		b.Fatalf("%s: not back after %s", name, patience)
	}
}

func paging(b *bench) {
	said := b.say(24)
	arriving := 6
	got := b.drain(b.open(), cursors{}, 5, func() {
		if arriving > 0 {
			arriving--
			maps.Copy(said, b.say(1))
		}
	})
	rest := b.drain(b.open(), got.stops[len(got.stops)-1], 5, nil)
	for id := range said {
		switch n := len(got.messages[id]) + len(rest.messages[id]); {
		case n == 0:
			b.Errorf("item %s was skipped", id)
		case n > 1:
			b.Errorf("item %s came %d times", id, n)
		}
	}
}

func restart(b *bench) {
	said := b.say(17)
	got := b.drain(b.open(), cursors{}, 5, nil)
	maps.Copy(said, b.say(3))
	c := b.open()
	seen := map[string]bool{} // what the pages up to the stop gave
	for i, stop := range got.stops {
		for _, id := range got.order[i] {
			seen[id] = true
		}
		for _, id := range b.drain(c, maps.Clone(stop), 5, nil).missing(said) {
			if !seen[id] {
				b.Errorf("a restart after page %d (%v) loses %s", i+1, stop, id)
			}
		}
	}
}

func badCursor(b *bench) {
	said := b.say(2 * len(b.rig.Kinds))
	c, at := b.open(), cursors{}
	b.drain(c, at, 0, nil)
	bad := []string{"garbage", "\x00\xff\x1b[2J", "{}", `{"v":99,"x":[[[[`, "null", "-1", "99999999999999999999", strings.Repeat("z", 100_000)}
	for _, s := range c.Caps().Streams {
		if cursor := at[s]; len(cursor) > 3 {
			bad = append(bad, cursor[:len(cursor)/2])
		}
	}
	for _, cursor := range bad {
		old := cursors{}
		for _, s := range c.Caps().Streams {
			old[s] = cursor
		}
		if lost := b.drain(c, old, 0, nil).missing(said); len(lost) > 0 {
			b.Errorf("from the cursor %.40q these were not fetched: %v", cursor, lost)
		}
	}
}

func editsAndDeletes(b *bench) {
	if b.rig.Edit == nil && b.rig.Delete == nil {
		b.Skipf("%s has neither edits nor deletions that can be seen", b.h.Info.Network)
	}
	for _, kind := range b.rig.Kinds {
		edited, deleted, kept := b.rig.Say(kind, b.sentence()), b.rig.Say(kind, b.sentence()), b.rig.Say(kind, b.sentence())
		c, at := b.open(), cursors{}
		b.drain(c, at, 0, nil)
		after := "Corrigé : " + b.sentence()
		if b.rig.Edit != nil {
			b.rig.Edit(edited, after)
		}
		if b.rig.Delete != nil {
			b.rig.Delete(deleted)
		}
		if b.rig.Advance != nil {
			b.rig.Advance(15 * time.Minute)
		}
		got := b.drain(c, at, 0, nil)
		if m := got.messages[edited]; b.rig.Edit != nil && (len(m) == 0 || !strings.Contains(m[len(m)-1].Text.String(), after)) {
			b.Errorf("%s: the edit of %s did not arrive: %v", kind, edited, m)
		}
		if b.rig.Delete != nil && !got.deleted[deleted] {
			b.Errorf("%s: the deletion of %s did not arrive", kind, deleted)
		}
		if got.deleted[kept] || got.deleted[edited] {
			b.Errorf("%s: an item that is there was told as deleted", kind)
		}
	}
}

func cleanText(b *bench) {
	said := map[string]string{}
	for i, t := range append(hostileTexts(), b.h.Hostile...) {
		if id := b.rig.Say(b.rig.Kinds[i%len(b.rig.Kinds)], t); id != "" {
			said[id] = t
		}
	}
	got := b.all()
	if lost := got.missing(said); len(lost) > 0 {
		b.Errorf("%d of %d hostile texts did not arrive, such as %.60q", len(lost), len(said), said[lost[0]])
	}
	for id, ms := range got.messages {
		for _, m := range ms {
			b.checkClean(id, m)
		}
	}
}

func (b *bench) checkClean(id string, m inbox.Message) {
	b.Helper()
	if text.Clean(m.Text.String()) != m.Text {
		b.Errorf("%s: the text is not clean: %.80q", id, m.Text)
	}
	for name, line := range map[string]text.Safe{"handle": m.Author.Handle, "name": m.Author.Name} {
		if text.CleanLine(line.String()) != line {
			b.Errorf("%s: the author's %s is not clean: %.80q", id, name, line)
		}
	}
	words := map[string]string{
		"id": m.Remote, "conversation": m.Conversation, "parent": m.Parent, "language": m.Lang, "address": m.URL,
		"author's id": m.Author.ID, "author's address": m.Author.URL, "visibility": m.Visibility,
	}
	if m.Post != nil {
		words["post's id"], words["post's address"] = m.Post.ID, m.Post.URL
		if text.Clean(m.Post.Text.String()) != m.Post.Text {
			b.Errorf("%s: the post's text is not clean: %.80q", id, m.Post.Text)
		}
	}
	for _, md := range m.Media {
		words["medium's address "+md.URL] = md.URL
	}
	for name, w := range words {
		if strings.ContainsFunc(w, unicode.IsControl) {
			b.Errorf("%s: the %s holds a control character: %.80q", id, name, w)
		}
	}
}

func times(b *bench) {
	said := b.say(3 * len(b.rig.Kinds))
	got := b.all()
	for id := range said {
		for _, m := range got.messages[id] {
			if m.At.IsZero() || m.At.Location() != time.UTC {
				b.Errorf("%s: its time is %v", id, m.At)
			}
			if m.At.After(b.rig.Now().Add(time.Hour)) {
				b.Errorf("%s: its time is in the future: %v", id, m.At)
			}
			if !m.Edited.IsZero() && m.Edited.Location() != time.UTC {
				b.Errorf("%s: its edit time is %v", id, m.Edited)
			}
			if m.Post != nil && !m.Post.At.IsZero() && m.Post.At.Location() != time.UTC {
				b.Errorf("%s: its post's time is %v", id, m.Post.At)
			}
		}
	}
}

func stableIDs(b *bench) {
	said := b.say(3 * len(b.rig.Kinds))
	first, second := b.all(), b.all()
	for id, sentence := range said {
		if len(first.messages[id]) == 0 || len(second.messages[id]) == 0 {
			b.Errorf("item %s was not fetched twice", id)
			continue
		}
		m, n := first.messages[id][0], second.messages[id][0]
		if m.Conversation == "" || m.Author.ID == "" || !m.Kind.Valid() {
			b.Errorf("%s lacks a conversation (%q), an author (%q) or a kind (%q)", id, m.Conversation, m.Author.ID, m.Kind)
		}
		if m.Conversation != n.Conversation || m.Author.ID != n.Author.ID || m.Kind != n.Kind || !m.At.Equal(n.At) || m.Parent != n.Parent {
			b.Errorf("two readers disagree on %s:\n%+v\n%+v", id, m, n)
		}
		if !strings.Contains(m.Text.String(), sentence) {
			b.Errorf("%s: the text is %q, want %q in it", id, m.Text, sentence)
		}
		if m.Outgoing {
			b.Errorf("%s was written by a stranger and is told as our own", id)
		}
	}
}
