package lang

// faultTable has the sentences about stores and settings that are not as they
// should be.
var faultTable = map[Key]entry{
	"list.unreadable":   {"%d fil illisible, laissé de côté — vigie doctor en dit plus|%d fils illisibles, laissés de côté — vigie doctor en dit plus", "%d thread cannot be read and is left out — vigie doctor tells more|%d threads cannot be read and are left out — vigie doctor tells more"},
	"search.unreadable": {"%d message illisible, laissé de côté — vigie doctor en dit plus|%d messages illisibles, laissés de côté — vigie doctor en dit plus", "%d message cannot be read and is left out — vigie doctor tells more|%d messages cannot be read and are left out — vigie doctor tells more"},
	"store.record":      {"un enregistrement de la base est abîmé (%s) ; ce que le réseau apporte à nouveau le répare — vigie doctor en dit plus ; %s", "a record of the store is damaged (%s); what the network brings again mends it — vigie doctor tells more; %s"},
	"backup.damaged":    {"pas copiée : un enregistrement est abîmé (%s) — vigie doctor en dit plus, vigie export sort ce qui est lisible ; un serveur continue ses sauvegardes, marquées ; %s", "not copied: a record is damaged (%s) — vigie doctor tells more, vigie export takes out what can be read; a server goes on with its backups, marked; %s"},
	"backups.marked":    {"la base avait des enregistrements abîmés : vigie restore --damaged", "the store had damaged records: vigie restore --damaged"},
	"flag.damaged":      {"remettre aussi une copie qui a des enregistrements abîmés ; ils le restent", "put back a copy with damaged records too; they stay so"},

	"config.bad-hold":     {"trouvé « %s » ; attendu : %s au plus ; ce qui doit partir plus tard a son heure : vigie reply --at", "found \"%s\"; expected: %s at most; what is to leave later has its time: vigie reply --at"},
	"config.backup-place": {"« %s » : on ne peut pas écrire dans %s ; attendu : un dossier, ou l'endroit d'un dossier à créer — monter le disque, ou créer le dossier", "\"%s\": %s cannot be written into; expected: a directory, or where one can be made — mount the disk, or make the directory"},

	"outbox.unknown": {"aucun envoi %v — vigie outbox les liste", "no sending %v — vigie outbox lists them"},
	"drafts.unknown": {"aucun brouillon « %s » — vigie drafts les liste", "no draft \"%s\" — vigie drafts lists them"},

	"problem.damaged":      {"des fils ou des messages de la base sont abîmés et laissés de côté ; les sauvegardes continuent, marquées", "threads or messages of the store are damaged and left out; backups go on, marked"},
	"problem.damaged.next": {"vigie doctor en dit plus ; vigie restore --newest remet la dernière bonne sauvegarde", "vigie doctor tells more; vigie restore --newest puts the newest good backup back"},
}
