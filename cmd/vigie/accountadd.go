package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
	"vigie/connectors"
	"vigie/connectors/all"
	"vigie/connectors/bridge"
	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

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
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt)
		defer stop()
		g := &guide{p: p, in: bufio.NewReader(p.in), paths: paths, conf: conf}
		err = g.run(ctx)
		if errors.Is(err, errAbandoned) {
			fmt.Fprintln(p.out)
			return fail(attach.ExitInterrupted, "account.add.abandoned")
		}
		if p.onTerminal() { // the screen that asked for this comes back at once
			if err != nil {
				code := report(p.err, p.p, err)
				err = &exitError{code: code}
			}
			_, _ = g.ask(ctx, "account.add.enter")
		}
		return err
	}
	return cmd
}

// errAbandoned: the person has left the questions.
var errAbandoned = errors.New("answer the questions: abandoned")

// guide is one run of the questions.
type guide struct {
	p       *program
	in      *bufio.Reader
	paths   config.Paths
	conf    config.Config
	secrets map[string]string // by the secret's key: put away with the configuration
	token   inbox.Secret      // what a browser's sign-in gave: put away with it too
	found   map[string]string // settings that were found out by looking
}

func (g *guide) run(ctx context.Context) error {
	g.tell("account.add.begin", g.paths.Config)
	name, err := g.need(ctx, "account.add.client")
	if err != nil {
		return err
	}
	client := config.Client{ID: g.clientID(name), Name: name}
	network, err := g.network(ctx)
	if err != nil {
		return err
	}
	account, err := g.account(ctx, client, network)
	if err != nil {
		return err
	}
	if err := g.write(client, account); err != nil {
		return err
	}
	g.tell("account.add.written", account.ID, g.paths.Config)
	if network.login && g.token.Empty() {
		g.tell("account.add.unsigned", account.ID)
	}
	return nil
}

// account asks for what an account of the network takes until it can sign in,
// or until the person wants it as it is.
func (g *guide) account(ctx context.Context, client config.Client, network guidedNetwork) (config.Account, error) {
	if network.how != "" {
		g.tell(network.how)
	}
	for {
		account := config.Account{Network: string(network.network), ID: g.accountID(client.ID + "-" + string(network.network))}
		g.secrets, g.token = map[string]string{}, inbox.Secret{}
		for _, q := range network.questions {
			if err := g.question(ctx, q, &account); err != nil {
				return account, err
			}
		}
		err := g.try(ctx, client, account, network)
		if err == nil {
			err = g.propose(ctx, &account)
		}
		if err == nil || ctx.Err() != nil || errors.Is(err, errAbandoned) {
			return account, abandonedBy(ctx, err)
		}
		g.refused(err)
		again, err := g.yes(ctx, "account.add.try-again")
		if err != nil || !again {
			return account, err
		}
	}
}

// abandonedBy is errAbandoned for a step that ctx, or the person, ended.
func abandonedBy(ctx context.Context, err error) error {
	if ctx.Err() != nil || err != nil {
		return errAbandoned
	}
	return nil
}

// try signs an account in, by a browser where that is its way, and says who it
// is there and what it may do.
func (g *guide) try(ctx context.Context, client config.Client, account config.Account, network guidedNetwork) error {
	if network.login {
		g.tell("account.add.trying")
		env := connectors.Env{Clock: wallClock{}, UserAgent: "vigie/" + version(), Transport: g.p.transport}
		token, err := g.p.browse(ctx, env, account, func() (string, error) { return g.line(ctx) })
		if err != nil {
			return err
		}
		g.token = token
	}
	return g.tellSignedIn(ctx, client, account)
}

// question asks until there is a good answer.
func (g *guide) question(ctx context.Context, q question, a *config.Account) error {
	if q.secret != "" {
		return g.secret(ctx, q.ask, q.secret, a)
	}
	for n := 1; ; {
		var args []any
		if q.many {
			args = append(args, n)
		}
		answer, err := g.ask(ctx, q.ask, args...)
		switch {
		case err != nil:
			return err
		case answer == "" && (q.may || q.many && n > 1):
			return nil
		case answer == "":
			g.again("account.add.empty")
			continue
		}
		if wrong := q.put(a, answer); wrong != "" {
			g.again(wrong, answer)
			continue
		}
		if q.named {
			err = g.secret(ctx, "account.add.secret", answer, a)
		}
		if n++; err != nil || !q.many {
			return err
		}
	}
}

// secret asks for a secret without showing it, until there is one, and gives
// the account the reference to the file that is to hold it.
func (g *guide) secret(ctx context.Context, ask lang.Key, key string, a *config.Account) error {
	for {
		g.prompt(ask)
		line, err := g.hidden(ctx)
		if err != nil {
			return err
		}
		if line = strings.TrimSpace(line); line != "" {
			g.secrets[key] = line
			break
		}
		g.again("account.add.empty")
	}
	ref := config.Secret{Ref: "file:" + g.secretPath(a.ID, key)}
	switch {
	case a.Network == string(bridge.Network):
		if a.Secrets == nil {
			a.Secrets = config.Secrets{}
		}
		a.Secrets[key] = ref
	case key == "token":
		a.Token = ref
	default:
		a.Password = ref
	}
	return nil
}

// tell says a sentence, on lines that fit.
func (g *guide) tell(key lang.Key, args ...any) { g.fitted(0, key, args...) }

// fitted prints a sentence on lines that fit, each so far to the right.
func (g *guide) fitted(indent int, key lang.Key, args ...any) {
	for _, line := range folded(g.p.p.T(key, args...), g.p.width()-indent) {
		fmt.Fprintln(g.p.out, strings.Repeat(" ", indent)+line)
	}
}

// prompt says a question, on lines that fit; the answer follows the last.
func (g *guide) prompt(key lang.Key, args ...any) {
	fmt.Fprint(g.p.out, strings.Join(folded(g.p.p.T(key, args...), g.p.width()), "\n")+" ")
}

// width is how wide words for people are printed: as show prints them, or less
// on a terminal that has not got that.
func (p *program) width() int {
	if p.stdout == nil {
		return showWidth
	}
	columns, _, err := term.GetSize(int(p.stdout.Fd()))
	if err != nil {
		return showWidth
	}
	return min(max(columns-1, 20), showWidth)
}

// yes asks a question whose answer is the first letter of yes, or of no.
func (g *guide) yes(ctx context.Context, key lang.Key) (bool, error) {
	for {
		answer, err := g.need(ctx, key)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(answer)[0] {
		case 'y', 'o':
			return true, nil
		case 'n':
			return false, nil
		}
		g.again("account.add.yes-or-no")
	}
}

// line reads one line of answers. It is abandoned by the end of the answers and
// by an interrupt, after which nothing more is read.
func (g *guide) line(ctx context.Context) (string, error) {
	return interruptible(ctx, func() (string, error) { return g.in.ReadString('\n') })
}

func interruptible(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() { // left behind by an interrupt, until the process ends
		line, err := read()
		got <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", errAbandoned
	case r := <-got:
		switch {
		case errors.Is(r.err, io.EOF) && r.line == "":
			return "", errAbandoned
		case r.err != nil && !errors.Is(r.err, io.EOF):
			return "", fmt.Errorf("read the answer: %w", r.err)
		}
		return r.line, nil
	}
}

// ask asks one question; the answer is what is typed on one line.
func (g *guide) ask(ctx context.Context, question lang.Key, args ...any) (string, error) {
	g.prompt(question, args...)
	line, err := g.line(ctx)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(text.CleanLine(strings.TrimRight(line, "\r\n")).String()), nil
}

// need asks until there is an answer.
func (g *guide) need(ctx context.Context, question lang.Key, args ...any) (string, error) {
	for {
		answer, err := g.ask(ctx, question, args...)
		if err != nil || answer != "" {
			return answer, err
		}
		g.again("account.add.empty")
	}
}

// again says why a question is asked again.
func (g *guide) again(why lang.Key, args ...any) { g.fitted(2, why, args...) }

// offered are the guided networks that this program has.
func offered(p lang.Printer) (list []guidedNetwork, menu string) {
	var titles []string
	for _, n := range guidedNetworks() {
		if _, ok := all.Registry().Find(n.network); ok {
			list = append(list, n)
			titles = append(titles, strconv.Itoa(len(list))+" "+p.T(n.title()))
		}
	}
	return list, strings.Join(titles, ", ")
}

func (g *guide) network(ctx context.Context) (guidedNetwork, error) {
	list, menu := offered(g.p.p)
	for {
		answer, err := g.need(ctx, "account.add.network", menu)
		if err != nil {
			return guidedNetwork{}, err
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(list) {
			return list[n-1], nil
		}
		called := func(n guidedNetwork) bool {
			return strings.EqualFold(answer, string(n.network)) || strings.EqualFold(answer, g.p.p.T(n.title()))
		}
		if i := slices.IndexFunc(list, called); i >= 0 {
			return list[i], nil
		}
		g.again("account.add.no-network", answer, len(list))
	}
}

// hidden reads one line that is not shown while it is typed.
func (g *guide) hidden(ctx context.Context) (string, error) {
	f, ok := g.p.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return g.line(ctx)
	}
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("look at the terminal: %w", err)
	}
	line, err := interruptible(ctx, func() (string, error) {
		raw, err := term.ReadPassword(fd)
		return string(raw), err
	})
	if err != nil { // what was to show again has not come to its end
		_ = term.Restore(fd, before)
	}
	fmt.Fprintln(g.p.out)
	return line, err
}
