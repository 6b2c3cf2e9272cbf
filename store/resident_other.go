//go:build !linux

package store

import "context"

// Release does something on Linux only.
func (db *DB) Release(ctx context.Context) error { return ctx.Err() }
