package sandbox

import (
	"fmt"
	"time"

	"vigie/inbox"
)

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
	ping := Item{Kind: Public, Person: w.somebody("cuisine_lyon"), Text: "[…] chez Miette, à Lyon, on raconte comment le levain se nourrit depuis huit ans […]", Lang: "fr"}
	if _, err := w.past(account, ping, 20*time.Hour); err != nil {
		return fmt.Errorf("write a pingback: %w", err)
	}
	return nil
}
