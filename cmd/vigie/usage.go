package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/inbox/query"
)

// speak makes what the command tree says of itself come from the table of
// sentences: its help, and its complaints about words and flags.
func (p *program) speak(root *cobra.Command) {
	root.SetOut(p.out) // the completion scripts go where it is set now
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.SetFlagErrorFunc(p.flagMistake)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(cmd.OutOrStdout(), p.help(cmd)) })
	p.speakOf(root)
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Use, cmd.Short, cmd.Long = "help [COMMAND]", p.t("cmd.help"), p.t("cmd.help")
			cmd.Run, cmd.RunE = nil, helpOn
		case "completion":
			cmd.Short = p.t("cmd.completion")
			cmd.Long = p.p.T("cmd.completion.long", "source <(vigie completion bash)", "vigie completion fish | source",
				"vigie completion powershell | Out-String | Invoke-Expression")
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			for _, shell := range cmd.Commands() {
				shell.Hidden, shell.Short, shell.Long = true, cmd.Short, cmd.Long
			}
		}
	}
}

// speakOf gives a command and those below it our complaints and help flag.
func (p *program) speakOf(cmd *cobra.Command) {
	cmd.DisableFlagsInUseLine = true
	cmd.Flags().BoolP("help", "h", false, p.t("flag.help"))
	if f := cmd.Flags().Lookup("no-descriptions"); f != nil {
		f.Usage = p.t("flag.no-descriptions")
	}
	if fits := cmd.Args; fits != nil {
		cmd.Args = func(cmd *cobra.Command, words []string) error {
			if fits(cmd, words) == nil {
				return nil
			}
			return wordsMistake(cmd, words)
		}
	}
	for _, sub := range cmd.Commands() {
		p.speakOf(sub)
	}
}

// wordsMistake says what is wrong with the words of a command.
func wordsMistake(cmd *cobra.Command, words []string) error {
	switch {
	case len(words) == 0:
		return usage("cli.no-arguments", cmd.UseLine())
	case !cmd.HasSubCommands():
		return usage("cli.arguments", len(words), cmd.UseLine())
	}
	var known []string
	for _, sub := range cmd.Commands() {
		known = append(known, sub.Name())
	}
	if near := query.Nearest(words[0], known); near != "" {
		return usage("cli.unknown-command-near", words[0], near)
	}
	return usage("cli.unknown-command", words[0])
}

// flagMistake says what is wrong with a flag.
func (p *program) flagMistake(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	var shape *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		if takesQuery(cmd) {
			return usage("cli.unknown-flag-query", "-"+unknown.GetSpecifiedShortnames(), cmd.CommandPath())
		}
		return usage("cli.unknown-flag", "-"+unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		return usage("cli.unknown-flag", "--"+unknown.GetSpecifiedName())
	case errors.As(err, &bare):
		return usage("cli.flag-value", "--"+bare.GetFlag().Name)
	case errors.As(err, &value):
		return usage("cli.bad-flag-value", value.GetValue(), "--"+value.GetFlag().Name, p.t(langKey("value."+value.GetFlag().Value.Type())))
	case errors.As(err, &shape):
		return usage("cli.bad-flag", shape.GetSpecifiedFlag())
	}
	return usage("cli.usage", err.Error())
}

// takesQuery reports whether the words of a command are a query, in which "-"
// turns a term round.
func takesQuery(cmd *cobra.Command) bool { return strings.Contains(cmd.Use, "QUERY") }

// helpOn is "vigie help COMMAND".
func helpOn(cmd *cobra.Command, words []string) error {
	found := cmd.Root()
	for i, w := range words {
		next, rest, err := found.Find([]string{w})
		if err != nil || len(rest) > 0 {
			return wordsMistake(found, words[i:])
		}
		found = next
	}
	return found.Help()
}

// help is everything about a command.
func (p *program) help(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", cmd.Long, p.t("help.usage"))
	if cmd.Runnable() {
		fmt.Fprintf(&b, "  %s %s\n", cmd.UseLine(), p.t("help.options-word"))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s %s\n", cmd.CommandPath(), p.t("help.command-word"))
	}
	for _, g := range cmd.Groups() {
		p.commandList(&b, g.Title, cmd, g.ID)
	}
	p.commandList(&b, p.t("help.commands"), cmd, "")
	p.flagList(&b, p.t("help.options"), cmd.LocalFlags())
	p.flagList(&b, p.t("help.global-options"), cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s\n", p.p.T("help.more", cmd.CommandPath()+" "+p.t("help.command-word")))
	}
	return b.String()
}

// commandList lists the commands of a group below a command, "" being those
// of none.
func (p *program) commandList(b *strings.Builder, title string, cmd *cobra.Command, group string) {
	var lines []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden && sub.GroupID == group {
			lines = append(lines, sub.Name()+"\t"+sub.Short)
		}
	}
	block(b, title, lines)
}

func (p *program) flagList(b *strings.Builder, title string, flags *pflag.FlagSet) {
	var lines []string
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			lines = append(lines, p.flagLine(f))
		}
	})
	block(b, title, lines)
}

// flagLine is a flag with the kind of its value, what it does, and its value
// when nobody gives one.
func (p *program) flagLine(f *pflag.Flag) string {
	line := "    --" + f.Name
	if f.Shorthand != "" {
		line = "-" + f.Shorthand + ", --" + f.Name
	}
	if kind := f.Value.Type(); kind != "bool" {
		line += " " + p.t(langKey("value."+kind))
	}
	line += "\t" + f.Usage
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
		return line
	}
	return line + " " + p.p.T("help.default", f.DefValue)
}

// block writes lines of two columns under a title, nothing without lines.
func block(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	columns := tabwriter.NewWriter(b, 0, 0, 3, ' ', 0)
	for _, line := range lines {
		fmt.Fprintf(columns, "  %s\n", line)
	}
	columns.Flush() //nolint:errcheck // into memory
}
