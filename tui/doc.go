// Package tui is the screen of one session.
//
// Model is the only tea.Model. It routes; what is on the screen are plain
// structs in the packages below it, with SetSize, View and methods for what
// can be done to them:
//
//	list      threads         reader  one thread      composer  writing
//	dialog    sheets          palette help, commands  status    header, sidebar, status
//	keys      the key table   theme   styles, glyphs  look      what panes draw with
//	cell      lines and panes stamp   times           text      drawing of remote text
//
// The loop, in short:
//
//	a key        → keys.Map → intent → apply (intents_*.go) → tea.Cmd
//	a dialog     → dialog.Action → act (dialogs.go) → tea.Cmd
//	a tea.Cmd    → Backend, with a deadline → a past-tense message
//	a message    → data.go puts it where it belongs, unless a newer load runs
//	a change     → only ids come; what is visible is loaded again
//
// Update and View do no I/O, take no lock and read no clock: the time is a
// message. A frame's cost depends on what is visible, never on the inbox.
package tui
