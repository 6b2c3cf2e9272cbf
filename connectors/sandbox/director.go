package sandbox

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

const (
	historyDays   = 30
	postsPerBrand = 9
	// maxBacks is how often one person answers back in one conversation.
	maxBacks = 4
)

// plot tells the story: history first, then arrivals and answers back.
type plot struct {
	books  map[inbox.ClientID]*book
	common *book
	used   map[string]bool   // texts told
	turn   map[string]int    // how often a pool was drawn from
	rest   map[ItemID][]line // what is left of the script behind a person's item
	backs  map[ItemID]int    // by root: answers back so far
	due    []due
	next   time.Time // of the next arrival
}

// due is something that a person will do.
type due struct {
	at     time.Time
	line   line
	answer Item   // what is answered
	person int    // who does it
	last   ItemID // the person's own latest item
	rest   []line
}

func newPlot() (*plot, error) {
	p := &plot{
		books: map[inbox.ClientID]*book{}, used: map[string]bool{}, turn: map[string]int{},
		rest: map[ItemID][]line{}, backs: map[ItemID]int{},
	}
	var err error
	if p.common, err = readBook("common"); err != nil {
		return nil, err
	}
	for _, b := range brands() {
		if p.books[b.Client] == nil {
			if p.books[b.Client], err = readBook(string(b.Client)); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// choose draws what happens to a brand next: now and then something that
// happens to everybody.
func (p *plot) choose(rng *rand.Rand, b Brand) (inbox.Kind, script) {
	kind := inbox.KindComment
	switch d := rng.Float64(); {
	case d < 0.24:
		kind = inbox.KindDM
	case d < 0.52:
		kind = inbox.KindMention
	}
	if only := lifeOf(b.Network).kinds; len(only) > 0 && !slices.Contains(only, kind) {
		kind = only[0]
	}
	pool, name := p.books[b.Client].scripts[kind], string(b.Client)
	if common := p.common.scripts[kind]; len(common) > 0 && rng.Float64() < 0.1 {
		pool, name = common, "common"
	}
	return kind, p.draw(rng, name+" "+string(kind), pool)
}

// draw goes round a pool in an order that the seed decides, so that nothing
// comes twice before everything came once.
func (p *plot) draw(rng *rand.Rand, name string, pool []script) script {
	n := p.turn[name]
	p.turn[name]++
	if n%len(pool) == 0 {
		rng.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	}
	return pool[n%len(pool)]
}

// fresh gives a wording of the text that was not told yet.
func (p *plot) fresh(rng *rand.Rand, text string) string {
	out := spin(rng, text)
	for range 12 {
		if !p.used[out] {
			break
		}
		out = spin(rng, text)
	}
	for p.used[out] {
		out += pick(rng, []string{" 🙂", " 🙏", " ✨", " 😊", " 👍", " 💛", " 🌷"})
	}
	p.used[out] = true
	return out
}

func (p *plot) cast(w *World, s script) int {
	if i := slices.IndexFunc(w.people, func(q Person) bool { return q.Handle == s.who }); s.who != "" && i >= 0 {
		return i + 1
	}
	return p.anybody(w, s.lang)
}

func (p *plot) anybody(w *World, lang string) int {
	for {
		if q := pick(w.rng, w.people); q.Lang == lang && q.Bio != "" && !strings.HasPrefix(q.Bio, "*") {
			return q.ID
		}
	}
}

// answered plans what the person says to an answer of the brand: the next
// line of the script, else some word of thanks, if anything.
func (p *plot) answered(w *World, it Item) {
	if it.Parent == 0 || p.backs[it.Root] >= maxBacks {
		return
	}
	parent, err := w.item(it.Parent)
	if err != nil || parent.Person == 0 {
		return
	}
	rest := p.rest[parent.ID]
	for len(rest) > 0 && rest[0].mark != '>' {
		rest = rest[1:]
	}
	d := due{at: w.Now().Add(4*time.Second + after(w.rng, 5*time.Second)), answer: it, person: parent.Person}
	switch backs := p.common.backs[parent.Lang]; {
	case len(rest) > 0:
		d.line, d.rest = rest[0], rest[1:]
	case len(backs) > 0 && w.rng.Float64() < 0.7:
		d.line = line{'>', pick(w.rng, backs)}
	default:
		return
	}
	p.due = append(p.due, d)
}

// live lets time pass until ctx ends.
func (w *World) live(ctx context.Context, o Options) {
	if w.plot == nil {
		<-ctx.Done()
		return
	}
	every := o.Every
	if every == 0 {
		every = 9 * time.Second
	}
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		w.Step(every)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Step does all that is due by the world's clock: arrivals, on average one in
// every (negative: none), and what people answer. It returns what was written.
func (w *World) Step(every time.Duration) []Item {
	if w.plot == nil {
		return nil
	}
	w.mu.Lock()
	now := w.Now()
	changes := w.plot.answersBack(w, now)
	if every > 0 {
		changes = append(changes, w.plot.arrivals(w, now, every)...)
	}
	w.mu.Unlock()
	var out []Item
	for _, c := range changes {
		w.tell(c)
		out = append(out, c.Item)
	}
	return out
}

func (p *plot) answersBack(w *World, now time.Time) []Change {
	var out []Change
	slices.SortStableFunc(p.due, func(a, b due) int { return a.at.Compare(b.at) })
	for len(p.due) > 0 && !p.due[0].at.After(now) {
		d := p.due[0]
		p.due = p.due[1:]
		if c, ok := p.carryOut(w, d); ok {
			out = append(out, c)
		}
	}
	return out
}

// carryOut does what was due and plans the next step that needs no answer of
// the brand: a correction, a deletion, somebody who joins in.
func (p *plot) carryOut(w *World, d due) (Change, bool) {
	own, err := w.item(d.last)
	switch {
	case d.line.mark == '~' && err == nil && !own.Deleted:
		own.Text, own.Edited = p.fresh(w.rng, d.line.text), w.Now()
		return Change{Item: *own, What: EditedItem}, true
	case d.line.mark == '-' && err == nil && !own.Deleted:
		own.Deleted, own.Text = true, ""
		return Change{Item: *own, What: DeletedItem}, true
	case d.line.mark == '~' || d.line.mark == '-':
		return Change{}, false
	}
	it := Item{Account: d.answer.Account, Kind: d.answer.Kind, Person: d.person, Parent: d.answer.ID, Lang: d.answer.Lang}
	if d.line.mark == '+' {
		it.Person = p.anybody(w, d.answer.Lang)
	}
	it.Text, it.Image = splitImage(p.fresh(w.rng, d.line.text))
	it, err = w.add(it)
	if err != nil {
		return Change{}, false
	}
	p.backs[it.Root]++
	p.carryOn(w, it, d.rest)
	return Change{Item: it, What: Wrote}, true
}

// carryOn remembers what is left of a script behind an item, and plans its
// next step if that waits for nobody.
func (p *plot) carryOn(w *World, it Item, rest []line) {
	if len(rest) == 0 {
		return
	}
	p.rest[it.ID] = rest
	if l := rest[0]; l.mark == '~' || l.mark == '-' || l.mark == '+' {
		p.due = append(p.due, due{
			at: w.Now().Add(5*time.Second + after(w.rng, 20*time.Second)), line: l, answer: it, person: it.Person, last: it.ID, rest: rest[1:],
		})
	}
}

func (p *plot) arrivals(w *World, now time.Time, every time.Duration) []Change {
	if now.Sub(p.next) > time.Minute { // begun, or woken after a long sleep
		p.next = now.Add(every / 2)
	}
	var out []Change
	for !p.next.After(now) {
		p.next = p.next.Add(every/2 + time.Duration(w.rng.Int64N(int64(every)+1)))
		var social []Brand
		for _, b := range w.brands {
			if lifeOf(b.Network).threads > 0 {
				social = append(social, b)
			}
		}
		b := pick(w.rng, social)
		kind, s := p.choose(w.rng, b)
		it := Item{Account: b.Account, Kind: Public, Person: p.cast(w, s), Lang: s.lang}
		if kind == inbox.KindDM {
			it.Kind = Direct
		}
		if kind == inbox.KindComment {
			it.Parent = newest(w.items, b.Account)
		}
		it.Text, it.Image = splitImage(p.fresh(w.rng, s.lines[0].text))
		if it, err := w.add(it); err == nil {
			p.carryOn(w, it, s.lines[1:])
			out = append(out, Change{Item: it, What: Wrote})
		}
	}
	return out
}

// newest is the brand's latest post; 0: none.
func newest(items []Item, account inbox.AccountID) ItemID {
	for i := len(items) - 1; i >= 0; i-- {
		if it := items[i]; it.Account == account && it.Kind == BrandPost && !it.Deleted {
			return it.ID
		}
	}
	return 0
}

// after draws a delay: mostly short, sometimes some times as long.
func after(rng *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(rng.ExpFloat64() * float64(mean)).Round(time.Second)
}

// daytime moves a time out of the night, when few people write.
func daytime(t, now time.Time) time.Time {
	if h := t.Hour(); h < 6 {
		t = t.Add(time.Duration(8-h) * time.Hour)
	}
	if t.After(now) {
		return now.Add(-10 * time.Minute)
	}
	return t
}

// splitImage takes "(image: …)" off the end of a text.
func splitImage(s string) (text, image string) {
	text, image, ok := strings.Cut(s, "(image: ")
	if !ok {
		return s, ""
	}
	return strings.TrimSpace(text), strings.TrimSuffix(strings.TrimSpace(image), ")")
}
