package lang

// signTable says the signs of the screen in words, for who hears it. A sign
// without a word here is not said.
var signTable = map[Key]entry{
	"sign.unread":  {"non lu", "unread"},
	"sign.marked":  {"coché", "marked"},
	"sign.bullet":  {"-", "-"},
	"sign.ok":      {"ok", "ok"},
	"sign.fail":    {"attention", "attention"},
	"sign.wait":    {"en attente", "waiting"},
	"sign.ask":     {"à vérifier", "to check"},
	"sign.more":    {"suite plus bas", "more below"},
	"sign.less":    {"suite plus haut", "more above"},
	"sign.to":      {":", ":"},
	"sign.back":    {"réponse", "answer"},
	"sign.writing": {"brouillon", "draft"},
	"sign.link":    {"lien", "link"},
	"sign.dot":     {",", ","},
	"sign.ellipse": {"…", "…"},
	"sign.tag":     {"étiquette", "tag"},
	"sign.ours":    {"nous", "us"},
}
