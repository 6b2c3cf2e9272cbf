package sandbox

import "vigie/inbox"

// articlesOf is what the web says about the clients who listen to it: site,
// slug, author, title and lead, in the order press, alert, blog.
var articlesOf = map[inbox.ClientID][]string{
	"clair": {
		"livres-hebdo.example|rentree-clair|Sophie Arnaud|Rentrée littéraire : Clair mise sur trois premiers romans|Les Éditions Clair publieront trois premiers romans à la rentrée, dont « La Digue » de Nour Haddad, déjà retenu par deux prix de libraires.",
		"quotidien.example|prix-digue|Marc Delorme|Le prix des lycéens pour « La Digue », chez Clair|Le roman de Nour Haddad, paru chez Clair, a été choisi par deux mille lycéens. Son éditrice parle d’une surprise totale.",
		"lalectrice.example|digue-avis|Élodie|« La Digue », mon coup de cœur de l’automne|Je l’ai lu en une nuit. Seul bémol : la colle de mon exemplaire a lâché page 112, Clair m’en a renvoyé un autre sans discuter.",
		"lyon-matin.example|librairie-canuts|Rédaction|Une librairie éphémère Clair sur les pentes|Jusqu’au 24 décembre, la maison lyonnaise tient boutique rue des Capucins : lectures, dédicaces et ateliers pour enfants.",
		"forum-traduction.example|traducteur-oublie|Paul W.|Clair oublie un nom de traducteur en couverture|Sur la réédition de « Nord magnétique », le nom de la traductrice n’apparaît qu’en page 4. Les associations demandent une correction.",
		"chezjules.example|jeunesse-clair|Jules et ses filles|Cinq albums jeunesse pour Noël, dont deux de Clair|« Le Renard qui comptait » a été relu onze fois en trois jours. Onze.",
		"economie-du-livre.example|papier-2026|Claire Fontaine|Papier : les petits éditeurs entre hausse et stocks|Éditions Clair, Le Bélier et Trois Pas racontent comment ils lissent leurs tirages face à un papier plus cher de 9 %.",
		"radio-ondes.example|podcast-haddad|Radio Ondes|Podcast : Nour Haddad et son éditrice chez Clair|Quarante minutes sur l’écriture, la mer et les manuscrits envoyés par la poste.",
		"carnet-de-bord.example|salon-montreuil|Anaïs|Salon de Montreuil : le stand Clair pris d’assaut|Une heure de queue pour une dédicace, mais l’équipe distribuait du thé. Merci à elle.",
		"quebec-livres.example|clair-montreal|J.-F. Tremblay|Éditions Clair ouvre un bureau à Montréal|Deux personnes, une dizaine de titres par an et l’envie de faire voyager les auteurs dans les deux sens.",
		"veille-pirate.example|ebook-clair|alerte|Des livres numériques Clair sur un site pirate|Quatre titres de la rentrée sont proposés en téléchargement. L’éditeur dit avoir signalé les pages.",
		"bibliotheque-ouverte.example|club-clair|Bibliothèque|Notre club lit Clair en janvier|Premier rendez-vous le 9 janvier à 18 h. Dix exemplaires de « Nord magnétique » à emprunter.",
	},
	"nordlys": {
		"saas-weekly.example|nordlys-series-b|Hannah Cole|Nordlys raises to plan for teams that hate planning|The Oslo and Lyon based company says it will spend the round on reliability after a summer of outages.",
		"statuswatch.example|nordlys-outage|StatusWatch|Nordlys down for 47 minutes on Tuesday|Boards would not load for users in Europe. Nordlys posted an incident report the same evening.",
		"productnotes.example|nordlys-review|Priya N.|I moved my team to Nordlys. Here is what broke|Import lost our labels, and support found them again in an hour. We are staying, but read the migration page first.",
		"devtools-daily.example|api-v3|Tom Becker|Nordlys API v3: webhooks at last|Signed webhooks, cursor paging and a changelog that people can read. Version 1 goes away in June.",
		"forum.planners.example|pricing-thread|u/gantt_no_more|Is the new Nordlys pricing a joke?|Our bill goes from 40 to 96 a month. Has anyone talked to their sales team? Alternatives welcome.",
		"remotework.example|five-tools|Lena Ortiz|Five planning tools for small remote teams|Nordlys wins on speed and loses on mobile. The offline mode is the best of the five.",
		"security-desk.example|nordlys-sso|R. Iyer|Nordlys fixes an SSO session bug|Sessions could outlive a removed account by an hour. Fixed within two days of the report; no sign of abuse.",
		"nordic-business.example|nordlys-hiring|Ingrid Dahl|Nordlys hires forty, keeps the four-day week|The company says that output did not fall. Its founders would rather not give a number.",
		"kanban-cafe.example|dark-mode|Mo|Dark mode in Nordlys: small thing, big smile|Five years of asking and it is here. It even follows the system. Thank you.",
		"app-reviews.example|nordlys-android|App Reviews|Nordlys for Android: 3.1 stars and falling|The latest update signs people out each morning. The developers answer each review with the same sentence.",
		"alerts.example|nordlys-lookalike|alert|A look-alike domain imitates the Nordlys sign-in page|nordIys.example, with a capital i. Check the address before typing a password.",
		"agile-grumbles.example|estimates|Old Hand|Estimates are still lies, now with nicer charts|Nordlys draws a lovely forecast. I would not bet lunch on it, and neither would you.",
	},
}
