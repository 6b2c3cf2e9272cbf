package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
	"vigie/inbox"
	"vigie/store/secrets"
)

// How what was answered is put away: secrets into files of their own, then the
// configuration.

func (g *guide) secretPath(id, key string) string {
	return filepath.Join(g.paths.Data, "secrets", id+"."+key)
}

// putAway writes the secrets into files that only their owner reads.
func (g *guide) putAway(id string) error {
	for key, value := range g.secrets {
		path := g.secretPath(id, key)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := writeWhole(path, []byte(value+"\n")); err != nil {
			return err
		}
	}
	return nil
}

// write adds the account to the configuration, unless that would be wrong.
func (g *guide) write(c config.Client, a config.Account) error {
	raw, err := os.ReadFile(g.paths.Config)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the configuration: %w", err)
	}
	out, err := config.Add(raw, c, a)
	if err != nil {
		return err
	}
	if _, mistakes := config.Parse(g.paths.Config, out, all.Registry()); len(mistakes) > 0 {
		return fail(exitConfig, "account.add.wrong", mistakes[0].Sentence(g.p.p))
	}
	if err := g.put(a.ID, out); err != nil {
		return fail(exitFailure, "account.add.not-written", err.Error())
	}
	return nil
}

// put writes the secrets, if there are any, and then the configuration.
func (g *guide) put(id string, conf []byte) error {
	err := g.putAway(id)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(g.paths.Config), 0o700)
	}
	if err == nil && !g.token.Empty() {
		err = secrets.NewVault(filepath.Join(g.paths.Data, "vault")).Put(inbox.AccountID(id), "token", g.token)
	}
	if err == nil {
		err = writeWhole(g.paths.Config, conf)
	}
	if err != nil {
		for key := range g.secrets {
			_ = os.Remove(g.secretPath(id, key))
		}
	}
	return err
}

// writeWhole puts a file that only its owner reads in the place of another.
func writeWhole(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".vigie-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
