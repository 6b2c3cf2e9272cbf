//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// mergeCycles is how often the server is killed while its search index is
// behind.
const mergeCycles = 8

// The server is killed between the moments when messages are stored and when
// they are merged into the index in the file, and in the middle of both:
// started again, a search finds what the export holds, all of it, at once.
func TestKillBetweenStoringAndIndexing(t *testing.T) {
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	b := blueskyBox(t, alice, "1ms", museum)
	a := newArchive("musee-forum", mergeCycles*160, 25)
	slice := a.messages / mergeCycles
	var mentions []BlueskyRef
	kills := map[string]int{}
	for i := range mergeCycles {
		mentions = append(mentions, bob.Mention(alice, fmt.Sprintf("brioche n° %d, crème comprise ?", i)))
		alice.Notified(mentions[i])
		pid := b.Serve()
		b.agrees(fmt.Sprintf("start %d", i))
		b.Must("sync")
		b.finds(fmt.Sprintf("start %d", i), "brioche", mentions...)
		part := b.Write("part.jsonl", a.lines(i*slice, (i+1)*slice))
		before := b.index()
		importing := b.Command(t.Context(), "import", "--create", "--archive", part)
		if err := importing.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- importing.Wait() }()
		kills[b.untilBehind(i, before, ended)]++
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		b.gone(pid)
		if i%3 == 1 {
			<-ended // however it ended
		}
	}
	t.Logf("killed: %v", kills)
	b.Serve()
	b.finds("after the kills", "brioche", mentions...)
	for i := range mergeCycles { // what the kills kept from being stored
		b.Must("import", "--create", "--archive", b.Write("part.jsonl", a.lines(i*slice, (i+1)*slice)))
	}
	b.agrees("in the end")
	b.counts("in the end", "cremaillere", a.with("Crém"))
	b.counts("in the end", "ornithorynque", a.with("ornith"))
	b.counts("in the end", "visite", a.messages)
	if s := b.Run("doctor"); s.Code != 0 {
		t.Errorf("doctor: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}

// untilBehind waits for the moment of the i-th kill, in an import that began
// when the index was so far, and says which it was.
func (b *Box) untilBehind(i int, before indexed, imported <-chan error) string {
	b.t.Helper()
	switch i % 3 {
	case 0:
		if err := <-imported; err != nil {
			b.t.Fatalf("import: %v", err)
		}
		return "when all was stored"
	case 1:
		Until(b.t, "some are stored", func() bool { return b.index().Messages > before.Messages+500 || len(imported) > 0 })
		return "while they were stored"
	}
	if err := <-imported; err != nil {
		b.t.Fatalf("import: %v", err)
	}
	Until(b.t, "the first are merged", func() bool { return b.index().Bytes != before.Bytes })
	return "when the first were merged"
}

// indexed is what "reindex --json" says.
type indexed struct {
	Messages, Indexed int
	Bytes             int64
}

func (b *Box) index() indexed {
	b.t.Helper()
	return JSON[indexed](b.t, b.Must("reindex", "--status", "--json"))[0]
}

// agrees compares what searches find with what the export holds.
func (b *Box) agrees(when string) {
	b.t.Helper()
	lines := messageLines(b.Must("export", "is:any"))
	for query, text := range map[string]string{
		"cremaillere": "Crémaillère", "ornithorynque": "ornithorynque", `"la visite etait"`: "la visite était", "brioche": "brioche", "crem": "Crém|crèm",
	} {
		want := 0
		for _, line := range lines {
			for alternative := range strings.SplitSeq(text, "|") {
				if strings.Contains(line, alternative) {
					want++
				}
			}
		}
		b.counts(when, query, want)
	}
}

// The store is written anew, again and again, while a real network is
// collected and answered and an import goes on: nothing is lost, nothing is
// there twice, all is found.
func TestCompactMeanwhile(t *testing.T) {
	const rounds = 6
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	b := blueskyBox(t, alice, "1ms", museum)
	a := newArchive("musee-forum", 400, 25)
	first := bob.Mention(alice, "brioche n° 0 ?")
	alice.Notified(first)
	pid := b.Serve()
	b.Must("sync")
	b.Must("import", "--create", "--archive", b.Write("archive.jsonl", a.lines(0, a.messages/2)))

	mentions := []BlueskyRef{first}
	var busy sync.WaitGroup
	run := func(args ...string) {
		if out, err := b.Command(t.Context(), args...).CombinedOutput(); err != nil {
			t.Errorf("vigie %q: %v\n%s", args, err, out)
		}
	}
	rest, ended := b.Write("rest.jsonl", a.lines(a.messages/2, a.messages)), make(chan struct{})
	busy.Go(func() { run("import", "--archive", rest) })
	busy.Go(func() {
		for n := 1; ; n++ {
			run("compact", "--json")
			select {
			case <-ended:
				t.Logf("compacted %d times", n)
				return
			default:
			}
		}
	})
	for i := range rounds { // collect and answer
		b.Must("reply", threadOf(t, b, mentions[i].URI), "--text", answer(i))
		mention := bob.Mention(alice, fmt.Sprintf("brioche n° %d ?", i+1))
		alice.Notified(mention)
		b.Must("sync")
		mentions = append(mentions, mention)
	}
	close(ended)
	busy.Wait()

	if now := b.PID(); now != pid {
		t.Errorf("the server was %d and is %d", pid, now)
	}
	for i := range rounds {
		wrote(t, alice, bob, answer(i), mentions[i], mentions[i])
	}
	if n := len(alice.Written()); n != rounds {
		t.Errorf("alice wrote %d posts, want %d", n, rounds)
	}
	b.Must("sync")
	b.finds("in the end", "brioche", mentions...)
	b.counts("in the end", "visite", a.messages)
	b.agrees("in the end")
	b.same("after compacting")
	b.Must("stop")
	b.gone(pid)
	b.agrees("without a server")
	if s := b.Run("doctor"); s.Code != 0 {
		t.Errorf("doctor: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}
