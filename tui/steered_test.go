package tui

import (
	"slices"
	"strings"
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

// TestWhoElseGotItIsTold, and to whom ours went when nobody has answered.
func TestWhoElseGotItIsTold(t *testing.T) {
	f := mailOf("mailto:anna@post.example", inbox.ByHand)
	m := &f.threads[inbox.ThreadID(len(f.threads))].messages[0]
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		m.To = append(m.To, few(name+"@post.example"))
	}
	ours := answer(inbox.KindDM, minute, "Votre facture est là.")
	ours.To = m.To[:1]
	ours.Author = inbox.Author{ID: "support@nordlys.example", Handle: few("support@nordlys.example")}
	s := newSim(t, f, 160, 40, nil)
	s.on(t, "Anna Berg")
	s.wants("aussi à : a@post.example, b@post.example", "e@post.example +2")
	s.lacks("demandé par le mail")
	th := f.threads[f.add("nordlys-mail", nil, ours)].t
	s = newSim(t, f, 160, 40, nil)
	s.m.composer.Open(th, inbox.Caps{}, inbox.Draft{Thread: th.ID}, s.m.look)
	s.m.composer.Follow(inbox.ThreadView{Thread: th, Messages: []inbox.Message{ours}})
	s.m.composer.SetSize(120, 10)
	if head := strings.Join(s.m.composer.View(s.m.look), "\n"); !strings.Contains(head, "a@post.example") {
		t.Errorf("to whom it goes is not told:\n%s", head)
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
