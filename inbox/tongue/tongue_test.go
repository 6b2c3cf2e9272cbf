package tongue

import "testing"

func TestOf(t *testing.T) {
	for text, want := range map[string]string{
		// French
		"Merci !":                                "fr",
		"Bonjour, vous ouvrez à quelle heure ?":  "fr",
		"J'adore 😍😍":                             "fr",
		"trop beau":                              "fr",
		"C'est une honte, 3 semaines d'attente":  "fr",
		"Mon colis n'est toujours pas arrivé":    "fr",
		"svp repondez moi":                       "fr",
		"on peut commander en ligne ?":           "fr",
		"Vous êtes ouverts dimanche ?":           "fr",
		"pas mal du tout":                        "fr",
		"Quel est le prix ?":                     "fr",
		"@miette.lyon vos croissants sont nuls":  "fr",
		"Hâte de goûter ça !!":                   "fr",
		"Toujours aucune réponse de votre part…": "fr",
		// English
		"Thank you so much!":                             "en",
		"When do you open tomorrow?":                     "en",
		"love this ❤️":                                   "en",
		"Your API is broken again, any update?":          "en",
		"still waiting for my refund":                    "en",
		"This is amazing":                                "en",
		"How much is it?":                                "en",
		"worst customer service ever":                    "en",
		"I can't log in":                                 "en",
		"Where can I buy this?":                          "en",
		"you guys are the best":                          "en",
		"Not working for me https://exemple.fr/les/amis": "en",
		"Is there a vegan option?":                       "en",
		// Spanish
		"¡Muchas gracias!":                       "es",
		"¿A qué hora abren mañana?":              "es",
		"Me encanta 😍":                           "es",
		"cuanto cuesta el envio?":                "es",
		"Mi pedido no ha llegado todavía":        "es",
		"Qué bonito":                             "es",
		"Es una vergüenza, nadie contesta":       "es",
		"hola, tienen tienda en Madrid?":         "es",
		"Quiero saber cuándo llega mi paquete":   "es",
		"Felicidades a todos por vuestro premio": "es",
		// German
		"Danke schön!":                                "de",
		"Wann habt ihr morgen geöffnet?":              "de",
		"Das ist echt lecker":                         "de",
		"Mein Paket ist immer noch nicht angekommen":  "de",
		"Ich warte seit drei Wochen auf eine Antwort": "de",
		"Wie viel kostet das?":                        "de",
		"Funktioniert bei mir nicht":                  "de",
		"Herzlichen Glückwunsch!":                     "de",
		"gibt es das auch ohne Nüsse":                 "de",
		// Italian
		"Grazie mille!":                             "it",
		"A che ora aprite domani?":                  "it",
		"Che bello 😍":                               "it",
		"Il mio pacco non è ancora arrivato":        "it",
		"Quanto costa la spedizione?":               "it",
		"è una vergogna, nessuno risponde":          "it",
		"Siete i migliori":                          "it",
		"Buongiorno, vorrei sapere se siete aperti": "it",
		"bellissimo, complimenti a tutti":           "it",
		// Portuguese
		"Muito obrigada!":                    "pt",
		"A que horas vocês abrem amanhã?":    "pt",
		"Adorei 😍":                           "pt",
		"Minha encomenda ainda não chegou":   "pt",
		"quanto custa o frete?":              "pt",
		"Bom dia, vocês têm loja em Lisboa?": "pt",
		"Que vergonha, ninguém responde":     "pt",
		"não funciona":                       "pt",
		"Parabéns pelo trabalho":             "pt",
		// Dutch
		"Dank je wel!":                              "nl",
		"Hoe laat gaan jullie morgen open?":         "nl",
		"Wat mooi 😍":                                "nl",
		"Mijn pakketje is nog steeds niet geleverd": "nl",
		"Hoeveel kost het?":                         "nl",
		"Het werkt niet":                            "nl",
		"ik wacht al drie weken op een antwoord":    "nl",
		"Gefeliciteerd met jullie prijs":            "nl",
		// not sure, or none
		"":                           "",
		"ok":                         "",
		"Super!":                     "",
		"👍👍👍":                        "",
		"lol":                        "",
		"Anna Béranger":              "",
		"@anna.b @leo":               "",
		"#galette #paris":            "",
		"https://exemple.fr/bonjour": "",
		"2026":                       "",
		"ありがとう":                      "",
		"Спасибо большое":            "",
		"Tack så mycket för hjälpen, ni är bäst": "",
		"hvor er min pakke":                      "",
		"Dziękuję bardzo":                        "",
		"Teşekkür ederim":                        "",
		"xkcd qwerty":                            "",
		"No":                                     "",
	} {
		if got := Of(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("Bonjour, vous ouvrez ?")
	f.Add("\xff\u0301é")
	f.Fuzz(func(t *testing.T, s string) {
		if got := Of(s); got != "" && len(got) != 2 {
			t.Error(got)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		Of("Bonjour, mon colis n'est toujours pas arrivé, pouvez-vous me dire où il est ?")
	}
}
