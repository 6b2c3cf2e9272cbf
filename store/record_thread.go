package store

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"vigie/inbox"
)

func putThread(e *enc, t *inbox.Thread) {
	e.text(1, string(t.Account))
	e.text(2, string(t.Client))
	e.text(3, string(t.Network))
	e.text(4, t.Remote)
	e.text(5, string(t.Kind))
	e.sub(6, triageFields(&t.Triage))
	e.items(7, t.Tags)
	e.int(8, t.Priority)
	putAuthor(e, 9, t.Author)
	e.text(14, t.Title.String())
	e.text(15, t.Snippet.String())
	e.time(16, t.FirstAt)
	e.time(17, t.LastAt)
	e.time(18, t.InAt)
	e.time(19, t.OutAt)
	e.time(20, t.SortAt)
	e.int(21, t.Messages)
	e.int(22, t.Notes)
	e.int(23, t.Events)
	e.text(24, t.PostID)
	e.text(25, t.URL)
	e.bool(26, t.LastOut)
	e.time(27, t.WaitAt)
	e.time(28, t.Target)
	e.time(29, t.Window)
	e.uint(30, uint64(t.Alarm))
	e.text(31, t.Lang)
	e.int(32, int(t.Feeling))
	e.text(35, string(t.Status))
	if r := t.Rank; !r.Equal(restOf(t)) {
		e.uint(33, uint64(r.Class)+1)
		e.time(34, r.At)
	}
	e.bool(37, t.OutSent)
	if c := t.Statuses; c != (inbox.StatusCounts{}) {
		var s enc
		for i, n := range []int{c.Held, c.Suspect, c.Hidden, c.Spam, c.Trash} {
			s.int(protowire.Number(i+1), n)
		}
		e.sub(36, s)
	}
}

func getStatuses(d dec) (c inbox.StatusCounts) {
	for d.next() {
		switch d.field {
		case 1:
			c.Held = d.int()
		case 2:
			c.Suspect = d.int()
		case 3:
			c.Hidden = d.int()
		case 4:
			c.Spam = d.int()
		case 5:
			c.Trash = d.int()
		}
	}
	return c
}

// unranked stands for no rank while a record is read.
const unranked = inbox.RankClass(math.MaxUint8)

// restOf is the rank of a record without one: that of most threads.
func restOf(t *inbox.Thread) inbox.Rank {
	return inbox.Rank{Class: inbox.RankRest, At: t.SortAt}
}

func getThread(d dec) (t inbox.Thread, err error) {
	t.Rank.Class = unranked
	for d.next() {
		switch f := d.field; f {
		case 1:
			t.Account = inbox.AccountID(d.val)
		case 2:
			t.Client = inbox.ClientID(d.val)
		case 3:
			t.Network = inbox.Network(d.val)
		case 4:
			t.Remote = d.val
		case 5:
			t.Kind = inbox.Kind(d.val)
		case 6:
			t.Triage = getTriage(d.sub())
		case 7:
			t.Tags = append(t.Tags, d.val)
		case 8:
			t.Priority = d.int()
		case 9, 10, 11, 12, 13:
			getAuthor(&d, f-9, &t.Author)
		case 14:
			t.Title = d.safe()
		case 15:
			t.Snippet = d.safe()
		case 16:
			t.FirstAt = d.time()
		case 17:
			t.LastAt = d.time()
		case 18:
			t.InAt = d.time()
		case 19:
			t.OutAt = d.time()
		case 20:
			t.SortAt = d.time()
		case 21:
			t.Messages = d.int()
		case 22:
			t.Notes = d.int()
		case 23:
			t.Events = d.int()
		case 24:
			t.PostID = d.val
		case 25:
			t.URL = d.val
		case 26:
			t.LastOut = d.bool()
		default:
			getPlace(&d, &t)
		}
	}
	if t.Rank.Class == unranked {
		t.Rank = restOf(&t)
	}
	return t, d.err
}

// getPlace reads what decides about the place in lists, and what is found by.
func getPlace(d *dec, t *inbox.Thread) {
	switch d.field {
	case 27:
		t.WaitAt = d.time()
	case 28:
		t.Target = d.time()
	case 29:
		t.Window = d.time()
	case 30:
		t.Alarm = inbox.Alarm(d.num)
	case 31:
		t.Lang = d.val
	case 32:
		t.Feeling = inbox.Feeling(d.int())
	case 33:
		t.Rank.Class = inbox.RankClass(d.num - 1)
	case 34:
		t.Rank.At = d.time()
	case 35:
		t.Status = inbox.Status(d.val)
	case 36:
		t.Statuses = getStatuses(d.sub())
	case 37:
		t.OutSent = d.bool()
	}
}

func triageFields(t *inbox.Triage) (e enc) {
	e.uint(1, uint64(t.State))
	e.bool(2, t.Unread)
	e.time(3, t.Until)
	e.time(4, t.DoneAt)
	if x := t.Escalation; x != nil {
		var s enc
		s.text(1, string(x.Contact))
		s.text(2, x.Name.String())
		s.time(3, x.At)
		s.time(4, x.Due)
		s.text(5, x.Question.String())
		e.sub(5, s)
	}
	e.bool(6, t.Promoted)
	e.uint(7, uint64(t.Nap))
	e.bool(8, t.Dozes)
	e.time(9, t.WokeAt)
	return e
}

func getTriage(d dec) (t inbox.Triage) {
	for d.next() {
		switch d.field {
		case 1:
			t.State = inbox.State(d.num)
		case 2:
			t.Unread = d.bool()
		case 3:
			t.Until = d.time()
		case 4:
			t.DoneAt = d.time()
		case 5:
			t.Escalation = getEscalation(d.sub())
		case 6:
			t.Promoted = d.bool()
		case 7:
			t.Nap = inbox.NapRule(d.num)
		case 8:
			t.Dozes = d.bool()
		case 9:
			t.WokeAt = d.time()
		}
	}
	return t
}

func getEscalation(d dec) *inbox.Escalation {
	var x inbox.Escalation
	for d.next() {
		switch d.field {
		case 1:
			x.Contact = inbox.ContactID(d.val)
		case 2:
			x.Name = d.safe()
		case 3:
			x.At = d.time()
		case 4:
			x.Due = d.time()
		case 5:
			x.Question = d.safe()
		}
	}
	return &x
}

func putEvent(e *enc, v *inbox.Event) {
	e.uint(1, uint64(v.Thread))
	e.int(2, v.N)
	e.time(3, v.At)
	e.text(4, string(v.Actor))
	e.text(5, v.Session)
	e.text(6, string(v.Verb))
	e.text(7, v.Message)
	e.uint(8, uint64(v.Action))
	e.items(9, v.Args)
	e.text(10, v.Text.String())
	e.time(11, v.Until)
	e.int(12, v.Undoes)
	if v.Before != nil {
		e.sub(13, triageFields(v.Before))
	}
	if v.After != nil {
		e.sub(14, triageFields(v.After))
	}
	e.text(15, v.Line)
	e.uint(16, v.Step)
	e.uint(17, v.Of)
}

func getEvent(d dec) (v inbox.Event, err error) {
	for d.next() {
		switch d.field {
		case 1:
			v.Thread = inbox.ThreadID(d.num)
		case 2:
			v.N = d.int()
		case 3:
			v.At = d.time()
		case 4:
			v.Actor = inbox.Actor(d.val)
		case 5:
			v.Session = d.val
		case 6:
			v.Verb = inbox.Verb(d.val)
		case 7:
			v.Message = d.val
		case 8:
			v.Action = inbox.ActionID(d.num)
		case 9:
			v.Args = append(v.Args, d.val)
		case 10:
			v.Text = d.safe()
		case 11:
			v.Until = d.time()
		case 12:
			v.Undoes = d.int()
		case 13:
			t := getTriage(d.sub())
			v.Before = &t
		case 14:
			t := getTriage(d.sub())
			v.After = &t
		case 15:
			v.Line = d.val
		case 16:
			v.Step = d.num
		case 17:
			v.Of = d.num
		}
	}
	return v, d.err
}
