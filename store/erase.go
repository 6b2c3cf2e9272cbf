package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// eraseTime is how long one transaction looks at messages to be erased, and
	// eraseLists how many lists of the index it changes, before it lets others
	// in.
	eraseTime  = 10 * time.Millisecond
	eraseLists = 1500
)

// Erase implements inbox.Tender. Threads that are not done, or of which
// something is still in the outbox, are left alone, and so is every draft.
// What cannot be read is passed over. A piece ends early when it has held
// others up for some ten milliseconds; its Next says how far it came. After
// the messages come the threads that people said something in since a run of
// that client last came to its end, and those of which an action ended since.
func (db *DB) Erase(ctx context.Context, req inbox.EraseRequest) (res inbox.EraseResult, err error) {
	var found []doomed
	var upTo *heard
	err = db.view(ctx, func(r *rtx) (err error) {
		p := newPurge(r, req)
		if req.From < eventPlaces {
			res, found, err = p.messages(ctx, db.lists(r))
			return err
		}
		if req.From < actionPlaces {
			res, found, upTo, err = p.talk(ctx)
			return err
		}
		res, found, upTo, err = p.acted(ctx)
		return err
	})
	if err == nil && !req.Dry && (len(found) > 0 || upTo != nil) {
		err = db.update(ctx, func(w *txn) error {
			res.Erased, res.Threads, res.Oldest, res.Newest = 0, 0, time.Time{}, time.Time{}
			done, err := w.eraseAll(ctx, req, found, &res)
			if err != nil || !done || upTo == nil {
				return err
			}
			return w.putHeard(req.Client, *upTo)
		})
	}
	if err != nil {
		return inbox.EraseResult{}, fmt.Errorf("erase what %s has from before %s: %w", req.Client, req.Before.Format(time.DateOnly), err)
	}
	return res, nil
}

// doomed is a message for which there is something to do, the place in the run
// that it belongs to, and how many the piece looked at before it.
type doomed struct {
	id     inbox.MessageID
	place  inbox.MessageID
	before int
	person inbox.PersonID // whose identity wrote nothing else that is left; 0: nobody's
}

// doom judges a message: what of it is to be erased, and whether something of
// its thread is.
func (p purge) doom(id inbox.MessageID) (m inbox.Message, message, thread bool, err error) {
	m, t, err := p.old(id)
	if errors.Is(err, inbox.ErrDamaged) {
		return m, false, false, nil
	}
	if err != nil || t == nil {
		return m, false, false, err
	}
	if p.speaksFor(*t, m) {
		thread, err = p.leftovers(*t, m)
	}
	return m, !isErased(m), thread, err
}

// note counts a message erased.
func note(res *inbox.EraseResult, at time.Time) {
	if res.Erased == 0 || at.Before(res.Oldest) {
		res.Oldest = at
	}
	if res.Erased == 0 || at.After(res.Newest) {
		res.Newest = at
	}
	res.Erased++
}

// purge looks for what a rule wants erased.
type purge struct {
	*rtx
	req     inbox.EraseRequest
	threads map[inbox.ThreadID]*inbox.Thread // nil: it is left alone
}

func newPurge(r *rtx, req inbox.EraseRequest) purge {
	return purge{rtx: r, req: req, threads: map[inbox.ThreadID]*inbox.Thread{}}
}

// old reads a message that the rule is about, with its thread, which is nil
// for any other.
func (p purge) old(id inbox.MessageID) (m inbox.Message, t *inbox.Thread, err error) {
	if m, err = p.message(id); err != nil || !m.At.Before(p.req.Before) {
		return m, nil, err
	}
	known, ok := p.threads[m.Thread]
	if !ok {
		if known, err = p.thread(m.Thread); err != nil {
			return m, nil, err
		}
		p.threads[m.Thread] = known
	}
	return m, known, nil
}

// thread reads one unless it is to be left alone.
func (p purge) thread(id inbox.ThreadID) (*inbox.Thread, error) {
	t, err := p.rtx.thread(id)
	if err != nil || t.Client != p.req.Client || t.Open() {
		return nil, err
	}
	open := false
	err = p.each(context.Background(), bThreadActions, idKey(id), func(key, _ []byte) error {
		open = open || p.bucket(bOpenActions).Get(key[idLen:]) != nil
		return nil
	})
	if err != nil || open {
		return nil, err
	}
	return &t, nil
}

// leftovers reports whether something of a thread is to be erased besides its
// messages.
func (p purge) leftovers(t inbox.Thread, last inbox.Message) (bool, error) {
	if blank(&t, p.req.Before) {
		return true, nil
	}
	if !t.LastAt.Before(p.req.Before) {
		return false, nil
	}
	if post, err := p.oldPost(last); err == nil && post != nil {
		return true, nil
	}
	events, _, err := p.journal(t.ID)
	for i := range events {
		if err == nil && blankEvent(&events[i]) {
			return true, nil
		}
	}
	if err != nil {
		return false, err
	}
	actions, err := p.wordy(t.ID)
	return len(actions) > 0, err
}

// oldPost is what a message hangs under, when that is to be erased: it is as
// old, or nobody knows when it was.
func (p purge) oldPost(m inbox.Message) (*inbox.Post, error) {
	if m.Post == nil {
		return nil, nil
	}
	post, err := p.post(pairKey(m.Account, m.Post.ID))
	if err != nil || post.Text.Empty() || !post.At.Before(p.req.Before) {
		return nil, err
	}
	return &post, nil
}

// speaksFor reports whether a message is the one of its thread with which the
// rest of the thread is looked at: the newest, or their newest when we spoke
// later.
func (r *rtx) speaksFor(t inbox.Thread, m inbox.Message) bool {
	if !m.At.Equal(t.LastAt) {
		return m.At.Equal(t.InAt) && !m.Outgoing
	}
	c := r.bucket(bTimelines).Cursor()
	c.Seek(timelineKey(m.Thread, m.At, m.ID))
	k, _ := c.Next()
	return !bytes.HasPrefix(k, idKey(m.Thread))
}

// wordy are a thread's actions that still have their words.
func (p purge) wordy(id inbox.ThreadID) (list []inbox.Action, err error) {
	err = p.each(context.Background(), bThreadActions, idKey(id), func(key, _ []byte) error {
		a, err := p.action(keyID[inbox.ActionID](key[idLen:]))
		if err == nil && wordful(a) {
			list = append(list, a)
		}
		return nil // a damaged one says nothing that can be found
	})
	return list, err
}

// eraseAll erases what was found, if it is still to be, until time is up; done
// tells that nothing is left.
func (w *txn) eraseAll(ctx context.Context, req inbox.EraseRequest, found []doomed, res *inbox.EraseResult) (done bool, err error) {
	began, p, lists := time.Now(), newPurge(&w.rtx, req), relisting{}
	for i, f := range found {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if i > 0 && (len(lists) > eraseLists || time.Since(began) > eraseTime) {
			res.Next, res.Looked = f.place, f.before
			return false, w.relistAll(lists)
		}
		m, t, err := p.old(f.id)
		if errors.Is(err, inbox.ErrDamaged) || err == nil && t == nil {
			continue
		}
		if err != nil {
			return false, err
		}
		if err := w.eraseOne(p, m, f.person, lists, res); err != nil {
			return false, fmt.Errorf("message %d: %w", f.id, err)
		}
	}
	return true, w.relistAll(lists)
}

func (w *txn) eraseOne(p purge, m inbox.Message, person inbox.PersonID, lists relisting, res *inbox.EraseResult) error {
	h, err := w.head(m.Thread)
	if err != nil {
		return err
	}
	if !isErased(m) {
		bare := erased(m)
		if err := w.bare(&m, &bare, lists); err != nil {
			return err
		}
		if before := h.now; inbox.Edit(&h.now, m, bare) || before.Title != h.now.Title {
			h.dirty = true
		}
		if person != 0 {
			if err := w.forgetIdentity(person, inbox.PersonIdentity{Account: m.Account, Author: m.Author}); err != nil {
				return err
			}
		}
		note(res, m.At)
	}
	if !w.speaksFor(h.now, m) {
		return nil
	}
	changed := blank(&h.now, p.req.Before)
	h.dirty = h.dirty || changed
	if h.now.LastAt.Before(p.req.Before) {
		rest, err := w.eraseRest(p, m)
		if err != nil {
			return err
		}
		changed = changed || rest
	}
	if changed {
		res.Threads++
	}
	return nil
}

// eraseRest erases what hangs on a thread whose messages are all old.
func (w *txn) eraseRest(p purge, last inbox.Message) (changed bool, err error) {
	post, err := p.oldPost(last)
	if err == nil && post != nil { // one that cannot be read says nothing
		post.Text, changed = text.Safe{}, true
		e := w.begin()
		putPost(&e, post)
		if err := w.put(bPosts, pairKey(last.Account, post.ID), e); err != nil {
			return changed, err
		}
	}
	events, _, err := w.journal(last.Thread)
	if err != nil {
		return changed, err
	}
	for i := range events {
		if !blankEvent(&events[i]) {
			continue
		}
		changed = true
		e := w.begin()
		putEvent(&e, &events[i])
		if err := w.put(bEvents, idKey(events[i].ID), e); err != nil {
			return changed, err
		}
	}
	actions, err := p.wordy(last.Thread)
	if err != nil {
		return changed, err
	}
	for i := range actions {
		changed = true
		actions[i].Text, actions[i].Brief, actions[i].Author, actions[i].Media = "", nil, "", nil
		if err := w.putAction(&actions[i]); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// erased is a message without what it said and who said it. The network's ids
// of it stay, so that it is known when it is delivered again.
func erased(m inbox.Message) inbox.Message {
	m.Deleted, m.Expired = true, true
	m.Text, m.Media, m.Lang, m.URL = text.Safe{}, nil, "", ""
	m.Warning, m.Poll, m.Status, m.To = text.Safe{}, nil, "", nil
	m.Author = inbox.Author{ID: inbox.ErasedAuthor}
	return m
}

func isErased(m inbox.Message) bool {
	return m.Deleted && m.Text.Empty() && len(m.Media) == 0 && len(m.To) == 0 && m.Warning.Empty() && m.Poll == nil &&
		m.Author == inbox.Author{ID: inbox.ErasedAuthor}
}

// blank erases what a head tells of messages that are all old, and reports
// whether there was anything. Of a thread that we spoke in later, that is who
// spoke to us.
func blank(t *inbox.Thread, before time.Time) bool {
	was, wasAsked := *t, t.Escalation
	if !t.InAt.IsZero() && t.InAt.Before(before) {
		t.Author = inbox.Author{ID: inbox.ErasedAuthor}
	}
	if t.LastAt.Before(before) {
		t.Author = inbox.Author{ID: inbox.ErasedAuthor}
		t.Title, t.Snippet, t.URL = text.Safe{}, text.Safe{}, ""
		t.Escalation = unasked(t.Escalation)
	}
	return was.Author != t.Author || was.Title != t.Title || was.Snippet != t.Snippet || was.URL != t.URL || wasAsked != t.Escalation
}

// blankEvent erases the words of an event and reports whether it had any.
func blankEvent(e *inbox.Event) bool {
	changed := !e.Text.Empty()
	e.Text = text.Safe{}
	for _, at := range []**inbox.Triage{&e.Before, &e.After} {
		if *at == nil || (*at).Escalation == nil || (*at).Escalation.Question.Empty() {
			continue
		}
		t := **at
		t.Escalation = unasked(t.Escalation)
		*at, changed = &t, true
	}
	return changed
}

// unasked is an escalation without its question.
func unasked(x *inbox.Escalation) *inbox.Escalation {
	if x == nil || x.Question.Empty() {
		return x
	}
	bare := *x
	bare.Question = text.Safe{}
	return &bare
}
