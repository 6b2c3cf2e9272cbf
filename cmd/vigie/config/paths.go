package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// maxSocket is the longest socket path that is used, in bytes: systems take
// 104 to 108, the closing NUL included.
const maxSocket = 100

// Paths says where everything is. All are absolute.
type Paths struct {
	Config string // the YAML file; need not exist
	Data   string // directory of the store, the host key and the vault
	Log    string
	Socket string // where the server listens; two commands with one Data agree on it
}

// Store is the file of the store.
func (p Paths) Store() string { return filepath.Join(p.Data, "vigie.db") }

// Backups is where the server puts its backups when the configuration names no
// other directory.
func (p Paths) Backups() string { return filepath.Join(p.Data, "backups") }

// HostKey is the server's own key for SSH.
func (p Paths) HostKey() string { return filepath.Join(p.Data, "host_key") }

// FindPaths decides by the flags --config and --data, then VIGIE_CONFIG and
// VIGIE_DATA, then the XDG directories. A data directory that is named holds
// everything: also the configuration, unless that is named too, and the log.
func FindPaths(config, data string, env func(string) string) (Paths, error) {
	if config == "" {
		config = env("VIGIE_CONFIG")
	}
	if data == "" {
		data = env("VIGIE_DATA")
	}
	var p Paths
	if data != "" {
		p = Paths{Config: filepath.Join(data, "config.yaml"), Data: data, Log: filepath.Join(data, "vigie.log")}
	} else {
		home := env("HOME")
		base := func(name, fallback string) string {
			if dir := env(name); filepath.IsAbs(dir) {
				return filepath.Join(dir, "vigie")
			}
			if home == "" {
				return ""
			}
			return filepath.Join(home, fallback, "vigie")
		}
		p.Data = base("XDG_DATA_HOME", ".local/share")
		conf, state := base("XDG_CONFIG_HOME", ".config"), base("XDG_STATE_HOME", ".local/state")
		if p.Data == "" || state == "" || conf == "" && config == "" {
			return p, errors.New("find the data directory: neither HOME nor --data is set")
		}
		p.Config, p.Log = filepath.Join(conf, "config.yaml"), filepath.Join(state, "vigie.log")
	}
	if config != "" {
		p.Config = config
	}
	for _, path := range []*string{&p.Config, &p.Data, &p.Log} {
		abs, err := filepath.Abs(*path)
		if err != nil {
			return p, fmt.Errorf("find %s: %w", *path, err)
		}
		*path = abs
	}
	p.Socket = socket(p.Data, env("XDG_RUNTIME_DIR"))
	return p, nil
}

// socket lies beside the store, so that whoever finds the one finds the other,
// or, where the path would be too long, under a name made from it.
func socket(data, runtime string) string {
	path := filepath.Join(data, "vigie.sock")
	if len(path) <= maxSocket {
		return path
	}
	sum := sha256.Sum256([]byte(data))
	name := hex.EncodeToString(sum[:8]) + ".sock"
	if path = filepath.Join(runtime, "vigie", name); filepath.IsAbs(runtime) && len(path) <= maxSocket {
		return path
	}
	return filepath.Join("/tmp", "vigie-"+strconv.Itoa(os.Getuid()), name)
}
