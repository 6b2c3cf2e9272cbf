package feeds

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vigie/inbox"
)

func TestParseOPML(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>Abonnements de Inès dans Google Reader</title></head><body>`)
	for i := range 25 {
		if i%5 == 0 {
			fmt.Fprintf(&b, `<outline title="Dossier %d" text="Dossier %d">`, i/5, i/5)
		}
		fmt.Fprintf(&b, `<outline text="Flux &amp; %d" title="" type="rss" xmlUrl="https://e%d.example/feed?a=1&amp;b=2" htmlUrl="https://e%d.example/"/>`, i, i, i)
		if i%5 == 4 {
			b.WriteString(`</outline>`)
		}
	}
	b.WriteString(`<outline text="deux fois" xmlUrl="https://e3.example/feed?a=1&amp;b=2"/><outline text="ailleurs" xmlUrl="javascript:alert(1)"/><outline type="rss" text="sans adresse"/></body></opml>`)
	got, refused, err := ParseOPML(strings.NewReader(b.String()))
	if err != nil || len(got) != 25 {
		t.Fatalf("%d feeds, %v", len(got), err)
	}
	if want := (Outline{"Flux & 24", "https://e24.example/feed?a=1&b=2"}); got[24] != want {
		t.Errorf("got %+v", got[24])
	}
	want := []inbox.Refusal{{Item: "outline 32", Reason: "xmlUrl is no http address"}, {Item: "outline 33", Reason: "xmlUrl is no http address"}}
	if !slices.Equal(refused, want) {
		t.Errorf("refused %v", refused)
	}
}

func TestParseBrokenOPML(t *testing.T) {
	for _, in := range []string{"", "hello", "<html><body/></html>", "{}", "<opml", strings.Repeat("x", maxOPML+1)} {
		if got, _, err := ParseOPML(strings.NewReader(in)); err == nil {
			t.Errorf("%.20q gave %v", in, got)
		}
	}
	got, refused, err := ParseOPML(strings.NewReader(`<opml><body><outline xmlUrl="http://a.example/"/><outline <<<`))
	if err != nil || len(got) != 1 || len(refused) != 1 {
		t.Errorf("%v, %v, %v", got, refused, err)
	}
	if _, _, err := ParseOPML(strings.NewReader("<rss></rss>")); !errors.Is(err, ErrNotOPML) {
		t.Errorf("rss: %v", err)
	}
}
