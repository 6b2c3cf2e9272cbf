package sandbox

import (
	"encoding/xml"
	"html"
	"strings"
	"time"

	"vigie/inbox"
)

type commentsDocument struct {
	XMLName xml.Name      `xml:"rss"`
	Version string        `xml:"version,attr"`
	Title   string        `xml:"channel>title"`
	Link    string        `xml:"channel>link"`
	Items   []commentItem `xml:"channel>item"`
}

type commentItem struct {
	Title  string   `xml:"title,omitempty"`
	Link   string   `xml:"link,omitempty"`
	Author string   `xml:"http://purl.org/dc/elements/1.1/ creator,omitempty"`
	Date   string   `xml:"pubDate,omitempty"`
	GUID   *rssGUID `xml:"guid"`
	Text   string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded,omitempty"`
}

// renderComments tells the comments of a blog as WordPress does: each under
// its article, in the order that they came.
func renderComments(b Brand, comments []Article) (string, []byte, error) {
	d := commentsDocument{Version: "2.0", Title: inLang(b, "Commentaires pour les blogs amis", "Comments for blogs of friends"), Link: "https://blogs.example/"}
	for _, a := range comments {
		if a.Bad {
			d.Items = append(d.Items, commentItem{})
			continue
		}
		d.Items = append(d.Items, commentItem{
			Title: inLang(b, "Commentaires sur ", "Comment on ") + a.Title + inLang(b, " par ", " by ") + a.Author,
			Link:  "https://" + a.Site + "/" + a.On + "/#comment-" + a.Slug, Author: a.Author, Date: a.At.Format(time.RFC1123Z),
			GUID: &rssGUID{ID: a.idIn(Comments)}, Text: "<p>" + html.EscapeString(a.Lead) + "</p>",
		})
	}
	return document("application/rss+xml", d)
}

type forumDocument struct {
	XMLName xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string       `xml:"id"`
	Title   string       `xml:"title"`
	Entries []forumEntry `xml:"entry"`
}

type forumEntry struct {
	Author    string   `xml:"author>name"`
	Updated   string   `xml:"updated,omitempty"`
	Published string   `xml:"published,omitempty"`
	ID        string   `xml:"id,omitempty"`
	Link      atomLink `xml:"link"`
	Title     atomText `xml:"title"`
	Content   atomText `xml:"content"`
}

// renderForum tells the posts of a forum as phpBB does, with what it writes
// below each.
func renderForum(b Brand, posts []Article) (string, []byte, error) {
	d := forumDocument{ID: "https://forum.example/feed.php", Title: inLang(b, "Le forum", "The forum")}
	for _, a := range posts {
		if a.Bad {
			d.Entries = append(d.Entries, forumEntry{})
			continue
		}
		id, at := a.idIn(Forum), a.At.Format(time.RFC3339)
		d.Entries = append(d.Entries, forumEntry{
			Author: a.Author, Updated: at, Published: at, ID: id, Link: atomLink{id},
			Title: atomText{"html", inLang(b, "Vos avis", "Opinions") + " • Re: " + html.EscapeString(a.Title)},
			Content: atomText{"html", html.EscapeString(a.Lead) + `<p>Statistics: Posted by <a href="https://` + a.Site +
				`/memberlist.php?mode=viewprofile&amp;u=7">` + html.EscapeString(a.Author) + "</a> — " + a.At.Format(time.RFC1123) + "</p><hr />"},
		})
	}
	return document("application/atom+xml", d)
}

// talkedOf is what people say under articles and on forums about a client: the
// newest first, one every seven hours before the beginning.
func talkedOf(client inbox.ClientID, s Source, begun time.Time) []Article {
	var out []Article
	for _, line := range talkOf[client] {
		f := strings.SplitN(line, "|", 6)
		if (s == Forum) != (f[0] == "forum.example") {
			continue
		}
		out = append(out, Article{
			Site: f[0], On: f[1], Slug: f[2], Author: f[3], Title: f[4], Lead: f[5],
			At: begun.Add(-time.Duration(7*len(out)+2) * time.Hour).Truncate(time.Minute),
		})
	}
	return out
}

// talkOf is site, article or topic, number, author, title of what it is on,
// and text, the newest first.
var talkOf = map[inbox.ClientID][]string{
	"clair": {
		"lalectrice.example|41|310|Mireille|« La Digue », mon coup de cœur de l’automne|Même avis, et même colle qui lâche, page 98 chez moi. Savez-vous à qui écrire ?",
		"lalectrice.example|41|309|Hugo T.|« La Digue », mon coup de cœur de l’automne|Je l’ai offert deux fois. La couverture est superbe en vrai.",
		"chezjules.example|12|88|Maman de Lou|Cinq albums jeunesse pour Noël, dont deux de Clair|Est-ce que le Renard existe en souple ? Le cartonné ne passe pas dans la boîte aux lettres.",
		"forum.example|207|4411|papivore|Clair : délais d’envoi|Commandé lundi, toujours rien vendredi. Quelqu’un a eu le même souci ?",
		"forum.example|207|4409|cecile_b|Clair : délais d’envoi|Deux jours pour moi, mais c’était avant les fêtes.",
		"forum.example|198|4377|relieur|La reliure de « Nord magnétique »|Cousue, enfin ! À ce prix-là, c’est rare, il faut le dire aussi.",
	},
	"nordlys": {
		"productnotes.example|77|512|Dev in Bergen|I moved my team to Nordlys. Here is what broke|Our labels vanished too. Did support tell you whether the import can be run again?",
		"productnotes.example|77|511|Sam K.|I moved my team to Nordlys. Here is what broke|Good read. The bit about time zones saved us a week.",
		"remotework.example|31|140|Ola|Five planning tools for small remote teams|Does the offline mode sync attachments? The page does not say.",
		"forum.example|901|22107|boardgamer|Nordlys: boards empty after the update|Cleared the cache, signed in again, still empty. Chrome and Firefox.",
		"forum.example|901|22103|mara|Nordlys: boards empty after the update|Same since this morning, only on shared boards.",
		"forum.example|877|21950|tuesday|Nordlys shortcuts worth knowing|Shift and the arrows move a card between lists. Took me a year to find it.",
	},
}
