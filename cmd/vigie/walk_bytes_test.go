//go:build walk

package main

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// sequence is a command to a terminal or a run of text.
var sequence = regexp.MustCompile(`\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]`)

// leftBehind lists what a program did to the terminal and did not undo.
func leftBehind(written []byte) []string {
	var wrong []string
	mode := map[string]bool{}
	for _, m := range regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`).FindAllSubmatch(written, -1) {
		for n := range strings.SplitSeq(string(m[1]), ";") {
			mode[n] = m[2][0] == 'h'
		}
	}
	if _, used := mode["1049"]; !used {
		wrong = append(wrong, "the other screen was never used")
	}
	for _, n := range slices.Sorted(maps.Keys(mode)) {
		if on := n == "25" || n == "7"; mode[n] != on {
			wrong = append(wrong, fmt.Sprintf("mode %s is left %v", n, mode[n]))
		}
	}
	titles := regexp.MustCompile(`\x1b\][02];([^\x07\x1b]*)`).FindAllSubmatch(written, -1)
	if n := len(titles); n > 0 && len(titles[n-1][1]) > 0 && !bytes.Contains(written, []byte("\x1b[23")) {
		wrong = append(wrong, fmt.Sprintf("the title is left %q", titles[n-1][1]))
	}
	end := bytes.LastIndex(written, []byte("\x1b[?1049l"))
	rest := sequence.ReplaceAll(written[max(end, 0):], nil)
	for _, b := range rest {
		if b < ' ' && b != '\n' && b != '\r' {
			wrong = append(wrong, fmt.Sprintf("stray bytes at the end: %q", rest))
			break
		}
	}
	return wrong
}
