// Package soak holds the tests that wear vigie down: the real program killed
// at any moment while it sends and collects, and connectors on lines that
// drop, stall and cut. What the networks carried out is counted on their side.
//
// They are short by default; VIGIE_SOAK=1 (make soak) makes them long. Each
// prints its figures.
package soak
