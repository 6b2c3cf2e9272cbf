package door

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	gossh "golang.org/x/crypto/ssh"
)

// ErrHostKeyLost means that the host key is gone while its public half is
// still there: visitors know the server by it, so none is made in its place.
var ErrHostKeyLost = errors.New("the host key is gone, but was known")

// Fingerprint returns the fingerprint of the host key, making the key when
// there never was one.
func Fingerprint(path string) (string, error) {
	signer, err := hostKey(path)
	if err != nil {
		return "", err
	}
	return gossh.FingerprintSHA256(signer.PublicKey()), nil
}

// hostKey reads the host key, or makes an ed25519 one with mode 0600.
func hostKey(path string) (gossh.Signer, error) {
	raw, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeHostKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the host key: %w", err)
	}
	signer, err := gossh.ParsePrivateKey(raw)
	if err != nil {
		return nil, fmt.Errorf("read the host key %s: %w", path, err)
	}
	err = writeNew(path+".pub", gossh.MarshalAuthorizedKey(signer.PublicKey()), 0o644)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("write the host key's public half: %w", err)
	}
	return signer, nil
}

func makeHostKey(path string) (gossh.Signer, error) {
	if _, err := os.Lstat(path + ".pub"); err == nil {
		return nil, fmt.Errorf("%w: put %s back, or remove %s.pub to make a new one", ErrHostKeyLost, path, path)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	block, err := gossh.MarshalPrivateKey(key, "vigie")
	if err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	if err := writeNew(path, pem.EncodeToMemory(block), 0o600); err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	if err := writeNew(path+".pub", gossh.MarshalAuthorizedKey(signer.PublicKey()), 0o644); err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	return signer, nil
}

// writeNew writes a file that must not be there yet, through to the disk.
func writeNew(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
