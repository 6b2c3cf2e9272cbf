// Package peers knows the mail programs that vigie is held against: how they
// are installed, set up over one Maildir, indexed, asked, and moved about in.
// Their settings, caches and databases lie in a directory of their own; nothing
// of the person who measures is read or written.
package peers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"vigie/bench/run"
)

// The programs, by their names in Debian but for mu.
const (
	Notmuch = "notmuch"
	Mu      = "mu"
	Mutt    = "mutt"
	Neomutt = "neomutt"
	Aerc    = "aerc"
	Alot    = "alot"
)

// All returns the programs.
func All() []string { return []string{Notmuch, Mu, Mutt, Neomutt, Aerc, Alot} }

// debian is the package of a program.
func debian(name string) string {
	if name == Mu {
		return "maildir-utils"
	}
	return name
}

// Install sees to it that the programs are there, by apt where this is Debian
// and root, and returns the names of those that are.
func Install(ctx context.Context, names []string, tell func(string)) []string {
	var missing []string
	for _, n := range names {
		if !there(n) {
			missing = append(missing, debian(n))
		}
	}
	if len(missing) > 0 && os.Geteuid() == 0 && there("apt-get") {
		tell("install " + strings.Join(missing, " "))
		env := []string{"DEBIAN_FRONTEND=noninteractive"}
		_, err := run.Command{Argv: []string{"apt-get", "update", "-q"}, Env: env}.Run(ctx)
		if err == nil {
			_, err = run.Command{Argv: append([]string{"apt-get", "install", "-q", "-y", "--no-install-recommends"}, missing...), Env: env}.Run(ctx)
		}
		if err != nil {
			tell(err.Error())
		}
	}
	var found []string
	for _, n := range names {
		if there(n) {
			found = append(found, n)
		} else {
			tell(n + " is not installed: what is held against it is not measured")
		}
	}
	return found
}

func there(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// Version is the first line of what a program says of itself.
func Version(ctx context.Context, name string) string {
	flag := map[string]string{Mutt: "-v", Neomutt: "-v", Aerc: "-v"}[name]
	if flag == "" {
		flag = "--version"
	}
	u, err := run.Command{Argv: []string{name, flag}}.Run(ctx)
	if err != nil {
		return name + " (no version)"
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(u.Out)), "\n")
	if !strings.Contains(strings.ToLower(line), name) {
		line = name + " " + line
	}
	return line
}

// Set is the programs over one Maildir.
type Set struct {
	Messages int
	dir      string // holds mail/ and home/
	names    []string
}

// New writes the settings of the programs named for the Maildir dir/mail.
func New(dir string, messages int, names []string) (*Set, error) {
	s := &Set{Messages: messages, dir: dir, names: names}
	for path, text := range map[string]string{
		"muttrc":                     s.muttrc("mutt"),
		"neomuttrc":                  s.muttrc("neomutt"),
		"notmuch-config":             s.notmuchConfig(s.notmuchDir()),
		"alot-config":                "initial_command = search *\n",
		".config/aerc/aerc.conf":     "[ui]\nthreading-enabled=true\n",
		".config/aerc/accounts.conf": fmt.Sprintf("[bench]\nsource = maildir://%s\ndefault = mail\nfrom = Bench <bench@exemple.fr>\n", dir),
	} {
		if err := write(s.home(path), text); err != nil {
			return nil, err
		}
	}
	for _, d := range []string{"mutt-headers", "neomutt-headers", "cache", "notmuch"} {
		if err := os.MkdirAll(s.home(d), 0o700); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600) // aerc reads no accounts that others may read
}

func (s *Set) home(path string) string { return filepath.Join(s.dir, "home", path) }

func (s *Set) notmuchDir() string { return s.home("notmuch") }
func (s *Set) muDir() string      { return s.home("mu") }

// Mail is the Maildir.
func (s *Set) Mail() string { return filepath.Join(s.dir, "mail") }

// Has reports whether a program is there.
func (s *Set) Has(name string) bool { return slices.Contains(s.names, name) }

// Env is what every program of the set is run with.
func (s *Set) Env() []string {
	return []string{
		"HOME=" + s.home(""), "XDG_CONFIG_HOME=" + s.home(".config"), "XDG_CACHE_HOME=" + s.home("cache"),
		"XDG_DATA_HOME=" + s.home("data"), "NOTMUCH_CONFIG=" + s.home("notmuch-config"), "MAIL=", "EMAIL=bench@exemple.fr",
	}
}

func (s *Set) muttrc(name string) string {
	return fmt.Sprintf(`set folder="%s"
set spoolfile="%s"
set mbox_type=Maildir
set header_cache="%s/"
set sort=threads
set sort_aux=date
set sleep_time=0
set mail_check=3600
set timeout=3600
set record=""
set postponed=""
`, s.dir, s.Mail(), s.home(name+"-headers"))
}

func (s *Set) notmuchConfig(database string) string {
	return fmt.Sprintf(`[database]
path=%s
mail_root=%s
[user]
name=Bench
primary_email=bench@exemple.fr
[new]
tags=inbox
ignore=
[maildir]
synchronize_flags=false
`, database, s.Mail())
}
