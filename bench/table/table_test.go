package table

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func us(v float64) Figure { return Figure{v, Micros} }

func TestVerdicts(t *testing.T) {
	for want, r := range map[string]Row{
		"reached":             {Vigie: us(110), Other: us(100), Goal: Goal{AtMost: 1.1}},
		"missed by 1.50×":     {Vigie: us(300), Other: us(100), Goal: Goal{AtMost: 2}},
		"missed by 2.00×":     {Vigie: us(500), Other: us(100), Goal: Goal{AtLeast: 10}},
		"–":                   {Vigie: us(1), Other: us(2)},
		"missed by 1.20×":     {Vigie: Figure{30e6, Bytes}, Goal: Goal{AtMost: 25e6, Figure: true}},
		"not measured: no mu": {Missing: "no mu", Goal: Goal{AtMost: 1}},
		"broke: it fell":      {Broken: "it fell", Goal: Goal{AtMost: 1}},
		"not judged: the other took nothing that can be measured": {Vigie: us(1), Against: "alot", Goal: Goal{AtMost: 1}},
	} {
		if got := r.Verdict(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if r.Reached() != (want == "reached") {
			t.Errorf("%q and reached: %v", want, r.Reached())
		}
	}
	at := Row{Vigie: us(1000), Other: us(100), Goal: Goal{AtLeast: 10}}
	if !at.Reached() {
		t.Error("a goal that is met exactly is not reached")
	}
}

func TestFigures(t *testing.T) {
	for want, f := range map[string]Figure{
		"0 µs": us(0), "4.27 µs": us(4.27), "999 µs": us(999), "1.23 ms": us(1234), "16.1 s": us(16.1e6),
		"222 B": {222, Bytes}, "19.6 kB": {19_640, Bytes}, "1830 MB": {1.83e9, Bytes},
		"2460/s": {2460.4, PerSecond}, "0.04": {0.04, Plain}, "3.00 ms/s": {3, MsPerSec}, "0.0012": {0.0012, Plain},
	} {
		if got := f.String(); got != want {
			t.Errorf("%v: %q, want %q", f.Value, got, want)
		}
	}
}

func report() Report {
	return Report{
		At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Kind: "quick", Took: 90 * time.Second,
		Machine: []string{"2 cores"},
		Rows: []Row{
			{Topic: "Keys", Measure: "j, p95", Vigie: us(9000), Against: "teahello", Other: us(10000), Goal: Goal{AtMost: 1.1}, Note: "n=60"},
			{Topic: "Keys", Measure: "page | p95", Vigie: us(9000), Against: "aérc", Other: us(1000), Goal: Goal{AtMost: 1.1}},
			{Topic: "Idle", Measure: "memory", Against: "alot", Missing: "alot is not installed", Goal: Goal{AtMost: 0.5}},
			{Topic: "Idle", Measure: "CPU", Broken: "no /proc"},
		},
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := report().Text(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	for _, want := range []string{
		"j, p95      9.00 ms  teahello 10.0 ms  0.90   ≤ 1.1 ×  reached (n=60)",
		"memory               alot                     ≤ 0.5 ×  not measured: alot is not installed",
		"2 goals judged: 1 reached, 1 missed. 1 not measured, 1 broke. Took 1m30s.",
	} {
		found := false
		for _, l := range lines {
			found = found || l == want
		}
		if !found {
			t.Errorf("no line %q in\n%s", want, b.String())
		}
	}
}

func TestMarkdown(t *testing.T) {
	var b strings.Builder
	if err := report().Markdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"### Keys\n\n| measure | vigie | peer or floor | ratio | goal | verdict |\n|---|---|---|---|---|---|\n| j, p95 |",
		`| page \| p95 |`, "- 2 cores\n", "A quick run of 22 November 2026.",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := report().JSON(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines", len(lines))
	}
	var got struct {
		At, Kind, Measure, Verdict string
		Ratio                      float64
		Vigie                      Figure
	}
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
		t.Fatal(err)
	}
	if got.At != "2026-11-22T12:00:00Z" || got.Measure != "j, p95" || got.Ratio != 0.9 || got.Verdict != "reached" || got.Vigie != us(9000) {
		t.Errorf("%+v", got)
	}
}

func TestReplace(t *testing.T) {
	page := "# Performance\n" + markBegin + "\nold\n" + markEnd + "\nrest\n"
	once, err := Replace(page, "new\n")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(once, "old") || !strings.Contains(once, "new") || !strings.HasSuffix(once, "\nrest\n") {
		t.Errorf("%q", once)
	}
	twice, err := Replace(once, "new\n")
	if err != nil || twice != once {
		t.Errorf("written twice it is another page: %q %v", twice, err)
	}
	if _, err := Replace("no marks", "new"); err == nil {
		t.Error("a page without marks is written")
	}
}
