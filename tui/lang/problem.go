package lang

import (
	"strings"

	"vigie/inbox"
)

// problemTable holds the sentences of problems: "problem.CODE" says what
// happened, "problem.CODE.next" what to do.
var problemTable = map[Key]entry{
	"problem.auth":             {"%s refuse la connexion", "%s refused the sign-in"},
	"problem.auth.next":        {"renouveler le jeton, puis : vigie account check %s", "renew the token, then: vigie account check %s"},
	"problem.gone":             {"le message n'existe plus", "the message is no longer there"},
	"problem.gone.next":        {"le texte est gardé en brouillon", "the text is kept as a draft"},
	"problem.unsupported":      {"ce réseau ne le permet pas", "this network cannot do that"},
	"problem.unsupported.next": {"ouvrir le fil dans le navigateur (o)", "open the thread in a browser (o)"},
	"problem.invalid":          {"le réseau refuse ce contenu", "the network refused the content"},
	"problem.invalid.next":     {"corriger le texte et renvoyer", "correct the text and send again"},
	"problem.retry":            {"pas joignable pour l'instant", "not reachable for now"},
	"problem.retry.next":       {"nouvel essai automatique", "tried again by itself"},
	"problem.uncertain":        {"peut-être envoyé, peut-être pas", "may have been sent, may not"},
	"problem.uncertain.next":   {"vérifier sur le réseau, puis confirmer ou renvoyer", "look on the network, then confirm or send again"},
	"problem.machine":          {"une machine a envoyé ce message, ou il est allé à une liste : personne ne lit les réponses", "a machine sent this, or it went to a list: nobody reads answers"},
	"problem.machine.next":     {"marquer fait (e) ; écrire ailleurs si quelqu'un doit répondre", "mark it done (e); write elsewhere if somebody has to answer"},
	"problem.readonly":         {"vigie ne peut pas répondre ici : cela se fait sur le réseau lui-même", "vigie cannot answer here: that is done on the network itself"},
	"problem.readonly.next":    {"ouvrir le lien dans le navigateur (o)", "open the link in a browser (o)"},
	"problem.notfound":         {"introuvable : %s", "not found: %s"},
	"problem.notfound.next":    {"vérifier le nom : vigie list", "check the name: vigie list"},
	"problem.conflict":         {"modifié entre-temps", "changed meanwhile"},
	"problem.conflict.next":    {"relire et recommencer", "look again and repeat"},
	"problem.epoch":            {"créé dans une autre copie de la base", "made in another copy of the store"},
	"problem.epoch.next":       {"vérifier sur le réseau, puis renvoyer ou abandonner", "look on the network, then send again or drop"},
	"problem.server":           {"le compte %s n'est plus sur %s mais sur %s", "account %s is no longer on %s but on %s"},
	"problem.server.next":      {"vérifier que le fil existe là aussi, puis renvoyer ou abandonner", "look whether the thread is there too, then send again or drop"},
	"problem.identity":         {"le compte %s n'est plus %s mais %s, d'après le réseau", "account %s is no longer %s but %s, says the network"},
	"problem.identity.next":    {"vérifier que le fil existe là aussi, puis renvoyer ou abandonner", "look whether the thread is there too, then send again or drop"},
	"problem.strange":          {"le réseau répond autrement qu'attendu", "the network answers in an unexpected way"},
	"problem.strange.next":     {"rien n'est perdu, la relève attend ici ; chercher un vigie plus récent", "nothing is lost, collecting waits here; look for a newer vigie"},
	"problem.config":           {"la configuration changée n'est pas reprise : %s", "the changed configuration is not taken over: %s"},
	"problem.config.next":      {"l'ancienne reste en vigueur ; vigie config check dit tout", "the former one stays in force; vigie config check tells all"},
	"problem.empty":            {"le texte est vide", "the text is empty"},
	"problem.empty.next":       {"écrire quelque chose", "write something"},
	"problem.toolong":          {"le texte est trop long : %s sur %s (%s)", "the text is too long: %s of %s (%s)"},
	"problem.toolong.next":     {"raccourcir le texte", "shorten the text"},
	"problem.visibility":       {"ce réseau ne connaît pas la visibilité « %s » ; il connaît : %s", "this network has no visibility \"%s\"; it has: %s"},
	"problem.visibility.next":  {"rien n'est parti", "nothing was sent"},
	"problem.tag":              {"« %s » ne peut pas être une étiquette", "\"%s\" cannot be a tag"},
	"problem.tag.next":         {"lettres, chiffres et - _ . /, sans espace", "letters, digits and - _ . /, without space"},
	"problem.role":             {"cette clé SSH (rôle %s) ne le permet pas : il faut le rôle %s", "this SSH key (role %s) may not do that: it takes the role %s"},
	"problem.role.next":        {"demander un autre rôle dans authorized_keys", "ask for another role in authorized_keys"},
	"problem.missing":          {"réglage, secret ou programme manquant : %s", "missing setting, secret or program: %s"},
	"problem.missing.next":     {"le définir, ou corriger la configuration ; vigie config check et vigie account check le vérifient", "set it, or correct the configuration; vigie config check and vigie account check try it"},
	"problem.changed":          {"le fil a changé depuis le début de la réponse : %s nouveaux, %s modifiés, %s supprimés", "the thread changed since the answer was begun: %s new, %s edited, %s deleted"},
	"problem.changed.next":     {"relire le fil, puis envoyer quand même ou corriger", "read the thread again, then send anyway or correct the text"},
	"problem.answered":         {"%s a déjà répondu, ou sa réponse attend, ou reste en doute", "%s has answered already, or that answer waits, or is in doubt"},
	"problem.answered.next":    {"relire le fil, puis envoyer quand même ou garder le brouillon", "read the thread again, then send anyway or keep the draft"},
	"problem.composing":        {"%s écrit une réponse au même fil", "%s is writing an answer to the same thread"},
	"problem.composing.next":   {"s'entendre, puis envoyer quand même ou garder le brouillon", "agree with each other, then send anyway or keep the draft"},
	"problem.otherclient":      {"le texte nomme le client %s (« %s »), et part au nom de %s", "the text names the client %s (\"%s\"), and goes in the name of %s"},
	"problem.otherclient.next": {"corriger le texte, ou taper le nom du client au nom duquel il part", "correct the text, or type the name of the client in whose name it goes"},
	"problem.replyto":          {"le mail demande la réponse à %s, et a été écrit depuis %s", "the mail asks for the answer at %s, and was written from %s"},
	"problem.replyto.next":     {"vérifier l'adresse, puis envoyer quand même ou garder le brouillon", "check the address, then send anyway or keep the draft"},
	"problem.window":           {"le réseau ne prend pas de réponse ici après le %s", "the network takes no answer here after %s"},
	"problem.window.next":      {"le texte est gardé en brouillon ; répondre dans le navigateur (o)", "the text is kept as a draft; answer in a browser (o)"},
	"problem.notours":          {"possible seulement sous nos propres publications", "possible under our own posts only"},
	"problem.notours.next":     {"agir sur le réseau lui-même (o)", "act on the network itself (o)"},
	"problem.inprivate":        {"impossible dans une conversation privée", "not possible in a private conversation"},
	"problem.inprivate.next":   {"répondre ici, ou agir sur le réseau lui-même (o)", "answer here, or act on the network itself (o)"},
	"problem.closed":           {"ce compte ne peut pas répondre à cette personne ici : elle limite les réponses, ou un blocage sépare les deux", "this account cannot answer this person here: answers are limited, or one of the two blocks the other"},
	"problem.closed.next":      {"lever le blocage s'il vient de vous, sinon agir sur le réseau lui-même (o)", "lift the block if it is yours, else act on the network itself (o)"},
	"problem.out":              {"ce compte n'est plus dans la conversation", "this account is no longer in the conversation"},
	"problem.out.next":         {"l'y faire inviter de nouveau, ou agir sur le réseau lui-même (o)", "have it invited again, or act on the network itself (o)"},
	"problem.rights":           {"ce compte n'en a pas le droit ici", "this account lacks the right for it here"},
	"problem.rights.next":      {"le lui donner sur le réseau (administrateurs, permissions)", "give it that right on the network (administrators, permissions)"},
	"problem.rival":            {"un autre programme lit déjà ce compte (%s) : le réseau n'en sert qu'un", "another program already reads this account (%s): the network serves one only"},
	"problem.rival.next":       {"arrêter l'autre programme, ou retirer son webhook (la page du réseau dit comment)", "stop the other program, or remove its webhook (the network's page says how)"},
	"problem.full":             {"le disque est plein : rien de nouveau n'est enregistré", "the disk is full: nothing new is saved"},
	"problem.full.next":        {"faire de la place ; vigie reprend de lui-même, rien d'enregistré n'est perdu", "make room; vigie goes on by itself, nothing that was saved is lost"},
	"problem.rollback":         {"la base est revenue à un état antérieur, ou c'est une copie : le plus récent peut manquer, et rien de ce qui attendait ne part de soi-même", "the store went back to an earlier state, or is a copy: the newest may be missing, and nothing that waited is sent by itself"},
	"problem.rollback.next":    {"décider dans la boîte d'envoi, puis vigie doctor --acknowledge", "decide in the outbox, then vigie doctor --acknowledge"},
	"problem.backup":           {"la sauvegarde automatique a échoué", "the automatic backup failed"},
	"problem.backup.next":      {"vigie doctor dit pourquoi ; un nouvel essai suit de lui-même", "vigie doctor says why; it is tried again by itself"},
	"problem.scope":            {"le jeton de ce compte ne le permet pas", "this account's token does not allow that"},
	"problem.scope.next":       {"se connecter à nouveau (vigie account login), ou faire un jeton qui le permet", "sign in again (vigie account login), or make a token that allows it"},
	"problem.media":            {"ce réseau ne prend pas ce fichier : %s (%s)", "this network does not take this file: %s (%s)"},
	"problem.media.next":       {"en choisir un autre, ou envoyer sans", "choose another one, or send without"},
	"problem.suspect":          {"rien ne prouve que ce message vient de qui il le dit", "nothing proves that this message is from whom it says"},
	"problem.suspect.next":     {"voir sur le réseau", "look on the network"},
	"problem.nomember":         {"ce compte n'a personne au nom de qui répondre : « member » n'est pas réglé, ou n'est l'adresse d'aucun membre", "this account has nobody to answer as: \"member\" is not set, or is no member's address"},
	"problem.nomember.next":    {"créer ce membre sur le blog, et mettre son adresse dans la configuration du compte", "make that member on the blog, and set its address in the account's configuration"},
	"problem.internal":         {"erreur de vigie : %s", "a fault of vigie: %s"},
	"problem.internal.next":    {"voir le journal : vigie doctor", "see the log: vigie doctor"},
}

// actProblemTable holds what reads otherwise of an act without a text: under
// "problem.CODE.KIND", or "problem.CODE.act" for all of them.
var actProblemTable = map[Key]entry{
	"problem.readonly.act":            {"cela ne se fait que sur le réseau lui-même", "that is done on the network itself only"},
	"problem.readonly.act.next":       {"ouvrir le lien dans le navigateur (o)", "open the link in a browser (o)"},
	"problem.invalid.act":             {"le réseau refuse ce geste", "the network refused this"},
	"problem.invalid.act.next":        {"regarder sur le réseau, puis renvoyer ou abandonner", "look on the network, then send again or drop"},
	"problem.invalid.hide":            {"le réseau refuse de masquer ce message", "the network refused to hide this message"},
	"problem.invalid.hide.next":       {"regarder sur le réseau, puis renvoyer ou abandonner", "look on the network, then send again or drop"},
	"problem.invalid.block":           {"le réseau refuse de bloquer cette personne", "the network refused to block this person"},
	"problem.invalid.block.next":      {"regarder sur le réseau, puis renvoyer ou abandonner", "look on the network, then send again or drop"},
	"problem.invalid.delete":          {"le réseau refuse de supprimer cette réponse", "the network refused to delete this answer"},
	"problem.invalid.delete.next":     {"regarder sur le réseau, puis renvoyer ou abandonner", "look on the network, then send again or drop"},
	"problem.invalid.escalate":        {"le contact n'a pas été joint", "the contact was not reached"},
	"problem.invalid.escalate.next":   {"vérifier l'adresse ou la commande dans la configuration, puis renvoyer", "check the address or command in the configuration, then send again"},
	"problem.auth.escalate":           {"l'envoi au contact est refusé : la connexion de son canal n'est pas acceptée", "the way to the contact refused the sign-in"},
	"problem.auth.escalate.next":      {"vérifier l'adresse ou la commande dans la configuration, puis renvoyer", "check the address or command in the configuration, then send again"},
	"problem.retry.escalate":          {"le contact n'est pas joignable pour l'instant", "the contact is not reachable for now"},
	"problem.retry.escalate.next":     {"nouvel essai automatique", "tried again by itself"},
	"problem.gone.act":                {"le message n'existe plus", "the message is no longer there"},
	"problem.gone.act.next":           {"rien à faire de plus : abandonner", "nothing more to do: drop it"},
	"problem.uncertain.act":           {"peut-être fait, peut-être pas", "may have been done, may not"},
	"problem.uncertain.act.next":      {"regarder sur le réseau, puis confirmer ou renvoyer", "look on the network, then confirm or send again"},
	"problem.uncertain.escalate":      {"le contact l'a peut-être reçue, peut-être pas", "the contact may have got it, may not"},
	"problem.uncertain.escalate.next": {"demander au contact, puis confirmer ou renvoyer", "ask the contact, then confirm or send again"},
}

// accountProblemTable holds what reads otherwise of an account, which has
// neither a text nor a message: under "problem.CODE.account".
var accountProblemTable = map[Key]entry{
	"problem.gone.account":             {"ce que le compte lit n'est plus là", "what the account reads is no longer there"},
	"problem.gone.account.next":        {"vérifier son adresse dans la configuration", "check its address in the configuration"},
	"problem.unsupported.account":      {"ce réseau ne permet pas ce qui est réglé", "this network cannot do what is set"},
	"problem.unsupported.account.next": {"corriger les réglages du compte", "correct the account's settings"},
	"problem.invalid.account":          {"le réseau refuse la demande", "the network refused the request"},
	"problem.invalid.account.next":     {"vérifier les réglages du compte : vigie account check %s", "check the account's settings: vigie account check %s"},
	"problem.uncertain.account":        {"le réseau n'a pas répondu jusqu'au bout", "the network did not answer to the end"},
	"problem.uncertain.account.next":   {"nouvel essai automatique", "tried again by itself"},
	"problem.conflict.account":         {"modifié entre-temps sur le réseau", "changed meanwhile on the network"},
	"problem.conflict.account.next":    {"nouvel essai automatique", "tried again by itself"},
	"problem.notfound.account":         {"introuvable : %s", "not found: %s"},
	"problem.notfound.account.next":    {"vérifier le nom : vigie account list", "check the name: vigie account list"},
	"problem.other.account":            {"le réseau refuse ce compte", "the network refuses this account"},
	"problem.other.account.next":       {"vérifier ses réglages : vigie account check %s", "check its settings: vigie account check %s"},
}

// ofAccounts reports whether the words of a problem speak of an account, or of
// vigie itself, as they are.
func ofAccounts(code string) bool {
	switch code {
	case inbox.CodeAuth, inbox.CodeRetry, inbox.CodeStrange, inbox.CodeConfig, inbox.CodeRole, inbox.CodeMissing, inbox.CodeRights, inbox.CodeRival,
		inbox.CodeFull, inbox.CodeScope, inbox.CodeNoMember, inbox.CodeInternal:
		return true
	}
	return false
}

// AccountProblem is the key of what is wrong with an account; with ".next"
// behind it, of what to do.
func (p Printer) AccountProblem(code string) Key {
	key := Key("problem." + code)
	switch {
	case p.Has(key + ".account"):
		return key + ".account"
	case p.Has(key) && !ofAccounts(code):
		return "problem.other.account"
	}
	return key
}

// OfAccount is Problem in words for an account.
func (p Printer) OfAccount(pr inbox.Problem) (what, next string) {
	key := p.AccountProblem(pr.Code)
	if pr.Zero() || !p.Has(key) {
		return p.Problem(pr)
	}
	return p.padded(key, pr.Args), p.padded(key+".next", pr.Args)
}

// ActProblem is the key of what happened to an act of that kind; with ".next"
// behind it, of what to do. Both may be missing from the table.
func (p Printer) ActProblem(kind inbox.ActionKind, code string) Key {
	key := Key("problem." + code)
	if kind.Writes() || kind == "" {
		return key
	}
	for _, k := range []Key{key + "." + Key(kind), key + ".act"} {
		if p.Has(k) && (kind != inbox.ActEscalate || k != key+".act") {
			return k
		}
	}
	return key
}

// OfAct is Problem for an act of that kind, in the words of the kind.
func (p Printer) OfAct(kind inbox.ActionKind, pr inbox.Problem) (what, next string) {
	key := p.ActProblem(kind, pr.Code)
	if !p.Has(key) || !p.Has(key+".next") {
		return p.Problem(pr)
	}
	return p.padded(key, pr.Args), p.padded(key+".next", pr.Args)
}

// Problem says what happened and what to do next, each a clause without full
// stop. Arguments that a sentence wants and the problem lacks become "?"; a
// code that the table does not know is told with its detail.
func (p Printer) Problem(pr inbox.Problem) (what, next string) {
	if pr.Zero() {
		return "", ""
	}
	key := Key("problem." + pr.Code)
	if !p.Has(key) {
		return pr.Error(), ""
	}
	return p.padded(key, pr.Args), p.padded(key+".next", pr.Args)
}

func (p Printer) padded(key Key, words []string) string {
	want := strings.Count(p.T(key), "%s")
	args := make([]any, want)
	for i := range args {
		args[i] = "?"
		if i < len(words) {
			args[i] = words[i]
		}
	}
	return p.T(key, args...)
}
