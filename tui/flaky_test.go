package tui

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// day is what somebody does in a day, each with the screen it begins and ends
// at: the list.
func day() map[string][]string {
	return map[string][]string{
		"read":      {"j enter", "esc"},
		"done":      {"j e enter", "u", "U"},
		"unread":    {"M"},
		"tag":       {"t", "text:+vu", "enter"},
		"nap":       {"z", "text:demain 9h", "enter"},
		"feel":      {"s +"},
		"like":      {"j l"},
		"batch":     {"1 x x l", "enter", "esc"},
		"moderate":  {"j m h", "enter"},
		"reply":     {"j r", "text:Bonjour", "ctrl+s", "enter"},
		"keep":      {"j r", "text:Bonjour", "esc"},
		"discard":   {"j r", "text:Bonjour", "ctrl+x", "enter", "u", "esc"},
		"note":      {"j n", "text:Voir", "ctrl+s"},
		"escalate":  {"j j j j !", "enter", "text:Que dire ?", "ctrl+s"},
		"reopen":    {"x E"},
		"search":    {"/", "text:commande", "enter", "esc", "esc"},
		"filter":    {"f", "text:test", "enter", "esc"},
		"mark":      {"*", "text:test", "enter", "esc"},
		"invert":    {"i", "esc"},
		"views":     {"tab", "tab", "w", "w", "esc"},
		"save":      {"f", "text:test", "enter", ":", "text:view save Test", "enter", "esc"},
		"person":    {"p", "esc"},
		"badge":     {"p", "+", "text:+vip", "enter", "esc"},
		"card note": {"p", "n", "text:fidèle", "enter", "esc"},
		"screens":   {"g e", "esc", "g l", "esc", "d", "esc", "D", "esc", "g o", "esc", "g b", "esc", "g a", "s", "esc", "g d", "esc", "g v", "esc"},
		"outbox":    {"g o", "v", "enter", "r", "x", "enter", "down down down", "u", "esc", "esc"},
		"focus":     {"F", "e", "enter", "J", "z", "text:1h", "enter", "esc", "esc"},
		"drop":      {"g o", "x", "enter", "esc"},
		"cancel":    {"g o", "end", "u", "esc", "esc"},
		"promote":   {"w", "P", "esc"},
		"join":      {"1 x", "p", "L", "enter", "U", "enter", "esc", "esc"},
		"drop view": {"f", "text:test", "enter", ":", "text:view save Test", "enter", ":", "text:view drop test", "enter", "esc"},
		"quiet":     {":", "text:quiet 1h", "enter"},
		"report":    {"j m r", "down", "text:insultes", "enter", "enter"},
		"file":      {"j r", "text:Bonjour", "ctrl+o", "text:/tmp/galette.jpg", "enter", "text:une galette", "enter", "esc"},
		"there":     {"w r", "text:Bonjour", "ctrl+s", "y", "esc"},
	}
}

// usual are the methods that nearly all ask: some ways through them are enough.
const (
	usual = "Accounts Threads Thread CountView Counts Outbox Drafts"
	ways  = 5
)

// working is somebody who begins to work with an engine of which a method fails
// while broken names it.
func working(t *testing.T) (s *sim, b flaky) {
	f := world()
	f.everything()
	b = flaky{simBackend{f}, new(string), map[string]int{}, new(sync.Mutex)}
	s = newSim(t, f, 120, 40, func(o *Options) { o.Backend, o.By.Line = b, "me" })
	s.troubled()
	s.keys("home")
	clear(b.asked)
	return s, b
}

// One method of the engine fails while somebody works: it is told in words,
// nothing is stuck, and all works again when it does.
func TestEachMethodFails(t *testing.T) {
	methods := strings.Fields(usual + " SearchSoon MarkRead Tag Note Done Reopen Nap Feel Promote Escalate Undo Redo Reply Perform PerformAll Report Answered Enclose " +
		"CancelAction RetryAction ConfirmAction DropAction OpenDraft SaveDraft DropDraft SaveView DropView Person Badge PersonNote Link Unlink Digest Log Quiet")
	reached := map[string]int{}
	for name, steps := range day() {
		t.Run(name, func(t *testing.T) {
			s, b := working(t)
			for _, step := range steps {
				s.keys(step)
			}
			for _, method := range methods {
				if b.asked[method] == 0 || strings.Contains(usual, method) && reached[method] > ways {
					continue
				}
				reached[method]++
				t.Run(method, func(t *testing.T) { failsWhile(t, method, steps) })
			}
		})
	}
	for _, method := range methods {
		if reached[method] == 0 {
			t.Errorf("%s was never asked", method)
		}
	}
}

// failsWhile has somebody do something while a method fails, and then again
// while none does.
func failsWhile(t *testing.T, method string, steps []string) {
	// A draft that could not be stored or dropped matters no more once the text
	// is sent, while it is written the composer says so; a count is not missed.
	silent := map[string]bool{"CountView": true, "SaveDraft": true, "DropDraft": true}
	s, b := working(t)
	told := false
	*b.broken = method
	for _, step := range steps {
		s.keys(step)
		s.checkFrame(step)
		screen := s.screen()
		told = told || strings.Contains(screen, "disque") || strings.Contains(screen, "plein")
		if s.m.wait {
			t.Fatalf("%s: keys wait for ever", step)
		}
	}
	s.pass(20 * time.Second) // what is said goes away, and what is wrong stays
	if told = told || s.m.fault() != ""; !told && b.asked[method] > 0 && !silent[method] {
		t.Errorf("nothing says that it failed:\n%s", s.screen())
	}
	*b.broken = ""
	s.pass(30 * time.Second)
	if s.m.fault() != "" {
		t.Errorf("%q is told though all works", s.m.fault())
	}
	s.keys("esc esc esc esc esc esc esc esc")
	if s.m.composer.Active() || s.m.top() != nil || s.quit {
		t.Fatalf("esc leads nowhere, or away:\n%s", s.screen())
	}
	s.keys("home")
	th := s.current()
	s.keys("n", "text:après", "ctrl+s")
	if ev := s.f.threads[th.ID].events; !strings.HasSuffix(ev[len(ev)-1].Text.String(), "après") {
		t.Errorf("a note is not taken:\n%s", s.screen())
	}
}
