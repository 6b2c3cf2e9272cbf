// Package engine runs an inbox: it collects from the connectors on a schedule,
// sends what is in the outbox, wakes what was snoozed, changes threads on
// behalf of sessions and tells the sessions what changed.
//
// Data flows one way: connectors → engine → store → changes → sessions; what
// people want comes back as method calls. The engine owns every goroutine it
// starts: Start begins them, Stop ends them all and returns when they ended.
// It knows no network, no file and no screen.
package engine
