package run

import (
	"io/fs"
	"path/filepath"
	"syscall"
)

// DiskBytes is what a directory and all in it takes on the disk, in whole
// blocks.
func DiskBytes(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			sum += st.Blocks * 512 // the unit of st_blocks, whatever the file system's
		}
		return nil
	})
	return sum, err
}
