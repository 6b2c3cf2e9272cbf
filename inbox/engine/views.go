package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/inbox/text"
	"vigie/inbox/words"
)

// Views lists the built-in views, those of the configuration, and those that
// people saved. Of two with one id the first is the one.
func (e *Engine) Views() []inbox.View {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := append(builtinViews(), e.settings.Views...)
	for _, v := range e.saved {
		if !hasView(list, v.ID) {
			list = append(list, v)
		}
	}
	return list
}

func hasView(list []inbox.View, id string) bool {
	return slices.ContainsFunc(list, func(v inbox.View) bool { return v.ID == id })
}

// loadViews reads what people saved.
func (e *Engine) loadViews(ctx context.Context) error {
	saved, err := e.repo.Views(ctx)
	if err != nil {
		return fmt.Errorf("read the saved views: %w", err)
	}
	for i := range saved {
		saved[i].Saved = true
	}
	e.mu.Lock()
	e.saved = saved
	e.mu.Unlock()
	return nil
}

// SaveView keeps a view, in place of one that has its id; without an id its name
// makes one. A query that cannot be read is the query's own error; the id of a
// view that is not a saved one is a Problem.
func (e *Engine) SaveView(ctx context.Context, v inbox.View) error {
	v.Name = text.CleanLine(strings.TrimSpace(v.Name)).String()
	if runes := []rune(v.Name); len(runes) > longestName {
		v.Name = string(runes[:longestName])
	}
	if v.ID == "" {
		v.ID = slug(v.Name)
	}
	if v.ID == "" {
		return inbox.Problem{Code: inbox.CodeEmpty}
	}
	if v.ID != slug(v.ID) {
		return inbox.Problem{Code: inbox.CodeInvalid, Detail: fmt.Sprintf("id of a view %q", v.ID)}
	}
	if err := e.ownView(v); err != nil {
		return err
	}
	if _, err := query.Parse(v.Query); err != nil {
		return err
	}
	v.Saved = true
	if err := e.repo.SaveView(ctx, v); err != nil {
		return fmt.Errorf("save view %s: %w", v.ID, err)
	}
	return e.viewsChanged(ctx)
}

// DropView takes a saved view away, also one that cannot be seen because the
// configuration has its id. One that is not saved is a Problem.
func (e *Engine) DropView(ctx context.Context, id string) error {
	e.mu.Lock()
	saved := hasView(e.saved, id)
	e.mu.Unlock()
	if !saved {
		if err := e.ownView(inbox.View{ID: id}); err != nil {
			return err
		}
	}
	err := e.repo.DropView(ctx, id)
	if errors.Is(err, inbox.ErrNotFound) {
		return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{text.CleanLine(id).String()}}
	}
	if err != nil {
		return fmt.Errorf("drop view %s: %w", id, err)
	}
	return e.viewsChanged(ctx)
}

// ownView refuses an id that is not people's to change.
func (e *Engine) ownView(v inbox.View) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if hasView(builtinViews(), v.ID) || hasView(e.settings.Views, v.ID) {
		return inbox.Problem{Code: inbox.CodeView, Args: []string{v.ID}}
	}
	return nil
}

func (e *Engine) viewsChanged(ctx context.Context) error {
	err := e.loadViews(ctx)
	e.changes.publish(inbox.Change{Views: true})
	return err
}

// longestSlug is the longest id that a name makes, in bytes, and longestName the
// longest name of a view, in code points; what is more of it is cut off.
const (
	longestSlug = 40
	longestName = 60
)

// slug is a name as an id: its words without accents, in lower case, joined by
// hyphens; what an id is stays as it is.
func slug(name string) string {
	var b strings.Builder
	for _, w := range strings.Fields(string(words.Fold(nil, name))) {
		if b.Len()+1+len(w) > longestSlug {
			if b.Len() == 0 {
				b.WriteString(strings.ToValidUTF8(w[:min(len(w), longestSlug)], ""))
			}
			break
		}
		if b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(w)
	}
	return b.String()
}

// Tags are those that threads have and that begin so, sorted, at most limit.
func (e *Engine) Tags(ctx context.Context, begin string, limit int) ([]string, error) {
	return e.repo.Tags(ctx, strings.ToLower(begin), limit)
}
