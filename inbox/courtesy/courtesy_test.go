package courtesy_test

import (
	"strings"
	"testing"

	"vigie/inbox/courtesy"
)

func TestThanks(t *testing.T) {
	for _, s := range []string{
		"merci", "Merci !", "merci beaucoup !!", "MERCI BEAUCOUP", "Merciiiiii", "mercii", "mrc", "c'est parfait merci", "C’est parfait, merci 🙏",
		"ok merci", "Ok super merci !", "d'accord, merci bien", "Merci à vous", "merci à toute l'équipe", "Merci infiniment pour votre aide précieuse",
		"Un grand merci !", "mille mercis", "1000 mercis", "Mille fois merci", "je vous remercie", "Merci encore et bonne journée !",
		"Bonjour, merci pour votre réponse rapide. Bonne soirée à vous", "Merci d'avoir répondu", "merci pour tout ❤️", "merci de tout cœur",
		"Bien reçu, merci", "c'est noté merci", "super, ça marche, merci", "merci vous êtes au top", "Merci Camille !", "@miette merci beaucoup",
		"nickel merci", "merci <3", "🙏", "🙏🙏🙏", "❤️", "👍", "👍🏽", "🙏❤️", "merci 😊", "Top 👍", "Génial, merci pour votre réactivité !",
		"thanks", "Thanks!", "thank you", "Thank you so much!!", "thx", "ty", "tysm", "cheers", "Thanks a lot for your help", "many thanks",
		"thank you very much, have a great day", "Got it, thanks", "all sorted, thank you", "it works now thanks", "Thanks Marc", "that's perfect, thanks!",
		"Great, thank you for the quick reply 🙏", "much appreciated, thanks", "thank you both", "ok thx 👌",
		"merci bcp", "Super, merci bcp 👍", "Merci, bonne fin de journée", "Merci pour tout, bonnes fêtes !", "merci :D", "merci =)", "tyvm", "Much appreciated",
		"I really appreciate it", "Good to know, thanks", "Thanks for letting me know", "thanks for getting back to me",
		"Merci.\nBien cordialement,\nJean Petit", "Thank you!\n\nKind regards,\n\nMarie-Anne O\n",
	} {
		if !courtesy.Thanks(s) {
			t.Errorf("%q only thanks", s)
		}
	}
}

func TestMoreThanThanks(t *testing.T) {
	for _, s := range []string{
		"", " ", "…", "ok", "bonjour", "😊", "parfait", "bonne journée",
		"merci de me répondre", "Merci de votre réponse", "merci de faire vite", "merci bien de me rappeler", "merci d'avance", "non merci, remboursez-moi", "non merci", "no thanks",
		"merci pour rien", "thanks for nothing", "merci mais ça ne marche pas", "merci ?", "merci, et pour le colis ?", "Merci, quand ouvrez-vous",
		"merci, toujours rien reçu", "merci de rappeler le 0612345678", "thanks in advance", "thanks but it is broken", "thank you, where is my order",
		"merci 😡", "🙏😭", "👎", "merci :(", "super merci :/", "merci voir https://example.test/ticket", "merci #scandale", "MERCI REMBOURSEZ",
		"merci, j'attends", "Thanks, please call me", "merci de", "je ne vous remercie pas", "merci, le code est 1234", "remboursez-moi merci",
		"Merci Camille Rappelez", "i want to thank you but no", "ça marche plus, merci pour le retour de rien",
		"réponse rapide merci", "aide merci", "help thanks", "ça marche plus merci", "trop tard merci", "vite merci", "la semaine prochaine, merci",
		"merci " + strings.Repeat("beaucoup ", 30),
		"Merci. Répondez !", "Merci ! Urgent", "Merci… Rappelez", "Merci\nAnnulez", "Thanks. Refund", "Merci 🙏 Remboursement", "Bonjour. Annulez. Merci",
		"Oui merci", "oui, merci beaucoup 🙏", "Yes, thank you!", "oui 👍", "Merci (Urgent)", "Merci - Annulez", "Merci: Rappelez", "Merci « Voleurs »",
		"merci ؟", "merci ⁉", "merci ⁇", "merci ❓", "merci ;)  ??", "merci 🙄", "merci 1", "👍👎",
		"get back to me thanks", "let me know, thanks", "a reply would be appreciated", "your help is appreciated", "merci fin de contrat", "merci :'(",
		"Merci.\nCordialement,\nremboursez Jean", "Merci.\nCordialement,\nJean Petit 0612345678", "Cordialement,\nJean Petit", "Merci\nJean Petit, Client Perdu",
	} {
		if courtesy.Thanks(s) {
			t.Errorf("%q wants more than it thanks", s)
		}
	}
}

func FuzzThanks(f *testing.F) {
	f.Add("Merci beaucoup 🙏")
	f.Add("merci de me répondre")
	f.Fuzz(func(t *testing.T, s string) {
		if courtesy.Thanks(s) && courtesy.Thanks(s+" ?") {
			t.Errorf("%q with a question only thanks", s)
		}
	})
}
