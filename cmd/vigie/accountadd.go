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
	"vigie/connectors/all"
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
			return g.abandoned()
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
	written string            // the account that is written
}

// abandoned says what there is of questions that somebody has left.
func (g *guide) abandoned() error {
	fmt.Fprintln(g.p.out)
	if g.written != "" {
		return fail(exitAuth, "account.add.unsigned", g.written, g.paths.Config, g.written)
	}
	return fail(attach.ExitInterrupted, "account.add.abandoned")
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
	g.written = account.ID
	g.tell("account.add.written", account.ID, g.paths.Config)
	if !network.login {
		return nil
	}
	g.p.read, g.p.in = nil, answers{ctx, g}
	conf, err := g.p.loadConfig(g.paths)
	if err != nil {
		return err
	}
	if err := g.p.login(ctx, g.paths, conf, account.ID); err != nil {
		if ctx.Err() != nil || errors.Is(err, errAbandoned) {
			return errAbandoned
		}
		return err
	}
	return g.tellSignedIn(ctx, client, account)
}

// account asks for what an account of the network takes until it can sign in,
// or until the person wants it as it is.
func (g *guide) account(ctx context.Context, client config.Client, network guidedNetwork) (config.Account, error) {
	if network.how != "" {
		for _, line := range folded(g.p.p.T(network.how), showWidth) {
			fmt.Fprintln(g.p.out, line)
		}
	}
	for {
		account := config.Account{Network: string(network.network), ID: g.accountID(client.ID + "-" + string(network.network))}
		g.secrets = map[string]string{}
		for _, q := range network.questions {
			if err := g.question(ctx, q, &account); err != nil {
				return account, err
			}
		}
		if network.login {
			return account, nil
		}
		err := g.tellSignedIn(ctx, client, account)
		if err == nil || ctx.Err() != nil {
			return account, errors.Join(ctx.Err())
		}
		g.refused(err)
		again, err := g.yes(ctx, "account.add.try-again")
		if err != nil || !again {
			return account, err
		}
	}
}

// question asks until there is a good answer.
func (g *guide) question(ctx context.Context, q question, a *config.Account) error {
	if q.secret != "" {
		return g.secret(ctx, q, a)
	}
	for n := 1; ; n++ {
		var args []any
		if q.many {
			args = append(args, n)
		}
		answer, err := g.ask(ctx, q.ask, args...)
		if err != nil {
			return err
		}
		if answer == "" && (q.may || q.many && n > 1) {
			return nil
		}
		wrong := lang.Key("account.add.empty")
		if answer != "" {
			wrong = q.put(a, answer)
		}
		switch {
		case wrong == "account.add.empty":
			g.again(wrong)
			n--
		case wrong != "":
			g.again(wrong, answer)
			n--
		case !q.many:
			return nil
		}
	}
}

// secret asks for a secret without showing it, and gives the account the
// reference to the file that is to hold it.
func (g *guide) secret(ctx context.Context, q question, a *config.Account) error {
	fmt.Fprint(g.p.out, g.p.p.T(q.ask)+" ")
	line, err := g.hidden(ctx)
	if err != nil {
		return err
	}
	if line = strings.TrimSpace(line); line == "" {
		return usage("account.add.no-password")
	}
	g.secrets[q.secret] = line
	ref := config.Secret{Ref: "file:" + g.secretPath(a.ID, q.secret)}
	if q.secret == "token" {
		a.Token = ref
	} else {
		a.Password = ref
	}
	return nil
}

func (g *guide) tell(key lang.Key, args ...any) { fmt.Fprintln(g.p.out, g.p.p.T(key, args...)) }

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

// answers are what is typed, as a file of lines.
type answers struct {
	ctx context.Context
	g   *guide
}

// Read reads what was typed; a line is at most as long as the buffer.
func (a answers) Read(b []byte) (int, error) {
	line, err := a.g.line(a.ctx)
	return copy(b, line), err
}

// ask asks one question; the answer is what is typed on one line.
func (g *guide) ask(ctx context.Context, question lang.Key, args ...any) (string, error) {
	fmt.Fprint(g.p.out, strings.Join(folded(g.p.p.T(question, args...), showWidth), "\n")+" ")
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
func (g *guide) again(why lang.Key, args ...any) { fmt.Fprintln(g.p.out, "  "+g.p.p.T(why, args...)) }

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
