package lang

// lifeTable holds the sentences of naps, marks, persons, the digest and notices
// that no pane has of its own.
var lifeTable = map[Key]entry{
	"problem.moment":      {"« %s » n'est pas compris comme un moment", "\"%s\" is not understood as a moment"},
	"problem.moment.next": {"par exemple : demain 9h, lun, +3j, fin de mois, si pas de réponse 2j, jusqu'à réponse", "for example: tomorrow 9, mon, +3d, end of month, if no reply 2d, until reply"},
	"problem.past":        {"« %s » est déjà passé", "\"%s\" is already past"},
	"problem.past.next":   {"nommer un moment à venir", "name a moment to come"},
	"problem.view":        {"la vue « %s » est de la configuration, ou de vigie", "the view \"%s\" is the configuration's, or vigie's own"},
	"problem.view.next":   {"la changer dans la configuration, ou choisir un autre nom", "change it in the configuration, or choose another name"},
	"problem.apart":       {"ces fils sont de deux clients (%s, %s)", "these threads are of two clients (%s, %s)"},
	"problem.apart.next":  {"une personne ne se partage jamais entre clients", "a person is never shared between clients"},

	"snooze.reply":   {"jusqu'à réponse", "until reply"},
	"snooze.noreply": {"si pas de réponse 2 j", "if no reply 2d"},

	"nap.time-of":     {"heure de %s", "%s time"},
	"nap.times-of":    {"heure de chaque client", "each client's time"},
	"nap.until-reply": {"jusqu'à leur réponse", "until they answer"},
	"nap.unless":      {"sauf réponse", "unless they answer"},
	"nap.dozes":       {"dort", "stays asleep on thanks"},

	"act.snoozed":    {"en pause", "asleep"},
	"verb.felt":      {"ton", "tone"},
	"act.felt":       {"ton noté", "tone marked"},
	"cmd.feel":       {"marque le ton de fils : positive (+), neutral (=), negative (-), none", "marks the tone of threads: positive (+), neutral (=), negative (-), none"},
	"cli.feel-usage": {"« %s » n'est pas un ton : positive, neutral, negative ou none", "\"%s\" is not a tone: positive, neutral, negative or none"},

	"cli.asleep-reply": {"%s en pause jusqu'à leur réponse", "%s asleep until they answer"},
	"cli.asleep-rule":  {"%s en pause jusqu'au %s, sauf réponse", "%s asleep until %s, unless they answer"},
	"cli.asleep-dozes": {"un simple merci ne réveille pas", "thanks alone do not wake it"},
}
