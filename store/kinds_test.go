package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// image is a store's file with some content.
func image(t *testing.T) []byte {
	t.Helper()
	db := testDB(t)
	fill(t, db, corpus(1500), 500, inbox.Live, inbox.Native)
	var b bytes.Buffer
	if err := db.Backup(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zeroed(b []byte, from, to int) []byte {
	b = bytes.Clone(b)
	clear(b[from:to])
	return b
}

func noise(n int) []byte {
	r, b := rand.New(rand.NewPCG(1, 2)), make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// foreign is the file of another program that uses bbolt.
func foreign(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foreign.db")
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// garbled gives pages headers of noise, but those that keep says.
func garbled(b []byte, page int, keep ...uint64) []byte {
	b, kept := bytes.Clone(b), map[uint64]bool{0: true, 1: true}
	for _, id := range keep {
		kept[id] = true
	}
	for id := range len(b) / page {
		if !kept[uint64(id)] {
			copy(b[id*page:], noise(headerLen))
		}
	}
	return b
}

// flipped turns a bit in each of the texts of a store's messages.
func flipped(b []byte) []byte {
	return bytes.ReplaceAll(b, []byte("livraison"), []byte("livraisoo"))
}

// kind is one way in which a store's file can be ruined.
type kind struct {
	name string
	file []byte
	// is is the error of opening it, apart that when it was looked over in a
	// process of its own; nil: it opens.
	is, apart error
	torn      bool // it opens as one that was rolled back
	faults    bool // it opens, and a check finds what is wrong
}

func kinds(t *testing.T) []kind {
	whole := image(t)
	meta := readMetas(bytes.NewReader(whole))[0]
	page, half := int(meta.pageSize), len(whole)/2
	damaged := func(name string, file []byte) kind {
		return kind{name: name, file: file, is: inbox.ErrDamaged, apart: inbox.ErrDamaged}
	}
	foreignTo := func(name string, file []byte) kind {
		return kind{name: name, file: file, is: ErrNotStore, apart: ErrNotStore}
	}
	return []kind{
		foreignTo("0 bytes", nil),
		foreignTo("1 byte", whole[:1]),
		damaged("4095 bytes", whole[:4095]),
		damaged("metas only", whole[:2*page]),
		damaged("first half", whole[:half]),
		damaged("first half minus 137 bytes", whole[:half-137]),
		damaged("last page missing", whole[:len(whole)-page]),
		{name: "meta 0 zeroed", file: zeroed(whole, 0, page), torn: true},
		{name: "meta 1 zeroed", file: zeroed(whole, page, 2*page), torn: true},
		foreignTo("both metas zeroed", zeroed(whole, 0, 2*page)),
		foreignTo("plain text", []byte(strings.Repeat("dear diary\n", 2000))),
		damaged("garbage page headers", garbled(whole, page)),
		{name: "bit flips in values", file: flipped(whole), faults: true},
		// Beyond the thirteen.
		{
			name: "garbage page headers below the root", file: garbled(whole, page, meta.root, meta.free),
			faults: true, apart: inbox.ErrDamaged,
		},
		foreignTo("noise", noise(40_000)),
		foreignTo("another program's", foreign(t)),
		damaged("root zeroed", zeroed(whole, int(meta.root)*page, int(meta.root+1)*page)),
		damaged("free list zeroed", zeroed(whole, int(meta.free)*page, int(meta.free+1)*page)),
	}
}

// TestKindsOfDamage opens files ruined in every way: none is made anew, none
// ends or holds up the process, and what is refused stays as it is.
func TestKindsOfDamage(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			k.open(t, Options{}, k.is)
			k.open(t, lookedAt("look"), k.apart)
		})
	}
}

func (k kind) open(t *testing.T, opts Options, want error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	path := filepath.Join(t.TempDir(), "vigie.db")
	if err := os.WriteFile(path, k.file, 0o600); err != nil {
		t.Fatal(err)
	}
	before := sha256.Sum256(k.file)
	rep, checked := Check(ctx, path)
	if checked == nil && !k.torn && rep.Total == 0 {
		t.Error("a check found nothing")
	}
	for range 2 { // the first must not keep the lock
		opts.adopt = true // it has no side file
		db, err := Open(ctx, path, opts)
		if !errors.Is(err, want) {
			t.Fatalf("error %v, want %v", err, want)
		}
		if err == nil {
			k.works(t, db)
			return
		}
		if text := err.Error(); !strings.Contains(text, path) || strings.Contains(text, "\n") {
			t.Errorf("not one sentence that names the file: %q", text)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || sha256.Sum256(after) != before {
		t.Errorf("the file was changed (%v)", err)
	}
	if names, err := filepath.Glob(path + "*"); err != nil || len(names) != 1 {
		t.Errorf("left beside it: %v %v", names, err)
	}
}

// works reads a store that opened although something is wrong with it.
func (k kind) works(t *testing.T, db *DB) {
	if db.RolledBack() != k.torn {
		t.Errorf("rolled back: %v", db.RolledBack())
	}
	rep, err := db.Check(context.Background())
	if err != nil || (rep.Total > 0) != k.faults {
		t.Errorf("check: %d faults, %v", rep.Total, err)
	}
	readAll(db)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
