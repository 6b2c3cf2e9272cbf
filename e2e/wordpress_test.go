//go:build e2e

package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// WordPress of Debian in a sub-directory with pretty permalinks, and a newer
// one from npm without: the whole job of a community manager on each.
func TestWordpress(t *testing.T) {
	for _, name := range []string{"debian", "npm"} {
		t.Run(name, func(t *testing.T) {
			s := NewWordpress(t, name)
			b := s.Box(t, "admin")
			w := wordpressWork{T: t, s: s, b: b}
			w.check()
			w.collect()
			w.reply()
			w.screen()
			w.moderate()
			w.others()
			w.colleague()
			w.reader()
		})
	}
}

// wordpressWork is one run of the job.
type wordpressWork struct {
	*testing.T
	s                              *WordpressSite
	b                              *Box
	vera, held, junk, late, answer string // ids of comments
}

// thread finds the thread of a comment.
func (w *wordpressWork) thread(comment string) string { w.Helper(); return threadOf(w.T, w.b, comment) }

// check tries the sign-in, and a wrong password.
func (w *wordpressWork) check() {
	if out := w.b.Must("account", "check", "miette-wordpress"); !strings.Contains(out, "admin@127.0.0.1") {
		w.Errorf("account check: %s", out)
	}
	wrong := w.s.Box(w.T, "admin")
	wrong.Write("app-password", "abcd efgh ijkl mnop qrst uvwx\n")
	if s := wrong.Run("account", "check", "miette-wordpress"); s.Code == 0 || !strings.Contains(s.Out+s.Err, "strips the Authorization header") {
		w.Errorf("account check with a wrong password: exit %d %s%s", s.Code, s.Out, s.Err)
	}
}

// collect lets visitors write, and collects: once.
func (w *wordpressWork) collect() {
	w.vera = w.s.Visit("Vera", "Vous avez du levain à vendre ?\nMerci <3 & à bientôt")
	w.held = w.s.Visit("Hugo", "À-MODÉRER : j'ai trouvé un cheveu")
	w.junk = w.s.Visit("Pilou", "PILULES pas chères")
	w.late = w.s.Visit("Lise", "Et le dimanche ?")
	w.s.Trackback("https://ami.example/levain", "On en parle chez nous & ailleurs")
	if p := w.b.Sync()[0]; p.New < 5 || p.Refused != 0 {
		w.Fatalf("first collection: %+v", p)
	}
	row := w.b.One("id:" + w.thread(w.vera))
	if row.State != "ours" || row.Author.Name != "Vera" || row.Kind != "comment" || !strings.Contains(row.Snippet, "levain à vendre") ||
		strings.Contains(row.Author.ID, "@") {
		w.Errorf("the comment: %+v", row)
	}
	show := w.b.Must("show", row.ID)
	if !strings.Contains(show, "Merci <3 & à bientôt") && !strings.Contains(show, "Merci") || !strings.Contains(show, "Hello world!") {
		w.Errorf("the comment and its post: %s", show)
	}
	for query, want := range map[string]string{"is:any is:held": w.held, "is:any is:spam": w.junk} {
		if rows := w.b.List(query); len(rows) != 1 || rows[0].Thread != want {
			w.Errorf("%s: %+v, want comment %s", query, rows, want)
		}
	}
	ping := w.b.One("is:any kind:mention")
	if !strings.Contains(w.b.Must("show", ping.ID), "On en parle chez nous & ailleurs") {
		w.Errorf("the trackback: %+v", ping)
	}
	if s := w.b.Feed(strings.NewReader("merci"), "reply", ping.ID, "-"); s.Code == 0 {
		w.Errorf("an answer to a trackback left: %s", s.Out)
	}
	if out := w.b.Must("export", "is:any"); strings.Contains(out, "visiteurs.example") || strings.Contains(out, "gravatar.com/avatar") {
		w.Error("a visitor's address is in the export")
	}
	w.b.same("after the first collection")
}

// reply answers on the command line, corrects the answer and deletes another.
func (w *wordpressWork) reply() {
	text := "Oui <3 : « au comptoir » & en ligne 🥐\n\nÀ bientôt"
	raw := "Oui &lt;3 : « au comptoir » &amp; en ligne 🥐\n\nÀ bientôt"
	id := w.thread(w.vera)
	s := w.b.Feed(strings.NewReader(text+"\n"), "reply", id, "--json", "-")
	if s.Code != 0 {
		w.Fatalf("reply: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	w.answer = JSON[Sent](w.T, s.Out)[0].RemoteID
	if got := w.s.Answers(w.vera, raw); len(got) != 1 || got[0].Author != 1 || got[0].Status != "approved" {
		w.Fatalf("the blog has %+v", got)
	}
	w.b.Must("sync")
	if row := w.b.One("is:any id:" + id); row.State != "theirs" || row.Messages != 2 {
		w.Errorf("after the answer: %+v", row)
	}
	if s := w.b.Feed(strings.NewReader("Oui, au comptoir & en ligne.\n"), "reply", id, "--edit", w.answer, "-"); s.Code != 0 {
		w.Fatalf("edit: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	if c, ok := w.s.Comment(w.answer); !ok || c.Content.Raw != "Oui, au comptoir &amp; en ligne." {
		w.Errorf("after the edit: %+v", c)
	}
	w.b.Must("moderate", id, "delete", "--message", w.answer)
	if c, ok := w.s.Comment(w.answer); ok {
		w.Errorf("after the deletion: %+v", c)
	}
	w.b.Must("sync")
	w.b.same("after the deletion")
}

// screen answers in the terminal.
func (w *wordpressWork) screen() {
	p := NewDesk(w.T, w.b.Environ).Open(120, 40)
	p.Command(vigie(w.T))
	p.Wait("À traiter", "Lise")
	p.Type("fdimanche")
	p.Press("Enter")
	p.Wait(`▌.*Lise`, "Hello world!")
	p.Press("Enter")
	p.Type("r")
	p.Wait("RÉPONDRE : Miette .*→ Lise")
	text := "Le dimanche aussi, de 7 h à 13 h — à bientôt 🥐"
	p.Type(text)
	p.Press("C-s")
	p.Wait("Premier envoi", "au nom de : Miette")
	p.accept("Premier envoi")
	p.Wait("réponse en attente")
	p.Wait("envoyé : Lise")
	if got := w.s.Answers(w.late, text); len(got) != 1 || got[0].Author != 1 {
		w.Errorf("the blog has %+v", got)
	}
	p.Press("Escape") // from the thread to the list
	p.Wait("enter ouvrir")
	p.Press("Escape") // from the filter to the view
	p.WaitGone("· dimanche ·")
	p.Type("q")
	p.Home(0)
}

// moderate does every act and reads the state on the blog each time.
func (w *wordpressWork) moderate() {
	for _, step := range []struct{ comment, act, want string }{
		{w.held, "approve", "approved"},
		{w.held, "hold", "hold"},
		{w.held, "approve", "approved"}, // for what follows
		{w.junk, "unspam", "approved|hold"},
		{w.junk, "spam", "spam"},
		{w.held, "trash", "trash"},
		{w.held, "restore", "approved"},
	} {
		w.b.Must("moderate", w.thread(step.comment), step.act)
		if c, ok := w.s.Comment(step.comment); !ok || !regexp.MustCompile("^("+step.want+")$").MatchString(c.Status) {
			w.Errorf("%s of %s: %+v", step.act, step.comment, c)
		}
	}
	w.b.Must("moderate", w.thread(w.junk), "remove", "--message", w.junk)
	if c, ok := w.s.Comment(w.junk); ok {
		w.Errorf("removed, and there: %+v", c)
	}
	w.b.Must("sync")
	w.b.same("after moderation")
}

// others does in wp-admin's place what somebody else would: all of it arrives.
func (w *wordpressWork) others() {
	w.s.Moderate(w.vera, "hold")
	w.s.call(http.MethodPost, "/comments/"+w.held, nil, map[string]string{"content": "Corrigé par la maison"}, nil)
	w.s.call(http.MethodDelete, "/comments/"+w.late, url.Values{"force": {"true"}}, nil, nil)
	w.b.Must("sync")
	if rows := w.b.List("is:any is:held"); len(rows) != 1 || rows[0].Thread != w.vera {
		w.Errorf("held by somebody else: %+v", rows)
	}
	if show := w.b.Must("show", w.thread(w.held)); !strings.Contains(show, "Corrigé par la maison") {
		w.Errorf("edited by somebody else: %s", show)
	}
	w.b.same("after what others did")
}

// colleague lets an author of the blog answer in wp-admin, which answers the
// thread, corrects that answer, which somebody then changes again and bins.
func (w *wordpressWork) colleague() {
	ines := w.s.Visit("Ines", `Et ceci : <a href="https://faux.example/pain">la recette</a> ?`)
	var said WordpressComment
	body := map[string]any{"post": 1, "parent": ines, "content": "Je vous réponds"}
	if got := w.s.as("guest-author", http.MethodPost, "/comments", nil, body, &said); got != http.StatusCreated {
		w.Fatalf("a colleague's answer: status %d", got)
	}
	w.b.Must("sync")
	id, own := w.thread(ines), strconv.Itoa(said.ID)
	if row := w.b.One("is:any id:" + id); row.State != "theirs" {
		w.Errorf("answered by a colleague: %+v", row)
	}
	if show := w.b.Must("show", id); !strings.Contains(show, "la recette (https://faux.example/pain)") {
		w.Errorf("a link's address: %s", show)
	}
	if s := w.b.Feed(strings.NewReader("Corrigé ici\n"), "reply", id, "--edit", own, "-"); s.Code != 0 {
		w.Fatalf("correct a colleague's answer: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	w.b.Must("sync")
	w.s.call(http.MethodPost, "/comments/"+own, nil, map[string]string{"content": "Changé là-bas"}, nil)
	w.b.Must("sync")
	if show := w.b.Must("show", id); !strings.Contains(show, "Changé là-bas") {
		w.Errorf("changed after our correction: %s", show)
	}
	w.s.call(http.MethodDelete, "/comments/"+own, nil, nil, nil)
	w.b.Must("sync")
	if row := w.b.One("is:any id:" + id); row.State != "ours" {
		w.Errorf("the answer is in the bin: %+v", row)
	}
	w.s.call(http.MethodDelete, "/comments/"+ines, url.Values{"force": {"true"}}, nil, nil)
	w.b.Must("sync")
	if row := w.b.One("is:any id:" + id); row.State != "done" {
		w.Errorf("what they asked was deleted: %+v", row)
	}
	w.b.same("after a colleague")
}

// reader signs in as somebody who may not moderate.
func (w *wordpressWork) reader() {
	b := w.s.Box(w.T, "reader")
	b.Must("sync")
	rows := b.List("is:any")
	if len(rows) == 0 {
		w.Fatal("a reader sees nothing")
	}
	for _, row := range rows {
		if row.Thread == w.vera {
			w.Errorf("a reader sees a held comment: %+v", row)
		}
	}
	if s := b.Run("moderate", threadOf(w.T, b, w.held), "spam"); s.Code == 0 {
		w.Errorf("a reader may moderate: %s", s.Out)
	}
	if c, ok := w.s.Comment(w.held); !ok || c.Status != "approved" {
		w.Errorf("after a reader's try: %+v", c)
	}
}
