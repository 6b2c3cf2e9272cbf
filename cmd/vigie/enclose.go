package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

// enclosures are the files that go with an answer, each with what it shows.
type enclosures struct {
	paths []string
	alts  []string
}

const attachFlag = "attach"

func (o *enclosures) bind(p *program, cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.paths, attachFlag, nil, p.t("flag.attach"))
	cmd.Flags().StringArrayVar(&o.alts, "alt", nil, p.t("flag.alt"))
	annotate(cmd, namesFlag, attachFlag)
}

// enclose keeps the files for the answer. Each is described by the text of the
// same place.
func (d *desk) enclose(ctx context.Context, id inbox.ThreadID, o enclosures) (list []inbox.Upload, err error) {
	if len(o.alts) > len(o.paths) {
		return nil, usage("reply.alt-alone")
	}
	for i, path := range o.paths {
		alt := ""
		if i < len(o.alts) {
			alt = o.alts[i]
		}
		u, err := d.eng.Enclose(ctx, d.by, id, path, alt)
		if err != nil {
			return nil, noFile(u, err)
		}
		list = append(list, u)
	}
	return list, nil
}

// noFile says so when it is the file that is not there; any other error stays
// as it is.
func noFile(u inbox.Upload, err error) error {
	var problem inbox.Problem
	if !errors.As(err, &problem) || problem.Code != inbox.CodeNotFound || u.Name == "" {
		return err
	}
	return &exitError{code: exitNotFound, key: "attach.not-found", args: []any{u.Name}, err: problem}
}

// absolute is a path as it is understood in another directory.
func absolute(path string) string {
	if path == "" {
		return path
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return whole
}

// placed are the words of a command with the files that a flag names spelled so
// that a server, which runs elsewhere, finds them.
func placed(words []string, flag string) {
	for i, w := range words {
		switch {
		case w == "--":
			return
		case w == "--"+flag && i+1 < len(words):
			words[i+1] = absolute(words[i+1])
		case strings.HasPrefix(w, "--"+flag+"="):
			words[i] = "--" + flag + "=" + absolute(strings.TrimPrefix(w, "--"+flag+"="))
		}
	}
}
