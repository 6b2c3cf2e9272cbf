package conformance

import (
	"slices"
	"strings"

	"vigie/inbox"
)

// statusAfter is the status that an act gives a message.
func statusAfter(k inbox.ActionKind) (inbox.Status, bool) {
	switch k {
	case inbox.ActHold:
		return inbox.StatusHeld, true
	case inbox.ActSpam:
		return inbox.StatusSpam, true
	case inbox.ActTrash:
		return inbox.StatusTrash, true
	case inbox.ActHide:
		return inbox.StatusHidden, true
	}
	return "", false
}

// statuses: a reader that knew a message hears of its status, and one that
// begins anew sees it.
func statuses(b *bench) {
	tried := false
	for _, kind := range b.rig.Kinds {
		for _, act := range allActs() {
			status, ok := statusAfter(act)
			if !ok {
				continue
			}
			m := b.one(kind)
			c := b.ready()
			caps := c.ThreadCaps(b.threadOf(m))
			if !caps.Can(act) || status == inbox.StatusHidden && !caps.TellsHidden {
				continue
			}
			tried = true
			b.judged(c, m, status, func() {
				if _, err := b.do(c, b.act(act, m)); err != nil {
					b.Fatalf("%s of a %s: %v", act, kind, err)
				}
			})
		}
		if b.rig.Moderate == nil {
			continue
		}
		tried = true
		m := b.one(kind)
		for _, status := range []inbox.Status{inbox.StatusHeld, inbox.StatusSpam, ""} {
			b.judged(b.ready(), m, status, func() { b.rig.Moderate(m.Remote, status) })
		}
	}
	if !tried {
		b.Skipf("items of %s have no status", b.h.Info.Network)
	}
}

// judged lets a message get a status, and reads it.
func (b *bench) judged(c inbox.Connector, m inbox.Message, want inbox.Status, change func()) {
	b.Helper()
	at := cursors{}
	b.drain(c, at, 0, nil)
	change()
	for who, got := range map[string]*catch{"caught up": b.drain(c, at, 0, nil), "anew": b.all()} {
		list := got.messages[m.Remote]
		if len(list) == 0 && who == "anew" && want.Shelved() {
			continue // what lies there may be left out of history
		}
		if len(list) == 0 || list[len(list)-1].Status != want {
			b.Errorf("a %s that became %q is read %s as %+v", m.Kind, want, who, list)
		}
	}
}

// ownEdits: an own message gets another text.
func ownEdits(b *bench) {
	b.needAct(inbox.ActEdit)
	for _, kind := range b.rig.Kinds {
		m := b.one(kind)
		c := b.ready()
		caps := c.ThreadCaps(b.threadOf(m))
		if !caps.Can(inbox.ActEdit) || !caps.Can(inbox.ActReply) {
			continue
		}
		first := b.reply(m)
		r, err := b.do(c, first)
		if err != nil {
			b.Fatalf("reply to a %s: %v", kind, err)
		}
		edit := b.reply(m)
		edit.Kind, edit.Target, edit.Author = inbox.ActEdit, r.Remote, ""
		for range 2 {
			if _, err := b.do(b.open(), edit); err != nil {
				b.Errorf("edit of an answer to a %s: %v", kind, err)
			}
		}
		if old, now := b.rig.Sent(first.Text), b.rig.Sent(edit.Text); old != 0 || now != 1 {
			b.Errorf("edited: the old text is there %d times, the new one %d times", old, now)
		}
		for _, m := range b.all().messages[r.Remote] {
			if !strings.Contains(m.Text.String(), edit.Text) { // who is answered may stand before it
				b.Errorf("an edited answer is fetched as %q, want %q", m.Text, edit.Text)
			}
		}
	}
}

// pixel is a picture, a PNG of one point.
func pixel() []byte {
	return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
		"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")
}

// files: one goes with an answer, once.
func files(b *bench) {
	b.needAct(inbox.ActReply)
	tried := false
	for _, kind := range b.rig.Kinds {
		m := b.one(kind)
		c := b.ready()
		caps := c.ThreadCaps(b.threadOf(m))
		if caps.Media.Max == 0 || !caps.Can(inbox.ActReply) {
			continue
		}
		if b.rig.Shelve == nil || b.rig.Files == nil {
			b.Skipf("files of %s cannot be looked at", b.h.Info.Network)
		}
		tried = true
		a := b.reply(m)
		a.Media = []inbox.Upload{{Name: "galette.png", Type: "image/png", Alt: "une galette", Size: int64(len(pixel())), Sum: b.rig.Shelve(pixel())}}
		if _, err := b.do(c, a); err != nil {
			b.Errorf("an answer to a %s with a file: %v", kind, err)
			continue
		}
		if class := caps.ClassOf(inbox.ActReply); class == inbox.ClassA || class == inbox.ClassB {
			if _, err := b.do(b.open(), a); err != nil {
				b.Errorf("the same with a file again: %v", err)
			}
		}
		there := b.rig.Files(a.Text)
		if n := b.rig.Sent(a.Text); n != 1 || !slices.EqualFunc(there, a.Media, func(x, y inbox.Upload) bool { return x.Alt == y.Alt }) {
			b.Errorf("an answer to a %s with a file is there %d times, with %+v", kind, n, there)
		}
		a = b.reply(m)
		a.Text, a.Media = "", []inbox.Upload{{Name: "four.png", Type: "image/png", Alt: "le four", Size: int64(len(pixel())), Sum: b.rig.Shelve(pixel())}}
		if _, err := b.do(c, a); caps.Media.Alone && err != nil {
			b.Errorf("a file without a text to a %s: %v", kind, err)
		}
	}
	if !tried {
		b.Skipf("%s takes no files", b.h.Info.Network)
	}
}
