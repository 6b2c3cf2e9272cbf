package soak

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// forumWord is the argument that makes the test binary a forum.
const forumWord = "forum-connector"

// forum is a network behind an external program: a file to which every post
// is appended, one a line. Of class C its posts can be looked up, of class D
// not.
type forum struct {
	class string
	file  string
}

// forumCall is what vigie asks of the program.
type forumCall struct {
	ID     int64  `json:"id"`
	Method string `json:"method"`
	Params struct {
		Key    string `json:"key"`
		Kind   string `json:"kind"`
		Parent string `json:"parent"`
		Text   string `json:"text"`
		Cursor string `json:"cursor"`
	} `json:"params"`
}

// serveForum answers on standard output until its input ends. A post takes a
// moment before and after it is carried out, so that a kill meets it in
// between.
func serveForum(class, file string) int {
	f := forum{class, file}
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var c forumCall
		if err := in.Decode(&c); err != nil {
			return 0
		}
		result, err := f.answer(c)
		reply := map[string]any{"jsonrpc": "2.0", "id": c.ID, "result": result}
		if err != nil {
			delete(reply, "result")
			reply["error"] = map[string]any{"code": -32000, "message": err.Error(), "data": map[string]string{"kind": "invalid"}}
		}
		if out.Encode(reply) != nil {
			return 0
		}
	}
}

func (f forum) answer(c forumCall) (any, error) {
	switch c.Method {
	case "hello":
		caps := []string{"fetch", "reply"}
		if f.class == "C" {
			caps = append(caps, "find")
		}
		return map[string]any{"network": "forum", "caps": caps, "identity": map[string]string{"id": "me", "handle": "me"}}, nil
	case "fetch":
		return map[string]any{"messages": f.topics(c.Params.Cursor), "cursor": "1", "poll_after_s": 60}, nil
	case "find":
		for i, text := range f.posts() {
			if text == c.Params.Text {
				return map[string]string{"id": fmt.Sprint("post-", i)}, nil
			}
		}
		return nil, nil
	case "do":
		return f.post(c.Params.Text)
	}
	return nil, fmt.Errorf("no such method")
}

// forumTopics is how many conversations a forum has from the start.
const forumTopics = 24

func (f forum) topics(cursor string) []map[string]any {
	list := []map[string]any{}
	for i := range forumTopics {
		if cursor != "" {
			break
		}
		list = append(list, map[string]any{
			"kind": "comment", "thread": fmt.Sprint("topic-", i), "id": fmt.Sprint("question-", i), "text": fmt.Sprint("Question ", i, " ?"),
			"at": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), "author": map[string]string{"id": fmt.Sprint("person-", i), "handle": "lea"},
		})
	}
	return list
}

func (f forum) post(text string) (any, error) {
	moment()
	file, err := os.OpenFile(f.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintln(file, text); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	moment()
	return map[string]string{"id": fmt.Sprint("post-", len(f.posts())-1)}, nil
}

// posts are the texts that were carried out, in order.
func (f forum) posts() []string {
	b, err := os.ReadFile(f.file)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

// moment is what a network takes to do its work.
func moment() { <-time.After(rand.N(30 * time.Millisecond)) }

func TestForumCountsEveryPost(t *testing.T) {
	f := forum{"C", t.TempDir() + "/posts"}
	for range 2 {
		if _, err := f.post("bonjour"); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(f.posts()); got != 2 {
		t.Errorf("%d posts counted, want 2", got)
	}
}
