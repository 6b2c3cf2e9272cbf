package look

import "strings"

// Session names the session that did something: "vous", "vous (pts/4)" in
// another terminal of this person's, else by what people know it by; "" for one
// without a name.
func (l Look) Session(session, line string) string {
	name, _, _ := strings.Cut(session, "#")
	name = strings.TrimSpace(name)
	mine := line != "" && line == l.By.Line
	switch {
	case l.By.Made(session, line), mine && name == "":
		return l.P.T("journal.you")
	case mine:
		return l.P.T("journal.you-at", name)
	}
	return name
}
