package sandbox

import (
	"fmt"
	"time"

	"vigie/inbox"
)

// Say lets a person whom the brand does not know yet write something new: a
// comment under the brand's newest post (which is made when there is none), a
// mention, a direct message, or something that is not for the brand (a watch). It is how tests make the world speak.
func (w *World) Say(account inbox.AccountID, kind inbox.Kind, text string) (Item, error) {
	person := w.newcomer()
	it := Item{Account: account, Person: person, Text: text, Kind: Public, Lang: "fr"}
	switch kind {
	case inbox.KindDM:
		it.Kind = Direct
	case inbox.KindWatch:
		it.Aside = true
	case inbox.KindComment:
		post, err := w.newestPost(account)
		if err != nil {
			return Item{}, err
		}
		it.Parent = post.ID
	}
	return w.Write(it)
}

func (w *World) newestPost(account inbox.AccountID) (Item, error) {
	posts := w.Items(account, func(it Item) bool { return it.Kind == BrandPost && !it.Deleted })
	if len(posts) > 0 {
		return posts[len(posts)-1], nil
	}
	return w.Write(Item{Account: account, Kind: BrandPost, Text: "La fournée du matin est prête 🥐", Lang: "fr", At: w.Now().Add(-time.Minute)})
}

func (w *World) newcomer() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.people) + 1
	w.people = append(w.people, Person{
		ID: n, Handle: fmt.Sprintf("passant_%d", n), Host: "piaille.example", Name: fmt.Sprintf("Passant %d", n),
		Lang: "fr", Followers: n,
	})
	return n
}
