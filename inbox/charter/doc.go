// Package charter holds a text against what a client wants and does not want
// to be written in its name. It knows no network, does no I/O, and all of it
// may be used concurrently.
package charter
