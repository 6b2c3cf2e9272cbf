//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// demo is a demonstration in a terminal of its own.
type demo struct {
	*Box
	*Pane
}

// openDemo starts "vigie demo" in a terminal and waits until threads show.
func openDemo(t *testing.T, width, height int, env ...string) demo {
	t.Helper()
	b := NewBox(t, "")
	p := NewDesk(t, b.Environ).Open(width, height, env...)
	p.Command(vigie(t) + " demo --seed 1 --data " + b.Dir)
	p.Wait(anyThread)
	return demo{b, p}
}

// anyThread is the cursor on a thread of the demonstration: its client stands
// behind the bar.
const anyThread = `▌.?.?(Miette|Atlas|Nordlys|Clair) `

// The first frame of the demonstration comes at once, in the terminal's own
// buffer, with the mouse; q gives the terminal back.
func TestScreenFirstFrame(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		b := NewBox(t, "")
		p := NewDesk(t, b.Environ).Open(size[0], size[1])
		p.Type(vigie(t) + " demo --seed 1")
		p.Press("Enter")
		took := p.Wait(`\A.*0 All`, "help")
		t.Logf("%dx%d: first frame after %s", size[0], size[1], took.Round(time.Millisecond))
		if m := p.Modes(); m != (Modes{Alternate: true, Mouse: true}) {
			t.Errorf("%v: the terminal's modes are %+v", size, m)
		}
		p.Type("q")
		p.Home(0)
	}
}

// The main acts by their keys, at both sizes; what the screen says is what
// the store holds.
func TestScreenActs(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		t.Run(strconv.Itoa(size[0])+"x"+strconv.Itoa(size[1]), func(t *testing.T) {
			d := openDemo(t, size[0], size[1], "LANG=en_US.UTF-8")
			var found []Row
			Until(t, "all is collected", func() bool {
				found = d.Box.List("client:atlas kind:mention state:ours -is:watch")
				return len(found) > 0
			})
			id := found[0].ID
			d.filter("id:" + id)
			d.moves(t, id)
			d.writes(t, id)
			d.looks()
			d.Type("q")
			d.Home(0)
			if d.PID() != 0 {
				t.Error("the demonstration goes on without its terminal")
			}
		})
	}
}

// filter narrows the list.
func (p *Pane) filter(query string) {
	p.t.Helper()
	p.Type("f")
	p.Wait("Filter:")
	p.Press("C-u")
	p.Type(query)
	p.Press("Enter")
	p.WaitGone("Filter:")
	p.Wait(regexp.QuoteMeta(query))
}

// writes opens a thread, notes, tags and escalates it.
func (d demo) writes(t *testing.T, id string) {
	t.Helper()
	d.Press("Enter")
	d.Type("n")
	d.Wait("PRIVATE NOTE", "never published")
	d.Type("à rappeler : « Léa » 🥐")
	d.Press("C-s")
	d.Wait("note kept", "à rappeler : « Léa » 🥐")
	if !strings.Contains(d.Must("show", id), "à rappeler : « Léa » 🥐") {
		t.Error("the note is not in the thread")
	}
	d.Type("t")
	d.Wait("Tags:")
	d.Type("livraison urgent")
	d.Press("Enter")
	d.Wait("tagged: ")
	if row := d.One("id:" + id); strings.Join(row.Tags, " ") != "livraison urgent" || row.Notes != 1 {
		t.Errorf("after tagging: %+v", row)
	}
	d.Type("!")
	d.Wait("Escalate", "Marc", "direction technique")
	d.Press("Enter")
	d.Type("On peut le dire ? 🤔")
	d.Press("C-s")
	d.Wait("escalation (held|sent)")
	var brief Brief
	Until(t, "the brief is delivered", func() bool {
		raw, err := os.ReadFile(filepath.Join(d.Dir, "escalations.jsonl"))
		return err == nil && json.Unmarshal(raw, &brief) == nil
	})
	if brief.Question != "On peut le dire ? 🤔" || brief.Contact.Name != "Marc" || brief.Quote == "" || len(brief.History) == 0 {
		t.Errorf("the brief: %+v", brief)
	}
	if row := d.One("id:" + id); row.State != "escalated" || row.EscalatedTo != "tech" {
		t.Errorf("after escalating: %+v", row)
	}
}

// moves snoozes the thread and takes it back, marks it done, takes it back,
// does it again and reopens it.
func (d demo) moves(t *testing.T, id string) {
	t.Helper()
	state := func(want string) {
		t.Helper()
		Until(t, "the thread is "+want, func() bool { return d.One("is:any id:"+id).State == want })
	}
	d.Wait(anyThread)
	d.Type("z")
	d.Wait("Snooze", "Until:")
	d.Type("+3d")
	d.Press("Enter")
	d.Wait("snoozed: ", "u to undo", "Nothing matches the filter")
	state("snoozed")
	d.Type("u")
	d.Wait("undone: snooze", anyThread)
	state("ours")
	d.Type("e")
	d.Wait("done: ", "u to undo", "Nothing matches the filter")
	state("done")
	d.Type("u")
	d.Wait("undone: done", anyThread)
	state("ours")
	d.Type("U")
	d.Wait("again: |redone: ", "Nothing matches the filter")
	state("done")
	d.Type("u")
	d.Wait("undone: done", anyThread)
	state("ours")
}

// row is a line of the list with an unread thread.
var row = regexp.MustCompile(`● (Miette|Atlas|Nordlys|Clair) `)

// clients are those of the unread threads that are on the screen.
func (d demo) clients() map[string]bool {
	d.t.Helper()
	shown := map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(d.Screen(), -1) {
		shown[m[1]] = true
	}
	return shown
}

// looks narrows by client and view, searches, and asks for help; esc always
// goes back to where it was.
func (d demo) looks() {
	d.t.Helper()
	d.Press("Escape")
	d.WaitGone(" id:[0-9]")
	for i, client := range []string{"Miette", "Atlas", "Nordlys", "Clair"} {
		d.Type(strconv.Itoa(i + 1))
		Until(d.t, "the list is narrowed to "+client, func() bool {
			shown := d.clients()
			return len(shown) == 1 && shown[client]
		})
	}
	d.Type("9")
	d.Wait("there is no client 9")
	d.Type("0")
	Until(d.t, "the list is wide again", func() bool { return len(d.clients()) > 1 })
	for _, view := range []string{"Waiting", "Escalated", "Snoozed", "Done", "Watches", "Questions", "To do"} {
		d.Press("Tab")
		d.Wait(`^ ?.*` + view)
	}
	d.Press("BTab")
	d.Wait("Questions")
	d.Press("Tab")
	d.Type("w")
	d.Wait("Watches", "feeds")
	d.Type("w")
	d.Wait(anyThread)
	d.Type("/")
	d.Wait("Search:")
	d.Type("livraison")
	d.Wait(`[1-9][0-9]* messages?`)
	d.Press("Escape")
	d.WaitGone("Search:")
	d.Press("C-k")
	d.Wait("Commands")
	d.Type("outb")
	d.Wait("g o")
	d.Press("Enter")
	d.Wait("Outbox")
	d.Press("Escape")
	d.WaitGone("Outbox")
	d.Type("ga")
	d.Wait("Accounts", "miette", "last collection")
	d.Press("Escape")
	d.WaitGone("Accounts")
	d.Type("?")
	d.Wait("Keys", "answer in private")
	d.Press("Escape")
	d.Wait(anyThread)
}

// French and English, by the environment and by --lang.
func TestScreenLanguages(t *testing.T) {
	for _, c := range []struct{ env, flag, want, never string }{
		{"LANG=fr_FR.UTF-8", "", "À traiter", "To do"},
		{"LANG=fr_BE", "", "À traiter", "To do"},
		{"LANG=en_GB.UTF-8", "", "To do", "À traiter"},
		{"LANG=C", "", "To do", "À traiter"},
		{"LANG=en_GB.UTF-8", "--lang fr", "À traiter", "To do"},
		{"LANG=fr_FR.UTF-8", "--lang=en", "To do", "À traiter"},
	} {
		t.Run(c.env+c.flag, func(t *testing.T) {
			b := NewBox(t, "")
			p := NewDesk(t, b.Environ).Open(100, 30, c.env)
			p.Command(vigie(t) + " demo " + c.flag)
			p.Wait(c.want, anyThread)
			p.WaitGone(c.never)
			p.Type("q")
			p.Home(0)
		})
	}
}

// colours matches a colour in an escape sequence.
var colours = regexp.MustCompile(`\x1b\[(?:[0-9:;]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9:;]*)?m`)

// With NO_COLOR no colour is written, and unread threads can still be told
// apart; without it there are colours.
func TestScreenColours(t *testing.T) {
	for _, c := range []struct {
		env    string
		colour bool
	}{{"NO_COLOR=yes", false}, {"NO_COLOR=", true}} {
		t.Run(c.env, func(t *testing.T) {
			b := NewBox(t, "")
			p := NewDesk(t, b.Environ).Open(120, 40, c.env, "COLORTERM=truecolor")
			raw := filepath.Join(t.TempDir(), "raw")
			p.Record(raw)
			p.Command(vigie(t) + " demo")
			p.Wait(anyThread, "●")
			p.Type("jj?")
			p.Wait("Keys")
			p.Press("Escape")
			p.WaitGone("Keys")
			p.Type("q")
			p.Home(0)
			var written []byte
			Until(t, "all is recorded", func() bool {
				var err error
				if written, err = os.ReadFile(raw); err != nil {
					t.Fatal(err)
				}
				return strings.Contains(string(written), "\x1b[?1049l")
			})
			if found := colours.Find(written); (found != nil) != c.colour {
				t.Errorf("colours %v (%q), want %v", found != nil, found, c.colour)
			}
		})
	}
}

// A terminal that is made smaller and larger again shows what it showed.
func TestScreenResize(t *testing.T) {
	b := deskWith(t, "      - {id: garde, name: Garde, command: [cat]}", "")
	p := NewDesk(t, b.Environ).Open(120, 40)
	p.Command(vigie(t))
	p.Wait("Ma commande n'est pas arrivée", "tout va bien")
	before := p.Screen()
	for _, size := range [][2]int{{60, 20}, {40, 12}, {200, 60}, {80, 24}, {120, 40}} {
		p.Resize(size[0], size[1])
		p.Wait(`\A.*0 Tous`, `Léa`, `\? aide|q quitter`)
		Until(t, "the frame fills the terminal", func() bool {
			lines := strings.Split(strings.TrimSuffix(p.Screen(), "\n"), "\n")
			return len(lines) == size[1] && strings.TrimSpace(lines[size[1]-1]) != ""
		})
	}
	Until(t, "the screen is as before", func() bool { return p.Screen() == before })
	p.Type("q")
	p.Home(0)
}
