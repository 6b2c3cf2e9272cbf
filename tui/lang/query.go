package lang

// queryTable holds what a search says of itself, and the sentences of mistakes
// in a query, by the reasons of the query language; the arguments of those are
// those of its error.
var queryTable = map[Key]entry{
	"list.matching":      {"%s fils", "%s threads"},
	"search.index":       {"l'index se fait (%d %%) : d'ici là, chercher prend plus longtemps", "the index is being made (%d%%): until then, a search takes longer"},
	"done.marked":        {"%s cochés", "%s marked"},
	"done.marked-most":   {"les %s premiers sont cochés, pas plus d'un coup", "the first %s are marked, no more at once"},
	"empty.filter-state": {"La vue « %s » ne montre pas l'état que demande le filtre. %s passe à une autre vue, Échap enlève le filtre.", "The view “%s” does not show the state that the filter asks for. %s goes to another view, Esc takes the filter away."},
	"search.everybody":   {"tous les clients", "all clients"},
	"search.to-all":      {"%s : tous les clients", "%s: all clients"},
	"search.to-one":      {"%s : %s seulement", "%s: %s only"},
	"why.all-clients":    {"la recherche porte déjà sur tous les clients", "the search is for all clients already"},

	"query.too_long":         {"la requête est trop longue", "the query is too long"},
	"query.too_deep":         {"trop de parenthèses les unes dans les autres", "too many parentheses inside one another"},
	"query.open_quote":       {"ce guillemet n'est pas refermé", "this quote is not closed"},
	"query.open_paren":       {"cette parenthèse n'est pas refermée", "this parenthesis is not closed"},
	"query.close_paren":      {"cette parenthèse ferme ce qui n'est pas ouvert", "this parenthesis closes what is not open"},
	"query.missing":          {"il manque quelque chose à côté de %s", "something is missing next to %s"},
	"query.unknown_term":     {"terme inconnu « %s: » ; le plus proche : %s:", "unknown term \"%s:\"; the nearest: %s:"},
	"query.unknown_term_far": {"terme inconnu « %s: » ; il existe : %s", "unknown term \"%s:\"; there are: %s"},
	"query.loose_colon":      {"pas d'espace devant les deux-points : %s:", "no blank before the colon: %s:"},
	"query.empty_value":      {"« %s: » attend une valeur", "\"%s:\" wants a value"},
	"query.unknown_value":    {"« %s: » ne connaît pas « %s » ; il connaît : %s", "\"%s:\" does not know \"%s\"; it knows: %s"},
	"query.bad_date":         {"« %s: » ne comprend pas la date « %s » ; par exemple 2026-11-30, hier, 3j", "\"%s:\" does not understand the date \"%s\"; for example 2026-11-30, yesterday, 3d"},
	"query.bad_host":         {"« %s: » attend un hôte comme exemple.fr, pas « %s »", "\"%s:\" wants a host such as exemple.fr, not \"%s\""},
	"query.no_word":          {"« ~ » attend un mot, pas « %s »", "\"~\" wants a word, not \"%s\""},
	"query.bad_window":       {"« %s: » attend ce qui reste de la fenêtre, comme <2h, >1d, open ou closed, pas « %s »", "\"%s:\" wants what is left of the window, such as <2h, >1d, open or closed, not \"%s\""},
	"query.bad_lang":         {"« %s: » attend une langue en deux lettres, comme fr, ou none, pas « %s »", "\"%s:\" wants a language as two letters, such as fr, or none, not \"%s\""},
	"query.bad_number":       {"« %s: » attend un nombre, pas « %s »", "\"%s:\" wants a number, not \"%s\""},
}
