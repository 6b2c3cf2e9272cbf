package tui

import (
	"context"
	"slices"
	"time"

	"vigie/inbox"
)

// fakeDesk is what the fake keeps of views, places and quiet.
type fakeDesk struct {
	saved  []inbox.View
	places map[string]inbox.Place // by line
	quiet  time.Time
	marks  int // calls of SavePlace
}

func (f *fake) Feel(_ context.Context, by inbox.By, ids []inbox.ThreadID, feeling inbox.Feeling) error {
	return f.do(by, ids, func(t inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Felt, Args: []string{feeling.String()}}, t.Feeling != feeling
	})
}

func (f *fake) PerformAll(ctx context.Context, by inbox.By, ids []inbox.ThreadID, kind inbox.ActionKind) (inbox.Performed, error) {
	var done inbox.Performed
	steps := len(f.steps)
	for _, id := range ids {
		a, err := f.Perform(ctx, by, id, kind, "")
		if err != nil {
			return done, err
		}
		done.Queued = append(done.Queued, a)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.steps = f.steps[:min(steps+1, len(f.steps))] // one step
	return done, nil
}

func (f *fake) SaveView(_ context.Context, v inbox.View) error {
	f.mu.Lock()
	f.desk.saved = append(slices.DeleteFunc(f.desk.saved, func(o inbox.View) bool { return o.ID == v.ID }), v)
	f.mu.Unlock()
	f.changed(inbox.Change{Views: true})
	return nil
}

func (f *fake) DropView(_ context.Context, id string) error {
	f.mu.Lock()
	if !slices.ContainsFunc(f.desk.saved, func(o inbox.View) bool { return o.ID == id }) {
		f.mu.Unlock()
		return inbox.Problem{Code: inbox.CodeView, Args: []string{id}}
	}
	f.desk.saved = slices.DeleteFunc(f.desk.saved, func(o inbox.View) bool { return o.ID == id })
	f.mu.Unlock()
	f.changed(inbox.Change{Views: true})
	return nil
}

func (f *fake) Place(by inbox.By) (inbox.Place, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.desk.places[by.Line]
	return p, ok
}

func (f *fake) SavePlace(by inbox.By, p inbox.Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.desk.places == nil {
		f.desk.places = map[string]inbox.Place{}
	}
	f.desk.places[by.Line] = p
	f.desk.marks++
}

func (f *fake) Quiet(_ context.Context, until time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.desk.quiet = until
	return nil
}
