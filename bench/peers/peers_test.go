package peers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSettingsStayInTheirDirectory(t *testing.T) {
	dir := t.TempDir()
	s, err := New(dir, 7, []string{Neomutt, Notmuch})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range s.Env() {
		name, value, _ := strings.Cut(v, "=")
		if strings.HasPrefix(value, "/") && !strings.HasPrefix(value, dir) {
			t.Errorf("%s leads to %s", name, value)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "home/.config/aerc/accounts.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("aerc refuses accounts of mode %v", info.Mode().Perm())
	}
}

func TestScreens(t *testing.T) {
	s, err := New(t.TempDir(), 7, []string{Neomutt})
	if err != nil {
		t.Fatal(err)
	}
	if sc, ok := s.Screen(Neomutt); !ok || sc.Ready != "Msgs:7" || sc.Argv[0] != "neomutt" {
		t.Errorf("%+v %v", sc, ok)
	}
	for _, name := range []string{Mutt, Notmuch, "elm"} {
		if _, ok := s.Screen(name); ok {
			t.Errorf("%s has a screen", name)
		}
	}
}

func TestCommands(t *testing.T) {
	s := &Set{dir: "/d"}
	q := Query{Notmuch: `"merci beaucoup"`, Mu: []string{"body:projet", "date:2025"}}
	if got := strings.Join(s.Ask(Notmuch, q).Argv, "|"); got != `notmuch|search|--output=messages|--limit=50|"merci beaucoup"` {
		t.Error(got)
	}
	if got := strings.Join(s.Ask(Mu, q).Argv, "|"); !strings.HasSuffix(got, "|body:projet|date:2025") {
		t.Error(got)
	}
	if got := strings.Join(s.Tag("+x", []string{"thread:1", "thread:2"}).Argv, "|"); got != "notmuch|tag|+x|--|thread:1 or thread:2" {
		t.Error(got)
	}
}
