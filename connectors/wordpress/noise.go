package wordpress

import (
	"bytes"
	"encoding/json"
)

// maxNoise is how many lines before an answer are passed over.
const maxNoise = 64

// withoutNoise is an answer without what a plug-in or PHP itself has printed
// before it: notices, where the host shows them, and byte order marks. WordPress
// writes the answer on the last line. What is no answer stays as it is.
func withoutNoise(body []byte) []byte {
	if json.Valid(body) {
		return body
	}
	rest := body
	for range maxNoise {
		line := bytes.TrimLeft(rest, "\ufeff \t\r\n")
		if len(line) > 0 && (line[0] == '{' || line[0] == '[') && json.Valid(line) {
			return line
		}
		_, after, more := bytes.Cut(line, []byte{'\n'})
		if !more {
			break
		}
		rest = after
	}
	return body
}
