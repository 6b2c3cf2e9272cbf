package store

import "vigie/inbox"

func putView(e *enc, v *savedView) {
	e.uint(1, v.n)
	e.text(2, v.Name)
	e.text(3, v.Query)
	e.uint(4, uint64(v.Split))
	for _, s := range v.State {
		e.item(5, s.String())
	}
	e.bool(6, v.Hide)
}

// getView leaves out the id, which is the key.
func getView(d dec) (v savedView, err error) {
	v.Saved = true
	for d.next() {
		switch d.field {
		case 1:
			v.n = d.num
		case 2:
			v.Name = d.val
		case 3:
			v.Query = d.val
		case 4:
			v.Split = inbox.Split(d.num)
		case 5:
			if s, ok := inbox.ParseState(d.val); ok {
				v.State = append(v.State, s)
			}
		case 6:
			v.Hide = d.bool()
		}
	}
	return v, d.err
}

func putPerson(e *enc, p *inbox.Person) {
	e.text(1, string(p.Client))
	for i := range p.Identities {
		var s enc
		s.text(1, string(p.Identities[i].Account))
		putAuthor(&s, 2, p.Identities[i].Author)
		e.sub(2, s)
	}
	e.items(3, p.Badges)
	for i := range p.Notes {
		var s enc
		s.time(1, p.Notes[i].At)
		s.text(2, p.Notes[i].Session)
		s.text(3, p.Notes[i].Text.String())
		s.text(4, p.Notes[i].Line)
		e.sub(4, s)
	}
}

// getPerson leaves out the id, which is the key.
func getPerson(d dec) (p inbox.Person, err error) {
	for d.next() {
		switch d.field {
		case 1:
			p.Client = inbox.ClientID(d.val)
		case 2:
			p.Identities = append(p.Identities, getPersonIdentity(d.sub()))
		case 3:
			p.Badges = append(p.Badges, d.val)
		case 4:
			p.Notes = append(p.Notes, getPersonNote(d.sub()))
		}
	}
	return p, d.err
}

func getPersonIdentity(d dec) (i inbox.PersonIdentity) {
	for d.next() {
		switch f := d.field; f {
		case 1:
			i.Account = inbox.AccountID(d.val)
		case 2, 3, 4, 5, 6:
			getAuthor(&d, f-2, &i.Author)
		}
	}
	return i
}

func getPersonNote(d dec) (n inbox.PersonNote) {
	for d.next() {
		switch d.field {
		case 1:
			n.At = d.time()
		case 2:
			n.Session = d.val
		case 3:
			n.Text = d.safe()
		case 4:
			n.Line = d.val
		}
	}
	return n
}
