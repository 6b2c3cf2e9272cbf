package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

func (p *program) demoCommand() *cobra.Command {
	var o demoOptions
	cmd := p.command("demo", "demo", cobra.NoArgs)
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, p.t("flag.seed"))
	cmd.Flags().BoolVar(&p.globals.linear, "linear", false, p.t("flag.linear"))
	cmd.Flags().BoolVar(&o.serve, "serve", false, p.t("flag.demo-serve"))
	cmd.Flags().StringVar(&o.at, "at", "", p.t("flag.demo-at"))
	cmd.Flags().BoolVar(&o.still, "still", false, p.t("flag.demo-still"))
	cmd.AddCommand(p.relayCommand())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if p.server != nil {
			return usage("cli.not-here")
		}
		return p.demo(cmd.Context(), o)
	}
	return cmd
}

// demoOptions say what is played.
type demoOptions struct {
	seed  uint64
	serve bool   // without a terminal
	at    string // what time it is then; "": now
	still bool   // nobody writes but in answer
}

// every is the average time between two arrivals; 0: the usual.
func (o demoOptions) every() time.Duration {
	if o.still {
		return -1
	}
	return 0
}

// demo runs a server over simulated networks in a throw-away directory and
// attaches this terminal to it; both end together.
func (p *program) demo(ctx context.Context, o demoOptions) (err error) {
	dir := p.globals.data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "vigie-demo-"); err != nil {
			return fmt.Errorf("make a directory for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	paths, err := config.FindPaths(filepath.Join(dir, "demo.yaml"), dir, p.env)
	if err != nil {
		return err
	}
	if attach.Running(ctx, paths.Socket) { // another terminal on a demo that runs
		return p.attach(ctx)
	}
	if _, err := os.Stat(paths.Store()); err == nil {
		return usage("demo.used", dir)
	}
	if !o.serve && !p.onTerminal() {
		return usage("cli.need-terminal")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if p.clock, err = clockAt(o.at, time.Now()); err != nil {
		return err
	}
	world, err := sandbox.Start(ctx, sandbox.Options{Clock: p.clock, Seed: o.seed, Every: o.every()})
	if err != nil {
		return fmt.Errorf("start the simulated networks: %w", err)
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	conf, words := demoConfig(world.Accounts(), dir, self)
	if err := p.demoLook(&conf); err != nil {
		return err
	}
	if !o.serve {
		conf.Server.Mode = config.WhileAttached
	}
	s, closeLog, err := p.newServer(ctx, paths, conf, func(_ context.Context, ref config.Secret) (inbox.Secret, error) {
		return inbox.NewSecret(words[ref.Ref]), nil
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	ready := make(chan struct{})
	served := make(chan error, 1)
	go func() { served <- s.serve(ctx, func() { close(ready) }) }()
	select {
	case err := <-served:
		return err
	case <-ready:
	}
	if o.serve {
		fmt.Fprintln(p.out, p.p.T("demo.serving", dir))
		return <-served
	}
	p.ran, err = attach.Shell(ctx, p.door(paths))
	s.stop()
	return errors.Join(err, <-served)
}

// demoLook takes how the screen looks and which keys it has from the
// configuration that was given, if one was.
func (p *program) demoLook(conf *config.Config) error {
	if p.globals.config == "" {
		return nil
	}
	paths, err := p.paths()
	if err != nil {
		return err
	}
	own, err := p.loadConfig(paths)
	if err != nil {
		return err
	}
	conf.Theme, conf.Glyphs, conf.Emoji, conf.Mouse, conf.Keys = own.Theme, own.Glyphs, own.Emoji, own.Mouse, own.Keys
	return nil
}

// demoFresh is what of the demo's history counts as still to be done.
const demoFresh = 48 * time.Hour

// demoConfig is the configuration of Inès, freelance in Lyon with four
// clients, over the simulated accounts. Secrets are looked up by the
// references that it makes; self is this program.
func demoConfig(accounts []sandbox.Account, dir, self string) (config.Config, map[string]string) {
	conf := config.Default()
	conf.Hold = config.Duration(10 * time.Second)
	conf.Backup.Off = true // nobody wants it back
	words := map[string]string{}
	secret := func(a sandbox.Account, key string) config.Secret {
		value, ok := a.Secrets[key]
		if !ok {
			return config.Secret{}
		}
		ref := string(a.Account) + "." + key
		words[ref] = value
		return config.Secret{Ref: ref}
	}
	colors := map[inbox.ClientID]string{"miette": "yellow", "atlas": "blue", "nordlys": "green", "clair": "magenta"}
	brands := demoBrands()
	clients := map[inbox.ClientID]int{}
	for _, a := range accounts {
		i, known := clients[a.Client]
		if !known {
			i = len(conf.Clients)
			clients[a.Client] = i
			c := brands[a.Client]
			c.ID, c.Name, c.Color, c.Zone = string(a.Client), a.Name, colors[a.Client], "Europe/Paris"
			c.Contacts = demoContacts(dir)
			conf.Clients = append(conf.Clients, c)
		}
		account := config.Account{
			ID: string(a.Account), Network: string(a.Network), Handle: cmp.Or(a.Settings["handle"], a.Handle),
			Server: a.Settings["server"], User: a.Settings["user"], Member: a.Settings["member"], Chat: a.Settings["chat"], URLs: a.Lists["urls"], Hashtags: a.Lists["hashtags"],
			IMAP: a.Settings["imap"], SMTP: a.Settings["smtp"], AuthServ: a.Settings["authserv"],
			Token: secret(a, "token"), Password: secret(a, "password"),
			Poll: config.Duration(5 * time.Second), History: config.Duration(60 * 24 * time.Hour),
			Fresh: config.Duration(demoFresh),
		}
		if relay, ok := a.Settings["relay"]; ok { // it has no connector of its own
			account.Network, account.Command = "bridge", []string{self, "demo", "relay", relay, account.ID}
		}
		conf.Clients[i].Accounts = append(conf.Clients[i].Accounts, account)
	}
	conf.Views = []config.View{{ID: "questions", Name: "Questions", Query: "has:question is:open"}}
	return conf, words
}

// demoContacts take escalations to a file of the demo's directory.
func demoContacts(dir string) []config.Contact {
	file := []string{"tee", "-a", filepath.Join(dir, "escalations.jsonl")}
	return []config.Contact{
		{ID: "tech", Name: "Marc", Role: "direction technique", Command: file},
		{ID: "com", Name: "Sophie", Role: "communication", Command: file},
	}
}
