package tui

import (
	"slices"
	"testing"

	"vigie/inbox"
	"vigie/tui/lang"
)

// mailOf is a world with a mail that wants its answer elsewhere.
func mailOf(url string, auto inbox.Auto) *fake {
	f := world()
	m := theirs(inbox.KindDM, minute, author("x", "Anna Berg"), "Où en est ma facture ?")
	m.Author.ID, m.Author.Handle, m.Author.URL = "anna@post.example", few("anna@post.example"), url
	m.Auto = auto
	f.accounts = append(f.accounts, account("nordlys-mail", "nordlys", "mail", "support@nordlys.example"))
	f.add("nordlys-mail", nil, m)
	return f
}

// TestWhereTheAnswerGoesIsTold, in the composer, in the preview, and once more
// before it goes.
func TestWhereTheAnswerGoesIsTold(t *testing.T) {
	f := mailOf("mailto:billing@elsewhere.example", inbox.ByHand)
	s := newSim(t, f, 100, 40, nil)
	th := s.on(t, "Anna Berg")
	s.m.seen[th.Account] = true
	s.keys("r", "text:La voici.")
	s.wants("→ billing@elsewhere.example", "billing@elsewhere.example, demandé par le mail")
	s.keys("ctrl+p")
	s.wants("Ce qui sera vu", "billing@elsewhere.example, demandé par le mail")
	s.keys("esc")
	f.fail = inbox.Problem{Code: inbox.CodeReplyTo, Args: []string{"billing@elsewhere.example", "anna@post.example"}}
	s.keys("ctrl+s")
	s.wants("La réponse part ailleurs", "Le mail demande la réponse à", "depuis", "anna@post.example", "envoyer quand même")
	s.keys("enter")
	if len(f.requests) != 1 || !slices.Contains(f.requests[0].Despite, inbox.CodeReplyTo) {
		t.Fatalf("asked with %+v", f.requests)
	}
}

// TestMachinesAreMarked where their mails are read, in both languages and in
// lines for a screen reader.
func TestMachinesAreMarked(t *testing.T) {
	for auto, words := range map[inbox.Auto][2]string{
		inbox.AutoNews: {"liste ou automate", "list or machine"}, inbox.AutoReply: {"réponse automatique", "automatic answer"},
	} {
		for i, tag := range []lang.Tag{lang.French, lang.English} {
			for _, linear := range []bool{false, true} {
				s := newSim(t, mailOf("", auto), 80, 24, func(o *Options) { o.Lang, o.Linear = tag, linear })
				s.on(t, "Anna Berg")
				s.keys("enter")
				s.wants(words[i])
			}
		}
	}
}
