package notice

import (
	"net/url"
	"strings"

	"vigie/inbox"
)

// Blogs and forums of anybody's write from a domain of their own. They are
// known by what they say, and their links must lead to that domain.

// blogTitles are how WordPress begins the mail to whoever wrote an article, and
// to whoever decides on comments.
var blogTitles = []phrase{
	"New comment on your post \"{post}\"", "New comment on your post “{post}”", "A new comment on the post \"{post}\" is waiting", "A new comment on the post “{post}” is waiting",
	"Nouveau commentaire sur votre article « {post} »", "Nouveau commentaire sur votre publication « {post} »", "Un nouveau commentaire sur l'article « {post} »", "Un nouveau commentaire sur la publication « {post} »",
	"Neuer Kommentar zu deinem Beitrag „{post}“", "Neuer Kommentar zu Ihrem Beitrag „{post}“", "Ein neuer Kommentar zum Beitrag „{post}“",
}

var (
	blogAuthors = []phrase{"Author: {author} (IP", "Auteur : {author} (adresse IP", "Auteur/autrice : {author} (adresse IP", "Auteur : {author} (IP", "Autor: {author} (IP"}
	blogTexts   = []string{"Comment:", "Commentaire :", "Commentaire:", "Kommentar:"}
	blogEnds    = []string{
		"You can see all comments", "Approve it:", "Permalink", "Trash it:", "Vous pouvez", "Voir tous les commentaires", "Approuver", "L'approuver", "Permalien", "Du kannst", "Sie können", "Alle Kommentare", "Genehmigen", "Kommentar genehmigen",
	}
	blogPlaces = []place{
		{path: "**/comment.php", ids: []string{"c"}},
	}
)

// wordpress reads what a blog writes by itself.
func wordpress(m Mail, domain string) []Notice {
	if !strings.HasPrefix(m.From, "wordpress@") && !strings.Contains(strings.ToLower(m.Head("X-Mailer")), "phpmailer") {
		return nil
	}
	n := Notice{Network: "wordpress", Kind: inbox.KindComment, At: m.Date}
	comment := ""
	var said []string
	inside := false
	for _, l := range plainLines(m.Text) {
		words := plainly(l.text)
		if n.Post == "" {
			f, _ := met(blogTitles, words)
			n.Post = f.post
			continue
		}
		if n.AuthorName == "" {
			f, _ := met(blogAuthors, words)
			n.AuthorName = f.author
		}
		if begins(words, blogEnds) {
			inside = false
		}
		if inside {
			said = append(said, l.text)
			continue
		}
		if n.AuthorName != "" && len(said) == 0 && begins(words, blogTexts) {
			inside = true
			_, rest, _ := strings.Cut(l.text, ":")
			said = append(said, strings.TrimSpace(rest))
			continue
		}
		for _, a := range l.links {
			if link, id := blogLink(a.href, domain); link != "" {
				if n.Link == "" || id != "" && comment == "" {
					n.Link = link
				}
				comment = max(comment, id)
			} else if id != "" && comment == "" {
				comment = id
			}
		}
	}
	n.Text = strings.TrimSpace(strings.Join(said, "\n"))
	u, err := url.Parse(n.Link)
	if n.AuthorName == "" || n.Text == "" || n.Link == "" || err != nil {
		return nil
	}
	u.Fragment = ""
	n.Author, n.Conversation, n.PostID = n.AuthorName, u.String(), u.String()
	n.Item = n.item(comment, m)
	return []Notice{n}
}

// met is the first of some phrases that a line begins with.
func met(phrases []phrase, words string) (found, bool) {
	words = plainly(words)
	for _, p := range phrases {
		if f, ok := p.in(words); ok {
			return f, true
		}
	}
	return found{}, false
}

// blogLink is the address of an article, and of a comment the id, too; only
// that where the link leads to where comments are decided on.
func blogLink(href, domain string) (link, comment string) {
	u, ok := ownLink(href, domain)
	if !ok {
		return "", ""
	}
	for _, p := range blogPlaces {
		if _, ok := p.at(u); ok {
			return "", u.Query().Get("c")
		}
	}
	if strings.Contains(u.Path, "/wp-admin/") || strings.Contains(u.Path, "/wp-login") {
		return "", ""
	}
	comment, _ = strings.CutPrefix(u.Fragment, "comment-")
	if comment == u.Fragment {
		comment = ""
	}
	fragment := u.Fragment
	u = untracked(u)
	if comment != "" {
		u.Fragment = fragment
	}
	return u.String(), comment
}

// ownLink is a link to the domain that a mail came from.
func ownLink(href, domain string) (*url.URL, bool) {
	u, err := url.Parse(href)
	if err != nil || hostOf(u) == "" || strings.Count(domain, ".") < 1 {
		return nil, false
	}
	return u, below(hostOf(u), []string{domain})
}

var (
	forumPosts = []phrase{
		"{}received a reply by {author} since", "{}received a new reply by {author} since", "{}new reply was posted by {author} in", "{}a reçu une réponse de {author} depuis", "{}une nouvelle réponse de {author} depuis", "{}eine Antwort von {author} seit",
	}
	forumMessages = []phrase{
		"{}received a new private message from \"{author}\"", "{}received a new private message from {author} to your account", "{}reçu un nouveau message privé de « {author} »", "{}reçu un nouveau message privé de {author} sur votre compte", "{}eine neue private Nachricht von „{author}“",
	}
	forumTitles = []phrase{
		"Topic reply notification - \"{post}\"", "Topic reply notification - {post}", "Notification de réponse à un sujet - « {post} »", "Notification de réponse au sujet - {post}", "Benachrichtigung bei Antworten - „{post}“", "Benachrichtigung über eine Antwort - „{post}“",
	}
	topics   = []place{{path: "**/viewtopic.php", ids: []string{"t"}, items: []string{"p"}, keep: []string{"f"}}, {path: "**/viewtopic.php", ids: []string{"p"}}}
	messages = []place{{path: "**/ucp.php", ids: []string{"i", "p"}, keep: []string{"mode"}}}
)

// phpbb reads the mails of a forum's watches. They do not say what was written,
// only that it was, and by whom.
func phpbb(m Mail, domain string) []Notice {
	if !strings.Contains(strings.ToLower(m.Head("X-Mailer")+m.Head("X-MimeOLE")), "phpbb") {
		return nil
	}
	n := Notice{Network: "phpbb", Kind: inbox.KindComment, At: m.Date, Author: domain, AuthorName: m.FromName}
	f, _ := met(forumTitles, m.Subject)
	n.Post = f.post
	places, item := topics, ""
	lines := plainLines(m.Text)
	about := false // the subject of a message is to follow
	for _, l := range lines {
		if about && l.text != "" {
			n.Text += " " + l.text
			about = false
		}
		for words := range strings.SplitAfterSeq(l.text, ". ") {
			if f, ok := met(forumPosts, words); ok {
				n.Kind, n.Author, n.AuthorName, n.Text = inbox.KindComment, f.author, f.author, strings.TrimSpace(words)
			}
			if f, ok := met(forumMessages, words); ok {
				n.Kind, n.Author, n.AuthorName, n.Text, about = inbox.KindDM, f.author, f.author, strings.TrimSpace(words), true
			}
		}
	}
	if n.Kind == inbox.KindDM {
		places = messages
	}
	for _, l := range lines {
		for _, a := range l.links {
			u, ok := ownLink(a.href, domain)
			if !ok || n.Link != "" {
				continue
			}
			for _, p := range places {
				if t, ok := p.at(u); ok && n.Link == "" {
					n.Conversation, n.Link, item = t.id, t.link, t.item
				}
			}
		}
	}
	if n.Link == "" || n.Text == "" && n.Post == "" {
		return nil
	}
	if n.Text == "" {
		n.Text = m.Subject
	}
	n.Conversation = domain + n.Conversation
	if n.Kind != inbox.KindDM {
		n.PostID = n.Conversation
	}
	n.Item = n.Conversation + "#" + item + digest(n.Author, m.MessageID)
	if item != "" {
		n.Item = n.Conversation + "#" + item
	}
	return []Notice{n}
}
