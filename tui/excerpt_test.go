package tui

import (
	"strings"
	"testing"

	"vigie/inbox"
)

// An excerpt begins with what is said, not with the handle it is said to; a
// narrow column beside the thread has as much room for it as a line of 80 cells.
func TestExcerpts(t *testing.T) {
	const words = "à quelle heure ouvre la billetterie du stade ce samedi ?"
	shown := func(w, h int) int {
		t.Helper()
		f := world()
		who := author("eva.example", "Eva")
		f.add("atlas-bsky", nil, theirs(inbox.KindMention, 100*hour, who, "@atlas-fc.bsky.social "+words))
		f.add("miette-masto", nil, theirs(inbox.KindMention, 99*hour, who, "@Miette : ça, "+words))
		f.add("miette-masto", nil, theirs(inbox.KindMention, 98*hour, who, "@miettes et @autre"))
		s := newSim(t, f, w, h, nil)
		s.wants("à quelle heure", "ça, à quelle", "@miettes et @autre")
		list, most := s.m.list.View(s.m.look, "", true), 0
		for _, line := range list {
			line = strip(line)
			if _, rest, found := strings.Cut(line, " à quelle"); found && !strings.Contains(line, "ça,") {
				rest, _, _ = strings.Cut(rest, "…")
				most = len([]rune("à quelle" + rest))
			}
		}
		return most
	}
	if at80, at100 := shown(80, 24), shown(100, 30); at80 == 0 || at100 < at80 {
		t.Errorf("%d cells of an excerpt at 80 columns, %d at 100", at80, at100)
	}
}
