package main

import (
	"reflect"
	"slices"
	"sync"

	"vigie/inbox"
)

// troubles keeps what is wrong with the server itself, one problem a code, and
// tells the worst of it. It is safe for concurrent use.
type troubles struct {
	tell func(inbox.Problem)

	mu   sync.Mutex
	open map[string]inbox.Problem
	told inbox.Problem
}

// worstFirst orders the codes: what may have cost something comes first.
var worstFirst = [...]string{inbox.CodeRollback, inbox.CodeDamaged, inbox.CodeConfig, inbox.CodeBackup}

func newTroubles(tell func(inbox.Problem)) *troubles {
	return &troubles{tell: tell, open: map[string]inbox.Problem{}}
}

// set says what is wrong in the matter of a code; the zero Problem ends it.
func (t *troubles) set(code string, p inbox.Problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Zero() {
		delete(t.open, code)
	} else {
		t.open[code] = p
	}
	var worst inbox.Problem
	for _, code := range slices.Backward(worstFirst[:]) {
		if p, ok := t.open[code]; ok {
			worst = p
		}
	}
	if !reflect.DeepEqual(worst, t.told) {
		t.told = worst
		t.tell(worst)
	}
}
