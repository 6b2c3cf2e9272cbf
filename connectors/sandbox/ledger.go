package sandbox

import (
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// Deed is one act of a brand that the world saw carried out, whichever way it
// came: the truth that a test compares with what an outbox believes. An act
// that changes nothing, such as a second like of one item, is no deed.
type Deed struct {
	Account inbox.AccountID
	// Kind is what was done; every text is an ActReply, private ones too.
	Kind   inbox.ActionKind
	Item   ItemID // what was acted on; for a text, the item it became; 0: none
	Person int    // who was acted on; 0: nobody
	Text   string // of a text
	At     time.Time
}

// bond is how a brand and a person stand to each other.
type bond struct {
	account inbox.AccountID
	person  int
}

// ledger keeps what brands did, and what stands of it between them and people.
// The world's mutex guards it.
type ledger struct {
	deeds   []Deed
	blocked map[bond]bool
	read    map[bond]ItemID // newest direct message told as read
}

// Deeds lists all that an account did, oldest first.
func (w *World) Deeds(account inbox.AccountID) []Deed {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.ledger.deeds), func(d Deed) bool { return d.Account != account })
}

// did notes a deed; the caller holds the mutex.
func (w *World) did(d Deed) {
	d.At = w.Now()
	w.ledger.deeds = append(w.ledger.deeds, d)
}

// Hide hides an item of a person from what others see, or shows it again.
func (w *World) Hide(id ItemID, on bool) error {
	return w.change(id, HidItem, func(it *Item) {
		if it.Hidden != on {
			w.did(Deed{Account: it.Account, Kind: either(on, inbox.ActHide, inbox.ActUnhide), Item: id, Person: it.Person})
		}
		it.Hidden = on
	})
}

// Moderate gives an item of a person the status that an act asks for, or
// takes the item away for good.
func (w *World) Moderate(id ItemID, kind inbox.ActionKind) error {
	if kind == inbox.ActRemove {
		it, err := w.Item(id)
		if err == nil {
			err = w.Delete(id)
		}
		if err == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.did(Deed{Account: it.Account, Kind: kind, Item: id, Person: it.Person})
		}
		return err
	}
	return w.change(id, HidItem, func(it *Item) {
		status := it.statusAfter(kind)
		if status == it.Status {
			return
		}
		if it.Status != inbox.StatusSpam && it.Status != inbox.StatusTrash {
			it.was = it.Status
		}
		it.Status = status
		w.did(Deed{Account: it.Account, Kind: kind, Item: id, Person: it.Person})
	})
}

func (i *Item) statusAfter(kind inbox.ActionKind) inbox.Status {
	switch kind {
	case inbox.ActApprove:
		return ""
	case inbox.ActHold:
		return inbox.StatusHeld
	case inbox.ActSpam:
		return inbox.StatusSpam
	case inbox.ActTrash:
		return inbox.StatusTrash
	case inbox.ActUnspam, inbox.ActRestore:
		if i.Status == inbox.StatusSpam || i.Status == inbox.StatusTrash {
			return i.was
		}
	}
	return i.Status
}

// Did notes an act on an item, or on its author, that leaves no trace on the
// item itself: a mute, a report, a detached quote. What was done last already,
// of an act and its inverse, is no deed, but for a report.
func (w *World) Did(id ItemID, kind inbox.ActionKind, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	it, err := w.item(id)
	if err != nil {
		return err
	}
	if last, done := w.lastOf(kind, *it); !done || last != kind || kind == inbox.ActReport {
		w.did(Deed{Account: it.Account, Kind: kind, Item: id, Person: it.Person, Text: text})
	}
	return nil
}

// lastOf is which of an act and its inverse was done last to an item, or to
// its author. The caller holds the mutex.
func (w *World) lastOf(kind inbox.ActionKind, it Item) (inbox.ActionKind, bool) {
	inverse, _ := kind.Inverse()
	for _, d := range slices.Backward(w.ledger.deeds) {
		same := d.Item == it.ID
		if kind.OfAuthor() {
			same = d.Person == it.Person
		}
		if same && d.Account == it.Account && (d.Kind == kind || d.Kind == inverse) {
			return d.Kind, true
		}
	}
	return "", false
}

// Detach takes the brand's item out of one that quotes it.
func (w *World) Detach(id ItemID) error {
	return w.change(id, EditedItem, func(it *Item) {
		if it.Quotes != 0 {
			w.did(Deed{Account: it.Account, Kind: inbox.ActDetach, Item: id, Person: it.Person})
		}
		it.Quotes = 0
	})
}

// Block sets or lifts a brand's block of a person.
func (w *World) Block(account inbox.AccountID, person int, on bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if person < 1 || person > len(w.people) {
		return fmt.Errorf("block person %d: %w", person, ErrNoItem)
	}
	b := bond{account, person}
	if w.ledger.blocked[b] != on {
		w.did(Deed{Account: account, Kind: either(on, inbox.ActBlock, inbox.ActUnblock), Person: person})
	}
	if w.ledger.blocked == nil {
		w.ledger.blocked = map[bond]bool{}
	}
	w.ledger.blocked[b] = on
	return nil
}

// Blocked reports whether a brand blocks a person.
func (w *World) Blocked(account inbox.AccountID, person int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ledger.blocked[bond{account, person}]
}

// Read notes that a brand has read its direct messages with a person up to
// and with this one. The mark never goes back.
func (w *World) Read(account inbox.AccountID, person int, upTo ItemID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := bond{account, person}
	if upTo <= w.ledger.read[b] {
		return
	}
	w.did(Deed{Account: account, Kind: inbox.ActRead, Item: upTo, Person: person})
	if w.ledger.read == nil {
		w.ledger.read = map[bond]ItemID{}
	}
	w.ledger.read[b] = upTo
}

// ReadUpTo is the newest direct message of a person that the brand has told
// as read; 0: none.
func (w *World) ReadUpTo(account inbox.AccountID, person int) ItemID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ledger.read[bond{account, person}]
}

func either(first bool, a, b inbox.ActionKind) inbox.ActionKind {
	if first {
		return a
	}
	return b
}

// Tally is how often an action's kind was carried out on an item, or its text
// written, and whether the effect stands now. An author is the item's; what
// was read is the item and all before it.
func (w *World) Tally(a inbox.Action, it Item) (times int, stands bool) {
	for _, d := range w.Deeds(it.Account) {
		same := d.Item == it.ID
		switch a.Kind {
		case inbox.ActReply, inbox.ActPrivate:
			same = d.Kind == inbox.ActReply && d.Text == a.Text
		case inbox.ActBlock, inbox.ActUnblock, inbox.ActMute, inbox.ActUnmute:
			same = d.Kind == a.Kind && d.Person == it.Person
		case inbox.ActEdit:
			same = same && d.Kind == a.Kind && d.Text == a.Text
		case inbox.ActRead:
			same = d.Kind == a.Kind && d.Person == it.With
		default:
			same = same && d.Kind == a.Kind
		}
		if same {
			times++
		}
	}
	it, _ = w.Item(it.ID)
	blocked := w.Blocked(it.Account, it.Person)
	switch a.Kind {
	case inbox.ActLike, inbox.ActUnlike:
		return times, it.Liked == (a.Kind == inbox.ActLike)
	case inbox.ActHide, inbox.ActUnhide:
		return times, it.Hidden == (a.Kind == inbox.ActHide)
	case inbox.ActBlock, inbox.ActUnblock:
		return times, blocked == (a.Kind == inbox.ActBlock)
	case inbox.ActDelete, inbox.ActRemove:
		return times, it.Deleted
	case inbox.ActEdit:
		return times, it.Text == a.Text
	case inbox.ActRead:
		return times, w.ReadUpTo(it.Account, it.With) >= it.ID
	}
	if _, ok := a.Kind.Inverse(); ok {
		w.mu.Lock()
		defer w.mu.Unlock()
		last, done := w.lastOf(a.Kind, it)
		return times, done && last == a.Kind
	}
	return times, times > 0
}
