package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
)

func (p *program) configCommand() *cobra.Command {
	cmd := p.command("config", "config", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(p.configCheck(), p.configExample())
	return cmd
}

func (p *program) configCheck() *cobra.Command {
	cmd := p.command("check", "config.check", cobra.NoArgs)
	cmd.RunE = func(*cobra.Command, []string) error {
		if !p.local {
			return usage("cli.not-here")
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if _, err := os.Stat(paths.Config); os.IsNotExist(err) {
			return fail(exitNotFound, "config.none", paths.Config, paths.Config)
		}
		conf, err := p.loadConfig(paths)
		if err != nil {
			return err
		}
		if mistakes := config.CheckPlaces(paths.Config, conf); len(mistakes) > 0 {
			for _, m := range mistakes {
				fmt.Fprintln(p.err, m.Sentence(p.p))
			}
			return &exitError{code: exitConfig}
		}
		accounts := 0
		for _, c := range conf.Clients {
			accounts += len(c.Accounts)
		}
		fmt.Fprintln(p.out, p.p.T("config.ok", paths.Config, len(conf.Clients), accounts))
		return nil
	}
	return cmd
}

func (p *program) configExample() *cobra.Command {
	cmd := p.command("example", "config.example", cobra.NoArgs)
	cmd.RunE = func(*cobra.Command, []string) error {
		_, err := p.out.Write(config.Example())
		return err
	}
	return cmd
}
