//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Fill lets mails arrive that are as old as that.
func (m *Mailbox) Fill(n int, age time.Duration) {
	m.t.Helper()
	at := time.Now().Add(-age)
	box := filepath.Join(m.dir, "mail", m.user, "cur")
	for range n {
		m.n++
		raw := fmt.Sprintf("From: lea%d@post.example\nTo: %s\nDate: %s\nMessage-ID: <large%d@post.example>\nSubject: Question %d\n\nVous ouvrez demain ?\n",
			m.n%5000, m.user, at.Format(time.RFC1123Z), m.n, m.n)
		file := filepath.Join(box, fmt.Sprintf("%d.M%dP2.e2e:2,", at.Unix(), m.n))
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(raw, "\n", "\r\n")), 0o644); err != nil {
			m.t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			m.t.Fatal(err)
		}
	}
}

// A mailbox of 100,000 mails, 5,000 of them young: those are collected, in
// pages, in memory that does not grow with the mailbox; then nothing is asked
// for twice.
func TestMailboxLarge(t *testing.T) {
	const many, young = 100_000, 5_000
	m := NewMailbox(t)
	m.Python("M.select()") // makes the folders
	m.Fill(many-young, 2*365*24*time.Hour)
	m.Fill(young, 24*time.Hour)
	if n := m.Search("INBOX", "ALL"); n != many { // the server's own index is made
		t.Fatalf("%d mails", n)
	}
	b := m.Box()
	sync := func() (got, refused int, took time.Duration, memory int64) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		cmd := b.Command(ctx, "sync", "--json")
		begun := time.Now()
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("sync: %v", err)
		}
		for _, p := range JSON[Pass](t, string(out)) {
			got, refused = got+p.New, refused+p.Refused
		}
		return got, refused, time.Since(begun), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	}
	got, refused, took, memory := sync()
	for rounds := 0; got < young && rounds < 20; rounds++ {
		more, worse, longer, peak := sync()
		got, refused, took, memory = got+more, refused+worse, took+longer, max(memory, peak)
	}
	t.Logf("%d of %d mails in %s, %d MB at most", got, many, took.Round(time.Millisecond), memory)
	if got != young || refused != 0 {
		t.Errorf("%d collected, %d refused; want %d", got, refused, young)
	}
	if memory > 250 {
		t.Errorf("%d MB of memory", memory)
	}
	if got, _, took, memory := sync(); got != 0 {
		t.Errorf("again: %d", got)
	} else {
		t.Logf("again in %s, %d MB", took.Round(time.Millisecond), memory)
	}
}
