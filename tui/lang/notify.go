package lang

// noticeTable holds what a terminal is told when nobody may be looking at it:
// "notice.WHY" with a number, and "notice.WHY.of" with who.
var noticeTable = map[Key]entry{
	"notice.window":        {"%d fenêtre se ferme bientôt|%d fenêtres se ferment bientôt", "%d window closes soon|%d windows close soon"},
	"notice.window.of":     {"fenêtre bientôt fermée : %s", "window closes soon: %s"},
	"notice.person":        {"%d message de gens importants|%d messages de gens importants", "%d message of important people|%d messages of important people"},
	"notice.person.of":     {"%s a écrit", "%s wrote"},
	"notice.failed":        {"%d réponse n'est pas partie|%d réponses ne sont pas parties", "%d answer was not sent|%d answers were not sent"},
	"notice.failed.of":     {"réponse non partie : %s", "answer not sent: %s"},
	"notice.escalation":    {"%d escalade est en retard|%d escalades sont en retard", "%d escalation is overdue|%d escalations are overdue"},
	"notice.escalation.of": {"escalade en retard : %s", "escalation overdue: %s"},
	"notice.account":       {"%d compte demande de s'y reconnecter|%d comptes demandent de s'y reconnecter", "%d account wants a new sign-in|%d accounts want a new sign-in"},
	"notice.account.of":    {"compte à reconnecter : %s", "account to sign in to again: %s"},
	"notice.more":          {"et %d autre|et %d autres", "and %d more|and %d more"},
	"notice.title":         {"vigie", "vigie"},

	"quiet.until":  {"silence jusqu'à %s, sauf gens importants", "quiet until %s, but for important people"},
	"quiet.off":    {"le silence est fini", "the quiet is over"},
	"quiet.how":    {"silence pour combien de temps ? « 1h », « 30m », « lundi 9h », « fin »", "quiet for how long? \"1h\", \"30m\", \"monday 9\", \"off\""},
	"quiet.unsure": {"« %s » n'est pas un moment : « 1h », « 30m », « lundi 9h », « fin »", "\"%s\" is not a moment: \"1h\", \"30m\", \"monday 9\", \"off\""},
}
