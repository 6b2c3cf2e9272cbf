package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/door"
	"vigie/tui/lang"
)

// program is one run of the command line: in a person's terminal, or inside
// the server on behalf of a session.
type program struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
	terminal bool      // this process may attach a terminal, start servers, open files
	local    bool      // whoever asks is on this machine, as this user
	name     string    // of the session: "pts/3", "ssh ines@10.0.0.2"
	server   *server   // the running server, when this run is inside it
	role     door.Role // of whoever asks, inside a server
	line     string    // whose undo history it goes on with, inside a server

	// probe looks a store over before it is opened, where its damage cannot end
	// this process; nil: here.
	probe func(ctx context.Context, path string) error

	// starting waits for this process to be a server; nil: nobody does.
	starting *starting

	transport http.RoundTripper // of accounts that are tried out; nil: the usual one

	clock   inbox.Clock // of a demo that plays another time; nil: the machine's
	stdout  *os.File    // the process's own, for attaching; nil: there is none
	read    *configRead // the configuration, once it was read
	globals globals
	args    []string // the words without the global flags
	p       lang.Printer
	ran     int // exit code of a forwarded command
}

// globals are the flags that every command takes. They are read before the
// command is known, so that the rest of the words can be handed on as it is.
type globals struct {
	config string
	data   string
	lang   string
	linear bool // of the commands that attach a terminal, and only read there
}

// time is the clock of everything that this run makes.
func (p *program) time() inbox.Clock {
	if p.clock != nil {
		return p.clock
	}
	return wallClock{}
}

// take removes the global flags from args, up to a "--".
func (g *globals) take(args []string) ([]string, error) {
	places := map[string]*string{"--config": &g.config, "--data": &g.data, "--lang": &g.lang}
	var rest []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(rest, args[i:]...), nil
		}
		name, value, joined := strings.Cut(args[i], "=")
		place, global := places[name]
		switch {
		case !global:
			rest = append(rest, args[i])
		case joined:
			*place = value
		case i+1 < len(args):
			i++
			*place = args[i]
		default:
			return nil, usage("cli.flag-value", name)
		}
	}
	return rest, nil
}

// run carries out one command line and returns its exit code.
func (p *program) run(ctx context.Context, args []string) int {
	p.p = lang.For(lang.Choose("auto", p.env("LC_ALL"), p.env("LC_MESSAGES"), p.env("LANG")))
	rest, err := p.globals.take(args)
	if err != nil {
		return report(p.err, p.p, err)
	}
	p.args = rest
	p.stdout, _ = p.out.(*os.File)
	out := &stickyWriter{w: p.out}
	p.out = out
	p.p = lang.For(p.language())
	root := p.root()
	root.SetArgs(rest)
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	err = root.ExecuteContext(ctx)
	if failed := out.failed(); failed != nil && (err == nil || p.ran != exitOK) {
		return report(p.err, p.p, fail(exitFailure, "cli.cannot-write", failed.Error()))
	}
	if err == nil {
		return p.ran
	}
	return report(p.err, p.p, err)
}

func (p *program) t(key lang.Key) string { return p.p.T(key) }

// root is the command tree.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "vigie",
		Short: p.t("cmd.vigie"),
		Long:  p.t("cmd.vigie.long"),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return p.attach(cmd.Context()) },
	}
	root.Flags().BoolVar(&p.globals.linear, "linear", false, p.t("flag.linear"))
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	flags := root.PersistentFlags()
	flags.String("config", "", p.t("flag.config"))
	flags.String("data", "", p.t("flag.data"))
	flags.String("lang", "", p.t("flag.lang"))
	for _, group := range p.groups() {
		root.AddGroup(&cobra.Group{ID: group.id, Title: p.t(langKey("group." + group.id))})
		for _, cmd := range group.commands {
			cmd.GroupID = group.id
			p.guard(cmd, cmd.Name(), group.role)
			root.AddCommand(cmd)
		}
	}
	p.speak(root)
	return root
}

type commandGroup struct {
	id       string
	role     door.Role // that a visitor of the server needs
	commands []*cobra.Command
}

// groups lists every command there is.
func (p *program) groups() []commandGroup {
	return []commandGroup{
		{"server", door.RoleAdmin, []*cobra.Command{p.serveCommand(), p.statusCommand(), p.stopCommand(), p.demoCommand()}},
		{"read", door.RoleRead, []*cobra.Command{p.listCommand(), p.showCommand(), p.searchCommand(), p.personCommand(), p.digestCommand(), p.viewCommand(), p.draftsCommand(), p.outboxCommand(), p.rulesCommand()}},
		{"act", door.RoleSend, []*cobra.Command{
			p.replyCommand(), p.noteCommand(), p.tagCommand(), p.doneCommand(), p.reopenCommand(),
			p.snoozeCommand(), p.feelCommand(), p.quietCommand(), p.escalateCommand(), p.moderateCommand(),
			p.reportCommand(), p.answeredCommand(), p.undoCommand(), p.redoCommand(),
		}},
		{"data", door.RoleAdmin, []*cobra.Command{
			p.syncCommand(), p.importCommand(), p.exportCommand(), p.backupCommand(), p.backupsCommand(), p.restoreCommand(),
			p.compactCommand(), p.retentionCommand(), p.reindexCommand(),
		}},
		{"setup", door.RoleAdmin, []*cobra.Command{
			p.accountCommand(), p.networksCommand(), p.connectorCommand(), p.configCommand(),
			p.doctorCommand(), p.versionCommand(),
		}},
	}
}

// roleOf is what a visitor of the server needs for a command, named by its
// words: what the commands around it ask for, but for those that do less or
// more than the rest.
func roleOf(words string, around door.Role) door.Role {
	switch words {
	case "status", "export", "networks", "version":
		return door.RoleRead
	case "note", "tag", "done", "reopen", "snooze", "feel", "quiet", "answered", "view save", "view drop", "sync", "drafts", "undo", "redo":
		return door.RoleDraft
	case "outbox retry", "outbox confirm", "outbox drop":
		return door.RoleSend
	}
	return around
}

// guard refuses a command, and those below it, to visitors of the server whose
// role is too small.
func (p *program) guard(cmd *cobra.Command, words string, around door.Role) {
	role := roleOf(words, around)
	for _, sub := range cmd.Commands() {
		p.guard(sub, words+" "+sub.Name(), role)
	}
	if run := cmd.RunE; p.server != nil && run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if !p.role.Allows(role) {
				return inbox.Problem{Code: inbox.CodeRole, Args: []string{string(p.role), string(role)}}
			}
			return run(cmd, args)
		}
	}
}

// command makes a command whose help is in the table of sentences.
func (p *program) command(use, name string, args cobra.PositionalArgs) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: p.t(langKey("cmd." + name)),
		Long:  p.t(langKey("cmd." + name)),
		Args:  args,
	}
}

// The annotations that say which words of a command name files. Files belong
// to whoever types the command, so they are opened in that process, and the
// command itself only ever sees its standard input and output.
const (
	readsFlag  = "vigie.reads.flag"
	readsWord  = "vigie.reads.word"
	writesWord = "vigie.writes.word"
)

// namesFlag says which flag names files that the inbox itself reads: those of
// its own machine and user only.
const namesFlag = "vigie.names.flag"

func annotate(cmd *cobra.Command, key, value string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[key] = value
}

func (p *program) reads(cmd *cobra.Command, flag string) { annotate(cmd, readsFlag, flag) }

// inbox makes a command that works on an inbox: inside the server when one
// runs, else on the store itself.
func (p *program) inbox(cmd *cobra.Command, run func(context.Context, *desk, []string) error) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if p.server != nil {
			if err := p.noPaths(cmd, args); err != nil {
				return err
			}
			return p.damagedError(ctx, "", run(ctx, p.server.desk(p), args))
		}
		words, finish, err := p.openFiles(cmd, args)
		if err != nil {
			return err
		}
		err = p.throughOrHere(ctx, cmd, words, run)
		return finish(err == nil && p.ran == exitOK, err)
	}
	return cmd
}

func (p *program) throughOrHere(ctx context.Context, cmd *cobra.Command, args []string, run func(context.Context, *desk, []string) error) error {
	paths, err := p.paths()
	if err != nil {
		return err
	}
	if p.serverRuns(ctx, paths) {
		code, err := p.forward(ctx, paths, forwarded(p.args, cmd, args))
		if !p.serverGone(ctx, paths, err) {
			p.ran = code
			return p.lostError(ctx, cmd, code, err)
		}
	}
	d, closeDesk, err := p.open(ctx, paths)
	if err != nil {
		return err
	}
	err = p.damagedError(ctx, paths.Store(), run(ctx, d, args))
	if cerr := closeDesk(); err == nil {
		err = cerr
	}
	return err
}

// forwarded is the command line for the server: the words as typed, with the
// names of files replaced by "-".
func forwarded(typed []string, cmd *cobra.Command, args []string) []string {
	out := slices.Clone(typed)
	if flag := cmd.Annotations[namesFlag]; flag != "" {
		placed(out, flag)
	}
	if flag := cmd.Annotations[readsFlag]; flag != "" {
		for i, w := range out {
			if w == "--"+flag && i+1 < len(out) {
				out[i+1] = "-"
			} else if strings.HasPrefix(w, "--"+flag+"=") {
				out[i] = "--" + flag + "=-"
			}
		}
	}
	if cmd.Annotations[readsWord] != "" || cmd.Annotations[writesWord] != "" {
		given := cmd.Flags().Args()
		if len(given) > 0 && len(args) > 0 && given[0] != args[0] {
			if i := lastIndex(out, given[0]); i >= 0 {
				out[i] = args[0]
			}
		}
	}
	return out
}

func lastIndex(words []string, w string) int {
	for i := len(words) - 1; i >= 0; i-- {
		if words[i] == w {
			return i
		}
	}
	return -1
}
