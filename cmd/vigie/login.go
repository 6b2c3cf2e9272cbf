package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
	"vigie/connectors"
	"vigie/connectors/feeds"
	"vigie/connectors/mastodon"
	"vigie/inbox"
	"vigie/store/secrets"
)

// accountLogin signs a Mastodon account in without a browser on this machine:
// the person opens a link anywhere, and pastes the code it shows.
func (p *program) accountLogin() *cobra.Command {
	cmd := p.command("login ACCOUNT", "account.login", cobra.ExactArgs(1))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			return usage("cli.not-here")
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		conf, err := p.loadConfig(paths)
		if err != nil {
			return err
		}
		return p.login(cmd.Context(), paths, conf, args[0])
	}
	return cmd
}

func (p *program) login(ctx context.Context, paths config.Paths, conf config.Config, id string) error {
	account, ok := findAccount(conf, id)
	switch {
	case !ok:
		return fail(exitNotFound, "account.unknown", id)
	case account.Network != string(mastodon.Info().Network):
		return usage("account.not-oauth", id)
	}
	log, closeLog, err := openLog(paths)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	env := connectors.Env{Clock: wallClock{}, Log: log, UserAgent: "vigie/" + version(), Transport: p.transport}
	token, err := p.browse(ctx, env, account, func() (string, error) { return bufio.NewReader(p.in).ReadString('\n') })
	if err != nil {
		return err
	}
	if err := os.MkdirAll(paths.Data, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	vault := secrets.NewVault(filepath.Join(paths.Data, "vault"))
	if err := vault.Put(inbox.AccountID(id), "token", token); err != nil {
		return fmt.Errorf("put the token away: %w", err)
	}
	fmt.Fprintln(p.out, "\n"+p.p.T("account.logged", id, id))
	return nil
}

// browse signs an account in by a browser anywhere: the person opens a link,
// and code gives what it shows.
func (p *program) browse(ctx context.Context, env connectors.Env, account config.Account, code func() (string, error)) (inbox.Secret, error) {
	id := inbox.AccountID(account.ID)
	app, err := mastodon.Register(ctx, env, account.Server)
	if err != nil {
		return inbox.Secret{}, problemFor(err, id)
	}
	verifier := mastodon.NewVerifier()
	fmt.Fprint(p.out, p.p.T("account.login", app.AuthURL(verifier)))
	word, err := code()
	if errors.Is(err, errAbandoned) {
		return inbox.Secret{}, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return inbox.Secret{}, fmt.Errorf("read the code: %w", err)
	}
	if strings.TrimSpace(word) == "" {
		return inbox.Secret{}, usage("account.no-code")
	}
	token, err := mastodon.Exchange(ctx, env, app, word, verifier)
	if err != nil {
		return inbox.Secret{}, problemFor(err, id)
	}
	return token, nil
}

func findAccount(conf config.Config, id string) (config.Account, bool) {
	for _, c := range conf.Clients {
		for _, a := range c.Accounts {
			if a.ID == id {
				return a, true
			}
		}
	}
	return config.Account{}, false
}

// accountOPML turns a feed reader's list into the account that collects it,
// as lines for the configuration.
func (p *program) accountOPML() *cobra.Command {
	cmd := p.command("opml FILE|-", "account.opml", cobra.ExactArgs(1))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if p.server != nil && args[0] != "-" {
			return usage("cli.no-paths", args[0])
		}
		in := p.in
		if args[0] != "-" {
			f, err := os.Open(args[0])
			if errors.Is(err, os.ErrNotExist) {
				return fail(exitNotFound, "cli.no-file", args[0])
			}
			if err != nil {
				return fmt.Errorf("open %s: %w", args[0], err)
			}
			defer f.Close() //nolint:errcheck // only read
			in = f
		}
		return p.opml(in)
	}
	return cmd
}

func (p *program) opml(in io.Reader) error {
	outlines, refused, err := feeds.ParseOPML(in)
	if err != nil {
		return inbox.Problem{Code: inbox.CodeInvalid, Detail: err.Error()}
	}
	fmt.Fprintln(p.out, "- id: "+p.t("opml.id")+"\n  network: feeds\n  urls:")
	for _, o := range outlines {
		if o.Title != "" {
			fmt.Fprintf(p.out, "    # %s\n", o.Title)
		}
		fmt.Fprintf(p.out, "    - %q\n", o.URL)
	}
	for _, r := range refused {
		fmt.Fprintln(p.err, p.p.T("opml.refused", r.Item, r.Reason))
	}
	if len(refused) > 0 {
		return &exitError{code: exitPartly}
	}
	return nil
}
