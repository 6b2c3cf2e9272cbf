package courtesy

import "strings"

// thank are the words of thanks.
var thank = set(`merci mercis mercii mrc mci merki remercie remercions remerciements
	thanks thank thankyou thx thnx tnx ty tysm tks cheers thankful grateful
	tyvm appreciate appreciated`)

// polite are the words that want no answer where there are thanks: those that
// praise, that greet, that say that all is well, and the small ones between.
// None of them denies, asks or tells of anything that is missing; nor is one the
// answer to a question of ours, as yes is.
var polite = set(`
	beaucoup bcp bcoup bien infiniment encore vraiment sincerement tellement trop tres mille fois grand grands enorme enormes millions
	a au aux de d du des la le les l un une et en pour par c ce cela ca s y ai j je nous vous tu te t toi m on il est etes es sont suis
	tous tout toute toutes equipe monsieur madame
	votre vos ta ton tes cette
	precieuse precieux agreable efficace efficaces sympa gentil gentille gentils adorable adorables professionnel
	avoir repondu pris fait aidee rassure rassuree
	super top genial geniale geniaux parfait parfaite parfaitement cool ok okay oki d accord nickel impec impeccable excellent excellente
	chouette magnifique formidable extra entendu note notee recu recue compris marche fonctionne regle resolu bon bonne bons bonnes belle fin
	journee soiree soir nuit week end weekend semaine continuation fetes vacances courage
	bientot salut bonjour bonsoir coucou bye ciao revoir cordialement bises bisous bise amicalement
	coeur meilleurs meilleur contente content ravie ravi heureux heureuse
	you so very much lot lots many million for your the a an i we it is are re s was all that this of to and again everyone team guys folks
	kind
	great perfect perfectly awesome amazing nice good lovely wonderful brilliant excellent best fantastic cool okay
	really got works working now sorted solved fixed received understood noted letting getting back me know
	have day evening night weekend week one hello hi hey bye care take regards kind
	ur u both tons bunch love
	xx xxx x lol haha`)

// gifts are what one thanks for: before the thanks they are asked for.
var gifts = set(`
	reponse reponses retour retours aide reactivite rapidite gentillesse patience comprehension geste info infos information informations
	conseil conseils explication explications precision precisions efficacite temps service message suivi accueil attention disponibilite
	confirmation solution rapide rapides vite
	reply replies answer response help helping feedback time support advice quick fast prompt kindness explanation`)

// closings end a letter: the line behind is who wrote it.
var closings = set("cordialement amicalement salutations regards bises bisous amities")

// faces are glad ones that are written in letters.
var faces = set(":d :-d =d =) =] xd :p :-p ;p")

// thankful are the signs that thank by themselves, glad those that only smile.
var (
	thankful = runes("🙏❤♥💛💚💙💜🧡🤍🖤💕💖💗💓💞💝💐🌹👍👌🤗😘🥰🫶💯👏")
	glad     = runes("😊🙂😀😃😄😁😉😍😌☺✨🎉🎊⭐🌟🌸🌷🌺🌻☀🌞😇🤩🥳🙌💪✅✔")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func runes(s string) map[rune]bool {
	m := map[rune]bool{}
	for _, r := range s {
		m[r] = true
	}
	return m
}
