// Syncfloor prints what a durable write costs on the disk of a directory:
// 2 × (4 KiB + fdatasync), which is what a commit of bbolt does at the least. A line
// a write, in microseconds.
//
//	syncfloor DIR N
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

const (
	block = 4096
	size  = 64 << 20 // of the file, allocated before
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: syncfloor DIR N")
		os.Exit(2)
	}
	n, err := strconv.Atoi(os.Args[2])
	if err == nil {
		err = run(os.Args[1], n)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "syncfloor:", err)
		os.Exit(1)
	}
}

func run(dir string, n int) (err error) {
	name := filepath.Join(dir, "syncfloor.tmp")
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer os.Remove(name) //nolint:errcheck // scratch
	defer f.Close()       //nolint:errcheck // scratch
	page := make([]byte, 1<<20)
	for off := int64(0); off < size; off += int64(len(page)) {
		if _, err := f.WriteAt(page, off); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	for i := range n {
		begun := time.Now()
		for k := range 2 {
			page[0] = byte(i)
			if _, err := f.WriteAt(page[:block], int64((i*7919+k*31)*block)%(size-block)); err != nil {
				return err
			}
			if err := unix.Fdatasync(int(f.Fd())); err != nil {
				return err
			}
		}
		fmt.Printf("%.1f\n", float64(time.Since(begun).Nanoseconds())/1000)
	}
	return nil
}
