package config

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFindPaths(t *testing.T) {
	long := "/" + strings.Repeat("d", 100)
	for name, tt := range map[string]struct {
		config, data string
		env          map[string]string
		want         Paths
	}{
		"home": {"", "", map[string]string{"HOME": "/h"}, Paths{
			"/h/.config/vigie/config.yaml", "/h/.local/share/vigie", "/h/.local/state/vigie/vigie.log", "/h/.local/share/vigie/vigie.sock",
		}},
		"xdg": {"", "", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s", "XDG_RUNTIME_DIR": "/r"}, Paths{
			"/c/vigie/config.yaml", "/d/vigie", "/s/vigie/vigie.log", "/d/vigie/vigie.sock",
		}},
		"relative xdg is ignored": {"", "", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "d"}, Paths{
			"/h/.config/vigie/config.yaml", "/h/.local/share/vigie", "/h/.local/state/vigie/vigie.log", "/h/.local/share/vigie/vigie.sock",
		}},
		"flag holds all": {"", "/x", map[string]string{"HOME": "/h", "VIGIE_DATA": "/y"}, Paths{"/x/config.yaml", "/x", "/x/vigie.log", "/x/vigie.sock"}},
		"variables":      {"", "", map[string]string{"VIGIE_DATA": "/y", "VIGIE_CONFIG": "/z.yaml"}, Paths{"/z.yaml", "/y", "/y/vigie.log", "/y/vigie.sock"}},
		"both flags":     {"/z.yaml", "/x", map[string]string{"VIGIE_CONFIG": "/no"}, Paths{"/z.yaml", "/x", "/x/vigie.log", "/x/vigie.sock"}},
		"long path": {"", long, map[string]string{"XDG_RUNTIME_DIR": "/r"}, Paths{
			long + "/config.yaml", long, long + "/vigie.log", "/r/vigie/" + filepath.Base(socket(long, "/r")),
		}},
	} {
		got, err := FindPaths(tt.config, tt.data, func(k string) string { return tt.env[k] })
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := FindPaths("", "", func(string) string { return "" }); err == nil {
		t.Error("no home, no error")
	}
	here, err := FindPaths("c.yaml", "d", func(string) string { return "" })
	if err != nil || !filepath.IsAbs(here.Config) || !filepath.IsAbs(here.Data) {
		t.Errorf("relative flags: %+v, %v", here, err)
	}
	if a, b := socket(long, ""), socket(long+"x", ""); a == b || len(a) > maxSocket || !strings.HasPrefix(a, "/tmp/vigie-") {
		t.Errorf("sockets %s, %s", a, b)
	}
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	write("theme: dark\n")
	type loaded struct {
		conf     Config
		mistakes []Mistake
	}
	got, ended := make(chan loaded, 8), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ready := make(chan struct{})
	go func() {
		close(ready)
		ended <- Watch(ctx, path, networks(), func(c Config, m []Mistake) { got <- loaded{c, m} })
	}()
	<-ready
	// The watch may not have begun yet: change until it is told.
	tell := func(what string, change func(), want func(loaded) bool) {
		t.Helper()
		var last loaded
		for range 20 {
			change()
			select {
			case last = <-got:
				if want(last) {
					return
				}
			case <-time.After(8 * settle): // a busy machine tells late
			}
		}
		t.Fatalf("%s was not told, but %+v", what, last)
	}
	// A store beside it is written without pause.
	busy := time.NewTicker(settle / 10)
	defer busy.Stop()
	go func() {
		for range busy.C {
			if ctx.Err() != nil || os.WriteFile(filepath.Join(dir, "vigie.db"), nil, 0o600) != nil {
				return
			}
		}
	}()
	for i, theme := range []string{"light", "mono"} {
		n := 0
		tell(theme, func() { n++; write("theme: " + theme + "\n#" + strings.Repeat("x", 100*i+n)) },
			func(l loaded) bool { return l.conf.Theme == theme && len(l.mistakes) == 0 })
	}
	tell("a mistake", func() { write("theme: pink\n") },
		func(l loaded) bool { return len(l.mistakes) == 1 && l.mistakes[0].File == path })
	tell("that it is gone", func() { write("theme: dark\n"); os.Remove(path) }, //nolint:errcheck // told or not
		func(l loaded) bool { return len(l.mistakes) == 1 && l.mistakes[0].Key == "config.gone" })
	tell("that it is back", func() { write("theme: contrast\n") },
		func(l loaded) bool { return l.conf.Theme == "contrast" && len(l.mistakes) == 0 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}
