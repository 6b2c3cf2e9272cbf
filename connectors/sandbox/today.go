package sandbox

import (
	"fmt"
	"strings"
	"time"

	"vigie/inbox"
)

// scene is something that is always on the morning of a demonstration, whatever
// the seed: what people are shown first. Ago is before the world's now.
type scene struct {
	ago  time.Duration
	who  string // local part of a handle; "": the brand
	text string
	lang string
}

// today writes the scenes: a regular customer whose message can be answered
// for three quarters of an hour more, a blogger who asks what he wrote about,
// and a post whose comments are all thanks but one.
func (p *plot) today(w *World) error {
	const account = "miette-minigram"
	const hour, day = time.Hour, 24 * time.Hour
	for i, s := range [][]scene{
		{
			{26 * day, "clara_vidal", "Vos brioches du dimanche, un bonheur. Il en restera dimanche prochain ?", "fr"},
			{26*day - hour, "", "Merci Clara ! Oui, dès 8 h, et on vous en met une de côté.", "fr"},
		},
		{
			{12 * day, "clara_vidal", "Le pain de seigle est revenu ?", "fr"},
			{12*day - 2*hour, "", "Il est revenu, chaque jeudi et samedi.", "fr"},
		},
	} {
		if err := w.scenes(account, Item{Kind: Public}, s); err != nil {
			return fmt.Errorf("scene %d: %w", i, err)
		}
	}
	err := w.scenes(account, Item{Kind: Direct}, []scene{
		{day - 43*time.Minute, "clara_vidal", "Bonjour, vous êtes ouverts lundi ? Je voudrais 12 croissants pour le bureau.", "fr"},
	})
	if err != nil {
		return err
	}
	err = w.scenes("nordlys-mastodon", Item{Kind: Public}, []scene{
		{3 * hour, "tom_becker", "My post on your API is out: the rate limits broke our sync twice this week. Does anybody look into it?", "en"},
	})
	if err != nil {
		return err
	}
	post, err := w.past(account, Item{Kind: BrandPost, Text: "Première fournée de chouquettes de l'hiver ❄️", Image: "Une plaque de chouquettes sorties du four", Likes: 212}, 9*hour)
	if err != nil {
		return err
	}
	for i, c := range []scene{
		{0, "hugo_perrin", "Merci pour ces merveilles !", "fr"},
		{0, "nadia_b", "Merci, c'était délicieux 🥐", "fr"},
		{0, "paul_roux", "Merci beaucoup, quel régal", "fr"},
		{0, "ana_souza", "Merci ! On revient samedi", "fr"},
		{0, "emile_faure", "Merci, et vous en faites aussi sans lactose ?", "fr"},
		{0, "zoe_lambert", "Merci ❤️", "fr"},
	} {
		at := 8*hour - time.Duration(i)*7*time.Minute
		if _, err := w.past(account, Item{Kind: Public, Person: w.somebody(c.who), Parent: post.ID, Text: c.text, Lang: c.lang}, at); err != nil {
			return err
		}
	}
	if err := w.mastodonToday(); err != nil {
		return err
	}
	if err := w.blogToday(); err != nil {
		return err
	}
	return w.ghostToday()
}

// scenes writes a conversation.
func (w *World) scenes(account inbox.AccountID, first Item, list []scene) error {
	var parent ItemID
	with := 0
	for _, s := range list {
		it := first
		it.Text, it.Lang, it.Parent = s.text, s.lang, parent
		if s.who != "" {
			it.Person = w.somebody(s.who)
			with = it.Person
		}
		it.With = with
		written, err := w.past(account, it, s.ago)
		if err != nil {
			return err
		}
		parent = written.ID
	}
	return nil
}

// past adds an item that is so old.
func (w *World) past(account inbox.AccountID, it Item, ago time.Duration) (Item, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	it.Account, it.At = account, w.Now().Add(-ago)
	return w.add(it)
}

// somebody finds a person by handle, and makes one of who is not there.
func (w *World) somebody(handle string) int {
	if p, ok := w.PersonByHandle(handle); ok {
		return p.ID
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	first, last, _ := strings.Cut(handle, "_")
	p := Person{
		ID: len(w.people) + 1, Handle: handle, Host: "piaille.example", Lang: "fr", Followers: 40 + 17*len(handle),
		Name: strings.ToUpper(first[:1]) + first[1:] + " " + strings.ToUpper(last[:1]) + last[1:],
	}
	w.people = append(w.people, p)
	return p.ID
}

// Meet lets somebody new into the world; ID is chosen here.
func (w *World) Meet(p Person) Person {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.ID = len(w.people) + 1
	w.people = append(w.people, p)
	return p
}
