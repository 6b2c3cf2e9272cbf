package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// rankLists makes the buckets of views and persons, and orders the lists of
// schema 3 by rank. A thread of those that are ours waits since the newest
// message of theirs when that is newer than ours; nothing else had a rank. Of
// a damaged head the place in lists stays as it was.
func rankLists(ctx context.Context, w *txn) error {
	for _, b := range []bucket{bViews, bPersons, bIdentities} {
		if _, err := w.tx.CreateBucketIfNotExists([]byte(bucketNames[b])); err != nil {
			return fmt.Errorf("make %s: %w", bucketNames[b], err)
		}
	}
	ranks, err := w.rankHeads(ctx)
	if err != nil {
		return err
	}
	var rows [][]byte
	err = w.each(ctx, bLists, nil, func(key, _ []byte) error {
		if row := rankedKey(key, ranks); row != nil {
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.empty(bLists); err != nil {
		return err
	}
	w.bucket(bLists).FillPercent = fillPercent // keys come in order
	slices.SortFunc(rows, bytes.Compare)
	for _, row := range rows {
		if err := w.set(bLists, row, nil); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// rankHeads gives the heads that are ours since when they wait and their rank.
func (w *txn) rankHeads(ctx context.Context) (map[inbox.ThreadID]inbox.Rank, error) {
	var ids []inbox.ThreadID
	for _, split := range []inbox.Split{inbox.Inbox, inbox.Watches} {
		err := w.each(ctx, bLists, lane("", split, inbox.Ours), func(key, _ []byte) error {
			ids = append(ids, keyID[inbox.ThreadID](key[max(0, len(key)-idLen):]))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	ranks := make(map[inbox.ThreadID]inbox.Rank, len(ids))
	for _, id := range ids {
		t, err := w.thread(id)
		if errors.Is(err, inbox.ErrDamaged) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if t.InAt.After(t.OutAt) {
			t.WaitAt = t.InAt
		}
		t.Rank = inbox.RankOf(t)
		ranks[id] = t.Rank
		e := w.begin()
		putThread(&e, &t)
		if err := w.put(bThreads, idKey(id), e); err != nil {
			return nil, err
		}
	}
	return ranks, ctx.Err()
}

// rankedKey makes a key of the lists of one of schema 3, which ended in the
// time, the newest first, and the thread; nil for what is none.
func rankedKey(old []byte, ranks map[inbox.ThreadID]inbox.Rank) []byte {
	n := len(old) - timeLen - idLen
	if n < 0 {
		return nil
	}
	id := keyID[inbox.ThreadID](old[n+timeLen:])
	rank, ok := ranks[id]
	if !ok {
		rank = inbox.Rank{Class: inbox.RankRest, At: keyTimeDown(old[n:])}
	}
	row := append(make([]byte, 0, len(old)+1), old[:n]...)
	return appendID(appendRank(row, rank), id)
}

// unrankedKey is the key of the lists before they were ordered by rank.
func unrankedKey(client inbox.ClientID, p place, id inbox.ThreadID) []byte {
	return appendID(appendTimeDown(lane(client, p.split, p.state), p.rank.At), id)
}
