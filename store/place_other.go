//go:build !linux

package store

import "os"

func unsafeAt(string) string { return "" }

func freeAt(string) (bytes uint64, ok bool) { return 0, false }

func born(*os.File) int64 { return 0 }
