package door

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// maxPrivateFile bounds the files of keys, in bytes.
const maxPrivateFile = 1 << 20

// errExposed means that somebody else may read or change a file that decides
// who may come in.
var errExposed = errors.New("must be a plain file of yours with mode 0600")

// readPrivate reads a file that belongs to us and to nobody else.
func readPrivate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 || !ours(info) {
		return nil, fmt.Errorf("%s (mode %v): %w", path, info.Mode(), errExposed)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxPrivateFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxPrivateFile {
		return nil, fmt.Errorf("%s is over %d bytes", path, maxPrivateFile)
	}
	return raw, nil
}

// ours reports whether a file belongs to the user we run as.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

func inode(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino
	}
	return 0
}
