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

func (f *fake) Feel(ctx context.Context, by inbox.By, ids []inbox.ThreadID, feeling inbox.Feeling) error {
	return nil
}

func (f *fake) PerformAll(ctx context.Context, by inbox.By, ids []inbox.ThreadID, kind inbox.ActionKind) (inbox.Performed, error) {
	return inbox.Performed{}, nil
}

func (f *fake) SaveView(ctx context.Context, v inbox.View) error { return nil }

func (f *fake) DropView(ctx context.Context, id string) error { return nil }

func (f *fake) Badge(ctx context.Context, by inbox.By, id inbox.ThreadID, changes []string) error {
	return nil
}

func (f *fake) PersonNote(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	return nil
}

func (f *fake) Link(ctx context.Context, by inbox.By, id, with inbox.ThreadID) error { return nil }

func (f *fake) Unlink(ctx context.Context, by inbox.By, id inbox.ThreadID) error { return nil }

func (f *fake) Quiet(ctx context.Context, until time.Time) error { return nil }

func (f *fake) Tags(ctx context.Context, begin string, limit int) ([]string, error) { return nil, nil }

func (f *fake) Person(ctx context.Context, id inbox.ThreadID) (inbox.PersonCard, error) {
	return inbox.PersonCard{}, nil
}

func (f *fake) Digest(ctx context.Context, since time.Time) (inbox.Digest, error) {
	return inbox.Digest{}, nil
}

func (f *fake) Log(ctx context.Context, before inbox.EventID, limit int) ([]inbox.Logged, error) {
	return nil, nil
}

func (f *fake) Notices(ctx context.Context, after uint64) ([]inbox.Notice, error) { return nil, nil }

func (f *fake) Place(by inbox.By) (inbox.Place, bool) { return inbox.Place{}, false }

func (f *fake) SavePlace(by inbox.By, p inbox.Place) {}
