package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"vigie/bench/measures"
	"vigie/bench/peers"
	"vigie/bench/table"
)

// write puts the report between the marks of a page.
func write(path string, r table.Report) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var section strings.Builder
	if err := r.Markdown(&section); err != nil {
		return err
	}
	text, err := table.Replace(string(page), section.String())
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// machine describes where the run takes place, as far as /proc tells.
func machine() []string {
	lines := []string{fmt.Sprintf("%s/%s, %s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU())}
	if m := field("/proc/cpuinfo", "model name"); m != "" {
		lines[0] += " " + m
	}
	if m := field("/proc/meminfo", "MemTotal"); m != "" {
		lines[0] += ", memory " + m
	}
	if m := field("/etc/os-release", "PRETTY_NAME"); m != "" {
		lines[0] += ", " + strings.Trim(m, `"`)
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		f := strings.Fields(string(load))
		lines = append(lines, "load before the run "+f[0]+": above 0.5 others work too, and only ratios count")
	}
	return lines
}

// field is the value of the first line of a file that begins with a name.
func field(path, name string) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return valueOf(string(raw), name)
}

func valueOf(text, name string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			return strings.TrimSpace(strings.TrimLeft(rest, " \t:="))
		}
	}
	return ""
}

// versions are those of vigie and of the peers, and what is measured on how
// many messages.
func versions(ctx context.Context, b *measures.Bench) []string {
	list := []string{b.Version(ctx)}
	for _, name := range b.Programs {
		list = append(list, peers.Version(ctx, name))
	}
	for _, name := range peers.All() {
		if !slices.Contains(b.Programs, name) {
			list = append(list, "without "+name)
		}
	}
	return []string{strings.Join(list, ", "), b.Corpora()}
}
