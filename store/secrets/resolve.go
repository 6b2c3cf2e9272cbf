package secrets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"vigie/inbox"
)

const (
	// commandTime and keyringTime are how long a program and the desktop's
	// keyring may take.
	commandTime = 10 * time.Second
	keyringTime = 3 * time.Second
	// maxSecret is the largest secret, in bytes: a key file is far below.
	maxSecret = 64 << 10
)

// Ref is a reference as the configuration holds it: Ref or Command.
type Ref struct {
	Ref     string
	Command []string
}

// Resolve returns the value behind a reference. It may run a program or wait
// for the desktop's keyring, for a few seconds at most, and gives up when ctx
// ends. Its errors are inbox.Problem that name the reference, never a value.
func Resolve(ctx context.Context, ref Ref) (inbox.Secret, error) {
	return resolver{env: os.Getenv, keyring: keyring.Get}.resolve(ctx, ref)
}

// resolver holds what the ways to a secret need of the system.
type resolver struct {
	env     func(string) string
	keyring func(service, user string) (string, error)
}

func (r resolver) resolve(ctx context.Context, ref Ref) (inbox.Secret, error) {
	name, value, err := r.find(ctx, ref)
	if ctx.Err() != nil {
		return inbox.Secret{}, fmt.Errorf("read secret %s: %w", name, ctx.Err())
	}
	if err == nil {
		value = strings.TrimRight(value, "\r\n")
		if value == "" {
			err = errors.New("it is empty")
		}
	}
	if err != nil {
		return inbox.Secret{}, inbox.Problem{
			Code: inbox.CodeMissing, Args: []string{name}, Detail: fmt.Sprintf("read secret %s: %v", name, err),
		}
	}
	return inbox.NewSecret(value), nil
}

// find returns how the reference is called in errors, and the value.
func (r resolver) find(ctx context.Context, ref Ref) (name, value string, err error) {
	if len(ref.Command) > 0 {
		value, err = r.command(ctx, ref.Command)
		return "cmd:" + filepath.Base(ref.Command[0]), value, err
	}
	kind, rest, _ := strings.Cut(ref.Ref, ":")
	switch kind {
	case "env":
		if value = r.env(rest); value == "" {
			err = errors.New("the variable is not set")
		}
	case "file":
		value, err = r.file(rest)
	case "keyring":
		value, err = r.fromKeyring(ctx, rest)
	case "age":
		value, err = r.decrypt(rest)
	default:
		// What stands there may be the secret itself.
		return "(not a reference)", "", errors.New("not env:, file:, keyring:, age: or a command")
	}
	return ref.Ref, value, err
}

func (r resolver) file(path string) (string, error) {
	path, err := r.absolute(path)
	if err != nil {
		return "", err
	}
	raw, err := readPrivate(path)
	return string(raw), err
}

// absolute takes ~/ as the home directory; other relative paths would depend
// on where the server was started.
func (r resolver) absolute(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && r.env("HOME") != "" {
		path = filepath.Join(r.env("HOME"), rest)
	}
	if !filepath.IsAbs(path) {
		return "", errors.New("the path is not absolute")
	}
	return path, nil
}

// fromKeyring asks the desktop's keyring. On a machine without desktop it may
// never answer; then the goroutine that asked is left behind.
func (r resolver) fromKeyring(ctx context.Context, rest string) (string, error) {
	service, user, ok := strings.Cut(rest, "/")
	if !ok {
		return "", errors.New("not keyring:SERVICE/USER")
	}
	type answer struct {
		value string
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := r.keyring(service, user)
		answers <- answer{value, err}
	}()
	limit := time.NewTimer(keyringTime)
	defer limit.Stop()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-limit.C:
		return "", fmt.Errorf("the keyring did not answer in %s; on a machine without desktop use file:, age: or a command", keyringTime)
	case a := <-answers:
		switch {
		case a.err == nil:
			return a.value, nil
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", errors.New("the keyring has no such entry")
		}
		return "", fmt.Errorf("no keyring here (%w); use file:, age: or a command", a.err)
	}
}
