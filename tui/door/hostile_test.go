package door

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func hostileTexts(t *testing.T) []string {
	t.Helper()
	file, err := os.Open("../../inbox/text/testdata/hostile.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := []string{
		"\x1b]52;c;c2VjcmV0\x07", "a\x1b]52;c;c2VjcmV0\x1b\\\u0301b", "\x1bP+q544e\x1b\\", "\x1b[2J\x1b[H", "\x1b[?1049l", "\x1b]0;title\x07",
		"\u009b2J", "\x9b2J", "\x90q\x9c", "\x1b[6n", "\x1b[c", "\x1b_G\x1b\\", "\x1bc", "\x1b[1;5r", "\x0e\x0f\x05", "a\x1b", "\x1b[", "\x1b[?1004h",
		"\x1b]8;;http://example.org\x07link\x1b]8;;\x07", "\x1b]8;;a\r\nb\x18\x9b2J\x1b\\link",
		"\x1b[" + strings.Repeat("1;", 40) + "m", "\x1b[38;2;" + strings.Repeat("9", 40) + "m",
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var c struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c.Text)
	}
	if err := lines.Err(); err != nil || len(out) < 70 {
		t.Fatalf("%d texts, %v", len(out), err)
	}
	return out
}

// Whatever got into a view as it came: nothing reaches the terminal but what
// drawing takes.
func TestOnlyDrawingReachesTheTerminal(t *testing.T) {
	for _, method := range []ansi.Method{ansi.WcWidth, ansi.GraphemeWidth} {
		for _, text := range hostileTexts(t) {
			m, d, out := newStill(t)
			d.pen.SetColorProfile(colorprofile.TrueColor)
			d.cells.Method = method
			d.next = time.Now()
			step(d, tea.WindowSizeMsg{Width: 40, Height: 5})
			for _, content := range []string{"before", text, "x" + text + "y\n" + text + "\nlast", text + text, "after\n\n\n\nlast"} {
				m.view.Content = content
				d.next = time.Now()
				out.Reset()
				step(d, tea.FocusMsg{})
				if s := odd(out.String()); s != "" {
					t.Errorf("%q reached the terminal for %q", s, content)
				}
			}
			if !strings.Contains(out.String(), "last") && !strings.Contains(out.String(), "after") {
				t.Errorf("after %q nothing is drawn any more: %q", text, out)
			}
		}
	}
}

// odd is the first sequence that drawing does not take; modes and questions
// belong to the first frame, which is not looked at.
func odd(s string) string {
	drawing := []string{"m", "H", "J", "K", "L", "M", "X", "@", "P", "G", "d", "A", "B", "C", "D", "S", "T", "r", "b", "?25h", "?25l", "?7h", "?7l"}
	var state byte
	p := ansi.NewParser()
	for len(s) > 0 {
		seq, width, n, next := ansi.DecodeSequence(s, state, p)
		state, s = next, s[n:]
		switch {
		case width > 0, seq == "\r", seq == "\n", seq == "\x1bM", seq[0] >= 0xc0:
		case strings.HasPrefix(seq, "\x1b["):
			end := strings.TrimLeft(seq[2:], "0123456789;:")
			if strings.HasPrefix(seq[2:], "?") {
				end = seq[2:]
			}
			if !slices.Contains(drawing, end) {
				return seq
			}
		default:
			return seq
		}
	}
	return ""
}
