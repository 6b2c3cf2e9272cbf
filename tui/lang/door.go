package lang

// doorTable holds the sentences that the door and its local client say.
var doorTable = map[Key]entry{
	"door.terminal": {"il faut un terminal : ssh -t, ou donner une commande", "a terminal is needed: ssh -t, or give a command"},
	"door.commands": {"cette clé ne permet que des commandes", "this key allows commands only"},
	"door.words":    {"une seule commande de vigie : ni tube, ni redirection, ni $(…)", "one command of vigie only: no pipe, no redirection, no $(…)"},
	"door.full":     {"trop de sessions ouvertes : en fermer une", "too many open sessions: close one"},
	"door.stopping": {"le serveur s'arrête", "the server is stopping"},
	"door.stopped":  {"le serveur s'est arrêté ; rien n'est perdu, relancer vigie pour continuer", "the server has stopped; nothing is lost, run vigie to go on"},
	"door.idle":     {"session fermée après %d minute sans touche ; le serveur continue|session fermée après %d minutes sans touche ; le serveur continue", "session closed after %d minute without a key; the server goes on|session closed after %d minutes without a key; the server goes on"},
	"door.total":    {"session fermée après %d heure ; le serveur continue|session fermée après %d heures ; le serveur continue", "session closed after %d hour; the server goes on|session closed after %d hours; the server goes on"},
	"door.revoked":  {"cette clé n'est plus admise", "this key is no longer allowed"},
	"door.failed":   {"cet écran a échoué et s'est fermé ; le serveur continue, relancer vigie", "this screen failed and was closed; the server goes on, run vigie again"},
	"door.lost":     {"liaison avec le serveur perdue ; ce qui était envoyé le reste, relancer vigie", "the link to the server is lost; what was sent stays sent, run vigie again"},
}
