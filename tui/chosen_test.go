package tui

import "testing"

// TestReplyToTheChosen: the message that was chosen in the thread is the one
// that is answered; else the newest of theirs.
func TestReplyToTheChosen(t *testing.T) {
	for _, want := range []string{"", "a2"} {
		s := newSim(t, world(), 100, 30, nil)
		s.branched()
		for range 12 {
			if c := s.m.reader.Chosen().Message; want == "" || c != nil && c.Remote == want {
				break
			}
			s.keys(",")
		}
		s.keys("r", "text:Oui.", "ctrl+s")
		s.rest()
		s.keys("enter") // the first answer of this account is asked about
		s.rest()
		if n := len(s.f.requests); n != 1 || s.f.requests[0].Parent != want {
			t.Errorf("chosen %q: %+v", want, s.f.requests)
		}
	}
}
