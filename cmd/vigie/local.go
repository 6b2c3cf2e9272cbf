package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
	"vigie/store/secrets"
	"vigie/store/shelf"
	"vigie/tui/door"
	"vigie/tui/door/wire"
	"vigie/tui/lang"
)

// language is the setting of the command line, else of the configuration when
// it can be read, else of the environment.
func (p *program) language() lang.Tag {
	setting := p.globals.lang
	if setting == "" && p.server == nil {
		if paths, err := p.paths(); err == nil {
			if read := p.readConfig(paths); len(read.mistakes) == 0 {
				setting = read.conf.Language
			}
		}
	}
	return lang.Choose(setting, p.env("LC_ALL"), p.env("LC_MESSAGES"), p.env("LANG"))
}

func (p *program) paths() (config.Paths, error) {
	return config.FindPaths(p.globals.config, p.globals.data, p.env)
}

// envLanguage is how --lang crosses the door with a terminal.
const envLanguage = "VIGIE_LANG"

// envLinear is how --linear does.
const envLinear = "VIGIE_LINEAR"

func (p *program) door(paths config.Paths) attach.Options {
	in, _ := p.in.(*os.File)
	environ := os.Environ()
	if p.globals.lang != "" {
		environ = append(environ, envLanguage+"="+p.globals.lang)
	}
	if p.globals.linear {
		environ = append(environ, envLinear+"=1")
	}
	o := attach.Options{Socket: paths.Socket, Stdin: in, Stdout: p.stdout, Environ: environ, Language: p.globals.lang}
	if paths.Config != "" {
		o.Opener = p.readConfig(paths).conf.Open
	}
	if self, err := os.Executable(); err == nil {
		o.Errands = p.errands(self)
	}
	return o
}

// errands are the commands of vigie that a screen may have run on this
// terminal: nothing of them comes from the server.
func (p *program) errands(self string) map[string][]string {
	lang := "--lang=" + string(p.p.Tag())
	account := []string{self, lang}
	if p.globals.config != "" {
		account = append(account, "--config="+p.globals.config)
	}
	if p.globals.data != "" {
		account = append(account, "--data="+p.globals.data)
	}
	return map[string][]string{
		wire.ErrandDemo:    {self, lang, "demo"},
		wire.ErrandAccount: append(account, "account", "add"),
	}
}

func (p *program) serverRuns(ctx context.Context, paths config.Paths) bool {
	return p.terminal && attach.Running(ctx, paths.Socket)
}

// forward runs a command in the server.
func (p *program) forward(ctx context.Context, paths config.Paths, args []string) (int, error) {
	words := append([]string{"--lang=" + string(p.p.Tag())}, args...)
	code, err := attach.Exec(ctx, p.door(paths), words, p.in, p.out, p.err)
	if err != nil {
		return code, &exitError{code: code, err: fmt.Errorf("ask the server: %w", err)}
	}
	return code, nil
}

// goneTime is how long a server that answered no more may take to be gone.
const goneTime = 500 * time.Millisecond

// serverGone reports whether a server ended just before it took a command, so
// that the command can be carried out on the store.
func (p *program) serverGone(ctx context.Context, paths config.Paths, err error) bool {
	if !errors.Is(err, attach.ErrNothingDone) && !errors.Is(err, attach.ErrNotRunning) {
		return false
	}
	return eventually(ctx, goneTime, func() bool { return ctx.Err() == nil && !p.serverRuns(ctx, paths) })
}

// eventually looks again and again whether something that another process
// does has happened, until it has, the limit is over or ctx ends.
func eventually(ctx context.Context, limit time.Duration, has func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !has() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}

// loadConfig reads the configuration; mistakes are told one a line.
func (p *program) loadConfig(paths config.Paths) (config.Config, error) {
	read := p.readConfig(paths)
	for _, m := range read.mistakes {
		fmt.Fprintln(p.err, m.Sentence(p.p))
	}
	if len(read.mistakes) > 0 {
		return read.conf, &exitError{code: exitConfig}
	}
	return read.conf, nil
}

// configRead is a configuration file as it was read.
type configRead struct {
	conf     config.Config
	mistakes []config.Mistake
}

// readConfig reads the configuration file, once a run: its language is wanted
// before the command is known, the rest only by some commands.
func (p *program) readConfig(paths config.Paths) configRead {
	if p.read == nil {
		conf, mistakes := config.Load(paths.Config, all.Registry())
		p.read = &configRead{conf, mistakes}
	}
	return *p.read
}

// config is the configuration that this run goes by: the server's inside one,
// else what the file says.
func (p *program) config() config.Config {
	if p.server != nil {
		return p.server.config()
	}
	paths, err := p.paths()
	if err != nil {
		return config.Config{}
	}
	return p.readConfig(paths).conf
}

// open opens the store and an engine that does nothing by itself, for one
// command while no server runs.
func (p *program) open(ctx context.Context, paths config.Paths) (*desk, func() error, error) {
	conf, err := p.loadConfig(paths)
	if err != nil {
		return nil, nil, err
	}
	log, closeLog, err := openLog(paths)
	if err != nil {
		return nil, nil, err
	}
	repo, eng, _, err := p.openEngine(ctx, paths, conf, log, nil)
	if err != nil {
		return nil, nil, errors.Join(p.storeError(ctx, err), closeLog())
	}
	if err := p.tellRollback(ctx, repo); err != nil {
		return nil, nil, errors.Join(err, repo.Close(), closeLog())
	}
	if err := eng.Load(ctx); err != nil {
		return nil, nil, errors.Join(p.damagedError(ctx, paths.Store(), err), repo.Close(), closeLog())
	}
	d := &desk{
		eng: eng, repo: repo, in: p.in, out: p.out, err: p.err, p: p.p, log: log, clock: p.time(),
		by: inbox.By{Actor: inbox.Human, Session: "command local", Line: undoLine("command", door.Visitor{Local: true})},
	}
	closeDesk := func() error {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		return errors.Join(eng.Stop(stopping), repo.Close(), closeLog())
	}
	return d, closeDesk, nil
}

// openEngine opens the store and makes an engine of the configuration. resolve
// may be nil: then secrets come from their references.
func (p *program) openEngine(ctx context.Context, paths config.Paths, conf config.Config, log *slog.Logger, resolve resolver) (*store.DB, *engine.Engine, *wiring, error) {
	if err := os.MkdirAll(paths.Data, 0o700); err != nil {
		return nil, nil, nil, fmt.Errorf("make the data directory: %w", err)
	}
	repo, err := store.Open(ctx, paths.Store(), store.Options{Probe: p.probe, Migrating: p.tellMigration(log)})
	if err != nil {
		return nil, nil, nil, err
	}
	if repo.RolledBack() {
		log.Warn("store rolled back", "path", repo.Path(), "outbox", "nothing queued is sent by itself")
	}
	wires := newWiring(all.Registry(), secrets.NewVault(filepath.Join(paths.Data, "vault")), log)
	files := shelf.New(filepath.Join(paths.Data, "uploads"), p.time())
	wires.env.Clock, wires.env.Shelf = p.time(), files
	if resolve != nil {
		wires.resolve = resolve
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	eng := engine.New(engine.Options{
		Repo: repo, Clock: p.time(), Log: log, Owner: fmt.Sprintf("%s/%d", host, os.Getpid()),
		Deliver: wires, Notify: wires.Notify, Shelf: files, Files: files,
		Settings: wires.settings(conf),
	})
	return repo, eng, wires, nil
}

// openLog opens the log file: JSON lines. The terminal never sees it.
func openLog(paths config.Paths) (*slog.Logger, func() error, error) {
	f, err := openLogFile(paths.Log, logLimit)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewJSONHandler(f, nil)), f.Close, nil
}
