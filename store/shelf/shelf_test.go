package shelf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

const helloSum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func newShelf(t *testing.T) (*Shelf, *clock) {
	c := &clock{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	return New(filepath.Join(t.TempDir(), "uploads"), c), c
}

func (s *Shelf) files(t *testing.T) (names []string) {
	t.Helper()
	list, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestPutAndOpen(t *testing.T) {
	s, _ := newShelf(t)
	for range 2 {
		n, sum, err := s.Put(t.Context(), strings.NewReader("hello"), 5)
		if n != 5 || sum != helloSum || err != nil {
			t.Fatalf("put: %d, %s, %v", n, sum, err)
		}
	}
	if got := s.files(t); len(got) != 1 {
		t.Errorf("files %v", got)
	}
	for path, want := range map[string]os.FileMode{s.dir: 0o700, filepath.Join(s.dir, helloSum): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	r, err := s.Open(helloSum)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); string(b) != "hello" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestTooLarge(t *testing.T) {
	s, _ := newShelf(t)
	if _, _, err := s.Put(t.Context(), strings.NewReader("hello"), 4); !errors.Is(err, inbox.ErrTooLarge) {
		t.Errorf("put: %v", err)
	}
	if got := s.files(t); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

// broken fails in the middle, as a disk or a process that ends does.
type broken struct{ cancel context.CancelFunc }

func (b *broken) Read(p []byte) (int, error) {
	b.cancel()
	return copy(p, "half"), nil
}

func TestEndedInTheMiddle(t *testing.T) {
	s, c := newShelf(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, _, err := s.Put(ctx, &broken{cancel}, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if got := s.files(t); len(got) != 0 {
		t.Errorf("left %v", got)
	}
	// a process that was killed leaves a file without a name
	half := filepath.Join(s.dir, unnamed+"1")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(half, c.now, c.now); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Put(t.Context(), strings.NewReader("hello"), 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(t.Context(), c.now.Add(time.Hour), func(string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if got := s.files(t); len(got) != 1 || got[0] != helloSum {
		t.Errorf("left %v", got)
	}
}

func TestWrongContentIsTold(t *testing.T) {
	s, _ := newShelf(t)
	if _, _, err := s.Put(t.Context(), strings.NewReader("hello"), 0); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, helloSum), []byte("jello"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(helloSum)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, inbox.ErrDamaged) {
		t.Errorf("read: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Put(t.Context(), strings.NewReader("hello"), 0); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(s.dir, helloSum)); !bytes.Equal(b, []byte("hello")) || err != nil {
		t.Errorf("put again: %q, %v", b, err)
	}
}

func TestOnlySumsAreNames(t *testing.T) {
	s, _ := newShelf(t)
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(s.dir), "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, sum := range []string{"", ".", "..", "../secret", "secret", strings.Repeat("a", 63), strings.Repeat("A", 64), "../" + strings.Repeat("a", 61), strings.Repeat("a", 64)} {
		if r, err := s.Open(sum); !errors.Is(err, inbox.ErrNotFound) || r != nil {
			t.Errorf("open %q: %v", sum, err)
		}
	}
}

func TestDrop(t *testing.T) {
	s, c := newShelf(t)
	if err := s.Drop(t.Context(), c.now, func(string) bool { return false }); err != nil {
		t.Errorf("of nothing: %v", err)
	}
	put := func(content string) string {
		_, sum, err := s.Put(t.Context(), strings.NewReader(content), 0)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	old, used, again := put("old"), put("used"), put("again")
	stranger := filepath.Join(s.dir, "README")
	if err := os.WriteFile(stranger, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(stranger, c.now, c.now); err != nil {
		t.Fatal(err)
	}
	c.now = c.now.Add(48 * time.Hour)
	put("again")
	if err := s.Drop(t.Context(), c.now.Add(-time.Hour), func(sum string) bool { return sum == used }); err != nil {
		t.Fatal(err)
	}
	left := strings.Join(s.files(t), " ")
	for name, want := range map[string]bool{old: false, used: true, again: true, "README": true} {
		if strings.Contains(left, name) != want {
			t.Errorf("%s: there %t; left %s", name, !want, left)
		}
	}
}

func TestOpenFile(t *testing.T) {
	s, _ := newShelf(t)
	dir := t.TempDir()
	picture, page := filepath.Join(dir, "a.txt"), filepath.Join(dir, "empty.png")
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 600)...)
	if err := errors.Join(os.WriteFile(picture, png, 0o600), os.WriteFile(page, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{picture: "image/png", page: "text/plain"} {
		f, size, kind, err := s.OpenFile(path)
		if err != nil || kind != want {
			t.Fatalf("%s: %s, %v", path, kind, err)
		}
		if b, err := io.ReadAll(f); int64(len(b)) != size || err != nil {
			t.Errorf("%s: %d of %d bytes, %v", path, len(b), size, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "none"), os.DevNull} {
		if f, _, _, err := s.OpenFile(path); err == nil || f != nil {
			t.Errorf("%s is opened", path)
		}
	}
}

// A file that is put again while the shelf is cleared stays.
func TestPutWhileDropped(t *testing.T) {
	s, c := newShelf(t)
	for _, content := range []string{"hello", "again"} {
		if _, _, err := s.Put(t.Context(), strings.NewReader(content), 0); err != nil {
			t.Fatal(err)
		}
	}
	c.now = c.now.Add(48 * time.Hour)
	err := s.Drop(t.Context(), c.now.Add(-time.Hour), func(sum string) bool {
		if sum == helloSum { // looked at, not yet taken away
			if _, _, err := s.Put(t.Context(), strings.NewReader("hello"), 0); err != nil {
				t.Fatal(err)
			}
		}
		return false
	})
	if got := s.files(t); err != nil || len(got) != 1 || got[0] != helloSum {
		t.Errorf("left %v, %v", got, err)
	}
}

// One clearing is a short piece, however much there is.
func TestDropsSome(t *testing.T) {
	s, c := newShelf(t)
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range dropMost + 10 {
		path := filepath.Join(s.dir, fmt.Sprintf("%064x", i))
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, c.now, c.now)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{10, 0} {
		if err := s.Drop(t.Context(), c.now.Add(time.Hour), func(string) bool { return false }); err != nil {
			t.Fatal(err)
		}
		if got := s.files(t); len(got) != want {
			t.Errorf("%d left, want %d", len(got), want)
		}
	}
}
