package corpus

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// Lines writes every message as a line that vigie imports.
func (g *Generator) Lines(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for m, ok := g.Next(); ok; m, ok = g.Next() {
		if err := enc.Encode(LineOf(m)); err != nil {
			return fmt.Errorf("write corpus line %d: %w", m.ID, err)
		}
	}
	return out.Flush()
}

// Line is a message in the bridge format.
type Line struct {
	V       int    `json:"v"`
	Type    string `json:"type"`
	Client  string `json:"client"`
	Account string `json:"account"`
	Network string `json:"network"`
	Kind    string `json:"kind"`
	Thread  string `json:"thread"`
	ID      string `json:"id"`
	Parent  string `json:"parent,omitempty"`
	At      string `json:"at"`
	Author  Author `json:"author"`
	Text    string `json:"text"`
}

// Author is who wrote a Line.
type Author struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Name   string `json:"name"`
}

// LineOf is a message as a line. Clients and accounts are made from the
// corpus's account number: two accounts a client.
func LineOf(m Message) Line {
	l := Line{
		V: 1, Type: "message",
		Client:  fmt.Sprintf("client%d", m.Account/2+1),
		Account: fmt.Sprintf("compte%d", m.Account),
		Network: []string{"mastodon", "bluesky"}[m.Account%2],
		Kind:    []string{"comment", "mention", "dm"}[m.Thread%3],
		Thread:  fmt.Sprintf("t%d", m.Thread),
		ID:      fmt.Sprintf("m%d", m.ID),
		At:      m.Time.UTC().Format(time.RFC3339),
		Author: Author{
			ID: fmt.Sprintf("a%d", m.Author), Handle: Handle(m.Author),
			Name: fmt.Sprintf("Auteur %d", m.Author),
		},
		Text: m.Text,
	}
	if m.Parent != 0 {
		l.Parent = fmt.Sprintf("m%d", m.Parent)
	}
	return l
}

// Maildir writes every message as a mail into dir, which it makes: read ones
// with the flag S. A thread's subject is the beginning of its first text.
func (g *Generator) Maildir(dir string) error {
	for _, d := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return err
		}
	}
	subjects := map[uint64]string{} // by thread
	for m, ok := g.Next(); ok; m, ok = g.Next() {
		if m.Parent == 0 {
			subjects[m.Thread] = firstWords(m.Text, 48)
		}
		flags := ":2,S"
		if m.Unread {
			flags = ":2,"
		}
		name := fmt.Sprintf("%d.M%dP1.bench%s", m.Time.Unix(), m.ID, flags)
		if err := os.WriteFile(filepath.Join(dir, "cur", name), []byte(mail(m, subjects[m.Thread])), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// mail is a message as RFC 5322 has it.
func mail(m Message, subject string) string {
	if m.Parent != 0 {
		subject = "Re: " + subject
	}
	var sb strings.Builder
	fmt.Fprintf(&sb, "From: Auteur %d <%s@exemple.fr>\nTo: compte%d@exemple.fr\nDate: %s\nSubject: %s\nMessage-ID: <m%d@bench.exemple.fr>\n",
		m.Author, Handle(m.Author), m.Account, m.Time.Format(time.RFC1123Z), mime.QEncoding.Encode("utf-8", subject), m.ID)
	if m.Parent != 0 {
		fmt.Fprintf(&sb, "In-Reply-To: <m%d@bench.exemple.fr>\nReferences: <m%d@bench.exemple.fr> <m%d@bench.exemple.fr>\n", m.Parent, m.Thread, m.Parent)
	}
	sb.WriteString("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n")
	sb.WriteString(m.Text)
	sb.WriteByte('\n')
	return sb.String()
}

// firstWords is the beginning of s, at most limit runes, cut at a space.
func firstWords(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	t := string([]rune(s)[:limit])
	if i := strings.LastIndexByte(t, ' '); i > 0 {
		t = t[:i]
	}
	return t
}
