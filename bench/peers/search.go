package peers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"vigie/bench/run"
)

// Index has a full-text program read the whole Maildir into a new database and
// says what that took. The one that Ask and the screens use is replaced by it.
func (s *Set) Index(ctx context.Context, name string) (run.Used, error) {
	var before *run.Command
	cmd := run.Command{Env: s.Env(), Watch: true}
	dir := s.database(name)
	switch name {
	case Notmuch:
		cmd.Argv = []string{"notmuch", "new", "--quiet"}
	case Mu:
		before = &run.Command{Argv: []string{"mu", "init", "--muhome=" + dir, "--maildir=" + s.Mail()}, Env: s.Env()}
		cmd.Argv = []string{"mu", "index", "--muhome=" + dir, "--quiet"}
	default:
		return run.Used{}, fmt.Errorf("%s has no index", name)
	}
	if err := os.RemoveAll(dir); err != nil {
		return run.Used{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return run.Used{}, err
	}
	if before != nil {
		if _, err := before.Run(ctx); err != nil {
			return run.Used{}, err
		}
	}
	u, err := cmd.Run(ctx)
	if err != nil {
		return u, err
	}
	return u, os.WriteFile(filepath.Join(dir, whole), nil, 0o600)
}

// whole marks a database that was written to its end.
const whole = "whole"

// Indexed makes sure that the database of a program is there.
func (s *Set) Indexed(ctx context.Context, name string) error {
	if _, err := os.Stat(filepath.Join(s.database(name), whole)); err == nil {
		return nil
	}
	_, err := s.Index(ctx, name)
	return err
}

func (s *Set) database(name string) string {
	if name == Mu {
		return s.muDir()
	}
	return s.notmuchDir()
}

// DatabaseBytes is what a program's database takes on the disk, in whole blocks.
func (s *Set) DatabaseBytes(name string) (int64, error) { return run.DiskBytes(s.database(name)) }

// MailBytes is what the mails take on the disk, in whole blocks.
func (s *Set) MailBytes() (int64, error) { return run.DiskBytes(s.Mail()) }

// Query is one question in the words of each program.
type Query struct {
	Notmuch string
	Mu      []string // its terms, an argument each
}

// Ask returns the command that finds the newest 50 messages.
func (s *Set) Ask(name string, q Query) run.Command {
	if name == Mu {
		return run.Command{Argv: append([]string{"mu", "find", "--muhome=" + s.muDir(), "--sortfield=date", "--reverse", "--maxnum=50"}, q.Mu...), Env: s.Env()}
	}
	return s.notmuch("search", "--output=messages", "--limit=50", q.Notmuch)
}

// Threads returns the command that lists the newest 50 threads that match, as
// notmuch shows them.
func (s *Set) Threads(query string) run.Command { return s.notmuch("search", "--limit=50", query) }

// Count returns the command that counts messages.
func (s *Set) Count(q Query) run.Command { return s.notmuch("count", q.Notmuch) }

// Tag returns the command that changes a tag of threads, in one call.
func (s *Set) Tag(change string, threads []string) run.Command {
	return s.notmuch("tag", change, "--", strings.Join(threads, " or "))
}

// ThreadIDs are the newest threads, as Tag takes them.
func (s *Set) ThreadIDs(ctx context.Context, n int) ([]string, error) {
	u, err := s.notmuch("search", "--output=threads", fmt.Sprintf("--limit=%d", n), "*").Run(ctx)
	return strings.Fields(string(u.Out)), err
}

func (s *Set) notmuch(args ...string) run.Command {
	return run.Command{Argv: append([]string{"notmuch"}, args...), Env: s.Env()}
}
