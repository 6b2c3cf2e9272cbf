package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"

	"vigie/tui/lang"
)

func TestProgressLine(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	line := strings.Repeat("x", 99) + "\n"
	for _, c := range []struct {
		tag  lang.Tag
		size int64
		want string
	}{
		{lang.English, 400_000, "2,000 lines · 50% · 1,000/s · 2s left"},
		{lang.French, 400_000, "2\u00A0000 lignes · 50 % · 1\u00A0000/s · encore 2s"},
		{lang.English, 0, "2,000 lines · 1,000/s"},
		{lang.English, 100_000, "2,000 lines · 100% · 1,000/s"}, // it grew
	} {
		var screen bytes.Buffer
		g := &progress{oneLine: oneLine{w: &screen}, p: lang.For(c.tag), size: c.size}
		g.draw(at)
		for range 2 {
			g.passed([]byte(strings.Repeat(line, 1000)))
			at = at.Add(time.Second)
			g.draw(at)
		}
		drawn := screen.String()
		if got := drawn[strings.LastIndex(drawn, "\r")+1:]; got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		screen.Reset()
		if _, err := g.Write([]byte("line 7 refused\n")); err != nil || !strings.HasSuffix(screen.String(), "\rline 7 refused\n") {
			t.Errorf("besides: %q, %v", screen.String(), err)
		}
	}
}

// TestProgressFits draws the longest line there may be.
func TestProgressFits(t *testing.T) {
	for _, tag := range []lang.Tag{lang.English, lang.French} {
		var screen bytes.Buffer
		g := &progress{oneLine: oneLine{w: &screen}, p: lang.For(tag), size: 1 << 50, lines: 999_999_999_999}
		g.draw(time.Unix(0, 0))
		g.lines, g.bytes = 1_999_999_999_999, 1
		g.draw(time.Unix(3600, 0))
		for part := range strings.SplitSeq(screen.String(), "\r") {
			if utf8.RuneCountInString(part) > progressWidth {
				t.Errorf("%d columns: %q", utf8.RuneCountInString(part), part)
			}
		}
	}
}

// TestProgressOnATerminal imports from a pipe with a terminal as standard
// error: one line, gone at the end.
func TestProgressOnATerminal(t *testing.T) {
	dir := newDir(t)
	screen, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	cmd := vigie(dir, "import", "--create", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = tty
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte(messageLines(10))); err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	buf := make([]byte, 4096)
	for !strings.Contains(seen.String(), "10 lines") {
		n, err := screen.Read(buf)
		if err != nil {
			t.Fatalf("%q: %v", seen.String(), err)
		}
		seen.Write(buf[:n])
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	for {
		n, err := screen.Read(buf)
		seen.Write(buf[:n])
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if s := seen.String(); !strings.HasSuffix(s, "\r") || strings.Contains(s, "\n") {
		t.Errorf("left on screen: %q", s)
	}
}

// TestNoProgressInAFile: what is no terminal gets the outcome alone.
func TestNoProgressInAFile(t *testing.T) {
	dir := newDir(t)
	if got := process(t, dir, messageLines(10), "import", "--create", "-"); got.code != exitOK || got.err != "" {
		t.Errorf("%+v", got)
	}
}
