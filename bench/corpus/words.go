package corpus

import (
	"math/rand/v2"
	"strings"
)

var emoji = strings.Fields("😀 😂 ❤️ 👍 🎉 🔥 🙏 😅 🤔 👀 ✨ 🚀 😭 🥐 🇫🇷 👩‍💻 👋🏽 ☕ ✅ 🐧")

// base is the head of the vocabulary, most frequent first, both languages
// mixed as in a bilingual inbox.
var base = strings.Fields(`de the la le et to les des a en and un une of du est in pour que is qui
it dans I on pas you plus this par that je with au be il sur have we for se ce not are avec ne mais
c'est but as ou so son if vous sont all they nous can like what just elle j'ai être get comme tout
my your from fait merci about bien at out bonjour who now time there faire when even more very
aussi good one people how see think work know want new really need va peut deux temps même c'était
après déjà très où là à été près d'accord voilà était beaucoup jamais toujours aujourd'hui demain
hier soir matin semaine année café thé garçon français élève numéro réunion équipe idée problème
système données réseau modèle première dernière Noël hôtel forêt tête fête goût août sûr naïve
maïs cœur sœur œuvre ça reçu leçon façon maître connaître paraître projet release deploy server
update fix bug review merge issue branch build test thanks great awesome please maybe tomorrow
today yesterday meeting call lunch coffee weekend holiday train gare ville rue maison bureau
voiture vélo métro photo image vidéo musique livre film série jeu article lien site page compte
message réponse question mention suivre partager aimer lire écrire parler entendre regarder
marcher courir dormir manger boire jouer gagner perdre trouver chercher penser croire savoir
vouloir pouvoir devoir prendre donner mettre venir partir rester monter descendre ouvrir fermer`)

var syllables = strings.Fields(`ba be bé bi bo bu ca ce ché co cou cra da de dé di do dou dre fa fe fi fo
fra ga gé gi go gra ha hé ho i ja jé jo ka la le lé li lo lou lu ma me mé mi mo mou na ne né ni no nou
o pa pe pé pi po pra pré quo ra re ré ri ro rou sa se sé si so sou sta ta te té ti to tra tri u va ve
vé vi vo vrai ya zé zo è tion ment eur euse age able isme ing ed ness er ly al ous`)

// vocabulary returns n distinct words: base, then made-up words of two to
// five syllables drawn with a fixed seed of their own.
func vocabulary(n int) []string {
	seen := make(map[string]bool, n)
	words := make([]string, 0, n)
	add := func(w string) {
		if !seen[w] && w != RareWord {
			seen[w] = true
			words = append(words, w)
		}
	}
	for _, w := range base {
		add(w)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for len(words) < n {
		var sb strings.Builder
		for range 2 + r.IntN(4) {
			sb.WriteString(syllables[r.IntN(len(syllables))])
		}
		add(sb.String())
	}
	return words[:n]
}
