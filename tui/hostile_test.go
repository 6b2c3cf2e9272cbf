package tui

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
)

type hostileCase struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func hostileCases(t *testing.T) []hostileCase {
	t.Helper()
	file, err := os.Open("../inbox/text/testdata/hostile.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []hostileCase
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var c hostileCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if err := lines.Err(); err != nil || len(out) < 50 {
		t.Fatalf("%d hostile texts, %v", len(out), err)
	}
	params := "\x1b[" + strings.Repeat("1;", 40) + "m"
	return append(out, hostileCase{"csi of 41 parameters", params + "x" + params})
}

// hostileWorld has the text in every field that a stranger, a paste or
// another session can fill, between two harmless threads.
func hostileWorld(s string) *fake {
	f := newFake(monday())
	f.clients = testClients()
	f.accounts = []inbox.AccountStatus{account("miette-masto", "miette", "mastodon", s)}
	f.accounts[0].Identity = inbox.Identity{Handle: s, Name: s, URL: s}
	f.accounts[0].Problem = inbox.Problem{Code: inbox.CodeAuth, Args: []string{s}, Detail: s}
	f.sessions = []inbox.SessionInfo{{ID: "there", Name: s, Composing: 2}}
	line, body := text.CleanLine(s), text.Clean(s)
	who := inbox.Author{ID: s, Handle: line, Name: line, URL: s}
	f.add("miette-masto", nil, theirs(inbox.KindMention, 3*hour, author("avant", "Harmless Before"), "bonjour"))
	m := theirs(inbox.KindMention, 2*hour, who, "")
	m.Text, m.URL, m.Visibility, m.Lang = body, s, s, s
	m.Media = []inbox.Media{{Kind: s, URL: s, Alt: body}}
	answer := answer(inbox.KindMention, hour+30*minute, s)
	post := &inbox.Post{ID: "p", Text: body, URL: s, At: monday()}
	id := f.add("miette-masto", post, m, answer, m)
	f.threads[id].t.Kind = inbox.Kind(line.String())
	f.add("miette-masto", nil, theirs(inbox.KindMention, hour, author("après", "Harmless After"), "au revoir"))
	by, ctx := inbox.By{Actor: inbox.Human, Session: s}, context.Background()
	must(f.Note(ctx, by, id, s))
	must(f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Escalate, Text: body, Args: []string{s, s}, Until: monday().Add(time.Hour)}, true
	}))
	must(f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) { return inbox.Event{Verb: inbox.Overdue}, true }))
	f.drafts["d"] = inbox.Draft{ID: "d", Thread: id, Text: s, Visibility: s}
	again := f.threads[id].messages[0].Remote
	must(f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Acted, Args: []string{s}, Message: again}, true
	}))
	f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActHide: {OK: true}, inbox.ActBlock: {Why: s}, inbox.ActDelete: {OK: true}}
	f.actions = []inbox.Action{{
		ID: 2, Kind: inbox.ActHide, Client: "miette", Account: "miette-masto", Thread: id, Target: again, State: inbox.NeedsYou,
		CreatedAt: monday(), Problem: inbox.Problem{Code: inbox.CodeMissing, Args: []string{s}, Detail: s},
		History: []inbox.ActionStep{{At: monday(), To: inbox.NeedsYou, Why: s, Who: s}},
	}, {
		ID: 1, Kind: inbox.ActReply, Client: "miette", Account: "miette-masto", Thread: id, Text: s, State: inbox.FailedAct,
		CreatedAt: monday(), Problem: inbox.Problem{Code: "unknown", Args: []string{s}, Detail: s},
	}}
	f.threads[id].t.Tags = []string{line.String()}
	return f
}

// Whatever a stranger writes, wherever: the frame keeps its shape, nothing
// but our own styles reaches the terminal, and no row is hidden.
func TestHostile(t *testing.T) {
	always := [][]string{{"home"}, {"down", "enter"}, {"down r"}, {"g o"}, {"g o h"}, {"g a"}, {"down m"}, {"down m d"}}
	rest := [][]string{{"down n"}, {"down t"}, {"down !"}, {"down o"}, {"/"}, {"?"}, {"down enter S"}, {"down enter X"}, {"down m h"}}
	for i, c := range hostileCases(t) {
		paths := always
		if i%4 == 0 { // the smaller screens draw the same fields by the same ways
			paths = append(paths[:len(paths):len(paths)], rest...)
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t, hostileWorld(c.Text), 120, 40, nil)
			for _, path := range paths {
				s.keys("home")
				s.wants("Harmless Before", "Harmless After")
				s.keys(path...)
				if path[0] == "/" || path[0] == "down r" || path[0] == "down n" {
					s.send(tea.PasteMsg{Content: c.Text})
					s.rest()
				}
				s.checkFrame(strings.Join(path, " "))
				for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
					if len(path) > 1 {
						s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
						s.checkFrame(strings.Join(path, " "))
					}
				}
				if title := s.m.View().WindowTitle; title != "vigie" {
					t.Fatalf("the window's title is %q", title)
				}
				s.keys("esc esc")
			}
		})
	}
}
