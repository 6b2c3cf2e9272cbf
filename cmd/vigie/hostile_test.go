package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/store"
)

// hostileTexts reads the corpus of hostile strings.
func hostileTexts(t *testing.T) []string {
	t.Helper()
	f, err := os.Open("../../inbox/text/testdata/hostile.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	var list []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 4<<20)
	for s.Scan() {
		var line struct{ Text, B64 string }
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.B64 != "" {
			raw, err := base64.StdEncoding.DecodeString(line.B64)
			if err != nil {
				t.Fatal(err)
			}
			line.Text = string(raw)
		}
		if len(line.Text) < 4000 { // ids are at most 4096 bytes
			list = append(list, line.Text)
		}
	}
	return append(list, "\x1b["+strings.Repeat("1;", 40)+"m33 parameters")
}

// word is a hostile string where the store wants an id.
func word(s string, n int) string {
	return strings.ReplaceAll(s, "\x00", "") + fmt.Sprint(n)
}

// TestHostileTextOnTheCommandLine puts the corpus into every field that a
// network fills and looks for control characters in what commands print.
func TestHostileTextOnTheCommandLine(t *testing.T) {
	r := newRig(t, "")
	db, err := store.Open(t.Context(), filepath.Join(r.dir, "vigie.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, evil := range hostileTexts(t) {
		line := text.CleanLine(evil)
		_, err := db.Ingest(t.Context(), inbox.Ingest{
			Account: inbox.Account{ID: "miette-mastodon", Client: "miette", Network: "mastodon"},
			Origin:  inbox.Live, Actor: inbox.Native, Now: time.Now(),
			Messages: []inbox.Message{{
				Remote: word(evil, i), Conversation: word(evil, i), Kind: inbox.KindMention, At: time.Now().Add(-time.Duration(i) * time.Second).UTC(),
				Author: inbox.Author{ID: word(evil, i), Handle: line, Name: line, URL: evil},
				Text:   text.Clean(evil), Lang: evil, URL: evil, Visibility: evil, Parent: word(evil, i),
				Media: []inbox.Media{{Kind: evil, URL: evil, Alt: line}},
				Post:  &inbox.Post{ID: word(evil, i), Text: text.Clean(evil), URL: evil},
			}},
		})
		if err != nil {
			t.Fatalf("%q: %v", evil, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	ids := strings.Fields(r.must("list", "-q"))
	if len(ids) < 150 {
		t.Fatalf("%d threads", len(ids))
	}
	commands := [][]string{{"list"}, {"list", "--json"}, {"search", "e"}, {"search", "--json", "a"}}
	for _, id := range ids {
		commands = append(commands, []string{"show", id})
	}
	for _, c := range commands {
		s := r.run("", c...)
		if s.code != exitOK {
			t.Errorf("vigie %q: exit %d %s", c, s.code, s.err)
		}
		for _, bad := range controls(s.out + s.err) {
			t.Errorf("vigie %q prints %U", c, bad)
		}
	}
}

// controls lists what drives a terminal or turns its text round.
func controls(s string) []rune {
	var list []rune
	for _, c := range s {
		switch {
		case c == '\n':
		case c < 0x20, c >= 0x7f && c < 0xa0, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
			list = append(list, c)
		}
	}
	return list
}
