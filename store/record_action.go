package store

import (
	"google.golang.org/protobuf/encoding/protowire"

	"vigie/inbox"
)

func putAction(e *enc, a *inbox.Action) {
	e.text(1, a.Key)
	e.text(2, a.Epoch)
	e.text(3, string(a.Kind))
	e.text(4, string(a.Client))
	e.text(5, string(a.Account))
	e.uint(6, uint64(a.Thread))
	e.text(7, a.Conversation)
	e.text(8, a.Target)
	e.text(9, a.Text)
	e.text(10, a.Visibility)
	e.text(11, string(a.ThreadKind))
	e.text(12, string(a.Contact))
	if a.Brief != nil {
		e.sub(13, briefFields(a.Brief))
	}
	e.text(14, string(a.State))
	e.int(15, a.Attempt)
	e.time(16, a.CreatedAt)
	e.time(17, a.NotBefore)
	e.time(18, a.FirstWire)
	e.time(19, a.LastWire)
	e.text(20, a.Owner)
	e.text(21, a.Session)
	e.text(22, a.Receipt.Remote)
	e.text(23, a.Receipt.URL)
	e.time(24, a.Receipt.At)
	putProblem(e, 25, a.Problem)
	e.int(28, a.Looks)
	e.bool(29, a.Doubted)
	e.text(30, a.Author)
	e.text(31, a.Draft)
	e.time(32, a.SendAt)
	e.int(33, a.SeenN)
	e.text(34, a.Line)
	e.uint(35, a.Step)
	e.uint(36, a.Of)
	e.text(37, a.Receipt.Conversation)
	for _, h := range a.History {
		var s enc
		s.time(1, h.At)
		s.text(2, string(h.From))
		s.text(3, string(h.To))
		s.text(4, h.Why)
		s.text(5, h.Who)
		e.sub(38, s)
	}
	e.text(39, string(a.Class))
	e.uint(40, uint64(a.Follows))
	e.text(50, a.PostID)
	putUploads(e, 41, a.Media)
	e.text(42, a.Reason)
	e.text(43, a.Server)
	e.text(44, a.As)
}

func putUploads(e *enc, f protowire.Number, list []inbox.Upload) {
	for _, u := range list {
		var s enc
		s.text(1, u.Name)
		s.text(2, u.Type)
		s.text(3, u.Alt)
		s.int(4, int(u.Size))
		s.text(5, u.Sum)
		e.sub(f, s)
	}
}

func getUpload(d dec) (u inbox.Upload) {
	for d.next() {
		switch d.field {
		case 1:
			u.Name = d.val
		case 2:
			u.Type = d.val
		case 3:
			u.Alt = d.val
		case 4:
			u.Size = int64(d.int())
		case 5:
			u.Sum = d.val
		}
	}
	return u
}

func getAction(d dec) (a inbox.Action, err error) {
	for d.next() {
		switch f := d.field; f {
		case 1:
			a.Key = d.val
		case 50:
			a.PostID = d.val
		case 2:
			a.Epoch = d.val
		case 3:
			a.Kind = inbox.ActionKind(d.val)
		case 4:
			a.Client = inbox.ClientID(d.val)
		case 5:
			a.Account = inbox.AccountID(d.val)
		case 6:
			a.Thread = inbox.ThreadID(d.num)
		case 7:
			a.Conversation = d.val
		case 8:
			a.Target = d.val
		case 9:
			a.Text = d.val
		case 10:
			a.Visibility = d.val
		case 11:
			a.ThreadKind = inbox.Kind(d.val)
		case 12:
			a.Contact = inbox.ContactID(d.val)
		case 13:
			a.Brief = getBrief(d.sub())
		case 25, 26, 27:
			getProblem(&d, f-25, &a.Problem)
		case 41:
			a.Media = append(a.Media, getUpload(d.sub()))
		case 42:
			a.Reason = d.val
		case 43:
			a.Server = d.val
		case 44:
			a.As = d.val
		default:
			getSending(&d, &a)
		}
	}
	return a, d.err
}

// getSending reads the fields that sending changes.
func getSending(d *dec, a *inbox.Action) {
	switch d.field {
	case 14:
		a.State = inbox.SendState(d.val)
	case 15:
		a.Attempt = d.int()
	case 16:
		a.CreatedAt = d.time()
	case 17:
		a.NotBefore = d.time()
	case 18:
		a.FirstWire = d.time()
	case 19:
		a.LastWire = d.time()
	case 20:
		a.Owner = d.val
	case 21:
		a.Session = d.val
	case 22:
		a.Receipt.Remote = d.val
	case 23:
		a.Receipt.URL = d.val
	case 24:
		a.Receipt.At = d.time()
	case 28:
		a.Looks = d.int()
	case 29:
		a.Doubted = d.num != 0
	case 30:
		a.Author = d.val
	case 31:
		a.Draft = d.val
	case 32:
		a.SendAt = d.time()
	case 33:
		a.SeenN = d.int()
	case 34:
		a.Line = d.val
	case 35:
		a.Step = d.num
	case 36:
		a.Of = d.num
	case 37:
		a.Receipt.Conversation = d.val
	case 38:
		a.History = append(a.History, getStep(d.sub()))
	case 39:
		a.Class = inbox.Class(d.val)
	case 40:
		a.Follows = inbox.ActionID(d.num)
	}
}

func getStep(d dec) (h inbox.ActionStep) {
	for d.next() {
		switch d.field {
		case 1:
			h.At = d.time()
		case 2:
			h.From = inbox.SendState(d.val)
		case 3:
			h.To = inbox.SendState(d.val)
		case 4:
			h.Why = d.val
		case 5:
			h.Who = d.val
		}
	}
	return h
}

// putProblem takes three numbers from first on.
func putProblem(e *enc, first protowire.Number, p inbox.Problem) {
	e.text(first, p.Code)
	e.items(first+1, p.Args)
	e.text(first+2, p.Detail)
}

func getProblem(d *dec, i protowire.Number, p *inbox.Problem) {
	switch i {
	case 0:
		p.Code = d.val
	case 1:
		p.Args = append(p.Args, d.val)
	case 2:
		p.Detail = d.val
	}
}

func briefFields(b *inbox.Brief) (e enc) {
	e.text(1, b.Subject.String())
	e.text(2, b.Question.String())
	e.time(3, b.Due)
	e.text(4, b.Severity)
	e.text(5, b.Link)
	e.text(6, b.Client)
	e.text(7, b.Account)
	e.text(8, string(b.Network))
	e.text(9, b.From.String())
	e.text(10, b.Quote.String())
	e.text(11, b.Context.String())
	for _, l := range b.History {
		var s enc
		s.time(1, l.At)
		s.text(2, l.Who.String())
		s.text(3, l.Text.String())
		e.sub(12, s)
	}
	return e
}

func getBrief(d dec) *inbox.Brief {
	var b inbox.Brief
	for d.next() {
		switch d.field {
		case 1:
			b.Subject = d.safe()
		case 2:
			b.Question = d.safe()
		case 3:
			b.Due = d.time()
		case 4:
			b.Severity = d.val
		case 5:
			b.Link = d.val
		case 6:
			b.Client = d.val
		case 7:
			b.Account = d.val
		case 8:
			b.Network = inbox.Network(d.val)
		case 9:
			b.From = d.safe()
		case 10:
			b.Quote = d.safe()
		case 11:
			b.Context = d.safe()
		case 12:
			b.History = append(b.History, getBriefLine(d.sub()))
		}
	}
	return &b
}

func getBriefLine(d dec) (l inbox.BriefLine) {
	for d.next() {
		switch d.field {
		case 1:
			l.At = d.time()
		case 2:
			l.Who = d.safe()
		case 3:
			l.Text = d.safe()
		}
	}
	return l
}
