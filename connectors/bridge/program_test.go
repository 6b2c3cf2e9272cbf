package bridge

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test binary be the program under test.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "-program" {
		switch os.Args[2] {
		case "sleeper":
			hang()
		case "meddle":
			meddle(os.Args[3], os.Args[4])
		default:
			misbehave(os.Args[2], os.Args[3:])
		}
		// The race detector makes any other end a second long.
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		return
	}
	goleak.VerifyTestMain(m)
}

// ask is a request as a program sees it.
type ask struct {
	ID     int64
	Method string
	Params struct {
		Account map[string]any
		Cursor  string
		Key     string
	}
	raw string
}

const goodHello = `{"network":"odd","caps":["fetch","reply","like","delete","find"],"streams":["comments","reviews"],` +
	`"limits":{"reply":{"max":300,"unit":"graphemes"}},"identity":{"id":"7","handle":"@me\u001b[31m"}}`

// misbehave is a program that greets well and then does as mode says.
func misbehave(mode string, args []string) {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 8<<20)
	for in.Scan() {
		var a ask
		if err := json.Unmarshal(in.Bytes(), &a); err != nil {
			panic(err)
		}
		a.raw = in.Text()
		if a.Method == "hello" && !strings.HasPrefix(mode, "hello-") {
			result(a.ID, goodHello)
			continue
		}
		if behaviours[mode] == nil {
			panic("no mode " + mode)
		}
		behaviours[mode](a, args)
	}
	if mode == "deaf-to-end" {
		hang()
	}
}

func result(id int64, value string) {
	fmt.Printf(`{"jsonrpc":"2.0","id":%d,"result":%s}`+"\n", id, value)
}

func failure(id int64, value string) {
	fmt.Printf(`{"jsonrpc":"2.0","id":%d,"error":%s}`+"\n", id, value)
}

const emptyPage = `{"messages":[],"cursor":"c"}`

var behaviours = map[string]func(a ask, args []string){
	"fine":        func(a ask, _ []string) { result(a.ID, emptyPage) },
	"deaf-to-end": func(a ask, _ []string) { result(a.ID, emptyPage) },
	"crash":       func(ask, []string) { os.Exit(3) },
	"crash-midway": func(a ask, _ []string) {
		fmt.Printf(`{"jsonrpc":"2.0","id":%d,"result":{"messages":[`, a.ID)
		os.Exit(3)
	},
	"hang": func(_ ask, args []string) { // opens the pipe that it may be given
		for _, pipe := range args {
			if err := os.WriteFile(pipe, nil, 0); err != nil {
				panic(err)
			}
		}
		hang()
	},
	"rubbish":        func(ask, []string) { fmt.Println("Traceback (most recent call last):") },
	"result-rubbish": func(a ask, _ []string) { result(a.ID, `{"messages":7,"cursor":"c"}`) },
	"no-cursor":      func(a ask, _ []string) { result(a.ID, `{"messages":[]}`) },
	"no-result":      func(a ask, _ []string) { fmt.Printf(`{"jsonrpc":"2.0","id":%d}`+"\n", a.ID) },
	"long-cursor": func(a ask, _ []string) {
		result(a.ID, `{"messages":[],"cursor":"`+strings.Repeat("c", maxCursor+1)+`"}`)
	},
	"blank-lines": func(a ask, _ []string) {
		fmt.Printf("\r\n  \r\n"+`{"jsonrpc":"2.0","id":%d,"result":%s}`+"\r\n", a.ID, emptyPage)
	},
	"hello-later": func(a ask, _ []string) { result(a.ID, `{"v":2,"network":"odd","caps":["fetch"]}`) },
	"null":        func(a ask, _ []string) { result(a.ID, "null") },
	"answer":      func(a ask, args []string) { result(a.ID, args[0]) },
	"fail":        func(a ask, args []string) { failure(a.ID, args[0]) },
	"hello-fail":  func(a ask, args []string) { failure(a.ID, args[0]) },
	"hello-hello": func(a ask, _ []string) { result(a.ID, `{}`) },
	"sloppy": func(a ask, _ []string) { // never the same, always something
		if a.Method != "fetch" {
			result(a.ID, `{"id":"1"}`)
			return
		}
		life := strconv.Itoa(os.Getpid())
		if a.Params.Cursor != "" && a.Params.Cursor != "x" && a.Params.Cursor != "y" {
			result(a.ID, `{"messages":[],"cursor":"x"}`)
			return
		}
		m := `{"kind":"dm","thread":"t","id":"` + life + `","at":"2026-11-22T08:00:00Z","author":{"id":"l"},"text":""}`
		more := strconv.FormatBool(a.Params.Cursor == "")
		next := map[string]string{"": "x", "x": "y", "y": "x"}[a.Params.Cursor]
		result(a.ID, `{"messages":[`+m+`,{"id":"bad"}],"cursor":"`+next+`","more":`+more+`}`)
	},
	"hello-record": func(a ask, args []string) { // greets with one, notes and answers the rest with another
		if a.Method == "hello" {
			result(a.ID, args[1])
			return
		}
		f, err := os.OpenFile(args[0], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = fmt.Fprintln(f, a.raw)
		}
		if err != nil || f.Close() != nil {
			panic("cannot note")
		}
		result(a.ID, args[2])
	},
	"hello-crash": func(ask, []string) { os.Exit(1) },
	"hello-hang":  func(ask, []string) { hang() },
	"hello-echo": func(a ask, args []string) {
		b, err := json.Marshal(map[string]any{"account": a.Params.Account, "env": os.Environ(), "args": os.Args})
		if err != nil {
			panic(err)
		}
		if err := os.WriteFile(args[0], b, 0o600); err != nil {
			panic(err)
		}
		fmt.Fprintf(os.Stderr, "token is %s\x1b]52;c;x\x07\n", a.Params.Account["token"])
		result(a.ID, goodHello)
	},
	"long-line": func(a ask, _ []string) {
		x := strings.Repeat("x", 1<<20)
		fmt.Print(`{"jsonrpc":"2.0","id":1,"result":"`)
		for range 64 {
			fmt.Print(x)
		}
	},
	"chatter": func(a ask, _ []string) {
		for range 2 * maxStrays {
			fmt.Println(`{"jsonrpc":"2.0","method":"hey"}`)
		}
		result(a.ID, emptyPage)
	},
	"few-strays": func(a ask, _ []string) {
		for range maxStrays / 2 {
			fmt.Print(`{"jsonrpc":"2.0","method":"hey"}` + "\n\n")
		}
		result(a.ID, emptyPage)
	},
	"stderr": func(a ask, _ []string) {
		fmt.Fprintln(os.Stderr, strings.Repeat("long ", 100_000))
		for i := range 10_000 {
			fmt.Fprintln(os.Stderr, "line", i)
		}
		result(a.ID, emptyPage)
	},
	"child": func(a ask, args []string) { // leaves a child that holds our output
		c := exec.Command(os.Args[0], "-program", "sleeper", args[0])
		c.Stdin, c.Stdout, c.Stderr = nil, os.Stdout, os.Stderr
		if err := c.Start(); err != nil {
			panic(err)
		}
		if err := os.WriteFile(args[0], fmt.Append(nil, c.Process.Pid), 0o600); err != nil {
			panic(err)
		}
		result(a.ID, emptyPage)
	},
	"once": func(a ask, args []string) { // crashes at its first life, is fine in the next
		if _, err := os.Stat(args[0]); err != nil {
			if err := os.WriteFile(args[0], nil, 0o600); err != nil {
				panic(err)
			}
			os.Exit(1)
		}
		result(a.ID, emptyPage)
	},
	"slow-first": func(a ask, args []string) { // answers the first call when the second came
		if a.Params.Cursor == "first" {
			return
		}
		result(a.ID-1, `{"messages":[],"cursor":"late"}`)
		result(a.ID, emptyPage)
	},
}

// hang waits for ever, and for the signal that ends it.
func hang() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	defer w.Close()
	_, _ = r.Read(make([]byte, 1))
}
