package lang

// welcomeTable is the first screen, and that of an inbox without work.
var welcomeTable = map[Key]entry{
	"scope.welcome":         {"Bienvenue", "Welcome"},
	"key.demo":              {"la démo : tout essayer, sans compte", "the demo: try everything, without an account"},
	"key.demo.short":        {"démo", "demo"},
	"key.add-account":       {"ajouter un premier compte, question par question", "add a first account, one question after another"},
	"key.add-account.short": {"compte", "account"},
	"key.language":          {"English, please", "en français"},
	"key.language.short":    {"English", "français"},

	"welcome.title":     {"Bienvenue dans vigie", "Welcome to vigie"},
	"welcome.what":      {"Toutes les mentions, tous les commentaires et messages de vos clients, à un seul endroit, au clavier.", "Every mention, comment and message of your clients, in one place, at the keyboard."},
	"welcome.start":     {"Pour commencer", "To begin"},
	"welcome.where":     {"Où sont les choses", "Where things are"},
	"welcome.help":      {"toutes les touches d'ici", "all keys of this screen"},
	"welcome.quit":      {"refermer ce terminal ; le relevé continue", "close this terminal; collecting goes on"},
	"welcome.config":    {"configuration", "configuration"},
	"welcome.data":      {"données", "data"},
	"welcome.log":       {"journal", "log"},
	"welcome.docs":      {"documentation", "documentation"},
	"welcome.read":      {"vigie help, et docs/guide", "vigie help, and docs/guide"},
	"welcome.byhand":    {"À la main : vigie config example donne un fichier commenté ; il est pris en compte dès qu'il est enregistré.", "By hand: vigie config example gives a file with comments; it is taken over as soon as it is saved."},
	"welcome.outside":   {"Depuis ce terminal-ci, à lancer soi-même : %s", "From this terminal, to be run by hand: %s"},
	"welcome.not-added": {"Le compte n'est pas prêt, pour la raison donnée à l'instant ; vigie account check le vérifie.", "The account is not ready, for the reason just given; vigie account check looks at it."},
	"welcome.added":     {"C'est écrit ; le compte est relevé dans un instant.", "It is written; the account is collected from in a moment."},

	"help.below":     {"suite : pgdown (%d ligne)|suite : pgdown (%d lignes)", "more: pgdown (%d line)|more: pgdown (%d lines)"},
	"help.mouse":     {"Souris", "Mouse"},
	"help.mouse.how": {"Clic sur tout ce qui se choisit, les touches de la dernière ligne aussi ; molette, et tirer la limite entre liste et fil. Maj enfoncée, le terminal sélectionne du texte comme d'habitude ; « mouse: false » la lui laisse.", "A click on all that can be chosen, the keys of the last line too; wheel, and dragging the border between list and thread. With shift held the terminal selects text as usual; \"mouse: false\" leaves it to the terminal."},

	"zero.woken":   {"%s revient %s (%s)", "%s comes back %s (%s)"},
	"zero.planned": {"%d réponse partira %s|%d réponses partiront, la première %s", "%d answer leaves %s|%d answers leave, the first %s"},
	"zero.looked":  {"dernier relevé %s, prochain %s", "last collected %s, next %s"},
	"zero.first":   {"Premier relevé en cours : rien à traiter jusqu'ici.", "First collection under way: nothing to do so far."},
	"zero.begins":  {"Rien à traiter jusqu'ici.", "Nothing to do so far."},
	"zero.others":  {"autres clients : %d à traiter (%s)", "other clients: %d to do (%s)"},
	"zero.watches": {"veille : %d à lire (%s)", "watches: %d to read (%s)"},
	"zero.next":    {"Et après", "What comes next"},
}
