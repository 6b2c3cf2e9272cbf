// Boltfloor prints what opening a bbolt file for reading and writing costs,
// with nothing around it. A line an opening, in microseconds.
//
//	boltfloor FILE N
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: boltfloor FILE N")
		os.Exit(2)
	}
	n, err := strconv.Atoi(os.Args[2])
	if err == nil {
		err = run(os.Args[1], n)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "boltfloor:", err)
		os.Exit(1)
	}
}

func run(path string, n int) error {
	for range n {
		begun := time.Now()
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
		took := time.Since(begun)
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
		fmt.Printf("%.1f\n", float64(took.Nanoseconds())/1000)
	}
	return nil
}
