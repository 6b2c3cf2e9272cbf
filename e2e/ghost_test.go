//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// A real Ghost: the whole job of a community manager on it.
func TestGhost(t *testing.T) {
	s := NewGhost(t)
	g := ghostWork{T: t, s: s, b: s.Box(t, "clair@clair.test")}
	g.check()
	g.collect()
	g.reply()
	g.screen()
	g.moderate()
	g.stop()
	g.others()
	g.shut()
}

// ghostWork is one run of the job.
type ghostWork struct {
	*testing.T
	s                                   *GhostSite
	b                                   *Box
	clair, mia, nemo                    string // members
	first, under, spam, late, own, rest string // comments
}

func (g *ghostWork) thread(comment string) string { g.Helper(); return threadOf(g.T, g.b, comment) }

// check tries a member who does not exist yet, a wrong key, and the sign-in.
func (g *ghostWork) check() {
	if s := g.b.Run("account", "check", "clair-ghost"); s.Code == 0 || !strings.Contains(s.Out+s.Err, "member") {
		g.Errorf("account check without the member: exit %d %s%s", s.Code, s.Out, s.Err)
	}
	g.clair, g.mia, g.nemo = g.s.Join("clair@clair.test", "Clair"), g.s.Join("mia@lectrices.test", "Mia"), g.s.Join("nemo@lectrices.test", "")
	if out := g.b.Must("account", "check", "clair-ghost"); !strings.Contains(out, "127.0.0.1:2368") {
		g.Errorf("account check: %s", out)
	}
	wrong := g.s.Box(g.T, "clair@clair.test")
	wrong.Write("admin-key", strings.Repeat("a", 24)+":"+strings.Repeat("b", 64)+"\n")
	if s := wrong.Run("account", "check", "clair-ghost"); s.Code == 0 || !strings.Contains(s.Out+s.Err, "Unknown Admin API Key") {
		g.Errorf("account check with a wrong key: exit %d %s%s", s.Code, s.Out, s.Err)
	}
}

// collect lets members write, and collects: once.
func (g *ghostWork) collect() {
	g.first = g.s.Comment(g.mia, "", "", "<p>Le roman de février &lt;3 sera-t-il numérique ?<br>Merci &amp; à bientôt</p>")
	g.under = g.s.Comment(g.nemo, g.first, "", "<p>Je me le demande aussi</p>")
	g.spam = g.s.Comment(g.nemo, "", "", "<p>PILULES pas chères</p>")
	g.late = g.s.Comment(g.mia, "", "", "<p>Et la rentrée, c'est quand ?</p>")
	if p := g.b.Sync()[0]; p.New < 4 || p.Refused != 0 {
		g.Fatalf("first collection: %+v", p)
	}
	row := g.b.One("id:" + g.thread(g.first))
	if row.State != "ours" || row.Kind != "comment" || row.Messages != 2 {
		g.Errorf("the comment: %+v", row)
	}
	if show := g.b.Must("show", row.ID); !strings.Contains(show, "<3 sera-t-il numérique") || !strings.Contains(show, "Coming soon") {
		g.Errorf("the comment and its post: %s", show)
	}
	if out := g.b.Must("export", "is:any"); strings.Contains(out, "lectrices.test") {
		g.Error("a member's address is in the export")
	}
	g.b.same("after the first collection")
}

// reply answers an answer on the command line and deletes it again.
func (g *ghostWork) reply() {
	id := g.thread(g.first)
	s := g.b.Feed(strings.NewReader("Oui <3 : « en mars » & en librairie 🥐\nmême jour\n\nÀ bientôt\n"), "reply", id, "--json", "-")
	if s.Code != 0 {
		g.Fatalf("reply: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	g.own = JSON[Sent](g.T, s.Out)[0].RemoteID
	html := "<p>Oui &lt;3 : « en mars » &amp; en librairie 🥐<br />même jour</p><p>À bientôt</p>"
	if got := g.s.By(g.clair); len(got) != 1 || got[0].ID != g.own || got[0].HTML != html || got[0].Parent != g.first || got[0].To != g.under {
		g.Fatalf("the blog has %+v", got)
	}
	g.b.Must("sync")
	if row := g.b.One("is:any id:" + id); row.State != "theirs" || row.Messages != 3 {
		g.Errorf("after the answer: %+v", row)
	}
	g.b.same("after the answer")
	if s := g.b.Feed(strings.NewReader("Corrigé\n"), "reply", id, "--edit", g.own, "-"); s.Code == 0 {
		g.Errorf("an edit, which Ghost has not: %s", s.Out)
	}
	g.b.Must("moderate", id, "delete", "--message", g.own)
	if got := g.s.Status(g.own); got != "deleted" {
		g.Errorf("after the deletion: %s", got)
	}
	g.b.Must("sync")
	g.b.same("after the deletion")
}

// screen answers in the terminal.
func (g *ghostWork) screen() {
	p := NewDesk(g.T, g.b.Environ).Open(120, 40)
	p.Command(vigie(g.T))
	p.Wait("À traiter", "Mia")
	p.Type("frentrée")
	p.Press("Enter")
	p.Wait(`▌.*Mia`, "Coming soon")
	p.Press("Enter")
	p.Type("r")
	p.Wait("RÉPONDRE : Clair .*→ Mia")
	p.Type("Le 21 août — à bientôt 🥐")
	p.Press("C-s")
	p.Wait("Premier envoi", "au nom de : Clair")
	p.accept("Premier envoi")
	p.Wait("réponse en attente")
	p.Wait("envoyé : Mia")
	if got := g.s.By(g.clair); len(got) != 1 || got[0].HTML != "<p>Le 21 août — à bientôt 🥐</p>" || got[0].Parent != g.late || got[0].To != "" {
		g.Errorf("the blog has %+v", got)
	} else {
		g.rest = got[0].ID
	}
	p.Press("Escape") // from the thread to the list
	p.Wait("enter ouvrir")
	p.Press("Escape") // from the filter to the view
	p.WaitGone("· rentrée ·")
	p.Type("q")
	p.Home(0)
}

// moderate does every act on a comment and reads the state on the blog.
func (g *ghostWork) moderate() {
	id := g.thread(g.spam)
	for _, step := range []struct{ act, want string }{
		{"hide", "hidden"},
		{"unhide", "published"},
		{"hide", "hidden"},
	} {
		g.b.Must("moderate", id, step.act)
		if got := g.s.Status(g.spam); got != step.want {
			g.Errorf("%s: %s", step.act, got)
		}
	}
	g.b.Must("sync")
	if rows := g.b.List("is:any is:hidden"); len(rows) != 1 || rows[0].ID != id {
		g.Errorf("hidden: %+v", rows)
	}
	g.b.Must("moderate", id, "remove", "--message", g.spam)
	if got := g.s.Status(g.spam); got != "deleted" {
		g.Errorf("removed: %s", got)
	}
	g.b.Must("sync")
	g.b.same("after moderation")
}

// stop takes a member's right to comment, and gives it back.
func (g *ghostWork) stop() {
	for _, step := range []struct {
		act  string
		want bool
	}{{"block", true}, {"unblock", false}, {"block", true}} {
		g.b.Must("moderate", g.thread(g.spam), step.act, "--message", g.spam)
		if got := g.s.Stopped(g.nemo); got != step.want {
			g.Errorf("%s: stopped: %t", step.act, got)
		}
	}
	if g.s.Stopped(g.mia) {
		g.Error("somebody else was stopped")
	}
}

// others does what the blog's own people would: all of it arrives.
func (g *ghostWork) others() {
	g.s.Set(g.under, "hidden")
	g.s.Set(g.rest, "deleted")
	g.b.Must("sync")
	if rows := g.b.List("is:any is:hidden"); len(rows) != 1 || rows[0].ID != g.thread(g.first) {
		g.Errorf("hidden by somebody else: %+v", rows)
	}
	if show := g.b.Must("show", g.thread(g.late)); strings.Contains(show, "21 août") {
		g.Errorf("deleted by somebody else: %s", show)
	}
	g.s.Leave(g.mia)
	g.b.Must("sync")
	if show := g.b.Must("show", g.thread(g.late)); !strings.Contains(show, "rentrée") || !strings.Contains(show, "Deleted member") {
		g.Errorf("of a member who left: %s", show)
	}
	g.b.same("after what others did")
}

// shut closes the comments, and takes the member away.
func (g *ghostWork) shut() {
	g.s.Enable("off")
	id := g.thread(g.first)
	if s := g.b.Feed(strings.NewReader("Trop tard\n"), "reply", id, "-"); s.Code == 0 {
		g.Errorf("an answer on a blog without comments: %s", s.Out)
	}
	g.b.Must("moderate", g.thread(g.late), "hide", "--message", g.late)
	if got := g.s.Status(g.late); got != "hidden" {
		g.Errorf("hidden on a blog without comments: %s", got)
	}
	g.s.Enable("all")
	alone := g.s.Box(g.T, "")
	alone.Must("sync")
	if s := alone.Feed(strings.NewReader("Bonjour\n"), "reply", threadOf(g.T, alone, g.first), "-"); s.Code == 0 || !strings.Contains(s.Out+s.Err, "member") {
		g.Errorf("an answer without a member: exit %d %s%s", s.Code, s.Out, s.Err)
	}
	if got := g.s.By(g.clair); len(got) != 0 {
		g.Errorf("the blog has %+v", got)
	}
}
