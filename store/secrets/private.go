package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// readPrivate reads a file that nobody else can read and that is ours.
func readPrivate(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, plainly(err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, plainly(err)
	}
	switch owner, ok := info.Sys().(*syscall.Stat_t); {
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("others may read it (mode %04o); chmod 600 it", info.Mode().Perm())
	case !ok || int(owner.Uid) != os.Geteuid():
		return nil, errors.New("it belongs to somebody else")
	case info.Size() > maxSecret:
		return nil, fmt.Errorf("it is larger than %d kB", maxSecret>>10)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSecret))
	return raw, plainly(err)
}

// plainly leaves the path out: whoever shows the error names the reference.
func plainly(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// decrypt reads a file encrypted with age. The identity is in the file that
// VIGIE_AGE_IDENTITY names, else in vigie/age.txt of the configuration
// directory; it must be private. Files behind a passphrase are refused: the
// server has nobody to ask.
func (r resolver) decrypt(path string) (string, error) {
	path, err := r.absolute(path)
	if err != nil {
		return "", err
	}
	identities, err := r.identities()
	if err != nil {
		return "", fmt.Errorf("age identity: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", plainly(err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	var src io.Reader = io.LimitReader(f, 4*maxSecret)
	if armored(f) {
		src = armor.NewReader(src)
	}
	plain, err := age.Decrypt(src, identities...)
	if err != nil {
		return "", fmt.Errorf("decrypt: %w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(plain, maxSecret))
	if err != nil {
		return "", fmt.Errorf("decrypt: %w", err)
	}
	return string(raw), nil
}

// armored reports whether the file, read from its start, is in text form.
func armored(f *os.File) bool {
	head := make([]byte, len(armor.Header))
	n, err := f.ReadAt(head, 0)
	return err == nil && string(head[:n]) == armor.Header
}

func (r resolver) identities() ([]age.Identity, error) {
	path := r.env("VIGIE_AGE_IDENTITY")
	if path == "" {
		dir := r.env("XDG_CONFIG_HOME")
		if dir == "" {
			dir = filepath.Join(r.env("HOME"), ".config")
		}
		path = filepath.Join(dir, "vigie", "age.txt")
	}
	raw, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	ids, err := age.ParseIdentities(bytes.NewReader(raw))
	if err != nil { // which may quote a line
		return nil, fmt.Errorf("%s holds no age identity", path)
	}
	return ids, nil
}
