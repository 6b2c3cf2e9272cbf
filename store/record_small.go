package store

import (
	"time"

	"vigie/inbox"
)

// identity is the one record of the meta bucket.
type identity struct {
	schema  int
	id      string
	epoch   string
	created time.Time
	// rolledBack is when it was noticed, rollback why; zero when a person has
	// acknowledged it.
	rolledBack time.Time
	rollback   inbox.Rollback
	// witnessed: there was a side file once, so that a file without one is a
	// copy. Set when that file is durable, never taken back.
	witnessed bool
}

func putIdentity(e *enc, i *identity) {
	e.int(1, i.schema)
	e.text(2, i.id)
	e.text(3, i.epoch)
	e.time(4, i.created)
	e.time(5, i.rolledBack)
	e.text(6, string(i.rollback))
	e.bool(7, i.witnessed)
}

func getIdentity(d dec) (i identity, err error) {
	for d.next() {
		switch d.field {
		case 1:
			i.schema = d.int()
		case 2:
			i.id = d.val
		case 3:
			i.epoch = d.val
		case 4:
			i.created = d.time()
		case 5:
			i.rolledBack = d.time()
		case 6:
			i.rollback = inbox.Rollback(d.val)
		case 7:
			i.witnessed = d.bool()
		}
	}
	return i, d.err
}

func putStream(e *enc, s *inbox.StreamState) {
	e.text(1, string(s.Account))
	e.text(2, string(s.Stream))
	e.text(3, s.Cursor)
	e.bool(4, s.Begun)
	e.time(5, s.NextAt)
	e.time(6, s.LastAt)
	e.time(7, s.OKAt)
	e.int(8, s.Fails)
	putProblem(e, 9, s.Problem)
	e.uint(12, s.Refused)
}

func getStream(d dec) (s inbox.StreamState, err error) {
	for d.next() {
		switch f := d.field; f {
		case 1:
			s.Account = inbox.AccountID(d.val)
		case 2:
			s.Stream = inbox.Stream(d.val)
		case 3:
			s.Cursor = d.val
		case 4:
			s.Begun = d.bool()
		case 5:
			s.NextAt = d.time()
		case 6:
			s.LastAt = d.time()
		case 7:
			s.OKAt = d.time()
		case 8:
			s.Fails = d.int()
		case 9, 10, 11:
			getProblem(&d, f-9, &s.Problem)
		case 12:
			s.Refused = d.num
		}
	}
	return s, d.err
}

func putDraft(e *enc, r *inbox.Draft) {
	e.text(1, string(r.Account))
	e.text(2, r.Text)
	e.text(3, r.Visibility)
	e.bool(4, r.Note)
	e.time(5, r.BegunAt)
	e.time(6, r.SavedAt)
	e.text(7, r.Session)
	e.int(8, r.SeenN)
	e.uint(9, uint64(r.Thread))
	e.text(10, r.Parent)
	e.bool(11, r.Private)
	e.text(12, r.Line)
	e.time(13, r.SendAt)
	e.int(14, r.Rest)
	putUploads(e, 15, r.Media)
	e.text(16, r.Edit)
}

func getDraft(d dec) (r inbox.Draft, err error) {
	for d.next() {
		switch d.field {
		case 1:
			r.Account = inbox.AccountID(d.val)
		case 2:
			r.Text = d.val
		case 3:
			r.Visibility = d.val
		case 4:
			r.Note = d.bool()
		case 5:
			r.BegunAt = d.time()
		case 6:
			r.SavedAt = d.time()
		case 7:
			r.Session = d.val
		case 8:
			r.SeenN = d.int()
		case 9:
			r.Thread = inbox.ThreadID(d.num)
		case 10:
			r.Parent = d.val
		case 11:
			r.Private = d.bool()
		case 12:
			r.Line = d.val
		case 13:
			r.SendAt = d.time()
		case 14:
			r.Rest = d.int()
		case 15:
			r.Media = append(r.Media, getUpload(d.sub()))
		case 16:
			r.Edit = d.val
		}
	}
	return r, d.err
}

// tally is the value of a counter.
type tally struct{ total, unread int }

func putTally(e *enc, t tally) {
	e.int(1, t.total)
	e.int(2, t.unread)
}

func getTally(d dec) (t tally, err error) {
	for d.next() {
		switch d.field {
		case 1:
			t.total = d.int()
		case 2:
			t.unread = d.int()
		}
	}
	return t, d.err
}
