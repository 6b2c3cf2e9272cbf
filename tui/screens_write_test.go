package tui

import (
	"testing"
	"time"

	"vigie/inbox"
)

// writingScreens are the screens of writing: how to get to each.
func writingScreens(t *testing.T) map[string]func(*sim) {
	begin := func(s *sim, key, body string) inbox.Thread {
		th := s.on(t, "Claire Dupont")
		s.m.seen[th.Account] = true
		s.keys(key, "text:"+body)
		return th
	}
	news := func(s *sim, th inbox.Thread) {
		who := author("claire.d@piaille.fr", "Claire Dupont")
		s.f.now = s.f.now.Add(2 * time.Minute)
		s.f.arrive(th.ID, theirs(inbox.KindDM, -minute, who, "Ah, elle vient d'arriver ! Le carton est un peu abîmé, mais la brioche est parfaite. Merci beaucoup 😊"))
		s.f.another(th.ID, "Merci Claire, ravis que tout soit là !")
		s.pass(time.Second)
	}
	return map[string]func(*sim){
		"meanwhile": func(s *sim) { news(s, begin(s, "r", "Bonjour Claire, nous cherchons.")) },
		"guard": func(s *sim) {
			news(s, begin(s, "r", "Bonjour Claire, nous cherchons."))
			s.keys("ctrl+s")
		},
		"composing": func(s *sim) {
			th := begin(s, "r", "Bonjour Claire.")
			s.f.sessions[1].Composing = th.ID
			s.f.changed(inbox.Change{Session: true})
			s.pass(time.Second)
			s.keys("ctrl+s")
		},
		"otherclient": func(s *sim) {
			begin(s, "r", "Bonjour, voyez avec Atlas !")
			s.keys("ctrl+s")
			s.keys("text:mie")
		},
		"private": func(s *sim) { begin(s, "R", "Votre adresse, s'il vous plaît ?") },
		"later": func(s *sim) {
			begin(s, "r", "Bonjour Claire.")
			s.keys("ctrl+t", "text:demain 9h")
		},
		"planned": func(s *sim) {
			begin(s, "r", "Bonjour Claire.")
			s.keys("ctrl+t", "text:demain 9h", "enter")
		},
		"unsaved": func(s *sim) {
			s.f.full = inbox.ErrFull
			begin(s, "r", "Bonjour Claire.")
		},
		"drafts": func(s *sim) {
			s.f.begun3(t)
			s.keys("g b")
		},
		"drop": func(s *sim) {
			s.f.begun3(t)
			s.keys("g b", "x")
		},
		"offer":   func(s *sim) { begin(s, "r", "Bonjour, ;ho") },
		"people":  func(s *sim) { begin(s, "r", "Bonjour @") },
		"advised": func(s *sim) { begin(s, "r", "Bonjour Claire, tu as raison 🥐 !"); s.keys("ctrl+s") },
		"blocked": func(s *sim) { begin(s, "r", "Bonjour Claire, nos pains sont gratuits."); s.keys("ctrl+s") },
		"gap": func(s *sim) {
			begin(s, "r", ";horaires")
			s.keys("tab")
		},
		"over": func(s *sim) {
			s.f.limit = inbox.TextLimit{Max: 60, Unit: inbox.Graphemes}
			begin(s, "r", "Bonjour Claire, la boutique ouvre à 7 h. Le dimanche, elle ferme à midi.")
		},
		"parts": func(s *sim) {
			s.f.limit = inbox.TextLimit{Max: 60, Unit: inbox.Graphemes}
			begin(s, "r", "Bonjour Claire, la boutique ouvre à 7 h. Le dimanche, elle ferme à midi. Voir https://miette.example/horaires")
			s.keys("ctrl+r")
		},
		"preview":         func(s *sim) { begin(s, "r", "Bonjour Claire, oui."); s.keys("ctrl+p") },
		"preview-private": func(s *sim) { begin(s, "R", "Votre adresse, s'il vous plaît ?"); s.keys("ctrl+p") },
		"preview-note":    func(s *sim) { begin(s, "n", "Voir avec Paul."); s.keys("ctrl+p") },
		"charter":         func(s *sim) { begin(s, "r", "Bonjour Claire."); s.keys("ctrl+g") },
		"scripts": func(s *sim) {
			begin(s, "r", "日本語のパン 👩‍🚀 🏳️‍🌈 ❤️ שלום مرحبا e\u0301té\nเช้านี้")
		},
	}
}

// writingWorld is the world with a client that has a charter and saved replies.
func writingWorld() *fake {
	f := world()
	f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActPrivate: {OK: true, Class: inbox.ClassA}}
	c := &f.clients[0]
	c.Charter = inbox.Charter{
		Address: "vous", Emoji: "none", Languages: []string{"fr", "en"},
		Words: []inbox.CharterWord{
			{Word: "gratuit", Why: "rien ne l'est", Block: true},
			{Word: "gratuits", Why: "rien ne l'est", Block: true},
			{Word: "pas de souci", Why: "trop familier"},
		},
		Notes: []string{"Toujours citer le produit.", "Les allergènes : renvoyer à la fiche, ne rien promettre."},
	}
	c.Replies = []inbox.SavedReply{
		{ID: "horaires", Lang: "fr", Text: "Bonjour {{first_name}}, la boutique ouvre à {{ouverture}} et ferme à {{fermeture}}."},
		{ID: "horaires", Lang: "en", Text: "Hello {{first_name}}, we open at {{opening}}."},
		{ID: "merci", Text: "Merci {{name}} !"},
		{ID: "hors-stock", Lang: "fr", Text: "Ce produit revient bientôt."},
	}
	return f
}
