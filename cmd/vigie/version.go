package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "devel"
}

func (p *program) versionCommand() *cobra.Command {
	var json bool
	cmd := p.command("version", "version", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.RunE = func(*cobra.Command, []string) error {
		if json {
			return (&desk{out: p.out}).jsonLine(map[string]string{"version": version(), "go": runtime.Version()})
		}
		fmt.Fprintf(p.out, "vigie %s (%s)\n", version(), runtime.Version())
		return nil
	}
	return cmd
}
