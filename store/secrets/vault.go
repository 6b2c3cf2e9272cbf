package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"vigie/inbox"
)

// Vault keeps secrets of accounts in files that only we can read. It is safe
// for concurrent use; of two Puts at once, one wins whole.
type Vault struct{ dir string }

// NewVault returns the vault of a directory, which the first Put makes.
func NewVault(dir string) *Vault { return &Vault{dir} }

// file names the file of a secret: no account or name can lead elsewhere.
func (v *Vault) file(account inbox.AccountID, name string) string {
	return filepath.Join(v.dir, url.QueryEscape(string(account))+"@"+url.QueryEscape(name))
}

// Get returns a secret, and false when there is none. It refuses a file that
// others can read.
func (v *Vault) Get(account inbox.AccountID, name string) (inbox.Secret, bool, error) {
	raw, err := readPrivate(v.file(account, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return inbox.Secret{}, false, nil
	case err != nil:
		return inbox.Secret{}, false, fmt.Errorf("read %s of %s from the vault: %w", name, account, err)
	}
	return inbox.NewSecret(string(raw)), true, nil
}

// Put keeps a secret; it is on disk when Put returns. An empty one is
// forgotten.
func (v *Vault) Put(account inbox.AccountID, name string, value inbox.Secret) error {
	if err := v.put(v.file(account, name), value); err != nil {
		return fmt.Errorf("keep %s of %s in the vault: %w", name, account, err)
	}
	return nil
}

func (v *Vault) put(path string, value inbox.Secret) error {
	if len(value.Reveal()) > maxSecret {
		return fmt.Errorf("it is larger than %d kB", maxSecret>>10)
	}
	if err := os.MkdirAll(v.dir, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(v.dir, 0o700); err != nil {
		return err
	}
	if value.Empty() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return syncDir(v.dir)
	}
	tmp, err := os.CreateTemp(v.dir, ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.WriteString(value.Reveal())
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return syncDir(v.dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
