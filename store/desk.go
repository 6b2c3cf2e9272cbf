package store

import (
	"context"

	"vigie/inbox"
)

// Tags implements inbox.Reader.
func (db *DB) Tags(context.Context, string, int) ([]string, error) { return nil, nil }

// Views implements inbox.Reader.
func (db *DB) Views(context.Context) ([]inbox.View, error) { return nil, nil }

// PersonOf implements inbox.Reader.
func (db *DB) PersonOf(context.Context, inbox.ClientID, inbox.AccountID, string) (inbox.Person, error) {
	return inbox.Person{}, inbox.ErrNotFound
}

// SaveView implements inbox.Writer.
func (db *DB) SaveView(context.Context, inbox.View) error { return nil }

// DropView implements inbox.Writer.
func (db *DB) DropView(context.Context, string) error { return inbox.ErrNotFound }

// SavePerson implements inbox.Writer.
func (db *DB) SavePerson(_ context.Context, p inbox.Person) (inbox.Person, error) { return p, nil }

// Retarget implements inbox.Writer.
func (db *DB) Retarget(context.Context, string, func(*inbox.Thread)) error { return nil }
