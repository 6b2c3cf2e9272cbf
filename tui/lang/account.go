package lang

// guideTable holds the questions of "account add".
var guideTable = map[Key]entry{
	"cmd.account.add":         {"ajouter un compte à la configuration, question par question", "add an account to the configuration, one question after another"},
	"account.add.begin":       {"Un compte, en quelques questions ; Ctrl-C n'écrit rien. Configuration : %s", "An account, in a few questions; Ctrl-C writes nothing. Configuration: %s"},
	"account.add.client":      {"Nom du client (la marque) :", "Name of the client (the brand):"},
	"account.add.network":     {"Réseau : 1 Mastodon, 2 Bluesky, 3 flux (RSS, Atom) :", "Network: 1 Mastodon, 2 Bluesky, 3 feeds (RSS, Atom):"},
	"account.add.server":      {"Serveur (par exemple piaille.fr) :", "Server (such as mastodon.social):"},
	"account.add.handle":      {"Identifiant (par exemple miette.bsky.social) :", "Handle (such as miette.bsky.social):"},
	"account.add.password":    {"Mot de passe d'application (Réglages → Confidentialité, sur Bluesky) :", "App password (Settings → Privacy, on Bluesky):"},
	"account.add.no-password": {"sans mot de passe, rien n'est ajouté", "without a password nothing is added"},
	"account.add.url":         {"Adresse du flux n° %d (vide : c'est tout) :", "Address of feed %d (empty: that is all):"},
	"account.add.written":     {"%s est dans %s.", "%s is in %s."},
	"account.add.wrong":       {"rien n'est écrit : %s", "nothing is written: %s"},
	"account.add.abandoned":   {"abandonné, rien n'est écrit", "left: nothing is written"},
	"account.add.unsigned":    {"abandonné avant la connexion : %s est dans %s ; vigie account login %s le connecte", "left before the sign-in: %s is in %s; vigie account login %s signs it in"},
	"account.add.not-written": {"rien n'est écrit : %s", "nothing is written: %s"},
	"account.add.empty":       {"Il faut une réponse ; Ctrl-C abandonne.", "An answer is needed; Ctrl-C leaves."},
	"account.add.no-network":  {"« %s » n'est pas dans la liste : répondre de 1 à %d.", "“%s” is not in the list: answer 1 to %d."},
	"account.add.no-url":      {"« %s » n'est pas une adresse : elle commence par https://.", "“%s” is no address: it begins with https://."},
	"account.add.enter":       {"Entrée pour continuer.", "Enter to go on."},
}
