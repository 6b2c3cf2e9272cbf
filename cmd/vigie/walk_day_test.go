//go:build walk

package main

import (
	"testing"
	"time"

	"vigie/tui/lang"
)

// far is a link like a train's: 300 ms there and back, 32 kB a second.
func far() road { return road{delay: 150 * time.Millisecond, rate: 32 << 10} }

// step is one of the day: what is done, and what must be true then.
type step struct {
	name string
	do   func(*walker)
}

// day is a community manager's, in the order of the clock.
func day() []step {
	return []step{
		{"1 attach", attachInTheMorning},
		{"2 digest", readTheDigest},
		{"3 next due", goToTheNextDue},
		{"4 open", openIt},
		{"5 saved reply", answerWithASavedReply},
		{"6 charter", slipAndMend},
		{"7 undo", takeBackAndSendAgain},
		{"8 tunnel", loseTheLink},
		{"9 thanks", likeTheThanks},
		{"10 one was a question", bringTheBatchBack},
		{"11 watches", promoteAWatch},
		{"12 escalate", escalateIt},
		{"13 acknowledge", acknowledgeInEnglish},
		{"14 focus", oneByOne},
		{"16 wrong client", pasteTheWrongName},
		{"18 questions", findTheQuestions},
		{"21 quiet", haveLunchInPeace},
		{"28 second terminal", openASecondTerminal},
		{"31 sleep on thanks", sleepOnThanks},
		{"32 end of the day", endTheDay},
		{"34 detach", detach},
	}
}

// TestWalk is the day of a community manager, step by step as the person does
// it, on the real program. Each step says what must be true.
func TestWalk(t *testing.T) {
	bin := build(t)
	for _, m := range []manner{
		{lang: lang.French}, {lang: lang.English, mono: true}, {lang: lang.French, mono: true, road: far()}, {lang: lang.English, road: far()},
	} {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			w := newWalker(t, bin, m)
			begun := time.Now()
			for _, s := range day() {
				w.step(s)
			}
			t.Logf("the day: %v", time.Since(begun).Round(time.Millisecond))
		})
	}
}

// step takes one, and tells how long it took. After a wrong one the day cannot
// go on.
func (w *walker) step(s step) {
	w.t.Helper()
	begun := time.Now()
	defer func() {
		word := "ok"
		if w.t.Failed() {
			word = "WRONG"
		}
		w.t.Logf("%-24s %5s %v", s.name, word, time.Since(begun).Round(10*time.Millisecond))
	}()
	s.do(w)
	if w.t.Failed() {
		w.t.FailNow()
	}
}
