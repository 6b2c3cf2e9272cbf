package sandbox

import (
	"fmt"
	"time"

	"vigie/inbox"
)

// articles are what the blog of the bakery writes about.
func articles() []script {
	var out []script
	for _, title := range []string{
		"Cinq farines, cinq pains : choisir la sienne",
		"Le feuilletage en douze images",
		"Que faire de votre pain rassis : nos six recettes",
		"Une nuit au fournil, heure par heure",
		"Galette des rois : la crème d'amande pas à pas",
		"D'où vient notre beurre",
		"Allergènes : ce que nous pouvons dire, et ce que nous ne pouvons pas promettre",
		"Le pain de seigle de Sophie, apprentie de l'année",
		"Pétrir à la main : la méthode que l'on montre aux enfants",
		"Bûches de Noël : le carnet de commandes ouvre lundi",
	} {
		out = append(out, script{lang: "fr", lines: []line{{'>', title}}})
	}
	return out
}

// blogToday writes what is always on a blog on the morning of a demonstration:
// a post with a comment that waits for moderation, one that lies with the spam,
// one that was binned, and another blog that links to it.
func (w *World) blogToday() error {
	const account = "miette-wordpress"
	post, err := w.past(account, Item{Kind: BrandPost, Text: "Pourquoi notre levain a huit ans, et ce qu'il nous a appris", Lang: "fr", Likes: 31}, 30*time.Hour)
	if err != nil {
		return fmt.Errorf("write the post of the blog: %w", err)
	}
	for _, c := range []struct {
		ago    time.Duration
		who    string
		text   string
		status inbox.Status
	}{
		{26 * time.Hour, "lucie_garnier", "Passionnant ! Vous vendez du levain déshydraté à la boutique ?", ""},
		{5 * time.Hour, "bruno_keller", "Bonjour, j'ai trouvé un morceau de plastique dans ma miche samedi. Qui puis-je appeler ?", inbox.StatusHeld},
		{4 * time.Hour, "best_seo", "Great post!! Cheap ranking and 10.000 backlinks for your bakery: https://rank.example/buy", inbox.StatusSpam},
		{50 * time.Hour / 2, "marc_petit", "test test test", inbox.StatusTrash},
	} {
		it := Item{Kind: Public, Person: w.somebody(c.who), Parent: post.ID, Text: c.text, Lang: "fr", Status: c.status}
		if _, err := w.past(account, it, c.ago); err != nil {
			return fmt.Errorf("write a comment of the blog: %w", err)
		}
	}
	ping := Item{Kind: Public, Person: w.somebody("cuisine_lyon"), Text: "(…) chez Miette, à Lyon, on raconte comment le levain se nourrit depuis huit ans (…)", Lang: "fr"}
	if _, err := w.past(account, ping, 20*time.Hour); err != nil {
		return fmt.Errorf("write a pingback: %w", err)
	}
	return nil
}
