package main

import (
	"fmt"
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
