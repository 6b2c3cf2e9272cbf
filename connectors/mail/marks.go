package mail

import (
	"cmp"
	"strings"

	"vigie/inbox/pattern"
)

// marks tell the lines that stand between the parts of a body from those that
// say something. Some servers make them anew at each reading.
type marks struct {
	known map[string]bool // as the heads of parts name them
	head  bool            // the lines are of the head of a part
	mail  bool            // of a part that is a mail: its head follows
}

func newMarks() *marks { return &marks{known: map[string]bool{}} }

// boundary is where a head names what stands between its parts (RFC 2046).
var boundary = pattern.Lazy(`(?i)\bboundary\s*=\s*(?:"([^"]*)"|([^;\s"]+))`)

// learn takes the name of a mark out of the head of a part.
func (m *marks) learn(head string) string {
	found := boundary().FindStringSubmatch(head)
	if found == nil {
		return head
	}
	if name := cmp.Or(found[1], found[2]); name != "" {
		m.known[name] = true
	}
	return strings.Replace(head, found[0], "", 1)
}

// said is what a line of a body says: nothing, between its parts.
func (m *marks) said(line string) string {
	if mark, ok := strings.CutPrefix(line, "--"); ok {
		begins := m.known[mark]
		if begins || m.known[strings.TrimSuffix(mark, "--")] {
			m.head, m.mail = begins, false
			return ""
		}
	}
	switch {
	case m.head && line == "":
		m.head, m.mail = m.mail, false
	case m.head:
		kind := strings.ToLower(strings.Join(strings.Fields(line), ""))
		m.mail = m.mail || strings.HasPrefix(kind, "content-type:message/rfc822")
		return m.learn(line)
	}
	return line
}
