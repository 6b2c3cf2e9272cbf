package conformance

import (
	"testing"
)

// Check is one promise of the contract.
type Check struct {
	Name string
	run  func(*bench)
}

// Run runs the check in surroundings t.
func (c Check) Run(t T, h Harness) {
	t.Helper()
	c.run(newBench(t, h))
}

// Checks lists the contract in the order of the package comment.
func Checks() []Check {
	return []Check{
		{"caught up", caughtUp},
		{"cancelled", cancelled},
		{"once", once},
		{"missing capability", missingCapability},
		{"not offered", notOffered},
		{"acts", actsOnce},
		{"statuses", statuses},
		{"own edits", ownEdits},
		{"files", files},
		{"paging", paging},
		{"restart", restart},
		{"bad cursor", badCursor},
		{"edits and deletes", editsAndDeletes},
		{"sign-in refused", signInRefused},
		{"slow down", slowDown},
		{"broken network", brokenNetwork},
		{"unreachable", unreachable},
		{"lost answer", lostAnswer},
		{"lost act", lostAct},
		{"clean text", cleanText},
		{"times", times},
		{"stable ids", stableIDs},
		{"huge answer", hugeAnswer},
		{"garbage", garbage},
		{"bad item", badItem},
		{"no goroutine left", noGoroutineLeft},
		{"no secret told", noSecretTold},
		{"capabilities", capabilities},
		{"push", push},
		{"context", contextOf},
	}
}

// Run runs the whole contract, a subtest for each promise.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, c := range Checks() {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, h) })
	}
}
