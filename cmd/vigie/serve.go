package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/tui/door"
)

func (p *program) serveCommand() *cobra.Command {
	var listen string
	var fingerprint bool
	var readyFD int
	cmd := p.command("serve", "serve", cobra.NoArgs)
	cmd.Flags().StringVar(&listen, "listen", "", p.t("flag.listen"))
	cmd.Flags().BoolVar(&fingerprint, "fingerprint", false, p.t("flag.fingerprint"))
	cmd.Flags().IntVar(&readyFD, "ready-fd", 0, "")
	if err := cmd.Flags().MarkHidden("ready-fd"); err != nil {
		panic(err) // the flag was defined two lines above
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if p.server != nil {
			return usage("cli.not-here")
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if fingerprint {
			print, err := door.Fingerprint(paths.HostKey())
			if err == nil {
				fmt.Fprintln(p.out, print)
			}
			return err
		}
		p.starting = startedBy(readyFD)
		ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
		defer stop()
		signal.Ignore(syscall.SIGHUP)
		return p.serve(ctx, paths, listen)
	}
	return cmd
}

// serve runs a server in the foreground until ctx ends or it is told to stop.
func (p *program) serve(ctx context.Context, paths config.Paths, listen string) (err error) {
	conf, err := p.loadConfig(paths)
	if err != nil {
		return err
	}
	if listen != "" {
		conf.Server.Listen = listen
	}
	s, closeAll, err := p.newServer(ctx, paths, conf, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	watching, endWatch := context.WithCancel(ctx)
	defer endWatch()
	go s.watchConfig(watching)
	return s.serve(ctx, func() { p.tellReady(paths) })
}

// tellReady tells whoever started the server that it listens: through the
// pipe that "vigie" gave it, or to the person in front of it.
func (p *program) tellReady(paths config.Paths) {
	if p.starting == nil {
		fmt.Fprintln(p.out, p.p.T("serve.ready", paths.Socket))
		return
	}
	if err := p.starting.ready(); err != nil {
		fmt.Fprintln(p.err, err)
	}
}

// newServer opens everything a server owns.
func (p *program) newServer(ctx context.Context, paths config.Paths, conf config.Config, resolve resolver) (*server, func() error, error) {
	log, closeLog, err := openLog(paths)
	if err != nil {
		return nil, nil, err
	}
	// A configuration that is written later is noticed in a directory that exists.
	if err := os.MkdirAll(filepath.Dir(paths.Config), 0o700); err != nil {
		log.Warn("make the configuration's directory", "error", err)
	}
	repo, eng, wires, err := p.openEngine(ctx, paths, conf, log, resolve)
	if err != nil {
		return nil, nil, errors.Join(p.storeError(ctx, err), closeLog())
	}
	s := &server{paths: paths, clock: p.time(), log: log, repo: repo, eng: eng, wires: wires, conf: conf, since: time.Now(), wrong: newTroubles(eng.SetTrouble)}
	s.door, err = door.New(door.Options{
		Socket: paths.Socket, Listen: conf.Server.Listen, HostKeyPath: paths.HostKey(),
		AuthorizedKeysPath: authorizedKeys(paths, conf),
		Language:           conf.Language,
		Model:              s.model, Exec: s.exec, Goodbye: s.goodbye, Changed: s.changed, Log: log,
	})
	if err != nil {
		err = p.doorError(err)
		return nil, nil, errors.Join(err, eng.Stop(ctx), repo.Close(), closeLog())
	}
	return s, closeLog, nil
}

func authorizedKeys(paths config.Paths, conf config.Config) string {
	if conf.Server.Keys != "" {
		return conf.Server.Keys
	}
	return filepath.Join(filepath.Dir(paths.Config), "authorized_keys")
}

func (p *program) doorError(err error) error {
	switch {
	case errors.Is(err, door.ErrRunning):
		return fail(exitHeld, "door.running")
	case errors.Is(err, door.ErrNoKeys):
		return fail(exitConfig, "door.no-keys", err.Error())
	}
	return err
}

// watchConfig takes a changed configuration over while the server runs. A
// file with mistakes is told, on the screens too, and changes nothing.
func (s *server) watchConfig(ctx context.Context) {
	err := config.Watch(ctx, s.paths.Config, s.wires.registry, func(conf config.Config, mistakes []config.Mistake) {
		for _, m := range mistakes {
			s.log.Error("configuration not taken over", "mistake", m.Error())
		}
		if len(mistakes) > 0 {
			s.wrong.set(inbox.CodeConfig, inbox.Problem{Code: inbox.CodeConfig, Args: []string{mistakes[0].Sentence(s.wires.printer())}})
			return
		}
		s.wrong.set(inbox.CodeConfig, inbox.Problem{})
		s.mu.Lock()
		conf.Server.Listen = s.conf.Server.Listen
		s.conf = conf
		s.mu.Unlock()
		if err := s.eng.Reconfigure(ctx, s.wires.settings(conf)); err != nil {
			s.log.Error("take the configuration over", "error", err)
			return
		}
		s.log.Info("configuration taken over")
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("watch the configuration", "error", err)
	}
}
