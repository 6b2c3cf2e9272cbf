package lang

// deskTable holds the sentences of the queue: deadlines, marks, views, places.
var deskTable = map[Key]entry{
	"due.window":      {"fenêtre %s", "window %s"},
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

	"feeling.positive": {"positif", "positive"},
	"feeling.neutral":  {"neutre", "neutral"},
	"feeling.negative": {"négatif", "negative"},
}
