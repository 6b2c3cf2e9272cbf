package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// guided are the networks that "account add" asks for, in this order. What the
// others need is best written by hand.
var guided = []string{"mastodon", "bluesky", "feeds"}

// accountAdd asks for what a first account takes, one question after another,
// and writes it into the configuration.
func (p *program) accountAdd() *cobra.Command {
	cmd := p.command("add", "account.add", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
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
		g := &guide{p: p, in: bufio.NewReader(p.in), paths: paths, conf: conf}
		err = g.run(cmd.Context())
		if p.onTerminal() { // the screen that asked for this comes back at once
			if err != nil && !errors.Is(err, io.EOF) {
				code := report(p.err, p.p, err)
				err = &exitError{code: code}
			}
			_, _ = g.ask("account.add.enter")
		}
		return err
	}
	return cmd
}

// guide is one run of the questions.
type guide struct {
	p     *program
	in    *bufio.Reader
	paths config.Paths
	conf  config.Config
}

func (g *guide) run(ctx context.Context) error {
	fmt.Fprintln(g.p.out, g.p.p.T("account.add.begin", g.paths.Config))
	name, err := g.need("account.add.client")
	if err != nil {
		return err
	}
	client := config.Client{ID: g.clientID(name), Name: name}
	network, err := g.network()
	if err != nil {
		return err
	}
	account := config.Account{Network: network, ID: g.accountID(client.ID + "-" + network)}
	if err := g.settings(&account); err != nil {
		return err
	}
	if err := g.write(client, account); err != nil {
		return err
	}
	fmt.Fprintln(g.p.out, g.p.p.T("account.add.written", account.ID, g.paths.Config))
	if network != "mastodon" {
		return nil
	}
	g.p.read, g.p.in = nil, g.in
	conf, err := g.p.loadConfig(g.paths)
	if err != nil {
		return err
	}
	return g.p.login(ctx, g.paths, conf, account.ID)
}

// ask asks one question; the answer is what is typed on one line.
func (g *guide) ask(question lang.Key, args ...any) (string, error) {
	fmt.Fprint(g.p.out, g.p.p.T(question, args...)+" ")
	line, err := g.in.ReadString('\n')
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	return strings.TrimSpace(text.CleanLine(strings.TrimRight(line, "\r\n")).String()), nil
}

// need asks until there is an answer.
func (g *guide) need(question lang.Key, args ...any) (string, error) {
	for {
		answer, err := g.ask(question, args...)
		if err != nil || answer != "" {
			return answer, err
		}
	}
}

func (g *guide) network() (string, error) {
	for {
		answer, err := g.need("account.add.network")
		if err != nil {
			return "", err
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(guided) {
			return guided[n-1], nil
		}
		if answer = strings.ToLower(answer); slices.Contains(guided, answer) {
			return answer, nil
		}
	}
}

// settings asks for what the network takes.
func (g *guide) settings(a *config.Account) (err error) {
	switch a.Network {
	case "mastodon":
		if a.Server, err = g.need("account.add.server"); err == nil && !strings.Contains(a.Server, "://") {
			a.Server = "https://" + a.Server
		}
	case "bluesky":
		if a.Handle, err = g.need("account.add.handle"); err != nil {
			return err
		}
		a.Handle = strings.TrimPrefix(a.Handle, "@")
		a.Password.Ref, err = g.password(a.ID)
	case "feeds":
		for {
			u, err := g.ask("account.add.url", len(a.URLs)+1)
			if err != nil {
				return err
			}
			if u == "" && len(a.URLs) > 0 {
				return nil
			}
			if u != "" {
				a.URLs = append(a.URLs, u)
			}
		}
	}
	return err
}

// password asks for a password without showing it, puts it into a file that
// only its owner reads, and returns the reference.
func (g *guide) password(id string) (string, error) {
	fmt.Fprint(g.p.out, g.p.p.T("account.add.password")+" ")
	secret := ""
	if f, ok := g.p.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		raw, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(g.p.out)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		secret = string(raw)
	} else {
		line, err := g.in.ReadString('\n')
		if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		secret = line
	}
	if secret = strings.TrimSpace(secret); secret == "" {
		return "", usage("account.add.no-password")
	}
	dir := filepath.Join(g.paths.Data, "secrets")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the directory for passwords: %w", err)
	}
	path := filepath.Join(dir, id+".password")
	if err := writeWhole(path, []byte(secret+"\n")); err != nil {
		return "", fmt.Errorf("put the password away: %w", err)
	}
	return "file:" + path, nil
}

// write adds the account to the configuration, unless that would be wrong.
func (g *guide) write(c config.Client, a config.Account) error {
	raw, err := os.ReadFile(g.paths.Config)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the configuration: %w", err)
	}
	out, err := config.Add(raw, c, a)
	if err != nil {
		return err
	}
	if _, mistakes := config.Parse(g.paths.Config, out, all.Registry()); len(mistakes) > 0 {
		return fail(exitConfig, "account.add.wrong", mistakes[0].Sentence(g.p.p))
	}
	if err := os.MkdirAll(filepath.Dir(g.paths.Config), 0o700); err != nil {
		return fmt.Errorf("make the configuration's directory: %w", err)
	}
	if err := writeWhole(g.paths.Config, out); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}

// writeWhole puts a file that only its owner reads in the place of another.
func writeWhole(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".vigie-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// clientID is the id of the client with this name, or one for a new one.
func (g *guide) clientID(name string) string {
	for _, c := range g.conf.Clients {
		if strings.EqualFold(c.Name, name) || c.ID == name {
			return c.ID
		}
	}
	return g.free(slug(name), func(id string) bool {
		return slices.ContainsFunc(g.conf.Clients, func(c config.Client) bool { return c.ID == id })
	})
}

func (g *guide) accountID(wish string) string {
	return g.free(wish, func(id string) bool {
		_, taken := findAccount(g.conf, id)
		return taken
	})
}

// free is an id that is not taken, with a number where it must have one.
func (g *guide) free(wish string, taken func(string) bool) string {
	id := wish
	for n := 2; taken(id); n++ {
		id = wish + "-" + strconv.Itoa(n)
	}
	return id
}

// slug is a short word for a name: its letters and digits of ASCII.
func slug(name string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a", "ç", "c", "î", "i", "ï", "i", "ô", "o", "ù", "u", "û", "u", "œ", "oe")
	id := strings.Join(strings.FieldsFunc(plain.Replace(strings.ToLower(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	if id = strings.Trim(id[:min(len(id), 24)], "-"); id == "" {
		return "client"
	}
	return id
}
