package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Usage is what processes use now.
type Usage struct {
	CPU  time.Duration // user + system so far, their ended children with them
	RSS  int64         // bytes, summed
	Anon int64         // of them not backed by a file, summed
	Peak int64         // the largest peak among them, bytes
}

// UsageOf reads /proc for a process and its descendants. A process that is
// gone uses nothing.
func UsageOf(root int) Usage {
	var u Usage
	for _, pid := range tree(root) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		u.CPU += cpuOf(string(stat))
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		m := memoryOf(string(status))
		u.RSS += m.RSS
		u.Anon += m.Anon
		u.Peak = max(u.Peak, m.Peak)
	}
	return u
}

// tick is what /proc counts CPU time in: USER_HZ, which is 100 on Linux for
// every architecture that Go runs on.
const tick = 10 * time.Millisecond

// cpuOf reads utime, stime, cutime and cstime of /proc/PID/stat. The name of
// the program, in parentheses, may hold anything.
func cpuOf(stat string) time.Duration {
	_, rest, ok := lastCut(stat, ")")
	f := strings.Fields(rest)
	if !ok || len(f) < 15 {
		return 0
	}
	var sum time.Duration
	for _, field := range f[11:15] {
		if v, err := strconv.ParseInt(field, 10, 64); err == nil {
			sum += time.Duration(v) * tick
		}
	}
	return sum
}

func lastCut(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// memoryOf reads the memory in /proc/PID/status.
func memoryOf(status string) Usage {
	var u Usage
	for line := range strings.Lines(status) {
		f := strings.Fields(line)
		if len(f) < 3 || f[2] != "kB" {
			continue
		}
		kb, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil {
			continue
		}
		switch f[0] {
		case "VmRSS:":
			u.RSS = kb << 10
		case "RssAnon:":
			u.Anon = kb << 10
		case "VmHWM:":
			u.Peak = kb << 10
		}
	}
	return u
}

func tree(root int) []int {
	pids := []int{root}
	for i := 0; i < len(pids); i++ {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pids[i]))
		if err != nil {
			continue
		}
		for _, f := range files {
			list, err := os.ReadFile(f)
			if err != nil {
				continue // it has ended
			}
			for w := range strings.FieldsSeq(string(list)) {
				if pid, err := strconv.Atoi(w); err == nil {
					pids = append(pids, pid)
				}
			}
		}
	}
	return pids
}

// OnCPU is how long the threads of a process and of its descendants have run
// so far, to the nanosecond. Threads that have ended are not in it: it is for
// the difference between two moments of a process at rest.
func OnCPU(root int) time.Duration {
	var sum time.Duration
	for _, pid := range tree(root) {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
		if err != nil {
			continue
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				continue // it has ended
			}
			sum += onCPU(string(raw))
		}
	}
	return sum
}

// onCPU reads the first field of a schedstat: nanoseconds.
func onCPU(schedstat string) time.Duration {
	first, _, _ := strings.Cut(strings.TrimSpace(schedstat), " ")
	ns, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(ns)
}
