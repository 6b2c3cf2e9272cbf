package attach

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestOpener: a browser that needs the terminal is passed over, and so is the
// desktop's where there is none.
func TestOpener(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"w3m", "firefox", "xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	for _, c := range []struct {
		environ, want []string
	}{
		{[]string{"BROWSER=w3m"}, nil},
		{[]string{"BROWSER=/usr/bin/lynx:firefox -new-tab", "DISPLAY=:0"}, []string{"firefox", "-new-tab"}},
		{[]string{"BROWSER=w3m", "WAYLAND_DISPLAY=wayland-0"}, []string{"xdg-open"}},
		{nil, nil},
	} {
		tenant := tenant{o: Options{Environ: c.environ}}
		if got := tenant.opener(); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.environ, got, c.want)
		}
	}
}
