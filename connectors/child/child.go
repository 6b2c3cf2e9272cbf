// Package child starts programs that belong to somebody else: from an
// argument list and never by a shell, with hardly any environment, and so that
// they can be ended together with whatever they started.
package child

import (
	"os"
	"os/exec"
	"syscall"
)

// Command prepares a program. Its whole environment is PATH, HOME and LANG,
// as far as we have them; it runs in a process group of its own.
func Command(argv []string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{} // not nil: that would be ours
	for _, name := range []string{"PATH", "HOME", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// Kill ends a started program's whole process group at once. It must not be
// called long after the program was waited for: its number may be another's.
func Kill(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may have ended by itself
}
