package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/text"
)

// Files are those of the machine that an engine runs on.
type Files interface {
	// OpenFile opens a regular file, at its beginning, and says its size and its
	// media type, as what it begins with tells.
	OpenFile(path string) (f io.ReadCloser, size int64, kind string, err error)
}

// Enclose keeps a file of the machine that the engine runs on, for an answer in
// a thread. Only a regular file of a kind and size that the thread's network
// takes is; the refusal (CodeMedia) names the file and why.
func (e *Engine) Enclose(ctx context.Context, _ inbox.By, id inbox.ThreadID, path, alt string) (inbox.Upload, error) {
	t, err := e.head(ctx, id)
	if err != nil {
		return inbox.Upload{}, err
	}
	u := inbox.Upload{Name: text.CleanLine(filepath.Base(path)).String(), Alt: text.Clean(strings.TrimSpace(alt)).String()}
	if e.shelf == nil || e.files == nil {
		return u, inbox.Problem{Code: inbox.CodeUnsupported, Args: []string{string(t.Account)}, Detail: "there is nowhere to keep files"}
	}
	f, size, kind, err := e.files.OpenFile(path)
	if err != nil {
		return u, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{u.Name}, Detail: text.CleanLine(err.Error()).String()}
	}
	defer func() { _ = f.Close() }() // it was only read
	u.Size, u.Type = size, kind
	limit := e.capsOf(t).Media
	if err := mediaFits(u, limit); err != nil {
		return u, err
	}
	u.Size, u.Sum, err = e.shelf.Put(ctx, f, limit.Bytes)
	if errors.Is(err, inbox.ErrTooLarge) {
		return u, mediaProblem(u.Name, "> "+bytesOf(limit.Bytes))
	}
	return u, err
}

func mediaProblem(name, why string) error {
	return inbox.Problem{Code: inbox.CodeMedia, Args: []string{name, why}}
}

// mediaFits refuses a file that a network does not take.
func mediaFits(u inbox.Upload, limit inbox.MediaLimit) error {
	switch {
	case limit.Max == 0:
		return mediaProblem(u.Name, "1 > 0")
	case !takes(limit.Types, u.Type):
		return mediaProblem(u.Name, u.Type)
	case u.Size == 0:
		return mediaProblem(u.Name, bytesOf(0))
	case limit.Bytes > 0 && u.Size > limit.Bytes:
		return mediaProblem(u.Name, bytesOf(u.Size)+" > "+bytesOf(limit.Bytes))
	case limit.Alt > 0 && utf8.RuneCountInString(u.Alt) > limit.Alt:
		return mediaProblem(u.Name, fmt.Sprintf("alt %d > %d", utf8.RuneCountInString(u.Alt), limit.Alt))
	}
	return nil
}

func takes(types []string, kind string) bool {
	for _, t := range types {
		family, all := strings.CutSuffix(t, "/*")
		if t == kind || all && strings.HasPrefix(kind, family+"/") {
			return true
		}
	}
	return len(types) == 0
}

func bytesOf(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", (n+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// enclosed refuses files that the thread's network would refuse, or whose
// content is not there.
func (e *Engine) enclosed(r inbox.ReplyRequest, caps inbox.Caps) error {
	if n := len(r.Media); n > caps.Media.Max {
		return mediaProblem(r.Media[n-1].Name, fmt.Sprintf("%d > %d", n, caps.Media.Max))
	}
	for _, u := range r.Media {
		if err := mediaFits(u, caps.Media); err != nil {
			return err
		}
	}
	if p := e.lacking(r.Media); !p.Zero() {
		return p
	}
	return nil
}

// lacking names the first of some files whose content is not there.
func (e *Engine) lacking(files []inbox.Upload) inbox.Problem {
	for _, u := range files {
		if e.shelf == nil {
			return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{u.Name}}
		}
		f, err := e.shelf.Open(u.Sum)
		if err != nil {
			return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{u.Name}, Detail: err.Error()}
		}
		_ = f.Close()
	}
	return inbox.Problem{}
}

// listed are the files of an answer as its message shows them until the network
// brings its own.
func listed(files []inbox.Upload) (list []inbox.Media) {
	for _, u := range files {
		kind, _, _ := strings.Cut(u.Type, "/")
		m := inbox.Media{Kind: kind, Alt: text.CleanLine(u.Alt)}
		if !slices.Contains([]string{"image", "video", "audio"}, kind) {
			m.Kind = "file"
		}
		if m.Kind == "file" && m.Alt.Empty() {
			m.Alt = text.CleanLine(u.Name)
		}
		list = append(list, m)
	}
	return list
}

// shelfAge is how long a file stays that nothing refers to: the draft it is for
// may not be saved yet.
const shelfAge = daily

// clearShelf takes away files that no draft refers to, nor what is still to be
// sent or wants a person.
func (e *Engine) clearShelf(ctx context.Context) {
	e.upkeep.shelfAt = e.now().Add(daily)
	if err := e.dropFiles(ctx, e.now().Add(-shelfAge)); err != nil && ctx.Err() == nil {
		e.log.Warn("clear files of answers", "error", err)
	}
}

func (e *Engine) dropFiles(ctx context.Context, old time.Time) error {
	e.answering.Lock() // a draft on its way to the outbox is in one of the two
	defer e.answering.Unlock()
	drafts, err := e.repo.Drafts(ctx, 0)
	if err != nil {
		return err
	}
	open, err := e.repo.OpenActions(ctx)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, d := range drafts {
		for _, u := range d.Media {
			used[u.Sum] = true
		}
	}
	for _, a := range open {
		for _, u := range a.Media {
			used[u.Sum] = true
		}
	}
	return e.shelf.Drop(ctx, old, func(sum string) bool { return used[sum] })
}
