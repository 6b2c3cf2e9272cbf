package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox/bridge"
	"vigie/tui/lang"
)

// TestRefusedLinesHaveSentences holds the sentences of refused lines against
// the codes: the English one is what the log says.
func TestRefusedLinesHaveSentences(t *testing.T) {
	for _, code := range bridge.Codes() {
		for _, tag := range []lang.Tag{lang.French, lang.English} {
			if !lang.For(tag).Has(lang.Key("bridge." + string(code))) {
				t.Errorf("%s has no sentence in %s", code, tag)
			}
		}
	}
	for _, line := range []string{"{", `{"v":2,"type":"note"}`, `{"v":1,"type":"message","account":"a"}`, `{"v":1,"type":"x"}`} {
		_, err := bridge.Decode([]byte(line))
		bad, ok := err.(*bridge.LineError)
		if !ok {
			t.Fatalf("%s: %v", line, err)
		}
		if got := lineSentence(lang.For(lang.English), bad); got != bad.Reason {
			t.Errorf("%s: %q, the log says %q", line, got, bad.Reason)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	r := newRig(t, "")
	const shape = `{"v":1,"type":"message","account":"miette-mastodon","kind":"dm","thread":"t","id":"%d","at":"%s","author":{"id":"42"},"text":"x"}` + "\n"
	at := func(id int, when time.Time) string { return fmt.Sprintf(shape, id, when.UTC().Format(time.RFC3339)) }
	now := time.Now()
	in := at(1, now.Add(-time.Hour)) + at(2, time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)) + at(3, now.Add(25*time.Hour)) + at(4, now.Add(23*time.Hour)) +
		strings.Replace(at(5, now), `"id":"5",`, "", 1)
	got := r.run(in, "--lang", "fr", "import", "-")
	want := "ligne 2 refusée : « at » est avant 1990\n" +
		"ligne 3 refusée : « at » est à plus d'un jour dans le futur\n" +
		"ligne 5 refusée : « id » manque ou n'est pas un identifiant propre\n"
	if got.code != exitPartly || got.err != want || !strings.Contains(got.out, "2 messages nouveaux") {
		t.Errorf("exit %d\n%s\nwant\n%s%s", got.code, got.err, want, got.out)
	}
}

// TestBadLinesLoseNothingElse puts one of every bad line between good ones.
func TestBadLinesLoseNothingElse(t *testing.T) {
	r := newRig(t, "")
	good := strings.SplitAfter(strings.TrimSuffix(messageLines(12), "\n"), "\n")
	half := strings.TrimSuffix(messageLines(13), "\n")
	half = half[strings.LastIndex(half, "\n")+1:]
	bad := []struct{ line, reason string }{
		{"\xff\xfe", "not UTF-8"},
		{"\x00\x00\x00", "broken at byte 1"},
		{strings.Repeat(`{"a":`, 10_000), "broken at byte"},
		{strings.Repeat("[", 20_000), "broken at byte 10001"},
		{strings.Repeat("x", 6<<20), "longer than 4194304 bytes"},
		{strings.Replace(half, `"text":"`, `"text":7,"x":"`, 1), "text is of the wrong type"},
		{strings.Replace(half, `"a0"`, `"other"`, 1)[:40], "broken at byte 40"},
		{`[]`, "not a JSON object"},
		{`{"v":1,"type":"event","account":"a","thread":"t","at":"2026-01-01T00:00:00Z","actor":"human","verb":"read"}`, "without its thread's"},
		{`{"v":1,"type":"thread","account":"a0","thread":"nowhere","state":"done"}`, `"nowhere" has no message`},
	}
	var in strings.Builder
	for i, g := range good {
		in.WriteString(g)
		if i < len(bad) {
			in.WriteString(bad[i].line + "\n")
		}
	}
	in.WriteString("\n" + half[:len(half)-30])
	got := r.run(in.String(), "import", "--create", "-")
	if got.code != exitPartly || !strings.Contains(got.out, "12 messages new") || !strings.Contains(got.out, "11 lines refused") {
		t.Errorf("exit %d: %s", got.code, got.out)
	}
	for i, b := range bad {
		if prefix := fmt.Sprintf("line %d refused: ", 2*i+2); !strings.Contains(got.err, prefix) || !strings.Contains(got.err, b.reason) {
			t.Errorf("no %q with %q in\n%s", prefix, b.reason, got.err)
		}
	}
	if !strings.Contains(got.err, "line 23 refused: not a JSON object: broken at byte") {
		t.Errorf("half a line at the end:\n%s", got.err)
	}
}

// TestManyBadLinesAreCounted: the first ones are told, all of them with
// --errors.
func TestManyBadLinesAreCounted(t *testing.T) {
	var in strings.Builder
	for i := range 100 {
		fmt.Fprintln(&in, strings.Repeat("[", i+1))
	}
	in.WriteString(messageLines(3))
	refused := func(s string) int { return strings.Count(s, " refused: ") }

	r := newRig(t, "")
	got := r.run(in.String(), "import", "--create", "-")
	if got.code != exitPartly || refused(got.err) != refusedTold || !strings.Contains(got.err, "80 other lines refused — --errors FILE") ||
		!strings.Contains(got.out, "3 messages new") {
		t.Errorf("%+v", got)
	}
	got = r.run(in.String(), "import", "--create", "--errors", "-", "-")
	if got.code != exitPartly || refused(got.out) != 100 || refused(got.err) != refusedTold || !strings.Contains(got.err, "80 other lines refused\n") ||
		!strings.Contains(got.err, "3 unchanged") {
		t.Errorf("%+v", got)
	}
	for _, serve := range []bool{false, true} {
		if serve {
			defer r.serve()()
		}
		file := filepath.Join(t.TempDir(), "refused")
		got = r.run(in.String(), "import", "--create", "--errors="+file, "-")
		all, err := os.ReadFile(file)
		if err != nil || got.code != exitPartly || refused(string(all)) != 100 || refused(got.err) != refusedTold || !strings.Contains(got.err, "3 unchanged") {
			t.Errorf("server %v: %v, %q, %+v", serve, err, all, got)
		}
	}
}

func TestWithValue(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"import --errors f x", "import --errors - x"},
		{"import --errors=f x", "import --errors=- x"},
		{"import x --errors f", "import x --errors -"},
		{"import -- --errors f", "import -- --errors f"},
		{"import x", "import x"},
	} {
		if got := strings.Join(withValue(strings.Fields(c.in), "--errors", "-"), " "); got != c.want {
			t.Errorf("%q: %q", c.in, got)
		}
	}
}
