// Command forum is a whole external connector: a forum kept in one JSON file, which the account's setting "file" names.
// The file lists what happened as messages of the bridge format; a later one with the same id replaces an earlier one.
package main

import (
	"encoding/json"
	"os"
	"strconv"
	"time"
)

type object = map[string]any

type call struct {
	ID     int64
	Method string
	Params struct {
		Account                                 struct{ File string }
		Cursor, Key, Kind, Thread, Parent, Text string
	}
}

func main() {
	in, out, file := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout), ""
	for c := new(call); in.Decode(c) == nil; c = new(call) { // it ends when our input is closed
		if c.Method == "hello" {
			file = c.Params.Account.File
		}
		result, kind := serve(file, c)
		answer := object{"jsonrpc": "2.0", "id": c.ID, "result": result}
		if kind != "" {
			answer = object{"jsonrpc": "2.0", "id": c.ID, "error": object{"code": -32000, "message": kind, "data": object{"kind": kind}}}
		}
		_ = out.Encode(answer)
	}
}

// serve carries one call out and returns its result or the kind of its error.
func serve(file string, c *call) (any, string) {
	var log []object // the whole forum; a cursor is the number of entries read
	if b, err := os.ReadFile(file); err != nil || json.Unmarshal(b, &log) != nil {
		return nil, "retry"
	}
	var target, done object
	for _, m := range log {
		if m["id"] == c.Params.Parent {
			target = m
		}
		if key, ok := m["key"]; ok && key == c.Params.Key {
			done = object{"id": m["id"]}
		}
	}
	gone := target == nil || target["deleted"] == true
	next := object{"kind": "comment", "thread": c.Params.Thread, "author": object{"id": "me"}, "outgoing": true, "at": time.Now().UTC(), "key": c.Params.Key}
	switch method := c.Method + " " + c.Params.Kind; {
	case c.Method == "hello":
		return object{"network": "forum", "caps": []string{"fetch", "reply", "delete", "find"}, "key_window_s": 86400, "reads_own_writes": true, "identity": object{"id": "me", "handle": "me"}, "limits": object{"reply": object{"max": 5000, "unit": "characters"}}}, ""
	case c.Method == "fetch":
		from, err := strconv.Atoi(c.Params.Cursor)
		if err != nil || from < 0 || from > len(log) {
			from = 0 // a cursor that is not ours: all again
		}
		return object{"messages": log[from:], "cursor": strconv.Itoa(len(log)), "poll_after_s": 60}, ""
	case c.Method == "find", c.Method == "do" && done != nil:
		return done, "" // null when there is none; the same key twice is done once
	case c.Method == "do" && gone:
		return nil, "gone"
	case method == "do reply":
		next["id"], next["parent"], next["text"] = strconv.Itoa(len(log)+1), c.Params.Parent, c.Params.Text
	case method == "do delete" && target["outgoing"] == true:
		next["id"], next["at"], next["deleted"] = c.Params.Parent, target["at"], true
	default:
		return nil, "unsupported"
	}
	b, _ := json.Marshal(append(log, next))
	if os.WriteFile(file+".tmp", b, 0o600) != nil || os.Rename(file+".tmp", file) != nil {
		return nil, "retry" // the rename is what does it, so nothing was done
	}
	return object{"id": next["id"]}, ""
}
