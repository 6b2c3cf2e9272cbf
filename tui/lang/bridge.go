package lang

// bridgeTable holds the sentences of lines of the bridge format that are
// refused, by the codes of the format; the arguments are those of its error.
var bridgeTable = map[Key]entry{
	"bridge.empty":        {"une ligne vide", "an empty line"},
	"bridge.too_long":     {"plus de %s octets", "longer than %s bytes"},
	"bridge.not_utf8":     {"ce n'est pas de l'UTF-8", "not UTF-8"},
	"bridge.not_json":     {"ce n'est pas un objet JSON", "not a JSON object"},
	"bridge.broken_json":  {"ce n'est pas un objet JSON : cassé à l'octet %s", "not a JSON object: broken at byte %s"},
	"bridge.unspellable":  {"ne peut pas s'écrire : %s", "cannot be spelled: %s"},
	"bridge.wrong_type":   {"« %s » n'est pas du bon type", "%s is of the wrong type"},
	"bridge.bad_version":  {"« v » vaut %s, seul %s est compris", "v is %s, only %s is understood"},
	"bridge.missing":      {"« %s » manque", "%s is missing"},
	"bridge.missing_id":   {"« %s » manque ou n'est pas un identifiant propre", "%s is missing or not a clean id"},
	"bridge.bad_id":       {"« %s » n'est pas un identifiant propre", "%s is not a clean id"},
	"bridge.not_one_of":   {"« %s » n'est aucun de %s", "%s is not one of %s"},
	"bridge.bad_time":     {"« %s » n'est pas une date au format RFC 3339", "%s is not a time of RFC 3339"},
	"bridge.bad_rating":   {"« rating » n'est pas entre 1 et 5", "rating is not 1 to 5"},
	"bridge.bad_count":    {"un compteur est négatif", "a count is negative"},
	"bridge.bad_number":   {"« n » ou « undoes » est négatif", "n or undoes is negative"},
	"bridge.bad_tag":      {"« tags » contient un mot qui ne peut pas être une étiquette", "tags holds a word that cannot be a tag"},
	"bridge.bad_tag_args": {"« args » contient autre chose que +étiquette ou -étiquette", "args holds what is not +tag or -tag"},
	"bridge.bad_verb":     {"« verb » manque ou n'est pas un mot", "verb is missing or not a word"},

	// These two need the time of the import, and so are not the format's.
	"bridge.too_old": {"« at » est avant 1990", "at is before 1990"},
	"bridge.future":  {"« at » est à plus d'un jour dans le futur", "at is more than a day in the future"},
}
