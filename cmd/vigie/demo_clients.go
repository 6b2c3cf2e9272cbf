package main

import (
	"time"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
)

// demoBrands is what the demo's clients wish: when they are open, how soon they
// want an answer, how they want to be spoken for, and what is often said.
func demoBrands() map[inbox.ClientID]config.Client {
	office := config.Hours{"mon-fri": {"09:00-12:30", "14:00-18:00"}}
	return map[inbox.ClientID]config.Client{
		"miette": {
			Hours:  config.Hours{"tue-sat": {"07:00-13:00", "15:00-19:00"}, "mon": {"08:00-12:00", "13:30-18:00"}},
			Answer: answerHours(4), Answers: config.Within{"dm": answerHours(2)},
			Quiet: config.Nights{"20:00-07:00"},
			Charter: config.Charter{
				Address: "vous", Emoji: "none", Languages: []string{"fr", "en"},
				Words: []config.Word{
					{Word: "garanti", Why: "on ne promet rien au nom du fournil", Block: true},
					{Word: "pas de souci", Why: "dire : avec plaisir"},
				},
				Notes: []string{"On vouvoie, on remercie, on reste bref.", "Les allergènes : toujours renvoyer vers la boutique."},
			},
			Replies: demoReplies(
				"Bonjour {{first_name}}, la boutique est ouverte du mardi au samedi de 7 h à 13 h et de 15 h à 19 h, le dimanche de 7 h à 13 h. À bientôt !",
				"Hello {{first_name}}, the shop is open Tuesday to Saturday from 7 am to 1 pm and from 3 pm to 7 pm, on Sunday from 7 am to 1 pm. See you soon!",
			),
		},
		"atlas": {
			Hours:  config.Hours{"mon-fri": {"09:00-19:00"}, "sat": {"10:00-20:00"}},
			Answer: answerHours(6), Answers: config.Within{"dm": answerHours(2)}, Quiet: config.Nights{"23:00-07:00"},
			Charter: config.Charter{
				Address: "tu", Languages: []string{"fr"},
				Words: []config.Word{
					{Word: "transfert", Why: "aucune rumeur n'est commentée", Block: true},
					{Word: "arbitre", Why: "on ne commente pas l'arbitrage"},
				},
				Notes: []string{"On tutoie les supporters.", "Jamais un mot sur le sponsor sans l'accord de Sophie."},
			},
			Replies: demoReplies(
				"Salut {{first_name}}, la billetterie est ouverte de 10 h à 19 h, et trois heures avant chaque match.",
				"Hi {{first_name}}, the ticket office is open from 10 am to 7 pm, and three hours before each match.",
			),
		},
		"nordlys": {
			Hours:  office,
			Answer: answerHours(2), Answers: config.Within{"dm": answerHours(1)},
			Quiet: config.Nights{"19:00-08:00"},
			Charter: config.Charter{
				Address: "vous", Languages: []string{"en", "fr"},
				Words: []config.Word{
					{Word: "will fix by", Why: "no promise of a date", Block: true},
					{Word: "guaranteed", Why: "nothing is, in writing", Block: true},
					{Word: "bug", Why: "say: issue"},
				},
				Notes: []string{"Answer in the language of the question.", "Outages: point to the status page first."},
			},
			Replies: demoReplies(
				"Bonjour {{first_name}}, notre équipe répond du lundi au vendredi, de 9 h à 12 h 30 et de 14 h à 18 h.",
				"Hello {{first_name}}, our team answers Monday to Friday, from 9 am to 12.30 pm and from 2 pm to 6 pm, Paris time.",
			),
		},
		"clair": {
			Hours:  office,
			Answer: answerHours(8), Quiet: config.Nights{"19:00-08:00"},
			Charter: config.Charter{
				Address: "vous", Languages: []string{"fr"},
				Words: []config.Word{
					{Word: "gagnant", Why: "les résultats du concours se publient, ils ne se disent pas", Block: true},
				},
				Notes: []string{"On ne dit rien d'un livre à paraître.", "On signe du prénom de qui répond."},
			},
			Replies: demoReplies(
				"Bonjour {{first_name}}, la maison est ouverte du lundi au vendredi, de 9 h à 12 h 30 et de 14 h à 18 h.",
				"Hello {{first_name}}, we are open Monday to Friday, from 9 am to 12.30 pm and from 2 pm to 6 pm.",
			),
		},
	}
}

// demoReplies are the saved replies that all of the demo's clients have.
func demoReplies(hoursFr, hoursEn string) []config.Reply {
	return []config.Reply{
		{ID: "horaires", Lang: "fr", Text: hoursFr},
		{ID: "horaires", Lang: "en", Text: hoursEn},
		{ID: "ack", Lang: "fr", Text: "Bonjour {{first_name}}, merci de nous l'avoir signalé. Nous regardons cela et revenons vers vous."},
		{ID: "ack", Lang: "en", Text: "Hello {{first_name}}, thank you for telling us. We are looking into it and will come back to you."},
	}
}

func answerHours(n int) config.Duration { return config.Duration(time.Duration(n) * time.Hour) }
