package main

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"vigie/inbox"
	"vigie/tui"
	"vigie/tui/door"
)

// TestEveryActIsGated: whoever may only read reaches none of the methods that
// change anything, also those that are added one day.
func TestEveryActIsGated(t *testing.T) {
	reads := []string{
		"Accounts", "Clients", "CountView", "Counts", "Digest", "IndexState", "Log", "Notices", "Outbox", "Person", "Place", "Search", "SearchSoon",
		"Sessions", "Subscribe", "Tags", "Thread", "Threads", "Trouble", "Views",
	}
	hidden := []string{"Drafts"} // whoever may not write sees none
	g := reflect.ValueOf(gate{nil, door.RoleRead})
	backend := reflect.TypeFor[tui.Backend]()
	for i := range backend.NumMethod() {
		name := backend.Method(i).Name
		if slices.Contains(reads, name) || slices.Contains(hidden, name) {
			continue
		}
		err, passed := call(g.MethodByName(name))
		var p inbox.Problem
		if passed || err != nil && (!errors.As(err, &p) || p.Code != inbox.CodeRole) {
			t.Errorf("a reader reaches %s: %v", name, err)
		}
	}
}

// call calls a method with zeros; passed: it went on to the backend, of which
// there is none.
func call(m reflect.Value) (err error, passed bool) {
	defer func() {
		if recover() != nil {
			passed = true
		}
	}()
	var args []reflect.Value
	for i := range m.Type().NumIn() {
		if in := m.Type().In(i); !m.Type().IsVariadic() || i < m.Type().NumIn()-1 {
			args = append(args, reflect.Zero(in))
		}
	}
	for _, out := range m.Call(args) {
		if e, ok := out.Interface().(error); ok {
			err = e
		}
	}
	return err, false
}
