package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// openFiles opens the files that a command's words name, as standard input or
// output, and returns the words with "-" in their place. The returned
// function closes them; a file that was written appears under its name only
// when everything went well.
func (p *program) openFiles(cmd *cobra.Command, args []string) ([]string, func(bool, error) error, error) {
	none := func(_ bool, err error) error { return err }
	if flag := cmd.Annotations[readsFlag]; flag != "" {
		path := cmd.Flag(flag).Value.String()
		if path == "" || path == "-" {
			return args, none, nil
		}
		if err := cmd.Flags().Set(flag, "-"); err != nil {
			return nil, nil, err
		}
		finish, err := p.readFrom(path)
		return args, finish, err
	}
	if len(args) == 0 || args[0] == "-" {
		return args, none, nil
	}
	words := slices.Clone(args)
	switch {
	case cmd.Annotations[readsWord] != "":
		words[0] = "-"
		finish, err := p.readFrom(args[0])
		return words, finish, err
	case cmd.Annotations[writesWord] != "":
		words[0] = "-"
		finish, err := p.writeTo(args[0])
		return words, finish, err
	}
	return args, none, nil
}

func (p *program) readFrom(path string) (func(bool, error) error, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fail(exitNotFound, "cli.no-file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	p.in = f
	return func(_ bool, err error) error {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	}, nil
}

func (p *program) writeTo(path string) (func(bool, error) error, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	p.out = f
	return func(ok bool, err error) error {
		if err == nil {
			err = f.Sync()
		}
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil || !ok {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return os.Rename(f.Name(), path)
	}, nil
}

// noPaths refuses the names of files in a command that came to the server:
// the server neither reads nor writes files on somebody's word.
func (p *program) noPaths(cmd *cobra.Command, args []string) error {
	if flag := cmd.Annotations[namesFlag]; flag != "" && !p.local {
		if v, err := cmd.Flags().GetStringArray(flag); err != nil || len(v) > 0 {
			return usage("cli.no-paths", strings.Join(v, " "))
		}
	}
	if flag := cmd.Annotations[readsFlag]; flag != "" {
		if v := cmd.Flag(flag).Value.String(); v != "" && v != "-" {
			return usage("cli.no-paths", v)
		}
	}
	if cmd.Annotations[readsWord] == "" && cmd.Annotations[writesWord] == "" {
		return nil
	}
	if len(args) > 0 && args[0] != "-" {
		return usage("cli.no-paths", args[0])
	}
	return nil
}
