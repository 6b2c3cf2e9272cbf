package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"vigie/connectors"
	"vigie/connectors/bridge"
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
	var settings []string
	var acts bool
	cmd := p.command("test -- PROGRAM [ARG…]", "connector.test", cobra.MinimumNArgs(1))
	cmd.Flags().StringArrayVar(&settings, "set", nil, p.t("flag.settings"))
	cmd.Flags().BoolVar(&acts, "act", false, p.t("flag.acts"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			return usage("cli.not-here")
		}
		values := map[string]string{}
		for _, s := range settings {
			key, value, ok := strings.Cut(s, "=")
			if !ok {
				return usage("cli.flag-value", "--set "+s)
			}
			values[key] = value
		}
		results := bridge.Test(cmd.Context(), bridge.TestOptions{
			Command: args, Settings: values, Act: acts,
			Env: connectors.Env{Clock: wallClock{}, Log: slog.New(slog.NewTextHandler(p.err, nil))},
		})
		return p.tellResults(p.out, results)
	}
	return cmd
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
		fmt.Fprintf(w, "%s %s %s\n", text.Plain(r.Promise, 14), text.Plain(word, 12), r.Reason)
	}
	fmt.Fprintln(w, p.p.T("connector.sum", kept, broken, skipped))
	if broken > 0 {
		return &exitError{code: exitFailure}
	}
	return nil
}
