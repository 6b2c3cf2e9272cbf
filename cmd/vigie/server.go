package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
	"vigie/tui"
	"vigie/tui/door"
	"vigie/tui/lang"
)

// server is a running inbox: its store, its engine and its door.
type server struct {
	paths config.Paths
	log   *slog.Logger
	repo  *store.DB
	eng   *engine.Engine
	door  *door.Door
	wires *wiring
	clock inbox.Clock
	since time.Time
	stop  context.CancelFunc
	wrong *troubles

	mu   sync.Mutex
	conf config.Config
}

// stopTime is how long a stopping server gives sends and sessions to end.
const stopTime = 10 * time.Second

// serve runs until ctx ends or somebody asks the server to stop.
func (s *server) serve(ctx context.Context, ready func()) error {
	ctx, s.stop = context.WithCancel(ctx)
	defer s.stop()
	if err := s.eng.Load(ctx); err != nil {
		return err
	}
	if err := s.checkRollback(ctx); err != nil {
		return err
	}
	s.eng.Start()
	endKeeping := s.keep(ctx)
	served := make(chan error, 1)
	go func() { served <- s.door.Serve(context.WithoutCancel(ctx)) }()
	ready()
	s.log.Info("server started", "pid", os.Getpid())
	var err error
	select {
	case <-ctx.Done():
	case err = <-served:
		if err != nil {
			err = fmt.Errorf("the door: %w", err)
		}
	}
	endKeeping() // it reads the store
	return errors.Join(err, s.shutdown())
}

// keep makes backups until the returned function, which waits for the end, is
// called.
func (s *server) keep(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.keeper().run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// backups are this server's, as the configuration of the moment says.
func (s *server) backups() store.Backups {
	s.mu.Lock()
	defer s.mu.Unlock()
	return backups(s.paths, s.conf)
}

// newestOf is the newest of the backups; each was whole when it was made.
func newestOf(b store.Backups) (store.Copy, bool) {
	list, err := b.List()
	if err != nil || len(list) == 0 {
		return store.Copy{}, false
	}
	return list[0], true
}

// All backups together take at most so many bytes, or so many times what the
// store takes.
const (
	roomForBackups = 2 << 30
	backupsOfRoom  = 8
)

// keeper makes this server's backups.
func (s *server) keeper() *keeper {
	return &keeper{
		clock: s.clock, log: s.log,
		settings: func() config.Backup {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.conf.Backup
		},
		newest: func() time.Time {
			newest, _ := newestOf(s.backups())
			return newest.At
		},
		backup: func(ctx context.Context) (string, error) {
			kept := s.backups()
			info, err := s.repo.Info(ctx)
			if err != nil {
				return "", err
			}
			kept.MaxBytes = max(roomForBackups, backupsOfRoom*info.Bytes)
			return kept.Backup(ctx, s.repo)
		},
		trouble: s.backupTrouble,
	}
}

// backupTrouble tells what a backup met: that it failed, or that the store has
// damaged records.
func (s *server) backupTrouble(p inbox.Problem) {
	var failed inbox.Problem
	if p.Code == inbox.CodeBackup {
		failed = p
	} else {
		s.wrong.set(inbox.CodeDamaged, p)
	}
	s.wrong.set(inbox.CodeBackup, failed)
}

// foundDamage tells that something could not be read.
func (s *server) foundDamage(int) {
	s.wrong.set(inbox.CodeDamaged, inbox.Problem{Code: inbox.CodeDamaged})
}

// checkRollback tells, until a person has acknowledged it, that the store went
// back to an earlier state.
func (s *server) checkRollback(ctx context.Context) error {
	info, err := s.repo.Info(ctx)
	if err != nil {
		return err
	}
	var p inbox.Problem
	if !info.RolledBack.IsZero() {
		p = inbox.Problem{Code: inbox.CodeRollback, Args: []string{string(info.Rollback)}}
	}
	s.wrong.set(inbox.CodeRollback, p)
	return nil
}

func (s *server) acknowledge(ctx context.Context, d *desk) error {
	if err := d.acknowledge(ctx); err != nil {
		return err
	}
	return s.checkRollback(ctx)
}

// shutdown ends the sessions first, so that every terminal gets its screen
// back, then the engine, then the store.
func (s *server) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	err := errors.Join(s.door.Shutdown(ctx), s.eng.Stop(ctx), s.repo.Close())
	s.log.Info("server stopped", "error", err)
	return err
}

// desk is what a command works with inside the server.
func (s *server) desk(p *program) *desk {
	return &desk{
		eng: s.eng, repo: s.repo, in: p.in, out: p.out, err: p.err, p: p.p, log: s.log,
		clock: s.clock, started: true, damaged: s.foundDamage,
		by: inbox.By{Actor: inbox.Human, Session: "command " + p.name, Line: p.line},
	}
}

// A screen stores what is being written when its session ends.
var _ door.Flusher = (*tui.Model)(nil)

// model makes the screen of one attached terminal.
func (s *server) model(ctx context.Context, sess door.Session) (tea.Model, error) {
	if sess.Clients != nil {
		return nil, inbox.Problem{Code: inbox.CodeUnsupported, Detail: "keys limited to some clients cannot attach"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	conf := s.conf
	environ := environment(sess.Environ)
	sess.Terminal.Tells(conf.Notify.Bell, door.Notify(conf.Notify.Desktop))
	m, err := tui.New(tui.Options{
		Backend:  gate{backend{s.eng, s.foundDamage}, sess.Role},
		By:       inbox.By{Actor: inbox.Human, Session: sess.ID, Line: undoLine("terminal", sess.Visitor)},
		Lang:     s.printer(sess.Visitor).Tag(),
		Theme:    conf.Theme,
		Glyphs:   conf.Glyphs,
		Emoji:    conf.Emoji,
		Keys:     conf.Keys,
		Mouse:    conf.Mouse,
		Stay:     conf.After == config.Stay,
		Clock:    s.clock.Now,
		NoColor:  environ("NO_COLOR") != "",
		Linear:   conf.Linear || environ(envLinear) != "",
		Terminal: sess.Terminal,
		Where:    tui.Where{Config: s.paths.Config, Data: s.paths.Data, Log: s.paths.Log},
		Width:    sess.Width,
		Height:   sess.Height,
		Context:  ctx,
	})
	if err != nil {
		return nil, err
	}
	leave := s.eng.Attach(inbox.SessionInfo{ID: sess.ID, Name: sess.Name, Since: sess.Since, Line: undoLine("terminal", sess.Visitor)})
	context.AfterFunc(ctx, leave)
	return m, nil
}

// undoLine names whose undo history a session goes on with: that of the person
// at the machine, or that of a key. A key that may not send has a history apart
// for as long as that is so: what it, or an earlier right of it, sent is not in
// it, and so is not taken back by it.
func undoLine(of string, v door.Visitor) string {
	if v.Local {
		return of
	}
	line := of + " " + cmp.Or(v.Finger, v.Key)
	if !v.Role.Allows(door.RoleSend) {
		line += " (" + string(v.Role) + ")"
	}
	return line
}

// changed hears how many terminals are attached. A server that is to live
// only while somebody is attached ends with the last one.
func (s *server) changed(attached int) {
	s.mu.Lock()
	last := attached == 0 && s.conf.Server.Mode == config.WhileAttached
	s.mu.Unlock()
	if last {
		s.stop()
	}
}

// goodbye is the line that stays when a terminal leaves and the server goes
// on.
func (s *server) goodbye(sess door.Session) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conf.Server.Mode == config.WhileAttached {
		return ""
	}
	return s.printer(sess.Visitor).T("attach.goes-on")
}

// printer writes in the language that a visitor asked for, else in that of the
// configuration, else in that of the visitor's environment.
func (s *server) printer(v door.Visitor) lang.Printer {
	environ := environment(v.Environ)
	setting := cmp.Or(environ(envLanguage), s.conf.Language)
	return lang.For(lang.Choose(setting, environ("LC_ALL"), environ("LC_MESSAGES"), environ("LANG")))
}

// exec runs one command that came through the door.
func (s *server) exec(ctx context.Context, c door.Command) int {
	environ := environment(c.Environ)
	p := &program{
		in: c.Stdin, out: c.Stdout, err: c.Stderr, env: environ,
		local: c.Local, name: c.Name, server: s, role: c.Role, line: undoLine("command", c.Visitor),
	}
	if c.Clients != nil {
		fmt.Fprintln(c.Stderr, "vigie: keys limited to some clients cannot run commands")
		return exitFailure
	}
	return p.run(ctx, c.Args)
}

// environment looks names up in a list of NAME=value.
func environment(list []string) func(string) string {
	return func(name string) string {
		for _, kv := range list {
			if len(kv) > len(name) && kv[len(name)] == '=' && kv[:len(name)] == name {
				return kv[len(name)+1:]
			}
		}
		return ""
	}
}

// backend is an engine for screens.
type backend struct {
	*engine.Engine
	damaged func(n int) // hears of threads that cannot be read
}

// Threads is the engine's, and tells of threads that are left out.
func (b backend) Threads(ctx context.Context, q inbox.ViewQuery) (inbox.ThreadPage, error) {
	page, err := b.Engine.Threads(ctx, q)
	if page.Damaged > 0 {
		b.damaged(page.Damaged)
	}
	return page, err
}

// Subscribe returns a subscription to changes.
func (b backend) Subscribe() tui.Subscription { return b.Engine.Subscribe() }
