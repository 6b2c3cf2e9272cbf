package main

import (
	"errors"
	"fmt"
	"io"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// The exit codes. They are part of the interface: docs/cli.md lists them, and
// a test compares.
const (
	exitOK       = 0
	exitFailure  = 1  // it did not work; the sentence says why
	exitUsage    = 2  // the words of the command, a query or a moment are off
	exitNotFound = 3  // no such thread, account, contact, file
	exitConfig   = 4  // the configuration has mistakes
	exitAuth     = 5  // a network refused the sign-in
	exitPartly   = 6  // some of it worked: refused lines, a failing account
	exitNotSent  = 7  // the answer did not leave, or nobody knows
	exitGuard    = 8  // a guard stopped it, and a person may overrule it
	exitNoServer = 69 // no server runs
	exitHeld     = 75 // another server holds the store
)

// exitError is an error with its exit code and, when key is set, its sentence.
type exitError struct {
	code int
	key  lang.Key
	args []any
	err  error
}

func (e *exitError) Error() string {
	if e.err != nil {
		return e.err.Error()
	}
	return string(e.key)
}

func (e *exitError) Unwrap() error { return e.err }

// fail makes an error whose sentence is in the table.
func fail(code int, key lang.Key, args ...any) error {
	return &exitError{code: code, key: key, args: args}
}

// usage makes an error about the words of a command.
func usage(key lang.Key, args ...any) error { return fail(exitUsage, key, args...) }

// report writes an error as one sentence and returns the exit code.
func report(w io.Writer, p lang.Printer, err error) int {
	if err == nil {
		return exitOK
	}
	var exit *exitError
	var problem inbox.Problem
	var parse *query.ParseError
	switch {
	case errors.As(err, &exit) && exit.key == "" && exit.err == nil:
		return exit.code
	case errors.As(err, &exit) && exit.key != "":
		say(w, p.T(exit.key, exit.args...), "")
		if errors.As(exit.err, &problem) {
			detail(w, problem)
		}
		return exit.code
	case errors.As(err, &exit):
		say(w, exit.err.Error(), "")
		return exit.code
	case errors.As(err, &parse):
		say(w, parseSentence(p, parse), "")
		return exitUsage
	case errors.As(err, &problem):
	case errors.Is(err, inbox.ErrFull):
		problem = inbox.Problem{Code: inbox.CodeFull}
	default:
		problem = inbox.ProblemOf(err)
		if problem.Code == inbox.CodeRetry || problem.Code == "" {
			say(w, err.Error(), "")
			return exitFailure
		}
	}
	what, next := p.Problem(local(p, problem))
	if key := lang.Key("cli.next." + problem.Code); p.Has(key) {
		next = p.T(key) // as a command, not as a key to press
	}
	var account accountError
	if errors.As(err, &account) {
		what, next = p.OfAccount(problem)
	}
	say(w, what, next)
	detail(w, problem)
	return problemCode(problem)
}

func detail(w io.Writer, p inbox.Problem) {
	if p.Detail != "" {
		fmt.Fprintf(w, "        %s\n", inert(p.Detail))
	}
}

func say(w io.Writer, what, next string) {
	if next != "" {
		what += " — " + next
	}
	fmt.Fprintf(w, "vigie: %s\n", inert(what))
}

// inert makes a word that may come from elsewhere harmless to a terminal.
func inert(s string) string { return text.CleanLine(s).String() }

func problemCode(p inbox.Problem) int {
	switch p.Code {
	case inbox.CodeNotFound:
		return exitNotFound
	case inbox.CodeAuth:
		return exitAuth
	case inbox.CodeInvalid, inbox.CodeEmpty, inbox.CodeTooLong, inbox.CodeVisibility, inbox.CodeTag, inbox.CodeMoment, inbox.CodePast, inbox.CodeView, inbox.CodeApart, inbox.CodeVariable, inbox.CodeClients:
		return exitUsage
	case inbox.CodeMissing:
		return exitConfig
	case inbox.CodeChanged, inbox.CodeAnswered, inbox.CodeComposing, inbox.CodeOtherClient, inbox.CodeReplyTo, inbox.CodeTone, inbox.CodeReported:
		return exitGuard
	case inbox.CodeWindow:
		return exitNotSent
	}
	return exitFailure
}

// parseSentence says where a query is wrong and why.
func parseSentence(p lang.Printer, e *query.ParseError) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return p.T("cli.query", e.Pos+1, p.T(lang.Key("query."+string(e.Reason)), args...))
}
