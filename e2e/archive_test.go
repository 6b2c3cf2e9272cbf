//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// archive is a history in the bridge format: conversations of as many messages
// each, with words whose messages can be counted.
type archive struct {
	account  string
	threads  int
	each     int
	from     time.Time // of the first message; each is a minute after the one before
	messages int
}

func newArchive(account string, threads, each int) archive {
	return archive{account, threads, each, time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC), threads * each}
}

// is says what a message is about: of every ten one has the word, of every
// thousand one the rare word.
func (archive) is(n int) (words string) {
	if n%10 == 3 {
		words += " Crémaillère"
	}
	if n%1000 == 500 {
		words += " ornithorynque"
	}
	return words
}

// with is how many messages have a word of is.
func (a archive) with(word string) (n int) {
	for i := range a.messages {
		if strings.Contains(a.is(i), word) {
			n++
		}
	}
	return n
}

// lines are the messages [from, to), one a line as the bridge format spells
// them, with a name added to each conversation.
func (a archive) lines(from, to int) string {
	var b strings.Builder
	for n := from; n < to; n++ {
		thread := n / a.each
		fmt.Fprintf(&b, `{"v":1,"type":"message","client":"musee","account":"%s","network":"forum","kind":"comment","thread":"fil-%05d","id":"m-%06d","at":"%s","author":{"id":"p%d","handle":"visiteur%d","name":"Visiteur %d"},"text":"Message%d du fil :%s %s"}`+"\n",
			a.account, thread, n, a.from.Add(time.Duration(n)*time.Minute).Format(time.RFC3339), n%97, n%97, n%97, n, a.is(n), "la visite était belle")
	}
	return b.String()
}

// museum is a client without accounts that collect, whose history was brought
// from elsewhere.
const museum = `  - id: musee
    name: Musée
    zone: Europe/Paris
    retention: 30d
`

// messageLines are the messages of an export, sorted.
func messageLines(export string) []string {
	var lines []string
	for line := range strings.Lines(export) {
		if strings.Contains(line, `"type":"message"`) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// A history of 20,000 messages goes into the running server while somebody
// works in a terminal: both get on, the messages are found at once, exported
// as they came, and opened at the one that was looked for. Then the client's
// rule erases them: they are found no more, not in the file either, and the
// threads stay.
func TestArchive(t *testing.T) {
	a := newArchive("musee-forum", 800, 25)
	b := deskWith(t, "      - {id: garde, name: Garde, command: [cat]}", museum)
	file := b.Write("archive.jsonl", a.lines(0, a.messages))
	b.Serve()
	p := NewDesk(t, b.Environ).Open(120, 40)
	p.Command(vigie(t))
	p.Wait("Ma commande n'est pas arrivée")
	b.importsMeanwhile(p, file)
	for _, word := range []string{"cremaillere", "ornithorynque", "crem", `"visite etait belle"`, "from:visiteur12", "message19999"} {
		b.counts("after the import", word, map[string]int{
			"cremaillere": a.with("Crém"), "crem": a.with("Crém"), "ornithorynque": a.with("ornith"), `"visite etait belle"`: a.messages,
			"from:visiteur12": a.by(12), "message19999": 1,
		}[word])
	}
	exported := b.Must("export", "client:musee is:any")
	if got := messageLines(exported); !slices.Equal(got, messageLines(a.lines(0, a.messages))) {
		t.Errorf("%d messages are exported, not the %d that came, or not as they came", len(got), a.messages)
	}
	other := NewBox(t, "clients:\n"+museum)
	other.Must("import", "--create", other.Write("again.jsonl", exported))
	if again := other.Must("export", "client:musee is:any"); again != exported {
		t.Errorf("imported and exported again, %d bytes are %d others", len(exported), len(again))
	}
	a.opensAt(p)
	p.Type("q")
	p.Home(0)
	b.forgets(a, file)
}

// by is how many messages a visitor wrote, with those whose names begin like
// that one's.
func (a archive) by(visitor int) (n int) {
	for i := range a.messages {
		if strings.HasPrefix(fmt.Sprint(i%97), fmt.Sprint(visitor)) {
			n++
		}
	}
	return n
}

// importsMeanwhile imports a file while notes are written in the terminal.
func (b *Box) importsMeanwhile(p *Pane, file string) {
	t := b.t
	t.Helper()
	imported := make(chan error, 1)
	began := time.Now()
	importing := b.Command(t.Context(), "import", "--create", "--archive", file)
	go func() {
		out, err := importing.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
		imported <- err
	}()
	acts, worst := 0, time.Duration(0)
	for done := false; !done; {
		select {
		case err := <-imported:
			if done = true; err != nil {
				t.Fatalf("import: %v", err)
			}
		default:
			at := time.Now()
			note := fmt.Sprintf("pendant l'import, n° %d", acts)
			p.Type("n")
			p.Wait("jamais publi")
			p.Type(note)
			p.Press("C-s")
			p.WaitGone("jamais publi")
			p.Wait(note)
			acts, worst = acts+1, max(worst, time.Since(at))
		}
	}
	t.Logf("imported in %s; %d notes written meanwhile, the slowest in %s",
		time.Since(began).Round(time.Millisecond), acts, worst.Round(time.Millisecond))
	if row := b.One("client:miette"); row.Notes != acts || acts < 2 {
		t.Errorf("%d notes were written, the thread has %d", acts, row.Notes)
	}
}

// opensAt searches in the terminal, letter by letter, and opens what is found:
// the thread at that message, not at its end.
func (a archive) opensAt(p *Pane) {
	p.Type("/")
	p.Wait("Chercher :")
	for _, letter := range strings.Split("message11902", "") {
		p.Type(letter)
	}
	p.Wait("│ 1 message$", "Message11902 du fil")
	p.Press("Enter")
	p.WaitGone("Chercher :")
	p.Wait(`▌Visiteur 68 `, `│ │ Message11902 du fil`)
	p.WaitGone(`│ │ Message11924 du fil`) // the thread's last
	p.Press("Escape")                     // to what was found
	p.Wait("│ 1 message$")
	p.Press("Escape")
	p.WaitGone("Chercher :")
}

// forgets carries out the client's rule on what was imported.
func (b *Box) forgets(a archive, file string) {
	t := b.t
	t.Helper()
	threads := b.Must("list", "--count", "client:musee is:any")
	type rule struct {
		Client, Before, Oldest, Newest string
		Messages, Threads              int
		Erased                         bool
	}
	run := func(args ...string) rule {
		t.Helper()
		rules := JSON[rule](t, b.Must(append([]string{"retention", "--json"}, args...)...))
		if len(rules) != 1 || rules[0].Client != "musee" {
			t.Fatalf("retention %q: %+v", args, rules)
		}
		return rules[0]
	}
	newest := a.from.Add(time.Duration(a.messages-1) * time.Minute)
	if dry := run(); dry.Erased || dry.Messages != a.messages || dry.Threads != a.threads ||
		dry.Oldest != a.from.Format(time.RFC3339) || dry.Newest != newest.Format(time.RFC3339) {
		t.Errorf("what it would erase: %+v", dry)
	}
	b.counts("after the dry run", "cremaillere", a.with("Crém"))
	if !b.holds("ornithorynque") {
		t.Error("the file does not hold the word before it is erased")
	}
	if ran := run("--run"); !ran.Erased || ran.Messages != a.messages || ran.Threads != a.threads {
		t.Errorf("what it erased: %+v", ran)
	}
	gone := func(when string) {
		t.Helper()
		for _, query := range []string{"cremaillere", "ornithorynque", "from:visiteur", `"visite etait belle"`, "client:musee message"} {
			b.counts(when, query, 0)
		}
		if now := b.Must("list", "--count", "client:musee is:any"); now != threads {
			t.Errorf("%s: %s threads, were %s", when, now, threads)
		}
	}
	gone("after the rule")
	b.counts("after the rule", "commande", 1)
	b.Must("compact")
	gone("after compacting")
	for _, word := range []string{"ornithorynque", "Crémaillère", "cremaillere", "visiteur12"} {
		if b.holds(word) {
			t.Errorf("the compacted file holds %q", word)
		}
	}
	b.Must("import", "--archive", file)
	gone("after another import of it")
	if again := run(); again.Messages != 0 {
		t.Errorf("there is more to erase: %+v", again)
	}
	if s := b.Run("doctor"); s.Code != 0 {
		t.Errorf("doctor: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}

// holds reports whether the store's file has these bytes anywhere.
func (b *Box) holds(word string) bool {
	b.t.Helper()
	f, err := os.Open(filepath.Join(b.Dir, "vigie.db"))
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		window, err := r.Peek(1 << 20)
		if bytes.Contains(window, []byte(word)) {
			return true
		}
		if err != nil {
			return false
		}
		if _, err := r.Discard(1<<20 - len(word)); err != nil {
			b.t.Fatal(err)
		}
	}
}
