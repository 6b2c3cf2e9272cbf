package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"vigie/inbox"
)

// Brand is one account of a client of the demonstration: an identity that the
// user of vigie writes as.
type Brand struct {
	Account inbox.AccountID // "miette-mastodon"
	Client  inbox.ClientID  // "miette"
	Network inbox.Network   // "mastodon"
	Handle  string          // local part: "miette"
	Name    string          // "Miette"
	Bio     string
	Lang    string // its first language: "fr"
}

// Person is somebody who writes to a brand. People are the same on every
// network; a network adds its own host to the handle.
type Person struct {
	ID        int    // from 1, dense
	Handle    string // local part, letters, digits and _ only: "lea_moreau"
	Host      string // of a server of the fediverse: "piaille.example"
	Name      string
	Bio       string
	Lang      string
	Followers int
}

// ItemID numbers what is written. It grows in the order in which things
// happen in the world and is never used twice.
type ItemID int64

// ItemKind is what an Item is in its network.
type ItemKind int

// The kinds of items.
const (
	// BrandPost is a post of the brand, under which people comment.
	BrandPost ItemKind = iota + 1
	// Public is any other public text: a comment under a post, a mention of the
	// brand, an answer to either.
	Public
	// Direct is a direct message between the brand and one person.
	Direct
)

// Item is something that was written. Values are copies; the world keeps its
// own.
type Item struct {
	ID      ItemID
	Account inbox.AccountID // the brand in whose life it happened
	Kind    ItemKind
	Person  int    // who wrote it; 0: the brand
	With    int    // Direct: the person at the other end, whoever wrote
	Root    ItemID // first item of the conversation; its own ID for that one
	Parent  ItemID // what it answers; 0: nothing
	Text    string // plain; without the mention of who it answers
	Lang    string
	At      time.Time
	Edited  time.Time // zero: never
	Rev     int64     // grows with whatever is written or changed in the world
	Deleted bool      // only ID, Account, Kind, Root, Parent and At are left
	Liked   bool      // by the brand
	Hidden  bool      // by the brand, from what others see
	Likes   int       // by others
	Reposts int
	Image   string       // alternative text of a picture; "": none
	Status  inbox.Status // of a blog's comment: held, spam, trash
	was     inbox.Status // before it was spam or trash
	Warning string       // a content warning
	Subject string       // of a mail
	Poll    *inbox.Poll
	// Aside is what a person writes in public without a word to the brand: only
	// who listens for a word or a hashtag hears of it.
	Aside bool
	// Quotes is the brand's item that a person's quotes; 0: none, or taken out
	// of it again.
	Quotes ItemID
	// Visibility is for answers of the brand: the network's word it asked for.
	// What answers a direct one is direct.
	Visibility string
	// Key is what the brand's answer was known by when it was sent: an
	// idempotency key or a record key; networks use it to find it again.
	Key string
	// Bad asks the network to render this item so that it cannot be understood.
	Bad bool
}

// ByBrand reports whether the account itself wrote it.
func (i Item) ByBrand() bool { return i.Person == 0 }

// Change tells what happened to an item.
type Change struct {
	Item Item
	What ChangeKind
}

// ChangeKind is what happened.
type ChangeKind int

// The changes.
const (
	Wrote ChangeKind = iota + 1
	EditedItem
	DeletedItem
	LikedItem
	HidItem
)

// ErrNoItem says that there is no such item, or that it was deleted.
var ErrNoItem = errors.New("no such item")

// World is what goes on between brands and people, told apart from any
// network: each Simulation renders it through its own API. It is
// deterministic by seed, clock and the calls made. It is safe for concurrent
// use.
type World struct {
	mu      sync.Mutex
	clock   inbox.Clock
	rng     *rand.Rand
	brands  []Brand
	people  []Person
	items   []Item // by ID: items[id-1]
	revs    int64  // the newest Item.Rev
	watches map[int]func(Change)
	watchID int
	plot    *plot
	ledger  ledger
}

// Brands lists the accounts of one network, or of all when network is "".
func (w *World) Brands(network inbox.Network) []Brand {
	var out []Brand
	for _, b := range w.brands {
		if network == "" || b.Network == network {
			out = append(out, b)
		}
	}
	return out
}

// Brand returns an account.
func (w *World) Brand(id inbox.AccountID) (Brand, bool) {
	i := slices.IndexFunc(w.brands, func(b Brand) bool { return b.Account == id })
	if i < 0 {
		return Brand{}, false
	}
	return w.brands[i], true
}

// Person returns somebody by number; the zero Person for a number that nobody
// has.
func (w *World) Person(id int) Person {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id < 1 || id > len(w.people) {
		return Person{}
	}
	return w.people[id-1]
}

// PersonByHandle returns somebody by the local part of the handle.
func (w *World) PersonByHandle(handle string) (Person, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.people, func(p Person) bool { return p.Handle == handle })
	if i < 0 {
		return Person{}, false
	}
	return w.people[i], true
}

// Now is the world's time, UTC.
func (w *World) Now() time.Time { return w.clock.Now().UTC() }

// Items returns everything of an account that match accepts, oldest first;
// deleted items among it. Nil matches all.
func (w *World) Items(account inbox.AccountID, match func(Item) bool) []Item {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Item
	for _, it := range w.items {
		if it.Account == account && (match == nil || match(it)) {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b Item) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Item returns one item, also a deleted one.
func (w *World) Item(id ItemID) (Item, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	it, err := w.item(id)
	if err != nil {
		return Item{}, err
	}
	return *it, nil
}

func (w *World) item(id ItemID) (*Item, error) {
	if id < 1 || int(id) > len(w.items) {
		return nil, fmt.Errorf("item %d: %w", id, ErrNoItem)
	}
	return &w.items[id-1], nil
}

// Conversation returns all items of the conversation that begins with root,
// oldest first.
func (w *World) Conversation(root ItemID) []Item {
	first, err := w.Item(root)
	if err != nil {
		return nil
	}
	return w.Items(first.Account, func(it Item) bool { return it.Root == root })
}

// Write adds an item: of a person (a test, a simulation) or of the brand (an
// answer that arrived by the API; Person 0). ID, Root, At and Lang are filled
// in when they are zero. A person who is answered by the brand answers back
// after a while, if the world is alive.
func (w *World) Write(it Item) (Item, error) {
	w.mu.Lock()
	it, err := w.add(it)
	if err == nil && it.ByBrand() && w.plot != nil {
		w.plot.answered(w, it)
	}
	w.mu.Unlock()
	if err != nil {
		return Item{}, err
	}
	w.tell(Change{Item: it, What: Wrote})
	return it, nil
}

func (w *World) add(it Item) (Item, error) {
	it.ID = ItemID(len(w.items) + 1)
	if it.At.IsZero() {
		it.At = w.Now()
	}
	it.At = it.At.UTC()
	it.Root = it.ID
	if it.Parent != 0 {
		parent, err := w.item(it.Parent)
		if err != nil || parent.Deleted || parent.Account != it.Account {
			return Item{}, fmt.Errorf("answer to item %d: %w", it.Parent, ErrNoItem)
		}
		it.Root, it.Kind, it.With = parent.Root, answerKind(parent.Kind), parent.With
		if it.Lang == "" {
			it.Lang = parent.Lang
		}
		if it.Visibility == "" && parent.Visibility == "direct" {
			it.Visibility = parent.Visibility // nobody answers in public what was told in private
		}
	}
	if it.Kind == Direct && it.With == 0 {
		it.With = it.Person
	}
	w.revs++
	it.Rev = w.revs
	w.items = append(w.items, it)
	if it.ByBrand() && it.Kind != BrandPost {
		w.did(Deed{Account: it.Account, Kind: inbox.ActReply, Item: it.ID, Person: it.With, Text: it.Text})
	}
	return it, nil
}

func answerKind(parent ItemKind) ItemKind {
	if parent == Direct {
		return Direct
	}
	return Public
}

// Edit changes an item's text.
func (w *World) Edit(id ItemID, text string) error {
	return w.change(id, EditedItem, func(it *Item) {
		if it.ByBrand() && it.Kind != BrandPost && it.Text != text {
			w.did(Deed{Account: it.Account, Kind: inbox.ActEdit, Item: id, Person: it.With, Text: text})
		}
		it.Text, it.Edited = text, w.Now()
	})
}

// Delete takes an item away; what answers it stays.
func (w *World) Delete(id ItemID) error {
	return w.change(id, DeletedItem, func(it *Item) {
		if it.ByBrand() {
			w.did(Deed{Account: it.Account, Kind: inbox.ActDelete, Item: id, Text: it.Text})
		}
		*it = Item{
			ID: it.ID, Account: it.Account, Kind: it.Kind, Person: it.Person, With: it.With,
			Root: it.Root, Parent: it.Parent, At: it.At, Deleted: true,
		}
	})
}

// Like sets or takes back the brand's like of an item.
func (w *World) Like(id ItemID, on bool) error {
	return w.change(id, LikedItem, func(it *Item) {
		if it.Liked != on {
			w.did(Deed{Account: it.Account, Kind: either(on, inbox.ActLike, inbox.ActUnlike), Item: id, Person: it.Person})
		}
		it.Liked = on
	})
}

func (w *World) change(id ItemID, what ChangeKind, do func(*Item)) error {
	w.mu.Lock()
	it, err := w.item(id)
	if err == nil && it.Deleted {
		err = fmt.Errorf("item %d: %w", id, ErrNoItem)
	}
	if err != nil {
		w.mu.Unlock()
		return err
	}
	do(it)
	w.revs++
	it.Rev = w.revs
	changed := *it
	w.mu.Unlock()
	w.tell(Change{Item: changed, What: what})
	return nil
}

// Watch calls do after every change, in the goroutine that made it, until the
// returned func is called. do must be quick and must not call Write.
func (w *World) Watch(do func(Change)) (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchID++
	id := w.watchID
	w.watches[id] = do
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.watches, id)
	}
}

func (w *World) tell(c Change) {
	w.mu.Lock()
	calls := make([]func(Change), 0, len(w.watches))
	for _, do := range w.watches {
		calls = append(calls, do)
	}
	w.mu.Unlock()
	for _, do := range calls {
		do(c)
	}
}
