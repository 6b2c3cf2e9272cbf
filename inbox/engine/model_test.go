package engine_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
)

// stage is vigie and its network, of which vigie can be killed and started
// again. Its time is a bubble's.
type stage struct {
	t     *testing.T
	path  string
	net   *ledger
	judge *judge
	life  *life
	repo  *store.DB
	eng   *engine.Engine
	lives int
	told  int // answers in parts
	by    inbox.By
}

// topics is how many conversations the stage has, and stageHold how long its
// client's answers wait.
const (
	topics    = 3
	stageHold = 10 * time.Second
)

func newStage(t *testing.T, class inbox.Class) *stage {
	s := &stage{
		t: t, path: filepath.Join(t.TempDir(), "vigie.db"), judge: newJudge(class),
		by: inbox.By{Actor: inbox.Human, Session: "s1", Line: "l1"},
	}
	s.net = &ledger{class: class, judge: s.judge, lag: 40 * time.Second}
	for n := range topics {
		s.net.say(n)
	}
	s.begin()
	synctest.Wait()
	return s
}

// begin starts a process.
func (s *stage) begin() {
	s.t.Helper()
	repo, err := store.Open(s.t.Context(), s.path, store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	info, err := repo.Info(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.lives++
	owner := fmt.Sprint("process ", s.lives)
	s.judge.begins(owner, info.Epoch)
	s.repo, s.life = repo, newLife()
	conf := settings(connection{s.net, s.life})
	conf.Accounts[0].Poll = 10 * time.Minute
	s.eng = engine.New(engine.Options{
		Repo: mortal{repo, s.life, s.judge}, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: owner,
		Settings: conf,
	})
	if err := s.eng.Load(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.eng.Start()
}

// die kills the process where it stands.
func (s *stage) die() {
	s.t.Helper()
	s.life.kill()
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.eng.Stop(now) // it is dead: nothing that it says counts
	if err := s.repo.Close(); err != nil {
		s.t.Error(err)
	}
}

// revive starts a new process when the last one is dead.
func (s *stage) revive() {
	s.t.Helper()
	if s.life.dead() {
		s.die()
		s.begin()
	}
}

// thread is the n-th conversation.
func (s *stage) thread(n int) inbox.ThreadID {
	s.t.Helper()
	t, err := s.repo.ThreadOf(s.t.Context(), "miette-social", fmt.Sprint("topic-", n))
	if err != nil {
		s.t.Fatal(err)
	}
	return t.ID
}

// step is one thing that happens on the stage.
type step struct {
	What    string
	Topic   int
	Text    string
	Wait    time.Duration
	Mishap  mishap
	Point   point
	Pick    int
	Decides string
}

func (p step) String() string {
	switch p.What {
	case "answer", "parts", "revise":
		return fmt.Sprintf("%s %d %q", p.What, p.Topic, p.Text)
	case "later":
		return fmt.Sprintf("answer %d %q in %s", p.Topic, p.Text, p.Wait)
	case "wait", "lag", "slow", "outage":
		return fmt.Sprintf("%s %s", p.What, p.Wait)
	case "spoil":
		return "spoil: " + string(p.Mishap)
	case "arm":
		return "arm: " + string(p.Point)
	case "decide":
		return fmt.Sprintf("%s %d", p.Decides, p.Pick)
	}
	return p.What
}

// steps draws what happens: mostly answers and mishaps, now and then an end.
func steps() *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		return step{
			What: rapid.SampledFrom([]string{
				"answer", "answer", "parts", "parts", "answer", "later", "revise", "revise", "cancel", "spoil", "spoil", "spoil", "wait", "wait", "wait", "arm", "arm",
				"kill", "outage", "undo", "decide", "decide", "lag", "slow", "restore",
			}).Draw(t, "what"),
			Topic:   rapid.IntRange(0, topics-1).Draw(t, "topic"),
			Text:    rapid.SampledFrom([]string{"Merci !", "Oui, dès 8 h.", "Non."}).Draw(t, "text"),
			Wait:    time.Duration(rapid.SampledFrom([]int{1, 4, 9, 11, 31, 65, 130, 400, 2000}).Draw(t, "seconds")) * time.Second,
			Mishap:  rapid.SampledFrom(mishaps()).Draw(t, "mishap"),
			Point:   rapid.SampledFrom(append(points(), textKept)).Draw(t, "point"),
			Pick:    rapid.IntRange(0, 5).Draw(t, "pick"),
			Decides: rapid.SampledFrom([]string{"retry", "confirm", "drop"}).Draw(t, "decides"),
		}
	})
}

// do lets one thing happen and everything that follows at once.
func (s *stage) do(p step) {
	s.t.Helper()
	switch p.What {
	case "parts":
		s.inParts(p)
	case "answer", "later":
		r := inbox.ReplyRequest{Thread: s.thread(p.Topic), Text: p.Text, Hold: -1, Despite: []string{inbox.CodeAnswered}}
		if p.What == "later" {
			r.At = time.Now().Add(p.Wait)
		}
		_, err := s.eng.Reply(s.t.Context(), s.by, r)
		if err != nil && !errors.Is(err, errDead) {
			s.t.Errorf("answer: %v", err)
		}
	case "revise":
		s.revise(p)
	case "wait":
		time.Sleep(p.Wait)
	case "lag":
		s.net.setLag(min(p.Wait, 2*time.Minute))
	case "slow":
		s.net.mu.Lock()
		s.net.slow = min(p.Wait, 70*time.Second)
		s.net.mu.Unlock()
	case "spoil":
		s.net.spoil(p.Mishap)
	case "arm":
		s.life.arm(p.Point)
	case "kill":
		s.life.kill()
	case "outage": // nobody starts it again for a while
		s.die()
		time.Sleep(p.Wait)
		s.begin()
	case "undo":
		s.undo()
	case "cancel":
		s.cancel(p.Pick)
	case "decide":
		s.decide(p.Pick, p.Decides)
	case "restore":
		s.restore()
	}
	synctest.Wait()
	s.revive()
	synctest.Wait()
}

// undo takes the newest act back; an answer's text must be in a draft then.
func (s *stage) undo() {
	s.t.Helper()
	did, err := s.eng.Undo(s.t.Context(), s.by)
	if err != nil || did.Action == nil {
		return // it has left, or there was nothing, or the process died
	}
	drafts, err := s.repo.Drafts(s.t.Context(), did.Action.Thread)
	if err != nil {
		s.t.Error(err)
	}
	for _, d := range drafts {
		if d.Text == did.Action.Text {
			return
		}
	}
	s.t.Errorf("%q was taken back and is in no draft", did.Action.Text)
}

// cancel takes one of the answers that wait back by name, or is told that it
// cannot be.
func (s *stage) cancel(pick int) {
	s.t.Helper()
	waiting, err := s.repo.Actions(s.t.Context(), func(a inbox.Action) bool {
		return a.State == inbox.Queued || a.State == inbox.RetryWait
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(waiting) == 0 {
		return
	}
	a := waiting[pick%len(waiting)]
	switch _, err = s.eng.CancelAction(s.t.Context(), s.by, a.ID); {
	case errors.Is(err, errDead):
	case a.Follows != 0 || partText(a.Text): // it depends on the others
	case a.Doubted != (err != nil):
		s.t.Errorf("cancel %d, which is %s, doubted %v: %v", a.ID, a.State, a.Doubted, err)
	}
}

// decide is a person's word on an answer that asks for it.
func (s *stage) decide(pick int, word string) {
	s.t.Helper()
	asking, err := s.repo.Actions(s.t.Context(), func(a inbox.Action) bool {
		return a.State == inbox.NeedsYou || a.State == inbox.FailedAct || a.State == inbox.RetryWait
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(asking) == 0 {
		return
	}
	a := asking[pick%len(asking)]
	switch word {
	case "retry":
		err = s.eng.RetryAction(s.t.Context(), s.by, a.ID)
	case "confirm":
		if !a.MayBeThere() {
			return
		}
		err = s.eng.ConfirmAction(s.t.Context(), s.by, a.ID)
	case "drop":
		err = s.eng.DropAction(s.t.Context(), s.by, a.ID)
	}
	if err != nil && !errors.Is(err, errDead) {
		s.t.Errorf("%s %d: %v", word, a.ID, err)
	}
}

// restore puts the store in the place of another: a new epoch.
func (s *stage) restore() {
	s.t.Helper()
	s.die()
	repo, err := store.Open(s.t.Context(), s.path, store.Options{})
	if err == nil {
		_, err = repo.NewEpoch(s.t.Context())
		err = errors.Join(err, repo.Close())
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.begin()
}

// play runs a series of steps and returns what was wrong.
func play(t *testing.T, class inbox.Class, list []step) (wrong []string) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, class)
		defer s.die()
		for i, p := range list {
			s.do(p)
			if wrong = s.judge.check(t.Context(), s.repo, s.net); len(wrong) > 0 {
				wrong = append(wrong, fmt.Sprintf("after step %d, %s", i, p))
				return
			}
		}
		s.net.heal()
		s.life.arm("")
		s.do(step{What: "wait", Wait: 4 * time.Hour})
		wrong = append(s.judge.check(t.Context(), s.repo, s.net), s.unsettled()...)
		wrong = append(wrong, s.revised()...)
	})
	return wrong
}

// TestModelOfSending lets random things happen to answers on networks of each
// class and holds vigie to the invariants after every step.
func TestModelOfSending(t *testing.T) {
	checks := "20"
	if os.Getenv("VIGIE_SOAK") != "" {
		checks = "2000"
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		t.Fatal(err)
	}
	for _, class := range []inbox.Class{inbox.ClassA, inbox.ClassB, inbox.ClassC, inbox.ClassD} {
		t.Run(string(class), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				list := rapid.SliceOfN(steps(), 1, 40).Draw(rt, "steps")
				if wrong := play(t, class, list); len(wrong) > 0 {
					rt.Fatalf("%s", strings.Join(wrong, "\n"))
				}
			})
		})
	}
}

// TestAWordIsTakenBackAnywhere: what may have been sent by another copy of the
// store is there on a person's word, which undo takes back.
func TestAWordIsTakenBackAnywhere(t *testing.T) {
	for _, class := range []inbox.Class{inbox.ClassA, inbox.ClassB, inbox.ClassC, inbox.ClassD} {
		for _, last := range [][]step{
			{{What: "decide", Decides: "confirm"}},
			{{What: "decide", Decides: "retry"}, {What: "wait", Wait: 31 * time.Second}},
			{{What: "kill"}, {What: "decide", Decides: "drop"}},
		} {
			list := append([]step{
				{What: "answer", Text: "Oui."}, {What: "restore"}, {What: "decide", Decides: "confirm"}, {What: "undo"},
			}, last...)
			if wrong := play(t, class, list); len(wrong) > 0 {
				t.Errorf("%s, %v: %s", class, list, strings.Join(wrong, "\n"))
			}
		}
	}
}

// TestFailPoints kills vigie at each of the nine points in the life of an
// answer, for each class, and sees where the answer ends.
func TestFailPoints(t *testing.T) {
	for _, class := range []inbox.Class{inbox.ClassA, inbox.ClassB, inbox.ClassC, inbox.ClassD} {
		for _, p := range points() {
			t.Run(fmt.Sprintf("%s, %s", class, p), func(t *testing.T) { failPoint(t, class, p) })
		}
	}
}

func failPoint(t *testing.T, class inbox.Class, p point) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, class)
		defer s.die()
		s.net.setLag(0)
		s.life.arm(p)
		s.do(step{What: "answer", Text: "Oui."})
		s.do(step{What: "wait", Wait: 11 * time.Second})
		s.do(step{What: "wait", Wait: 59 * time.Second})
		for _, fault := range s.judge.check(t.Context(), s.repo, s.net) {
			t.Error(fault)
		}
		if s.lives != 2 {
			t.Errorf("%d processes lived, want 2: the point was not met", s.lives)
		}
		actions, err := s.repo.Actions(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		want := endAfter(class, p)
		switch {
		case want == "" && len(actions) == 0:
		case len(actions) != 1 || actions[0].State != want:
			t.Errorf("ended as %v, want %q", actions, want)
		}
	})
}

// endAfter is where an answer stands a minute after vigie was killed at a
// point and started again; "" means that it never was in the outbox.
func endAfter(class inbox.Class, p point) inbox.SendState {
	executed := p == carriedOut || p == beforeOutcome
	switch {
	case p == beforeConfirm:
		return ""
	case p == afterConfirm, p == beforeClaim, p == afterOutcome:
		return inbox.Accepted
	case class == inbox.ClassD:
		return inbox.NeedsYou
	case executed:
		return inbox.Verified
	case class == inbox.ClassC:
		return inbox.Uncertain // looked up again, until a person is asked
	}
	return inbox.Accepted // sent again: it cannot double
}
