package engine

import (
	"fmt"
	"runtime/debug"

	"vigie/inbox"
)

// guarded calls into a connector or deliverer. A panic there is that call's
// failure and nobody else's: it comes back as an error, which for a send means
// that it may have been done, and its trace goes to the log.
func guarded[T any](e *Engine, account inbox.AccountID, what string, call func() (T, error)) (out T, err error) {
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("panic", "account", account, "in", what, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: a fault of vigie, see the log", what)
		}
	}()
	return call()
}
