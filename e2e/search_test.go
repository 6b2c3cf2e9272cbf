//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Hit is a message as "search --json" gives it.
type Hit struct {
	Row
	Message, Text string
	SentAt        string `json:"message_at"`
}

// Search is what is found, all of it.
func (b *Box) Search(query string) []Hit {
	b.t.Helper()
	return JSON[Hit](b.t, b.Must("search", "--limit", "0", "--json", query))
}

// finds checks which posts a search finds, and that it counts them.
func (b *Box) finds(when, query string, want ...BlueskyRef) {
	b.t.Helper()
	var got, uris []string
	for _, h := range b.Search(query) {
		got = append(got, h.Message)
	}
	for _, ref := range want {
		uris = append(uris, ref.URI)
	}
	slices.Sort(got)
	slices.Sort(uris)
	if !slices.Equal(got, uris) {
		b.t.Errorf("%s: %q finds %q, want %q", when, query, got, uris)
	}
	b.counts(when, query, len(want))
}

// counts checks how many messages a search counts.
func (b *Box) counts(when, query string, want int) {
	b.t.Helper()
	var got int
	if err := json.Unmarshal([]byte(b.Must("search", "--count", query)), &got); err != nil {
		b.t.Fatal(err)
	}
	if got != want {
		b.t.Errorf("%s: %q counts %d messages, want %d", when, query, got, want)
	}
}

// searched is an inbox on the real network with three messages to look for.
type searched struct {
	*Box
	t                    *testing.T
	alice, bob           *BlueskyUser
	order, thanks, other BlueskyRef
}

// What was collected from a real network is found by its words, hashtags,
// handles and hosts, with a server and without; what is edited there is found
// by its new words only, what is deleted there by none.
func TestSearch(t *testing.T) {
	network := NewBluesky(t)
	s := &searched{t: t, alice: network.CreateAccount("alice"), bob: network.CreateAccount("bob")}
	root := s.alice.Post("La fournée du matin est prête 🥐")
	s.order = s.bob.Reply(root, root, "Ma CRÈME brûlée n'est pas arrivée #FournéeDuMatin, voir https://www.galettes.example/commandes/12 !")
	s.thanks = s.bob.Mention(s.alice, "merci beaucoup pour la crèmerie")
	s.other = s.bob.Mention(s.alice, "beaucoup de monde, merci")
	s.alice.Notified(s.order, s.thanks, s.other)
	s.Box = blueskyBox(t, s.alice, "1s")
	s.Must("sync")
	s.all("without a server")
	s.Serve()
	s.all("with a server")
	s.shape()

	p := NewDesk(t, s.Environ).Open(120, 40)
	p.Command(vigie(t))
	p.Wait("À traiter", "Bob")
	s.bob.Edit(s.order, "Finalement le biscuit est là : https://ailleurs.example/ #merci")
	s.Must("sync")
	s.edited("after the edit")
	s.onScreen(p)

	s.bob.Rename("Robert Galette")
	s.bob.Until("the new name is seen", func() bool {
		seen, _ := s.alice.See(s.order.URI)
		return seen.Author.DisplayName == "Robert Galette"
	})
	s.Must("sync")
	s.finds("after the new name", `from:"bob"`)
	s.finds("after the new name", `from:"robert galette"`, s.order, s.thanks, s.other)

	s.bob.Delete(s.order)
	s.Must("sync")
	s.deleted("after the deletion")
	pid := s.PID()
	s.Must("stop")
	s.gone(pid)
	s.deleted("after a restart")
	if said := s.Run("doctor"); said.Code != 0 {
		t.Errorf("doctor: exit %d\n%s%s", said.Code, said.Out, said.Err)
	}
}

// all checks what finds which message.
func (s *searched) all(when string) {
	s.t.Helper()
	for query, want := range map[string][]BlueskyRef{
		`creme`:                    {s.order, s.thanks},
		`CRÈME brulee`:             {s.order},
		`"creme"`:                  {s.order},
		`~arriver`:                 {s.order},
		`merci beaucoup`:           {s.thanks, s.other},
		`"merci beaucoup"`:         {s.thanks},
		`merci -"merci beaucoup"`:  {s.other},
		`#fournee`:                 {s.order},
		`"#fourneedumatin"`:        {s.order},
		`"#fournee"`:               {},
		`#creme`:                   {},
		`host:galettes.example`:    {s.order},
		`host:alettes.example`:     {},
		`@` + s.alice.Handle:       {s.thanks, s.other},
		`@` + s.bob.Handle:         {s.order, s.thanks, s.other},
		`from:@` + s.alice.Handle:  {},
		`from:"bob" arriv`:         {s.order},
		`text:"bob"`:               {},
		`kind:comment OR crèmerie`: {s.order, s.thanks},
		`client:miette net:bluesky after:1d merci`: {s.thanks, s.other},
		`before:1d merci`:                          {},
	} {
		s.finds(when, query, want...)
	}
}

// edited checks that of what was edited only the new words find it.
func (s *searched) edited(when string) {
	s.t.Helper()
	for _, gone := range []string{"brulee", "~arriver", "#fournee", "host:galettes.example", `"pas arrivée"`} {
		s.finds(when, gone)
	}
	s.finds(when, "creme", s.thanks)
	for _, now := range []string{"biscuit", "host:ailleurs.example", "#merci", `"finalement le"`} {
		s.finds(when, now, s.order)
	}
}

func (s *searched) deleted(when string) {
	s.t.Helper()
	for _, gone := range []string{"biscuit", "brulee", "host:ailleurs.example", "#merci", "finalement"} {
		s.finds(when, gone)
	}
	s.finds(when, "merci", s.thanks, s.other)
	s.finds(when, "creme", s.thanks)
}

// onScreen types letters into the search of the terminal and opens what is
// found.
func (s *searched) onScreen(p *Pane) {
	p.Type("/")
	p.Wait("Chercher :")
	for _, typed := range []struct {
		letters string
		shown   []string
	}{
		{"m", []string{`│ 3 messages`}},
		{"e", []string{`│ 3 messages`, "beaucoup de monde", "pour la crèmerie"}},
		{"rci -mon", []string{`│ 2 messages`, "pour la crèmerie", "#merci"}},
		{"de bis", []string{`│ 1 message$`, "le biscuit est là"}},
	} {
		p.Type(typed.letters)
		p.Wait(typed.shown...)
	}
	p.WaitGone("beaucoup de monde", "pour la crèmerie")
	p.Press("Enter")
	p.WaitGone("Chercher :")
	p.Wait("PUBLICATION", "La fournée du matin est prête 🥐", "Finalement le biscuit est là")
	p.Press("Escape") // from the thread to what was found
	p.Wait("Chercher : merci -monde bis", `│ 1 message$`)
	p.Press("C-u")
	p.Type("brulee")
	p.Wait(`│ 0 messages?$`)
	p.Press("Escape")
	p.WaitGone("Chercher :")
}

// shape checks the fields of "search --json" against the manual, read by
// another program than those that write it.
func (s *searched) shape() {
	t := s.t
	t.Helper()
	sh := func(script string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", script, "sh", vigie(t))
		cmd.Env = s.Environ
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	manual, err := os.ReadFile("../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(manual), "`--json` gives these fields")
	list, _, _ = strings.Cut(list, "Times are RFC 3339")
	_, search, _ := strings.Cut(string(manual), "the fields of `list` for the thread, and ")
	search, _, _ = strings.Cut(search, "\n")
	var want []string
	for row := range strings.Lines(list) {
		names, what, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		if !strings.Contains(what, "only while") && !strings.Contains(what, "not there:") && !strings.Contains(what, "when somebody marked") {
			want = append(want, quoted(names)...)
		}
	}
	want = append(want, quoted(search)...)
	slices.Sort(want)
	if got := strings.Fields(sh(`"$1" search --json brulee | jq -r 'keys[]'`)); !slices.Equal(got, want) || len(want) < 20 {
		t.Errorf("search --json has the fields %q, the manual says %q", got, want)
	}
	got := sh(`"$1" search --json brulee | jq -r '[.client, .network, .kind, .state, .unread, .author.name, .author.handle, .thread, .message, .messages, .text] | @tsv'`)
	text := "Ma CRÈME brûlée n'est pas arrivée #FournéeDuMatin, voir https://www.galettes.example/commandes/12 !"
	line := strings.Join([]string{"miette", "bluesky", "comment", "ours", "true", "Bob", "@" + s.bob.Handle, s.One("kind:comment").Thread, s.order.URI, "1", text}, "\t")
	if got != line {
		t.Errorf("search --json through jq:\n%s\nwant\n%s", got, line)
	}
	times := `length == 2 and .[0].message_at >= .[1].message_at and all(.[]; (.at | sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) > 0)`
	if got := sh(`"$1" search --json merci | jq -s '` + times + `'`); got != "true" {
		t.Errorf("search --json: newest first with times: %s", got)
	}
}

// quoted are the words of a line that stand between backquotes.
func quoted(line string) (words []string) {
	for i, part := range strings.Split(line, "`") {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}
