package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSameEverywhere: the corpus is the same bytes on every machine and in
// every version, else runs of different days could not be compared. Who
// changes the corpus on purpose raises Version, and puts the new sum here.
func TestSameEverywhere(t *testing.T) {
	h := sha256.New()
	if err := New(Seed, 2000).Lines(h); err != nil {
		t.Fatal(err)
	}
	const want = "73b834b9337a4165bde145acee0b3344902d7e8082918fb34b8699d0d4ca6ecf"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("lines of version %d have the sum %s, want %s", Version, got, want)
	}
}

func TestMaildirIsTheSame(t *testing.T) {
	dir := t.TempDir()
	if err := New(Seed, 300).Maildir(dir); err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		h.Write([]byte(filepath.Base(path)))
		h.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files != 300 {
		t.Errorf("%d mails, want 300", files)
	}
	const want = "e2af97b988895fe02fce923101a05fa7b60823c96df0bf1c154104dd531d779b"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("mails of version %d have the sum %s, want %s", Version, got, want)
	}
}

// TestPlanted: the planted words are about as frequent as they are said to be.
func TestPlanted(t *testing.T) {
	const n = 20_000
	common, phrase, ids := 0, 0, uint64(0)
	g := New(Seed, n)
	for m, ok := g.Next(); ok; m, ok = g.Next() {
		low := strings.ToLower(m.Text)
		if strings.Contains(low, CommonWord) {
			common++
		}
		if strings.Contains(low, PhraseA+" "+PhraseB) {
			phrase++
		}
		if m.ID <= ids || (m.Parent == 0) != (m.Thread == m.ID) || m.Parent >= m.ID {
			t.Fatalf("message %d after %d, thread %d, parent %d", m.ID, ids, m.Thread, m.Parent)
		}
		ids = m.ID
	}
	if ids != n {
		t.Errorf("%d messages, want %d", ids, n)
	}
	if r := float64(common) / n; r < 0.09 || r > 0.11 {
		t.Errorf("%q in %.3f of the messages", CommonWord, r)
	}
	if r := float64(phrase) / n; r < 0.003 || r > 0.006 {
		t.Errorf("%q in %.4f of the messages", PhraseA+" "+PhraseB, r)
	}
}
