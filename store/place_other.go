//go:build !linux

package store

func unsafeAt(string) string { return "" }

func freeAt(string) (bytes uint64, ok bool) { return 0, false }
