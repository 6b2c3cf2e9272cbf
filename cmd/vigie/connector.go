package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"vigie/connectors"
	"vigie/connectors/bridge"
	"vigie/inbox"
	"vigie/store/secrets"
	"vigie/tui/text"
)

func (p *program) connectorCommand() *cobra.Command {
	cmd := p.command("connector", "connector", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(p.connectorTest())
	return cmd
}

// connectorTest runs the promises of a connector against somebody's program.
// It starts a program, so it never runs on behalf of a session.
func (p *program) connectorTest() *cobra.Command {
	var settings, hidden []string
	var acts bool
	cmd := p.command("test -- PROGRAM [ARG…]", "connector.test", cobra.MinimumNArgs(1))
	cmd.Flags().StringArrayVar(&settings, "set", nil, p.t("flag.settings"))
	cmd.Flags().StringArrayVar(&hidden, "secret", nil, p.t("flag.secret"))
	cmd.Flags().BoolVar(&acts, "act", false, p.t("flag.acts"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			return usage("cli.not-here")
		}
		values, err := pairs("--set", settings)
		if err != nil {
			return err
		}
		refs, err := pairs("--secret", hidden)
		if err != nil {
			return err
		}
		known := map[string]inbox.Secret{}
		for name, ref := range refs {
			if known[name], err = secrets.Resolve(cmd.Context(), secrets.Ref{Ref: ref}); err != nil {
				return err
			}
		}
		results := bridge.Test(cmd.Context(), bridge.TestOptions{
			Command: args, Settings: values, Secrets: known, Act: acts,
			Env: connectors.Env{Clock: wallClock{}, Log: slog.New(slog.NewTextHandler(p.err, nil))},
		})
		return p.tellResults(p.out, results)
	}
	return cmd
}

// pairs reads the values of a flag that are each a name and something.
func pairs(flag string, values []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range values {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, usage("cli.flag-value", flag+" "+s)
		}
		out[key] = value
	}
	return out, nil
}

func (p *program) tellResults(w io.Writer, results []bridge.Result) error {
	kept, broken, skipped := 0, 0, 0
	for _, r := range results {
		word := p.t("connector.ok")
		switch r.Verdict {
		case bridge.Skipped:
			word = p.t("connector.skipped")
			skipped++
		case bridge.Broken:
			word = p.t("connector.bad")
			broken++
		default:
			kept++
		}
		fmt.Fprintf(w, "%s %s %s\n", text.Plain(r.Promise, 14), text.Plain(word, 14), r.Reason)
	}
	fmt.Fprintln(w, p.p.T("connector.sum", kept, broken, skipped))
	if broken > 0 {
		return &exitError{code: exitFailure}
	}
	return nil
}
