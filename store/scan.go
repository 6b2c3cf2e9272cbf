package store

import (
	"context"
	"errors"

	"vigie/inbox"
)

// scanStep is how many messages Scan looks at in one transaction: a long one
// would hold up a commit that must enlarge the file's mapping.
const scanStep = 4096

// ScanRequest asks for messages that match.
type ScanRequest struct {
	Client inbox.ClientID // "": all
	Match  func(inbox.Thread, inbox.Message) bool
	After  inbox.MessageID // continue after this one; 0: from the newest
	Limit  int
	Budget int
}

// ScanPage is what Scan found.
type ScanPage struct {
	Hits    []inbox.Hit
	Next    inbox.MessageID
	More    bool
	Damaged int // messages passed over that cannot be read, or whose thread cannot
}

// Scan looks at messages one by one, newest first by number. It walks in steps, each a transaction of its
// own; messages that arrive meanwhile are not seen. A Limit of 0 means all;
// damaged records are left out, and counted. Match gets the message with its post; it runs
// inside a transaction and must not call the store.
func (db *DB) Scan(ctx context.Context, req ScanRequest) (ScanPage, error) {
	page := ScanPage{Next: req.After}
	for left, on := req.Budget, true; on; {
		step := scanStep
		if req.Budget > 0 {
			step = min(step, left)
			left -= step
		}
		err := db.view(ctx, func(r *rtx) (err error) {
			on, err = r.scan(ctx, &req, step, &page)
			return err
		})
		if err != nil {
			return ScanPage{}, err
		}
		full := req.Limit > 0 && len(page.Hits) == req.Limit
		page.More = on
		if full || (req.Budget > 0 && left == 0) {
			break
		}
	}
	return page, nil
}

// scan looks at up to step messages. It reports whether there are more.
func (r *rtx) scan(ctx context.Context, req *ScanRequest, step int, page *ScanPage) (bool, error) {
	c := r.bucket(bMessages).Cursor()
	var k []byte
	if page.Next == 0 {
		k, _ = c.Last()
	} else {
		c.Seek(idKey(page.Next))
		k, _ = c.Prev()
	}
	posts, threads := posts{}, map[inbox.ThreadID]inbox.Thread{}
	for ; k != nil && step > 0; step-- {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if req.Limit > 0 && len(page.Hits) == req.Limit {
			return true, nil
		}
		page.Next = keyID[inbox.MessageID](k)
		hit, err := r.hit(page.Next, threads)
		k, _ = c.Prev()
		switch {
		case errors.Is(err, inbox.ErrDamaged):
			page.Damaged++
			continue
		case err != nil:
			return false, err
		case req.Client != "" && hit.Thread.Client != req.Client:
			continue
		}
		posts.fill(r, &hit.Message)
		if r.matches(req.Match == nil, func() bool { return req.Match(hit.Thread, hit.Message) }) {
			hit.Thread = ownThread(hit.Thread)
			page.Hits = append(page.Hits, hit)
		}
	}
	return k != nil, nil
}

func (r *rtx) hit(id inbox.MessageID, threads map[inbox.ThreadID]inbox.Thread) (inbox.Hit, error) {
	m, err := r.message(id)
	if err != nil {
		return inbox.Hit{}, err
	}
	t, ok := threads[m.Thread]
	if !ok {
		if t, err = r.thread(m.Thread); err != nil {
			return inbox.Hit{}, err
		}
		threads[m.Thread] = t
	}
	return inbox.Hit{Thread: t, Message: m}, nil
}
