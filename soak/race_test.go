//go:build race

package soak

// raced: the race detector makes everything some five times slower.
const raced = true
