package config

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"vigie/inbox/text"
)

// CheckPlaces names what is wrong with the directories and calendar files that
// a configuration names, as they are now. It is no part of Load: a disk that is not there
// today must not keep a server from starting.
func CheckPlaces(file string, conf Config) []Mistake {
	return append(checkBackup(file, conf), checkCalendars(file, conf)...)
}

func checkCalendars(file string, conf Config) []Mistake {
	var all []Mistake
	for i, c := range conf.Clients {
		for j, h := range c.Holidays {
			if _, err := h.days(1, 1); err != nil {
				path := fmt.Sprintf("clients[%d].holidays[%d]", i, j)
				all = append(all, Mistake{File: file, Path: path, Key: "config.bad-calendar", Args: []any{text.CleanLine(err.Error()).String()}})
			}
		}
	}
	return all
}

func checkBackup(file string, conf Config) []Mistake {
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
