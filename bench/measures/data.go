package measures

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vigie/bench/corpus"
	"vigie/bench/peers"
	"vigie/bench/run"
)

// hashOf tells programs apart: what was imported by another is not used.
func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// named is a path in the cache for what is made of a corpus of n messages.
func (b *Bench) named(what string, n int) string {
	return filepath.Join(b.Dir, fmt.Sprintf("%s-v%d-seed%d-%d", what, corpus.Version, corpus.Seed, n))
}

// made returns path after make has filled it, unless it was there: whole, or
// not at all.
func (b *Bench) made(path string, make func(path string) error) (string, error) {
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	b.Tell("make " + path)
	part := path + ".part"
	if err := os.RemoveAll(part); err != nil {
		return "", err
	}
	if err := make(part); err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

// lines is the corpus as a file that vigie imports.
func (b *Bench) lines(n int) (string, error) {
	return b.made(b.named("lines", n)+".jsonl", func(path string) error {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		return errors.Join(corpus.New(corpus.Seed, n).Lines(f), f.Close())
	})
}

// set is the mail programs over a Maildir of n messages.
func (b *Bench) set(n int) (*peers.Set, error) {
	if s := b.sets[n]; s != nil {
		return s, nil
	}
	dir := b.named("mail", n)
	_, err := b.made(filepath.Join(dir, "mail"), func(path string) error {
		return corpus.New(corpus.Seed, n).Maildir(path)
	})
	if err != nil {
		return nil, err
	}
	s, err := peers.New(dir, n, b.Programs)
	if err == nil {
		b.sets[n] = s
	}
	return s, err
}

// indexed is the set of n messages with the database of a program.
func (b *Bench) indexed(ctx context.Context, name string, n int) (*peers.Set, error) {
	s, err := b.set(n)
	if err != nil {
		return nil, err
	}
	if !s.Has(name) {
		return nil, b.absent(name)
	}
	return s, s.Indexed(ctx, name)
}

const storePrefix = "vigie-"

// storePath is the store of n messages as the program measured makes it.
func (b *Bench) storePath(n int) string { return b.named(storePrefix+b.hash, n) }

// dropStores removes the stores that other programs made.
func (b *Bench) dropStores() error {
	list, err := filepath.Glob(filepath.Join(b.Dir, storePrefix+"*"))
	if err != nil {
		return err
	}
	for _, path := range list {
		if !strings.HasPrefix(filepath.Base(path), storePrefix+b.hash) {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// store makes sure that there is a store of n messages, and returns its data
// directory, which is not to be changed.
func (b *Bench) store(ctx context.Context, n int) (string, error) {
	return b.made(b.storePath(n), func(path string) error {
		_, err := b.importInto(ctx, path, n)
		return err
	})
}

// importInto imports a corpus into a new data directory.
func (b *Bench) importInto(ctx context.Context, dir string, n int) (run.Used, error) {
	lines, err := b.lines(n)
	if err != nil {
		return run.Used{}, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return run.Used{}, err
	}
	c := b.vigie(dir, "import", "--create", lines)
	c.Watch, c.Limit = true, 20*time.Minute
	return c.Run(ctx)
}

// settings of the servers measured: the hourly backup would copy the store
// while a start or an idle minute is timed.
const settings = "language: en\nbackup: {off: true}\n"

// data is a data directory of n messages that may be changed, one for the
// whole run, without a server.
func (b *Bench) data(ctx context.Context, n int) (string, error) {
	if dir := b.work[n]; dir != "" {
		return dir, nil
	}
	from, err := b.store(ctx, n)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.workDir(), fmt.Sprint(n))
	if err := os.MkdirAll(b.workDir(), 0o700); err != nil {
		return "", err
	}
	if _, err := (run.Command{Argv: []string{"cp", "-a", "--reflink=auto", from, dir}}).Run(ctx); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(settings), 0o600); err != nil {
		return "", err
	}
	if err := b.adopt(ctx, dir); err != nil {
		return "", err
	}
	b.work[n] = dir
	return dir, nil
}

// adopt opens a copied store once, so that what vigie does about a copy is
// done: nothing of it is to be measured.
func (b *Bench) adopt(ctx context.Context, dir string) error {
	_, err := b.vigie(dir, "list", "-n", "1").Run(ctx)
	return err
}

// vigie is a command of the program measured, on a data directory. Nothing of
// the person who measures is read.
func (b *Bench) vigie(dir string, args ...string) run.Command {
	return run.Command{Argv: append([]string{b.Vigie, "--data", dir}, args...), Env: vigieEnv(dir), Limit: time.Minute}
}

func vigieEnv(dir string) []string {
	return []string{"HOME=" + dir, "VIGIE_DATA=", "VIGIE_CONFIG=", "VIGIE_LANG="}
}

// serve runs a server on a data directory; more are further words of its
// command line.
func (b *Bench) serve(ctx context.Context, dir string, more ...string) (*run.Server, error) {
	argv := append([]string{b.Vigie, "--data", dir}, more...)
	return run.Serve(ctx, time.Minute, vigieEnv(dir), append(argv, "serve")...)
}

// served is an inbox of n messages with a server that runs on it.
func (b *Bench) served(ctx context.Context, n int) (dir string, server *run.Server, err error) {
	if dir, err = b.data(ctx, n); err != nil {
		return "", nil, err
	}
	server, err = b.serve(ctx, dir)
	return dir, server, err
}

// attach opens a terminal on a data directory, starting a server when none
// runs.
func (b *Bench) attach(dir string, more ...string) (*run.Session, error) {
	return run.Open(vigieEnv(dir), append([]string{b.Vigie, "--data", dir}, more...)...)
}
