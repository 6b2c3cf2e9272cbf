package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// create makes an empty store beside path and links it there when it is
// whole: whatever happens, path is nothing or a store. Another process that
// is faster wins.
func create(path string, schema int) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := tempBeside(path)
	if err != nil {
		return err
	}
	err = build(temp, schema)
	if err == nil {
		err = publish(temp, path)
	}
	if err != nil {
		return errors.Join(err, removeIfThere(temp))
	}
	return nil
}

// build writes an empty store into an empty file.
func build(path string, schema int) error {
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = b.Update(func(tx *bbolt.Tx) error {
		for _, name := range bucketNames {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		w := newTxn()
		w.tx = tx
		if err := w.putIndexed(indexRecord{version: indexVersion}); err != nil {
			return err
		}
		return w.putIdentity(&identity{
			schema: schema, id: rand.Text(), epoch: rand.Text(), created: time.Now().UTC(),
		})
	})
	return errors.Join(err, b.Close())
}

// tempBeside makes an empty file of a name of its own in path's directory.
func tempBeside(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// publish gives a finished file its name, unless the name is taken.
func publish(temp, path string) error {
	if err := syncPath(temp); err != nil {
		return err
	}
	switch err := os.Link(temp, path); {
	case err == nil, errors.Is(err, os.ErrExist):
		if err := os.Remove(temp); err != nil {
			return err
		}
	default: // a file system without links
		if err := os.Rename(temp, path); err != nil {
			return err
		}
	}
	return syncPath(filepath.Dir(path))
}

// replace gives a finished file its name, whatever was there.
func replace(temp, path string) error {
	if err := syncPath(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

// syncPath makes a file's bytes, or a directory's names, durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return errors.Join(fmt.Errorf("sync %s: %w", path, err), f.Close())
	}
	return f.Close()
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
