package sandbox

import (
	"math/rand/v2"
	"slices"
	"time"

	"vigie/inbox"
)

// proto is an item of history before it has a number.
type proto struct {
	item   Item
	parent *proto
	id     ItemID
	rest   []line
}

// history fills the world with what went on before now, in the order of time.
func (p *plot) history(w *World) error {
	people, err := readPeople(w.rng)
	if err != nil {
		return err
	}
	w.people = people
	now := w.Now()
	var all []*proto
	for _, b := range w.brands {
		life := lifeOf(b.Network)
		if life.threads == 0 {
			continue
		}
		posts := p.posts(w, b, now)
		all = append(all, posts...)
		for i := range life.threads + life.recent {
			at := now.Add(-time.Duration((2 + (historyDays-2)*w.rng.Float64()) * float64(24*time.Hour)))
			if i >= life.threads {
				at = now.Add(-time.Duration(w.rng.Float64() * float64(46*time.Hour)))
			}
			played := p.thread(w, b, posts, daytime(at, now), i < life.threads, now)
			if b.Network == "minigram" && played[0].item.Kind == Direct {
				continue // whose windows close is told in today's scenes
			}
			all = append(all, played...)
		}
	}
	slices.SortStableFunc(all, func(a, b *proto) int { return a.item.At.Compare(b.item.At) })
	for _, pr := range all {
		if pr.parent != nil {
			if pr.item.Parent = pr.parent.id; pr.parent.id == 0 || pr.parent.item.Deleted {
				continue // what it answers was taken away
			}
		}
		it, err := w.add(pr.item)
		if err != nil {
			return err
		}
		pr.id = it.ID
		if len(pr.rest) > 0 {
			p.rest[it.ID] = pr.rest
		}
	}
	return nil
}

func (p *plot) posts(w *World, b Brand, now time.Time) []*proto {
	var out []*proto
	pool, name := p.books[b.Client].posts, string(b.Client)+" post"
	if b.Network == "ghost" {
		pool, name = essays(), string(b.Client)+" essay"
	}
	if b.Network == "wordpress" {
		pool, name = articles(), string(b.Client)+" article"
	}
	for i := range postsPerBrand {
		age := time.Duration(float64(historyDays*24*time.Hour) * (float64(postsPerBrand-i) - w.rng.Float64()) / postsPerBrand)
		if i == postsPerBrand-1 {
			age = time.Duration(3+w.rng.IntN(20)) * time.Hour
		}
		s := p.draw(w.rng, name, pool)
		likes := 4 + w.rng.IntN(90)
		it := Item{
			Account: b.Account, Kind: BrandPost, Text: p.fresh(w.rng, s.lines[0].text), Lang: s.lang,
			At: daytime(now.Add(-age), now), Likes: likes, Reposts: likes / (3 + w.rng.IntN(5)),
		}
		it.Text, it.Image = splitImage(it.Text)
		out = append(out, &proto{item: it})
	}
	return out
}

// thread plays one script. Of old threads most are answered; of recent ones
// most still wait.
func (p *plot) thread(w *World, b Brand, posts []*proto, at time.Time, old bool, now time.Time) []*proto {
	kind, s := p.choose(w.rng, b)
	person := p.cast(w, s)
	first := Item{Account: b.Account, Kind: Public, Person: person, Lang: s.lang, At: at}
	var parent *proto
	switch kind {
	case inbox.KindDM:
		first.Kind = Direct
	case inbox.KindComment:
		parent = under(w.rng, posts, at)
		if parent == nil {
			kind = inbox.KindMention
		} else if first.At = parent.item.At.Add(after(w.rng, 3*time.Hour)); first.At.After(now) {
			first.At = parent.item.At.Add(now.Sub(parent.item.At) / 2)
		}
	}
	steps := len(s.lines)
	if p := w.rng.Float64(); old && p < 0.12 || !old && p < 0.62 {
		steps = slices.IndexFunc(s.lines, func(l line) bool { return l.mark == '<' })
		if steps < 0 {
			steps = len(s.lines)
		}
	}
	return p.play(w, s, steps, first, parent, now)
}

// play turns the first steps of a script into items.
func (p *plot) play(w *World, s script, steps int, first Item, parent *proto, now time.Time) []*proto {
	var out []*proto
	at, last := first.At, parent // last: what is answered next
	var own *proto               // the person's latest item
	for i, l := range s.lines[:steps] {
		it := first
		it.At = at
		switch l.mark {
		case '~':
			own.item.Text, own.item.Edited = p.fresh(w.rng, l.text), at
			continue
		case '-':
			own.item.Deleted, own.item.Text = true, ""
			continue
		case '<':
			it.Person, it.With = 0, first.Person
		case '+':
			it.Person = p.anybody(w, s.lang)
		}
		if it.Kind == Direct {
			it.With = first.Person
		}
		it.Text, it.Image = splitImage(p.fresh(w.rng, l.text))
		it.Likes = max(0, w.rng.IntN(12)-7)
		pr := &proto{item: it, parent: last}
		out = append(out, pr)
		if l.mark != '<' {
			own, pr.rest = pr, s.lines[i+1:]
		}
		last = pr
		if at = at.Add(after(w.rng, 40*time.Minute)); at.After(now.Add(-time.Minute)) {
			break
		}
	}
	return out
}

// under chooses the post that a comment of about that time hangs under.
func under(rng *rand.Rand, posts []*proto, at time.Time) *proto {
	var before []*proto
	for _, p := range posts {
		if p.item.At.Before(at) {
			before = append(before, p)
		}
	}
	if len(before) == 0 {
		return nil
	}
	slices.SortFunc(before, func(a, b *proto) int { return b.item.At.Compare(a.item.At) })
	return before[min(rng.IntN(3)*rng.IntN(2), len(before)-1)]
}
