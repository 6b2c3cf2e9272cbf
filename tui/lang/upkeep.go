package lang

// upkeepTable holds the sentences of the commands that look after the store.
var upkeepTable = map[Key]entry{
	"cmd.compact":   {"rend au disque la place que la base n'occupe plus, pendant qu'elle sert", "give the disk back what the store no longer uses, while it is in use"},
	"cmd.retention": {"dit ce que les durées de conservation effaceraient ; --run l'efface", "tell what the rules of retention would erase; --run erases it"},
	"cmd.reindex":   {"refait l'index de recherche ; chercher reste possible, et exact", "make the search index anew; searching goes on, and stays exact"},

	"flag.if-worth":      {"seulement si un quart de la base, et 64 Mio, se libèrent", "only if a quarter of the store, and 64 MiB, become free"},
	"flag.retention-run": {"effacer, et non seulement compter", "erase, not only count"},
	"flag.index-status":  {"dit seulement où en est l'index", "only say how far the index is"},

	"span.seconds":      {"%s s", "%s s"},
	"compact.done":      {"base réécrite : %s → %s, en %s", "store written anew: %s → %s, in %s"},
	"compact.not-worth": {"rien à gagner : %s libres sur %s", "not worth while: %s free of %s"},

	"retention.none":        {"aucun client n'a de durée de conservation (retention: dans la configuration) : rien n'est jamais effacé", "no client has a retention (retention: in the configuration): nothing is ever erased"},
	"retention.would":       {"%s, conservation %s : %d messages d'avant le %s seraient effacés (du %s au %s), et ce qui reste de %d fils", "%s, retention %s: %d messages from before %s would be erased (of %s to %s), and what is left of %d threads"},
	"retention.would-none":  {"%s, conservation %s : rien à effacer d'avant le %s", "%s, retention %s: nothing to erase from before %s"},
	"retention.hint":        {"rien n'est effacé — vigie retention --run le fait ; un serveur le fait de lui-même, chaque jour", "nothing is erased — vigie retention --run does it; a server does it by itself, daily"},
	"retention.progress":    {"%s : %d messages effacés sur %d, encore %s", "%s: %d messages erased of %d, %s left"},
	"retention.certificate": {"%s  %s : règle %s, avant le %s ; %d messages effacés et ce qui restait de %d fils ; messages du %s au %s ; commencé %s", "%s  %s: rule %s, before %s; %d messages erased and what was left of %d threads; messages of %s to %s; begun %s"},
	"retention.compact":     {"le fichier en garde la trace tant que la place n'est pas réutilisée — vigie compact l'ôte ; les sauvegardes gardent ce qu'elles ont jusqu'à leur fin", "the file keeps traces until the room is used again — vigie compact takes them out; backups keep what they have until they go"},

	"store.migrating":     {"mise à jour de la base (une seule fois)… l'ancienne reste dans %s", "bringing the store up to date (once)… the former one stays in %s"},
	"store.migrates":      {"le processus %d met la base à jour (une seule fois) — un moment", "process %d is bringing the store up to date (once) — a moment"},
	"store.held-import":   {"un import est en cours (processus %d, depuis %s) et a la base pour lui — attendre sa fin, ou l'interrompre par ctrl+c : le même avec --resume continue", "an import is running (process %d, since %s) and has the store for itself — wait for its end, or interrupt it with ctrl+c: the same with --resume goes on"},
	"store.held-command":  {"vigie %s tient la base (processus %d, depuis %s) — attendre sa fin", "vigie %s has the store (process %d, since %s) — wait for its end"},
	"backups.of-upgrade":  {"de la base d'avant une mise à jour de vigie ; rien ne l'ôte", "of the store before an update of vigie; nothing removes it"},
	"doctor.upgrade":      {"base d'avant", "former store"},
	"doctor.upgrade.kept": {"%s (%s), d'avant une mise à jour ; rien ne l'ôte : la supprimer quand tout va bien", "%s (%s), from before an update; nothing removes it: delete it once all is well"},

	"status.index":     {"index : %d messages pas encore indexés, cherchés un à un", "index: %d messages not indexed yet, searched one by one"},
	"status.free":      {"%s libres sur %s — vigie compact les rend au disque, ou d'elle-même au repos", "%s free of %s — vigie compact gives them back to the disk, or by itself at rest"},
	"status.retention": {"conservation, %s : %s", "retention, %s: %s"},
	"doctor.retention": {"conservation", "retention"},
	"doctor.index":     {"index", "index"},
	"doctor.index.ok":  {"complet", "whole"},

	"index.done":            {"index complet : %d messages", "the index is whole: %d messages"},
	"index.status":          {"%d messages sur %d dans l'index", "%d messages of %d are in the index"},
	"index.interrupted":     {"interrompu ; ce qui est fait reste — vigie reindex continue, un serveur aussi, de lui-même ; chercher reste exact", "interrupted; what is done stays — vigie reindex goes on, and so does a server by itself; searching stays exact"},
	"retention.interrupted": {"interrompu ; ce qui est effacé le reste — vigie retention --run continue, un serveur aussi, de lui-même", "interrupted; what is erased stays so — vigie retention --run goes on, and so does a server by itself"},
	"index.progress":        {"%d messages sur %d, %d par seconde, encore %s", "%d messages of %d, %d a second, %s left"},

	"config.bad-retention": {"trouvé « %s » ; attendu : %s au moins, comme 730d, 24mo ou 2y, ou rien : pour toujours", "found \"%s\"; expected: %s at least, such as 730d, 24mo or 2y, or nothing: for ever"},
}
