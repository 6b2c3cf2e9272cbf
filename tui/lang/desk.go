package lang

// deskTable holds the sentences of the queue: deadlines, marks, views, places.
var deskTable = map[Key]entry{
	"due.window":      {"fenêtre %s", "window %s"},
	"close.title":     {"Fait sans répondre ?", "Done without an answer?"},
	"close.then":      {"%d fenêtre se ferme (%s, dans %s) ; après, réponse refusée.|%d fenêtres se ferment (la première %s, dans %s) ; après, réponses refusées.", "%d window closes (%s, in %s); after that no answer is taken.|%d windows close (the first %s, in %s); after that no answer is taken."},
	"due.closed":      {"fenêtre fermée", "window closed"},
	"due.target":      {"SLA %s", "SLA %s"},
	"due.target-past": {"SLA dépassé %s", "SLA past %s"},
	"due.escalation":  {"escalade en retard", "escalation late"},
	"due.reminder":    {"relance", "reminder"},
	"due.woke":        {"réveil", "woke"},
	"due.seconds":     {"< 1 min", "< 1 min"},
	"due.till-reply":  {"leur réponse", "their answer"},

	"header.due":      {"échéance dans %s", "due in %s"},
	"header.due-past": {"échéance dépassée de %s", "past due by %s"},
	"header.expires":  {"jeton expire dans %s", "token expires in %s"},

	"mark.marked":   {"%s · %s les décoche", "%s · %s unmarks them"},
	"mark.marking":  {"%s · en cours, %s termine", "%s · going on, %s ends it"},
	"mark.none":     {"rien ne correspond : rien de coché", "nothing matches: nothing is marked"},
	"mark.networks": {"%d réseau|%d réseaux", "%d network|%d networks"},

	"dialog.mark":       {"Cocher ce qui correspond", "Mark what matches"},
	"dialog.mark-field": {"Cocher :", "Mark:"},
	"dialog.mark-hint":  {"vide : toute la liste ; kind:dm from:alice tag:livraison", "empty: the whole list; kind:dm from:alice tag:delivery"},

	"batch.ask":     {"Pour tous ceux-là ?", "For all of these?"},
	"batch.what":    {"%s : %s", "%s: %s"},
	"batch.account": {"%s · %s, %s : %d", "%s · %s, %s: %d"},
	"batch.refused": {"%d laissé : %s|%d laissés : %s", "%d left out: %s|%d left out: %s"},
	"batch.none":    {"%s : impossible ici, %s", "%s: not possible here, %s"},
	"batch.clients": {"jamais sur plusieurs clients à la fois : %s", "never over several clients at once: %s"},

	"done.felt-positive": {"ton positif : %s", "positive tone: %s"},
	"done.felt-neutral":  {"ton neutre : %s", "neutral tone: %s"},
	"done.felt-negative": {"ton négatif : %s", "negative tone: %s"},
	"done.felt-none":     {"ton effacé : %s", "tone taken away: %s"},

	"view.saved":      {"gardé comme onglet : %s", "kept as a tab: %s"},
	"view.dropped":    {"onglet retiré : %s", "tab taken away: %s"},
	"view.no-name":    {"donner un nom : view save NOM", "give a name: view save NAME"},
	"view.nothing":    {"rien à garder : filtrer d'abord (%s)", "nothing to keep: filter first (%s)"},
	"view.unknown":    {"pas d'onglet « %s »", "there is no tab %s"},
	"view.configured": {"« %s » vient de la configuration", "%s comes from the configuration"},
	"view.usage":      {"view save NOM, ou view drop", "view save NAME, or view drop"},

	"command.snooze": {"MOMENT : en pause, comme demain 9h, lun, in 3d", "WHEN: snooze, like tomorrow 9, mon, in 3d"},
	"command.tag":    {"+A -B : étiqueter", "+A -B: tag"},
	"command.client": {"CLIENT : n'en montrer qu'un ; vide : tous", "CLIENT: show one only; empty: all"},
	"command.view":   {"save NOM : garder le filtre comme onglet ; drop : le retirer", "save NAME: keep the filter as a tab; drop: take it away"},
	"command.split":  {"save NOM, drop : comme view", "save NAME, drop: as view"},
	"command.quiet":  {"DURÉE : silence, comme 1h", "HOW LONG: quiet, like 1h"},
	"command.filter": {"REQUÊTE : filtrer la liste", "QUERY: filter the list"},
	"command.fin":    {"finir la journée", "end the day"},

	"palette.unknown": {"commande inconnue : %s", "unknown command: %s"},
	"palette.nearest": {"commande inconnue : %s — %s ?", "unknown command: %s — %s?"},
	"client.unknown":  {"pas de client « %s »", "there is no client %s"},

	"focus.at":        {"Un par un %d/%d", "One by one %d/%d"},
	"focus.hint":      {"%s passer · %s revenir · %s finir", "%s skip · %s back · %s end"},
	"focus.elsewhere": {"un par un : %s d'abord, pour aller ailleurs", "one by one: %s first, to go elsewhere"},
	"focus.left":      {"fin de « un par un » : %d vus sur %d", "end of one by one: %d of %d seen"},
	"focus.to-list":   {"revenir à la liste", "back to the list"},
	"mark.only-this":  {"pour %s seulement ; les fils cochés (%d) le restent", "for %s only; what is marked (%d) stays so"},
	"focus.first":     {"c'est le premier", "this is the first"},
	"focus.summary":   {"Un par un : ce qui a été fait", "One by one: what was done"},
	"focus.seen":      {"%d vus sur %d", "%d seen of %d"},
	"focus.answered":  {"%d répondu|%d répondus", "%d answered|%d answered"},
	"focus.done":      {"%d fait|%d faits", "%d done|%d done"},
	"focus.snoozed":   {"%d en pause|%d en pause", "%d snoozed|%d snoozed"},
	"focus.escalated": {"%d escaladé|%d escaladés", "%d escalated|%d escalated"},
	"focus.other":     {"%d autre geste|%d autres gestes", "%d other act|%d other acts"},
	"focus.skipped":   {"%d passé|%d passés", "%d skipped|%d skipped"},

	"verb.acted": {"geste sur le réseau", "act on the network"},

	"feeling.positive": {"positif", "positive"},
	"feeling.neutral":  {"neutre", "neutral"},
	"feeling.negative": {"négatif", "negative"},
}
