package main

import (
	"context"

	"vigie/inbox"
)

// releaseEvery is after how many messages the store lets go of its pages.
const releaseEvery = 4096

// releaser is a store whose file can stop counting as this process's memory.
type releaser interface {
	Release(ctx context.Context) error
}

// slim keeps memory flat while a whole store goes by, however large it is.
type slim struct {
	repo inbox.Repo
	seen int
}

// passed counts messages that were read or written.
func (s *slim) passed(ctx context.Context, n int) error {
	r, can := s.repo.(releaser)
	s.seen += n
	if s.seen < releaseEvery || !can {
		return nil
	}
	s.seen = 0
	return r.Release(ctx)
}
