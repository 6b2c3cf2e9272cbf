package lang

// sendingTable holds what commands say of charters, saved replies, answers in
// parts and acts on many threads.
var sendingTable = map[Key]entry{
	"cmd.rules":         {"ce que chaque client demande", "what each client asks for"},
	"cmd.rules.charter": {"la charte d'un client et ses réponses enregistrées", "a client's charter and its saved replies"},
	"flag.rules-client": {"le client", "the client"},
	"flag.md":           {"en Markdown", "as Markdown"},
	"flag.saved":        {"une réponse enregistrée du client, dans la langue et pour le réseau du fil", "a saved reply of the client, in the language and for the network of the thread"},
	"flag.var":          {"nom=valeur : remplit une variable de la réponse enregistrée", "name=value: fills in a variable of the saved reply"},
	"flag.split":        {"en plusieurs parties, si le texte est trop long pour le réseau", "in several parts, when the text is too long for the network"},
	"flag.numbered":     {"avec --split : chaque partie dit sa place, 1/3", "with --split: each part tells its place, 1/3"},
	"flag.despite":      {"malgré une question posée : tone, changed, answered, composing", "despite a question: tone, changed, answered, composing"},

	"reply.no-saved":    {"%s n'a pas de réponse enregistrée « %s » ; il y a : %s", "%s has no saved reply \"%s\"; there are: %s"},
	"reply.bad-var":     {"« %s » n'est pas de la forme nom=valeur", "\"%s\" is not of the form name=value"},
	"reply.var-alone":   {"--var remplit une réponse enregistrée : --saved", "--var fills in a saved reply: --saved"},
	"reply.bad-despite": {"« %s » ne se passe pas outre ; possible : %s", "\"%s\" is not overruled; possible: %s"},
	"reply.tone":        {"la charte : %s — corriger, ou la même commande avec --despite tone", "the charter: %s — correct it, or the same command with --despite tone"},
	"reply.never":       {"la charte : %s — corriger le texte", "the charter: %s — correct the text"},

	"moderate.partly":     {"fil %d : %s", "thread %d: %s"},
	"moderate.one-thread": {"--message va avec un seul fil", "--message goes with one thread"},

	"problem.charter":       {"la charte du client l'interdit : « %s »", "the client's charter forbids it: \"%s\""},
	"problem.charter.next":  {"corriger le texte", "correct the text"},
	"problem.tone":          {"la charte du client le déconseille : « %s »", "the client's charter advises against it: \"%s\""},
	"problem.tone.next":     {"corriger le texte, ou l'envoyer tel quel", "correct the text, or send it as it is"},
	"problem.variable":      {"il reste à remplir « %s »", "\"%s\" is still to be filled in"},
	"problem.variable.next": {"remplacer {{…}} dans le texte", "replace {{…}} in the text"},
	"problem.clients":       {"ces fils sont au nom de %s clients", "these threads are in the name of %s clients"},
	"problem.clients.next":  {"un client à la fois", "one client at a time"},
	"cli.next.variable":     {"--var nom=valeur", "--var name=value"},

	"rules.which":     {"dire quel client : vigie rules charter CLIENT (%s)", "say which client: vigie rules charter CLIENT (%s)"},
	"rules.empty":     {"%s n'a ni charte ni réponse enregistrée", "%s has neither a charter nor saved replies"},
	"rules.charter":   {"Charte de %s", "Charter of %s"},
	"rules.replies":   {"Réponses enregistrées", "Saved replies"},
	"rules.vous":      {"on vouvoie", "readers are addressed by vous"},
	"rules.tu":        {"on tutoie", "readers are addressed by tu"},
	"rules.emoji":     {"pas d'emoji", "no emoji"},
	"rules.signature": {"une réponse finit par : %s", "an answer ends with: %s"},
	"rules.languages": {"langues : %s", "languages: %s"},
	"rules.never":     {"jamais « %s »", "never \"%s\""},
	"rules.avoid":     {"éviter « %s »", "avoid \"%s\""},
}
