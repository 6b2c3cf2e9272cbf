package door

import (
	"fmt"
	"strings"
)

// scissors part the header of an edited file from the text, as git's do: a
// text may well begin with a word that has a number sign.
const scissors = "# ------------------------ >8 ------------------------"

// withHeader is the file for an editor.
func withHeader(header, body string) string {
	if header = commented(header); header == "" {
		return body + "\n"
	}
	return header + scissors + "\n" + body + "\n"
}

// commented puts each line of a header behind a number sign.
func commented(header string) string {
	var b strings.Builder
	for line := range strings.Lines(header) {
		b.WriteString(strings.TrimRight("# "+strings.TrimRight(line, "\r\n"), " ") + "\n")
	}
	return b.String()
}

// withoutHeader takes the header off again: up to the scissors or, where they
// were deleted, those of its lines that still stand at the beginning.
func withoutHeader(header, file string) string {
	file = strings.ReplaceAll(strings.ToValidUTF8(file, "\uFFFD"), "\r\n", "\n")
	header = commented(header)
	body, cut := file, false
	if header != "" {
		if _, after, found := strings.Cut("\n"+file, "\n"+scissors+"\n"); found {
			body, cut = after, true
		} else if strings.HasSuffix("\n"+file, "\n"+scissors) {
			body, cut = "", true
		}
	}
	if !cut {
		for line := range strings.Lines(header) {
			body = strings.TrimPrefix(body, line)
		}
	}
	return strings.TrimRight(body, "\n")
}

// bytesWords is a size for people, in kibibytes.
func bytesWords(n int) string { return fmt.Sprintf("%d KiB", (n+1023)/1024) }
