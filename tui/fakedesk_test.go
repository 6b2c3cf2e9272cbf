package tui

import (
	"context"
	"time"

	"vigie/inbox"
	"vigie/inbox/when"
)

func (f *fake) Nap(_ context.Context, by inbox.By, ids []inbox.ThreadID, words string) error {
	return f.do(by, ids, func(t inbox.Thread) (inbox.Event, bool) {
		zone := time.UTC
		for _, c := range f.clients {
			if z, err := time.LoadLocation(c.Zone); err == nil && c.ID == t.Client {
				zone = z
			}
		}
		nap, err := when.ParseNap(words, f.now, zone, nil)
		return inbox.Event{
			Verb: inbox.Snoozing, Until: nap.Until, Args: inbox.Nap{Rule: inbox.NapRule(nap.Rule), Dozes: nap.Dozes}.Args(),
		}, err == nil
	})
}

func (f *fake) Tags(ctx context.Context, begin string, limit int) ([]string, error) { return nil, nil }

func (f *fake) Notices(ctx context.Context, after uint64) ([]inbox.Notice, error) { return nil, nil }
