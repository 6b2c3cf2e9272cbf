// Flow is an external connector whose network never rests: so many new
// messages a second, each a thread of its own, for as long as it runs. With it
// as an account, messages reach a server as from any network.
//
//	flow RATE
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"vigie/bench/corpus"
)

// page is how long the messages of a page are gathered.
const page = 100 * time.Millisecond

type request struct {
	ID     int    `json:"id"`
	Method string `json:"method"`
	Params struct {
		Cursor string `json:"cursor"`
	} `json:"params"`
}

type answer struct {
	Version string `json:"jsonrpc"`
	ID      int    `json:"id"`
	Result  any    `json:"result"`
}

type hello struct {
	Network string   `json:"network"`
	Caps    []string `json:"caps"`
}

type messages struct {
	Messages []message `json:"messages"`
	Cursor   string    `json:"cursor"`
	More     bool      `json:"more"`
}

type message struct {
	Kind   string        `json:"kind"`
	Thread string        `json:"thread"`
	ID     string        `json:"id"`
	At     string        `json:"at"`
	Author corpus.Author `json:"author"`
	Text   string        `json:"text"`
}

func main() {
	rate := 0
	if len(os.Args) == 2 {
		rate, _ = strconv.Atoi(os.Args[1]) // what is no number is 0, below
	}
	if rate <= 0 {
		fmt.Fprintln(os.Stderr, "usage: flow MESSAGES-A-SECOND")
		os.Exit(2)
	}
	if err := serve(rate); err != nil {
		fmt.Fprintln(os.Stderr, "flow:", err)
		os.Exit(1)
	}
}

func serve(rate int) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 4<<20)
	enc := json.NewEncoder(os.Stdout)
	g := corpus.New(corpus.Seed, 1<<30)
	born := time.Now()
	given := 0
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return err
		}
		a := answer{Version: "2.0", ID: r.ID}
		switch r.Method {
		case "hello":
			a.Result = hello{"flow", []string{"fetch"}}
		case "fetch":
			time.Sleep(page)
			due := int(time.Since(born).Seconds() * float64(rate))
			a.Result = messages{gather(g, max(0, min(due-given, rate))), fmt.Sprint(time.Now().UnixNano()), true}
			given = due
		default:
			return fmt.Errorf("asked for %s", r.Method)
		}
		if err := enc.Encode(a); err != nil {
			return err
		}
	}
	return in.Err()
}

func gather(g *corpus.Generator, n int) []message {
	list := []message{}
	for range n {
		m, ok := g.Next()
		if !ok {
			break
		}
		id := fmt.Sprintf("flow-%d-%d", os.Getpid(), m.ID)
		l := corpus.LineOf(m)
		list = append(list, message{"comment", id, id, time.Now().UTC().Format(time.RFC3339), l.Author, l.Text})
	}
	return list
}
