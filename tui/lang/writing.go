package lang

// writingTable holds what is said while somebody writes: the charter, what is
// offered, parts, and what they will see.
var writingTable = map[Key]entry{
	"composer.words":     {"%d mot|%d mots", "%d word|%d words"},
	"composer.long":      {"%d %s", "%d %s"},
	"composer.parts":     {"%d partie|%d parties", "%d part|%d parts"},
	"composer.part-it":   {"trop long : %[2]s l'envoie en %[1]d partie|trop long : %[2]s l'envoie en %[1]d parties", "too long: %[2]s sends it in %[1]d part|too long: %[2]s sends it in %[1]d parts"},
	"composer.over-by":   {"%d de trop", "%d too many"},
	"composer.gap":       {"à remplir d'abord : %s (%s)", "to be filled first: %s (%s)"},
	"composer.again-all": {"%s encore pour envoyer quand même (tout : %s) — %s", "%s again to send anyway (all: %s) — %s"},
	"composer.again":     {"%s — %s encore pour envoyer quand même", "%s — %s again to send anyway"},
	"composer.edited":    {"texte repris de l'éditeur", "text taken from the editor"},
	"composer.no-edit":   {"l'éditeur n'a rien rendu : %s", "the editor gave nothing back: %s"},
	"composer.editing":   {"le texte est ouvert dans l'éditeur", "the text is open in the editor"},

	"why.no-undo":     {"rien à défaire", "nothing to undo"},
	"why.no-redo":     {"rien à refaire", "nothing to redo"},
	"why.no-complete": {"rien à compléter : ; ouvre les réponses types, @ les personnes du fil", "nothing to complete: ; opens the saved replies, @ the people of the thread"},
	"why.no-parts":    {"le texte tient en un seul message", "the text fits into one message"},
	"why.note-parts":  {"une note n'a pas de limite", "a note has no limit"},
	"why.no-editor":   {"$EDITOR ne s'ouvre que sur la machine même, pas à travers SSH", "$EDITOR opens on the machine itself only, not over SSH"},

	"dialog.preview": {"Ce qui sera vu", "What they will see"},
	"dialog.charter": {"La charte", "The charter"},

	"preview.whom":    {"À : %s", "To: %s"},
	"preview.readers": {"Lu par : %s", "Read by: %s"},
	"preview.part":    {"partie %d/%d", "part %d/%d"},
	"page.send":       {"envoyer", "send"},
	"page.back":       {"revenir au texte", "back to the text"},

	"charter.title":     {"Charte %s", "Charter of %s"},
	"charter.colon":     {"%s : %s", "%s: %s"},
	"charter.vous":      {"vouvoyer", "address by « vous »"},
	"charter.tu":        {"tutoyer", "address by « tu »"},
	"charter.no-emoji":  {"sans emoji", "no emoji"},
	"charter.signature": {"signer « %s »", "sign “%s”"},
	"charter.languages": {"langues : %s", "languages: %s"},
	"charter.never":     {"jamais « %s »", "never “%s”"},
	"charter.avoid":     {"éviter « %s »", "avoid “%s”"},
	"charter.points":    {"%d points : %s", "%d points: %s"},
	"charter.all":       {"tout : %s", "all: %s"},
	"charter.none":      {"%s n'a pas de charte dans la configuration.", "%s has no charter in the configuration."},

	"offence.rule:vous":      {"« %s » — %s vouvoie", "“%s” — %s says vous"},
	"offence.rule:tu":        {"« %s » — %s tutoie", "“%s” — %s says tu"},
	"offence.rule:emoji":     {"« %s » — %s n'utilise pas d'emoji", "“%s” — %s uses no emoji"},
	"offence.rule:language":  {"écrit en « %s » — ce n'est pas une langue de %s", "written in “%s” — not a language of %s"},
	"offence.rule:signature": {"il manque « %s » — %s signe ses réponses", "“%s” is missing — %s signs its answers"},
	"offence.word":           {"« %s » — %s l'évite", "“%s” — %s avoids it"},
	"offence.never":          {"« %s » — %s ne l'écrit jamais", "“%s” — %s never writes it"},

	"editor.client":  {"Client : %s", "Client: %s"},
	"editor.account": {"Compte : %s (%s)", "Account: %s (%s)"},
	"editor.whom":    {"À : %s", "To: %s"},
	"editor.readers": {"Lu par : %s", "Read by: %s"},
	"editor.limit":   {"Limite : %d %s", "Limit: %d %s"},
	"editor.said":    {"Message :", "Message:"},
}
