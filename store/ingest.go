package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// Ingest implements inbox.Writer. Of a page's messages the older come first,
// whatever their order. A message that lacks its remote id, conversation,
// author, kind or time is refused with the whole page: keep it out before.
//
// A message that is there already is merged: what the new one does not know
// is kept, and so are its time, kind, conversation and origin. One with an
// older Edited time than the stored one, or of a message that was deleted, is
// a late delivery and changes nothing.
func (db *DB) Ingest(ctx context.Context, in inbox.Ingest) (inbox.IngestResult, error) {
	var res inbox.IngestResult
	err := db.update(ctx, func(w *txn) (err error) {
		res, err = w.ingest(ctx, &in)
		return err
	})
	if err != nil {
		return inbox.IngestResult{}, fmt.Errorf("ingest for %s: %w", in.Account.ID, err)
	}
	db.relieve(ctx, in.Actor)
	return res, nil
}

// ingestion is one page on its way in.
type ingestion struct {
	*txn
	in      *inbox.Ingest
	res     inbox.IngestResult
	changed map[inbox.ThreadID]bool
	convs   map[string]inbox.ThreadID
	posts   map[string]*inbox.Post
}

func (w *txn) ingest(ctx context.Context, in *inbox.Ingest) (inbox.IngestResult, error) {
	g := &ingestion{
		txn: w, in: in, changed: map[inbox.ThreadID]bool{},
		convs: map[string]inbox.ThreadID{}, posts: map[string]*inbox.Post{},
	}
	if err := checkID("account", string(in.Account.ID)); err != nil {
		return g.res, err
	}
	msgs := slices.Clone(in.Messages)
	slices.SortStableFunc(msgs, func(a, b inbox.Message) int {
		// of one second, 9 came before 10
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(len(a.Remote), len(b.Remote)), strings.Compare(a.Remote, b.Remote))
	})
	for i := range msgs {
		if err := ctx.Err(); err != nil {
			return g.res, err
		}
		if err := checkMessage(&msgs[i]); err != nil {
			return g.res, err
		}
		if err := g.take(msgs[i]); err != nil {
			return g.res, fmt.Errorf("message %q: %w", msgs[i].Remote, err)
		}
	}
	for _, remote := range in.Deleted {
		if err := g.remove(remote); err != nil {
			return g.res, fmt.Errorf("deleted message %q: %w", remote, err)
		}
	}
	for remote, status := range in.Moderated {
		if err := g.moderate(remote, status); err != nil {
			return g.res, fmt.Errorf("moderated message %q: %w", remote, err)
		}
	}
	if in.Stream != nil {
		if err := w.saveStream(in.Stream); err != nil {
			return g.res, err
		}
	}
	g.res.Threads = slices.Sorted(maps.Keys(g.changed))
	return g.res, nil
}

func checkMessage(m *inbox.Message) error {
	err := errors.Join(checkID("message", m.Remote), checkID("conversation", m.Conversation))
	if m.Post != nil {
		err = errors.Join(err, checkID("post", m.Post.ID))
	}
	switch {
	case err != nil:
	case m.Author.ID == "":
		err = errors.New("no author")
	case !m.Kind.Valid():
		err = fmt.Errorf("kind %q", m.Kind)
	case !m.Status.Valid():
		err = fmt.Errorf("status %q", m.Status)
	case m.At.IsZero():
		err = errors.New("no time")
	}
	if err != nil {
		return fmt.Errorf("message %q cannot be stored: %w", m.Remote, err)
	}
	return nil
}

// checkID refuses what cannot be part of a key.
func checkID(what, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("no %s id", what)
	case len(id) > maxID:
		return fmt.Errorf("%s id of %d bytes, at most %d", what, len(id), maxID)
	case strings.Contains(id, "\x00"):
		return fmt.Errorf("%s id with a NUL", what)
	}
	return nil
}

// take stores a message that is new, changed or neither.
func (g *ingestion) take(m inbox.Message) error {
	key := pairKey(g.in.Account.ID, m.Remote)
	v := g.bucket(bRemotes).Get(key)
	if v == nil {
		return g.receive(m, key)
	}
	id := keyID[inbox.MessageID](v)
	old, err := g.message(id)
	if errors.Is(err, inbox.ErrDamaged) {
		return g.heal(m, id)
	}
	if err != nil {
		return err
	}
	if g.in.EditsUndated && m.Edited.IsZero() {
		m.Edited = g.edited(old, m)
	}
	switch {
	case old.Remote != m.Remote:
		return fmt.Errorf("it is message %d: %w", id, errIndex)
	case old.Deleted, !m.Deleted && m.Edited.Before(old.Edited):
		g.res.Unchanged++
		return nil
	case m.Deleted:
		return g.tombstone(old, m.Expired)
	}
	if old.Status == inbox.StatusHidden && m.Status == "" && !g.in.TellsHidden {
		m.Status = old.Status
	}
	if err := g.savePost(&m); err != nil {
		return err
	}
	return g.edit(old, merge(old, m))
}

// edited is when a message was changed that tells no time of it: now, when its
// words are others than those that are there.
func (g *ingestion) edited(old, m inbox.Message) time.Time {
	if g.ours() || slices.Equal(strings.Fields(old.Text.String()), strings.Fields(m.Text.String())) {
		return old.Edited
	}
	return g.in.Now
}

// receive stores a new message.
func (g *ingestion) receive(m inbox.Message, key []byte) error {
	if m.Deleted {
		if g.in.Origin == inbox.Live || g.in.Origin == inbox.Backfill {
			g.res.Unchanged++ // it was gone before we ever saw it
			return nil
		}
		g.erase(&m)
	}
	h, err := g.conversation(m.Conversation)
	if err != nil {
		return err
	}
	id, err := g.nextID(bMessages)
	if err != nil {
		return err
	}
	m.ID, m.Thread, m.Account, m.Origin = inbox.MessageID(id), h.now.ID, g.in.Account.ID, g.in.OriginOf(m)
	if err := g.savePost(&m); err != nil {
		return err
	}
	if err := g.putMessage(&m); err != nil {
		return err
	}
	if err := g.received(&m); err != nil {
		return err
	}
	if err := g.set(bRemotes, key, idKey(m.ID)); err != nil {
		return err
	}
	if err := g.set(bTimelines, timelineKey(m.Thread, m.At, m.ID), nil); err != nil {
		return err
	}
	events := inbox.Receive(&h.now, m, g.in.Actor, g.in.Now)
	g.in.Aim(&h.now)
	g.res.New++
	return g.record(h, events)
}

// conversation finds the head of a message's thread or begins one.
func (g *ingestion) conversation(remote string) (*head, error) {
	id, ok := g.convs[remote]
	if !ok {
		v := g.bucket(bConversations).Get(pairKey(g.in.Account.ID, remote))
		if v == nil {
			return g.newThread(remote)
		}
		id = keyID[inbox.ThreadID](v)
		g.convs[remote] = id
	}
	h, err := g.healthy(id)
	switch {
	case err != nil:
		return nil, err
	case h.anew && h.now.Messages == 0: // nothing of it can be read: it begins again
	case h.now.Remote != remote || h.now.Account != g.in.Account.ID:
		return nil, fmt.Errorf("conversation %q is thread %d: %w", remote, id, errIndex)
	}
	h.now.Client, h.now.Network = g.in.Account.Client, g.in.Account.Network
	return h, nil
}

// healthy gets a head for changing, made anew when it is damaged.
func (g *ingestion) healthy(id inbox.ThreadID) (*head, error) {
	h, err := g.head(id)
	if errors.Is(err, inbox.ErrDamaged) {
		return g.rebuild(id)
	}
	return h, err
}

func (g *ingestion) newThread(remote string) (*head, error) {
	n, err := g.nextID(bThreads)
	if err != nil {
		return nil, err
	}
	id := inbox.ThreadID(n)
	h := &head{now: inbox.Thread{ID: id, Client: g.in.Account.Client, Network: g.in.Account.Network}}
	g.heads[id], g.convs[remote] = h, id
	return h, g.set(bConversations, pairKey(g.in.Account.ID, remote), idKey(id))
}

// record keeps the events of a head that changed; the import tells none.
func (g *ingestion) record(h *head, events []inbox.Event) error {
	h.dirty = true
	g.changed[h.now.ID] = true
	if g.in.Actor == inbox.Import {
		return nil
	}
	_, err := g.append(h, events)
	return err
}

// edit stores a message over its older version.
func (g *ingestion) edit(old, m inbox.Message) error {
	if sameMessage(old, m) {
		g.res.Unchanged++
		return nil
	}
	if err := g.replaceMessage(&old, &m); err != nil {
		return err
	}
	if sameMessage(withCounts(old, m), m) {
		g.res.Unchanged++ // counters alone: nobody needs to look again
		return nil
	}
	h, err := g.healthy(m.Thread)
	if err != nil {
		return err
	}
	inbox.Edit(&h.now, old, m)
	g.res.Edited++
	events, err := g.judged(h, old, m)
	if err != nil {
		return err
	}
	again := old.Origin == inbox.Live || old.Origin == inbox.Sent && m.Edited.After(old.Edited)
	if (m.Text != old.Text || m.Warning != old.Warning) && again && !g.ours() {
		events = append(events, g.event(inbox.Edited, m))
	}
	return g.record(h, events)
}

// remove makes a tombstone of a message that the network took away.
func (g *ingestion) remove(remote string) error {
	v := g.bucket(bRemotes).Get(pairKey(g.in.Account.ID, remote))
	if v == nil {
		return nil
	}
	old, err := g.message(keyID[inbox.MessageID](v))
	switch {
	case errors.Is(err, inbox.ErrDamaged):
		return nil // nobody can read it any more
	case err != nil || old.Deleted:
		return err
	}
	return g.tombstone(old, false)
}

func (g *ingestion) tombstone(old inbox.Message, expired bool) error {
	m := old
	m.Deleted, m.Expired = true, expired
	g.erase(&m)
	if err := g.replaceMessage(&old, &m); err != nil {
		return err
	}
	h, err := g.healthy(m.Thread)
	if err != nil {
		return err
	}
	inbox.Edit(&h.now, old, m)
	events := []inbox.Event{g.event(inbox.Removed, m)}
	if !expired && g.in.Actor != inbox.Import {
		list, err := g.inOrder(m.Thread)
		switch {
		case err != nil:
			return err
		case !m.Outgoing:
			inbox.PutAway(&h.now, list)
		case !g.ours():
			events = append(events, g.aimed(h, inbox.Unanswer(h.now, m, list, g.in.Now))...)
		}
	}
	g.res.Deleted++
	return g.record(h, events)
}

// erase takes away what a deleted message said.
func (g *ingestion) erase(m *inbox.Message) {
	if !g.in.KeepDeleted {
		m.Text, m.Media = text.Safe{}, nil
		m.Warning, m.Poll, m.To = text.Safe{}, nil, nil
	}
}

// event tells of a message: what strangers do is told by the system.
func (g *ingestion) event(verb inbox.Verb, m inbox.Message) inbox.Event {
	e := inbox.Event{At: g.in.Now, Actor: inbox.System, Verb: verb, Message: m.Remote}
	if m.Outgoing && g.in.Actor != "" {
		e.Actor = g.in.Actor
	}
	return e
}

func (w *txn) putMessage(m *inbox.Message) error {
	e := w.begin()
	putMessage(&e, m)
	return w.put(bMessages, idKey(m.ID), e)
}
