package bridge

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"vigie/inbox"
)

// file is one that goes with an answer, as a program gets it.
type file struct {
	Path string `json:"path"` // good until the call is answered
	Name string `json:"name"`
	Type string `json:"type"`
	Alt  string `json:"alt,omitempty"`
	Size int64  `json:"size"`
}

// lay puts the files of an answer where a program can read them, until done is
// called. What goes wrong is before a byte left.
func (c *connector) lay(list []inbox.Upload) (out []file, done func(), err error) {
	if len(list) == 0 {
		return nil, func() {}, nil
	}
	if c.env.Shelf == nil {
		return nil, nil, fmt.Errorf("there is no shelf of files: %w", inbox.ErrUnsupported)
	}
	dir, err := os.MkdirTemp("", "vigie-files-")
	if err != nil {
		return nil, nil, &inbox.RetryError{Err: fmt.Errorf("lay out files: %w", err)}
	}
	done = func() {
		if err := os.RemoveAll(dir); err != nil {
			c.env.Log.Warn("take files away", "account", c.setup.Account.ID, "error", err)
		}
	}
	for i, u := range list {
		path := filepath.Join(dir, strconv.Itoa(i+1))
		if err := c.copyTo(path, u.Sum); err != nil {
			done()
			if errors.Is(err, inbox.ErrNotFound) || errors.Is(err, inbox.ErrDamaged) {
				return nil, nil, fmt.Errorf("the file %s: %w: %w", u.Name, inbox.ErrInvalid, err)
			}
			return nil, nil, &inbox.RetryError{Err: fmt.Errorf("lay out files: %w", err)}
		}
		out = append(out, file{path, u.Name, u.Type, u.Alt, u.Size})
	}
	return out, done, nil
}

func (c *connector) copyTo(path, sum string) error {
	r, err := c.env.Shelf.Open(sum)
	if err != nil {
		return err
	}
	w, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = io.Copy(w, r)
		err = errors.Join(err, w.Close())
	}
	return errors.Join(err, r.Close())
}
