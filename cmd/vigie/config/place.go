package config

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// CheckPlaces names what is wrong with the directories that a configuration
// names, as they are now. It is no part of Load: a disk that is not there
// today must not keep a server from starting.
func CheckPlaces(file string, conf Config) []Mistake {
	dir := conf.Backup.Dir
	if dir == "" {
		return nil
	}
	fail := func(args ...any) []Mistake {
		return []Mistake{{File: file, Path: "backup.dir", Key: "config.backup-place", Args: args}}
	}
	at := dir
	info, err := os.Stat(at)
	if os.IsNotExist(err) { // then it is made
		at = filepath.Dir(dir)
		info, err = os.Stat(at)
	}
	if err != nil || !info.IsDir() || unix.Access(at, unix.W_OK|unix.X_OK) != nil {
		return fail(dir, at)
	}
	return nil
}
