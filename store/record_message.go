package store

import (
	"google.golang.org/protobuf/encoding/protowire"

	"vigie/inbox"
)

// Field numbers are for ever: a field that goes leaves its number unused.

func putMessage(e *enc, m *inbox.Message) {
	e.uint(1, uint64(m.Thread))
	e.text(2, string(m.Account))
	e.uint(3, uint64(m.Origin))
	e.text(4, m.Remote)
	e.text(5, m.Conversation)
	e.text(6, m.Parent)
	e.text(7, string(m.Kind))
	e.time(8, m.At)
	e.time(9, m.Edited)
	putAuthor(e, 10, m.Author)
	e.text(15, m.Lang)
	e.text(16, m.URL)
	if m.Post != nil {
		e.text(17, m.Post.ID)
	}
	for _, md := range m.Media {
		var s enc
		s.text(1, md.Kind)
		s.text(2, md.URL)
		s.text(3, md.Alt.String())
		e.sub(18, s)
	}
	putCounts(e, 19, m.Counts)
	e.text(23, m.Visibility)
	e.int(24, m.Rating)
	e.bool(25, m.Outgoing)
	e.bool(26, m.Deleted)
	e.text(27, m.Text.String())
	e.bool(28, m.Expired)
	e.text(29, string(m.Status))
	e.text(30, m.Warning.String())
	if m.Poll != nil {
		e.sub(31, pollFields(m.Poll))
	}
	e.uint(32, uint64(m.Auto))
	for _, to := range m.To {
		e.text(33, to.String())
	}
}

func pollFields(p *inbox.Poll) (e enc) {
	for _, o := range p.Options {
		var s enc
		s.text(1, o.Text.String())
		s.int(2, o.Votes)
		e.sub(1, s)
	}
	e.int(2, p.Voters)
	e.time(3, p.Ends)
	e.bool(4, p.Multiple)
	return e
}

func getPoll(d dec) *inbox.Poll {
	var p inbox.Poll
	for d.next() {
		switch d.field {
		case 1:
			p.Options = append(p.Options, getOption(d.sub()))
		case 2:
			p.Voters = d.int()
		case 3:
			p.Ends = d.time()
		case 4:
			p.Multiple = d.bool()
		}
	}
	return &p
}

func getOption(d dec) (o inbox.PollOption) {
	for d.next() {
		switch d.field {
		case 1:
			o.Text = d.safe()
		case 2:
			o.Votes = d.int()
		}
	}
	return o
}

// getMessage leaves in Post no more than the post's id.
func getMessage(d dec) (m inbox.Message, err error) {
	for d.next() {
		switch f := d.field; f {
		case 1:
			m.Thread = inbox.ThreadID(d.num)
		case 2:
			m.Account = inbox.AccountID(d.val)
		case 3:
			m.Origin = inbox.Origin(d.num)
		case 4:
			m.Remote = d.val
		case 5:
			m.Conversation = d.val
		case 6:
			m.Parent = d.val
		case 7:
			m.Kind = inbox.Kind(d.val)
		case 8:
			m.At = d.time()
		case 9:
			m.Edited = d.time()
		case 10, 11, 12, 13, 14:
			getAuthor(&d, f-10, &m.Author)
		case 15:
			m.Lang = d.val
		case 16:
			m.URL = d.val
		case 17:
			m.Post = &inbox.Post{ID: d.val}
		case 18:
			m.Media = append(m.Media, getMedia(d.sub()))
		case 19, 20, 21, 22:
			getCounts(&d, f-19, &m.Counts)
		case 23:
			m.Visibility = d.val
		case 24:
			m.Rating = d.int()
		case 25:
			m.Outgoing = d.bool()
		case 26:
			m.Deleted = d.bool()
		case 27:
			m.Text = d.safe()
		case 28:
			m.Expired = d.bool()
		case 29:
			m.Status = inbox.Status(d.val)
		case 30:
			m.Warning = d.safe()
		case 31:
			m.Poll = getPoll(d.sub())
		case 32:
			m.Auto = inbox.Auto(d.num)
		case 33:
			m.To = append(m.To, d.safe())
		}
	}
	return m, d.err
}

func getMedia(d dec) (md inbox.Media) {
	for d.next() {
		switch d.field {
		case 1:
			md.Kind = d.val
		case 2:
			md.URL = d.val
		case 3:
			md.Alt = d.safe()
		}
	}
	return md
}

// putAuthor takes five numbers from first on.
func putAuthor(e *enc, first protowire.Number, a inbox.Author) {
	e.text(first, a.ID)
	e.text(first+1, a.Handle.String())
	e.text(first+2, a.Name.String())
	e.int(first+3, a.Followers)
	e.text(first+4, a.URL)
}

func getAuthor(d *dec, i protowire.Number, a *inbox.Author) {
	switch i {
	case 0:
		a.ID = d.val
	case 1:
		a.Handle = d.safe()
	case 2:
		a.Name = d.safe()
	case 3:
		a.Followers = d.int()
	case 4:
		a.URL = d.val
	}
}

// putCounts takes four numbers from first on.
func putCounts(e *enc, first protowire.Number, c inbox.Counts) {
	e.int(first, c.Likes)
	e.int(first+1, c.Reposts)
	e.int(first+2, c.Replies)
	e.bool(first+3, c.Known)
}

func getCounts(d *dec, i protowire.Number, c *inbox.Counts) {
	switch i {
	case 0:
		c.Likes = d.int()
	case 1:
		c.Reposts = d.int()
	case 2:
		c.Replies = d.int()
	case 3:
		c.Known = d.bool()
	}
}

func putPost(e *enc, p *inbox.Post) {
	e.text(1, p.ID)
	e.text(2, p.Text.String())
	e.text(3, p.URL)
	e.time(4, p.At)
	putCounts(e, 5, p.Counts)
	e.bool(9, p.Deleted)
}

func getPost(d dec) (p inbox.Post, err error) {
	for d.next() {
		switch f := d.field; f {
		case 1:
			p.ID = d.val
		case 2:
			p.Text = d.safe()
		case 3:
			p.URL = d.val
		case 4:
			p.At = d.time()
		case 5, 6, 7, 8:
			getCounts(&d, f-5, &p.Counts)
		case 9:
			p.Deleted = d.bool()
		}
	}
	return p, d.err
}
