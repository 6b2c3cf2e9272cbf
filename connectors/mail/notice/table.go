package notice

import (
	"net/url"
	"slices"
	"strings"

	"vigie/inbox"
)

// sender is a network that tells by mail what happened on it.
type sender struct {
	network inbox.Network
	domains []string // of From, and those below them; by these it must be signed
	only    []string // addresses, when the domains write other mails too
	hosts   []string // that links may lead to, and those below them
	says    []saying
	people  []place // where profiles are
	// unwrap undoes what is peculiar to the network's links; nil: nothing is.
	unwrap func(*url.URL) *url.URL
	// whole reads mails that no saying fits: a list of finds, or any mail with
	// a link; nil: such a mail is not understood.
	whole func(*sender, Mail) []Notice
}

// saying is a kind of thing that a network tells: how it says it, and where
// that can be answered.
type saying struct {
	kind    inbox.Kind
	phrases []phrase
	places  []place
	bare    bool // there need be no words of theirs: the mail's own are the text
}

// sends reports whether an address is one of the sender's.
func (s *sender) sends(address, domain string) bool {
	if len(s.only) > 0 {
		return slices.Contains(s.only, address)
	}
	return below(domain, s.domains)
}

// senders are the networks that are known. A network without sayings is known
// by its name alone: its mails stay mails, are counted, and a forged one is
// marked.
var senders = []sender{facebook, linkedin, pinterest, tiktok, xing, myspace, dailymotion, wordpressCom, googleAlerts, alerti, pickanews, snapchat, viadeo}

var facebook = sender{
	network: "facebook", domains: []string{"facebookmail.com", "facebook.com"}, hosts: []string{"facebook.com"},
	people: []place{{path: "/profile.php", ids: []string{"id"}}, {path: "/{id}"}},
	unwrap: facebookLink,
	says: []saying{
		{kind: inbox.KindMention, places: facebookPosts, phrases: []phrase{
			"{author} mentioned you in a comment", "{author} mentioned you in a post", "{author} mentioned {} in a comment", "{author} tagged you in a",
			"{author} vous a mentionné dans un commentaire", "{author} vous a mentionné dans une publication", "{author} a mentionné {} dans un commentaire", "{author} a mentionné votre Page",
			"{author} hat dich in einem Kommentar erwähnt", "{author} hat dich in einem Beitrag erwähnt",
		}},
		{kind: inbox.KindComment, places: facebookPosts, phrases: []phrase{
			"{author} commented on your post", "{author} commented on your photo", "{author} commented on your video", "{author} commented on your reel", "{author} replied to your comment", "{author} replied to a comment", "{author} also commented on {} post", "{author} commented on a post",
			"{author} a commenté votre publication", "{author} a commenté votre photo", "{author} a commenté votre vidéo", "{author} a répondu à votre commentaire", "{author} a également commenté",
			"{author} hat deinen Beitrag kommentiert", "{author} hat dein Foto kommentiert", "{author} hat auf deinen Kommentar geantwortet",
		}},
		{kind: inbox.KindReview, places: []place{{path: "/*/reviews", ids: []string{"review_id"}}, {path: "/permalink.php", ids: []string{"story_fbid"}, keep: []string{"id"}}}, phrases: []phrase{
			"{author} recommends your Page", "{author} reviewed your Page", "{author} recommande votre Page", "{author} empfiehlt deine Seite",
		}},
		{kind: inbox.KindDM, places: []place{{path: "/messages/t/{id}"}, {path: "/messages/", ids: []string{"action_read", "tid"}}, {path: "/messages", ids: []string{"tid"}}}, phrases: []phrase{
			"{author} sent you a message", "New message from {author}", "{author} vous a envoyé un message", "Nouveau message de {author}", "{author} hat dir eine Nachricht gesendet", "Neue Nachricht von {author}",
		}},
	},
}

var facebookPosts = []place{
	{path: "/permalink.php", ids: []string{"story_fbid"}, items: []string{"comment_id", "reply_comment_id"}, keep: []string{"id"}},
	{path: "/story.php", ids: []string{"story_fbid"}, items: []string{"comment_id", "reply_comment_id"}, keep: []string{"id"}},
	{path: "/*/posts/{id}", items: []string{"comment_id", "reply_comment_id"}},
	{path: "/*/posts/*/{id}", items: []string{"comment_id", "reply_comment_id"}},
	{path: "/groups/*/permalink/{id}", items: []string{"comment_id", "reply_comment_id"}},
	{path: "/groups/*/posts/{id}", items: []string{"comment_id", "reply_comment_id"}},
	{path: "/photo.php", ids: []string{"fbid"}, items: []string{"comment_id", "reply_comment_id"}},
	{path: "/photo", ids: []string{"fbid"}, items: []string{"comment_id", "reply_comment_id"}},
	{path: "/*/videos/{id}", items: []string{"comment_id", "reply_comment_id"}},
	{path: "/reel/{id}", items: []string{"comment_id", "reply_comment_id"}},
}

// facebookLink undoes facebook.com/n/?permalink.php&story_fbid=1&…: the path is
// the first word of the query.
func facebookLink(u *url.URL) *url.URL {
	if path := strings.Trim(u.Path, "/"); path != "n" && path != "nd" {
		return u
	}
	path, query, _ := strings.Cut(u.RawQuery, "&")
	path, err := url.QueryUnescape(path)
	if err != nil || strings.ContainsAny(path, ":?#\\") {
		return u
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/" + strings.TrimLeft(path, "/"), RawQuery: query}
}

var linkedin = sender{
	network: "linkedin", domains: []string{"linkedin.com"}, hosts: []string{"linkedin.com"},
	people: []place{{path: "/in/{id}"}, {path: "/company/{id}"}},
	unwrap: func(u *url.URL) *url.URL {
		out := *u
		out.Path, out.RawPath = strings.TrimPrefix(u.Path, "/comm"), strings.TrimPrefix(u.RawPath, "/comm")
		return &out
	},
	says: []saying{
		{kind: inbox.KindMention, places: linkedinPosts, phrases: []phrase{
			"{author} mentioned you in a comment", "{author} mentioned you in a post", "{author} mentioned {} in a",
			"{author} vous a mentionné dans un commentaire", "{author} vous a mentionné dans un post", "{author} vous a identifié",
			"{author} hat Sie in einem Kommentar erwähnt", "{author} hat Sie in einem Beitrag erwähnt",
		}},
		{kind: inbox.KindComment, places: linkedinPosts, phrases: []phrase{
			"{author} commented on your post", "{author} commented on your article", "{author} replied to your comment", "{author} commented on a post",
			"{author} a commenté votre post", "{author} a commenté votre publication", "{author} a commenté votre article", "{author} a répondu à votre commentaire",
			"{author} hat Ihren Beitrag kommentiert", "{author} hat auf Ihren Kommentar geantwortet",
		}},
		{kind: inbox.KindDM, places: []place{{path: "/messaging/thread/{id}"}}, phrases: []phrase{
			"{author} just messaged you", "{author} sent you a message", "{author} messaged you", "{author} sent you a new message", "New message from {author}",
			"{author} vous a envoyé un message", "{author} vient de vous envoyer un message", "Nouveau message de {author}",
			"{author} hat Ihnen eine Nachricht gesendet", "{author} hat Ihnen gerade eine Nachricht gesendet", "Neue Nachricht von {author}",
		}},
	},
}

var linkedinPosts = []place{
	{path: "/feed/update/{id}", items: []string{"commentUrn", "replyUrn"}},
	{path: "/posts/{id}", items: []string{"commentUrn", "replyUrn"}},
	{path: "/pulse/{id}", items: []string{"commentUrn", "replyUrn"}},
}

var pinterest = sender{
	network: "pinterest", domains: []string{"pinterest.com", "pinterestmail.com"},
	hosts: []string{
		"pinterest.com", "pinterest.fr", "pinterest.de", "pinterest.at", "pinterest.ch", "pinterest.ca", "pinterest.co.uk", "pinterest.es", "pinterest.it",
		"pinterest.pt", "pinterest.com.au", "pinterest.com.mx", "pinterest.jp", "pinterest.se", "pinterest.dk", "pinterest.ie", "pinterest.nz",
	},
	people: []place{{path: "/{id}"}},
	says: []saying{
		{kind: inbox.KindMention, places: pins, phrases: []phrase{
			"{author} mentioned you in a comment", "{author} mentioned you on a Pin", "{author} vous a mentionné dans un commentaire", "{author} t'a mentionné dans un commentaire", "{author} hat dich in einem Kommentar erwähnt",
		}},
		{kind: inbox.KindComment, places: pins, phrases: []phrase{
			"{author} commented on your Pin: {post}", "{author} commented on your Pin", "{author} replied to your comment", "{author} left a comment on your Pin",
			"{author} a commenté votre Épingle : {post}", "{author} a commenté votre Épingle", "{author} a commenté votre épingle", "{author} a commenté ton Épingle", "{author} a commenté ton épingle", "{author} a répondu à votre commentaire", "{author} a répondu à ton commentaire", "{author} a ajouté un commentaire à votre Épingle",
			"{author} hat deinen Pin kommentiert", "{author} hat auf deinen Kommentar geantwortet",
		}},
		{kind: inbox.KindDM, places: []place{{path: "/conversation/{id}"}, {path: "/messages/{id}"}}, phrases: []phrase{
			"{author} sent you a message", "{author} sent you a Pin", "New message from {author}", "{author} messaged you",
			"{author} vous a envoyé un message", "{author} t'a envoyé un message", "{author} vous a envoyé une Épingle", "Nouveau message de {author}",
			"{author} hat dir eine Nachricht gesendet", "Neue Nachricht von {author}",
		}},
		{kind: inbox.KindMention, bare: true, places: []place{{path: "/{id}/{id}"}}, phrases: []phrase{
			"{author} invited you to join the board {post}", "{author} invited you to collaborate on {post}", "{author} vous a invité à rejoindre le tableau {post}", "{author} vous invite à collaborer sur {post}", "{author} hat dich zur Pinnwand {post}",
		}},
	},
}

var pins = []place{{path: "/pin/{id}", items: []string{"comment_id"}}, {path: "/pin/{id}/comments", items: []string{"comment_id"}}, {path: "/pin/{id}/activity/comments/{item}"}}

var tiktok = sender{
	network: "tiktok", domains: []string{"tiktok.com"}, hosts: []string{"tiktok.com"},
	people: []place{{path: "/@{id}"}},
	says: []saying{
		{kind: inbox.KindMention, places: tiktoks, phrases: []phrase{
			"{author} mentioned you in a comment", "{author} mentioned you in a video", "{author} vous a mentionné dans un commentaire", "{author} t'a mentionné dans un commentaire", "{author} hat dich in einem Kommentar erwähnt",
		}},
		{kind: inbox.KindComment, places: tiktoks, phrases: []phrase{
			"{author} commented on your video", "{author} replied to your comment", "{author} a commenté votre vidéo", "{author} a commenté ta vidéo", "{author} a répondu à votre commentaire", "{author} a répondu à ton commentaire", "{author} hat dein Video kommentiert",
		}},
		{kind: inbox.KindDM, places: []place{{path: "/messages", ids: []string{"u"}}, {path: "/messages/{id}"}}, phrases: []phrase{
			"{author} sent you a message", "New message from {author}", "{author} vous a envoyé un message", "{author} t'a envoyé un message", "{author} hat dir eine Nachricht gesendet",
		}},
	},
}

var tiktoks = []place{{path: "/*/video/{id}", items: []string{"comment_id", "cid"}}, {path: "/*/photo/{id}", items: []string{"comment_id", "cid"}}, {path: "/v/{id}.html", items: []string{"comment_id", "cid"}}}

var xing = sender{
	network: "xing", domains: []string{"xing.com"}, hosts: []string{"xing.com"},
	people: []place{{path: "/profile/{id}"}},
	says: []saying{
		{kind: inbox.KindMention, places: xingPosts, phrases: []phrase{
			"{author} hat Sie in einem Kommentar erwähnt", "{author} hat Dich in einem Kommentar erwähnt", "{author} hat Dich erwähnt", "{author} mentioned you in a comment", "{author} mentioned you", "{author} vous a mentionné",
		}},
		{kind: inbox.KindComment, places: xingPosts, phrases: []phrase{
			"{author} hat Ihren Beitrag kommentiert", "{author} hat Deinen Beitrag kommentiert", "{author} hat auf Ihren Kommentar geantwortet", "{author} hat auf Deinen Kommentar geantwortet",
			"{author} commented on your post", "{author} replied to your comment", "{author} a commenté votre publication", "{author} a commenté ta publication", "{author} a répondu à votre commentaire",
		}},
		{kind: inbox.KindDM, places: []place{{path: "/chats/{id}"}, {path: "/messages/{id}"}, {path: "/app/message", ids: []string{"conversation_id"}}}, phrases: []phrase{
			"Neue Nachricht von {author}", "{author} hat Ihnen eine Nachricht geschickt", "{author} hat Dir eine Nachricht geschickt", "{author} hat Dir geschrieben",
			"New message from {author}", "{author} sent you a message", "{author} has sent you a message", "Nouveau message de {author}", "{author} vous a envoyé un message",
		}},
		{kind: inbox.KindDM, bare: true, places: []place{{path: "/profile/{id}"}}, phrases: []phrase{
			"Kontaktanfrage von {author}", "{author} möchte sich mit Ihnen vernetzen", "{author} möchte sich mit Dir vernetzen", "{author} möchte Sie als Kontakt hinzufügen",
			"Contact request from {author}", "{author} would like to add you as a contact", "{author} wants to connect with you", "Demande de contact de {author}", "{author} souhaite vous ajouter à ses contacts",
		}},
	},
}

var xingPosts = []place{{path: "/discover/detail-activities/{id}", items: []string{"comment_id"}}, {path: "/posts/{id}", items: []string{"comment_id"}}, {path: "/news/articles/{id}", items: []string{"comment_id"}}, {path: "/communities/posts/{id}", items: []string{"comment_id"}}}

var myspace = sender{
	network: "myspace", domains: []string{"myspace.com", "message.myspace.com"}, hosts: []string{"myspace.com"},
	people: []place{{path: "/{id}"}},
	says: []saying{
		{kind: inbox.KindComment, places: []place{{path: "/*/mixes/{id}"}, {path: "/*/photo/{id}"}, {path: "/*/video/*/{id}"}, {path: "/*/post/{id}"}}, phrases: []phrase{"{author} commented on your", "{author} a commenté"}},
		{kind: inbox.KindDM, places: []place{{path: "/messages/{id}"}, {path: "/mail/{id}"}}, phrases: []phrase{"{author} sent you a message", "New message from {author}", "{author} vous a envoyé un message"}},
	},
	whole: anything,
}

var dailymotion = sender{
	network: "dailymotion", domains: []string{"dailymotion.com"}, hosts: []string{"dailymotion.com"},
	people: []place{{path: "/{id}"}, {path: "/user/{id}"}},
	says: []saying{
		{kind: inbox.KindComment, places: videos, phrases: []phrase{"{author} commented on your video {post}", "{author} commented on your video", "{author} a commenté votre vidéo {post}", "{author} a commenté votre vidéo"}},
		{kind: inbox.KindWatch, bare: true, places: videos, phrases: []phrase{
			"{author} uploaded a new video: {post}", "{author} just uploaded {post}", "{author} posted a new video: {post}", "New video from {author}: {post}",
			"{author} a mis en ligne une nouvelle vidéo : {post}", "{author} a publié une nouvelle vidéo : {post}", "Nouvelle vidéo de {author} : {post}",
		}},
	},
}

var videos = []place{{path: "/video/{id}"}}

var wordpressCom = sender{
	network: "wordpress", domains: []string{"wordpress.com"}, hosts: []string{"wordpress.com"},
	says: []saying{
		{kind: inbox.KindComment, places: []place{{path: "/*/*/*/{id}", items: []string{"comment"}, host: true}, {path: "/comment/*/{id}"}}, phrases: []phrase{
			"{author} commented on your post {post}", "{author} commented on {post}", "New comment from {author} on {post}", "{author} a commenté votre article {post}", "{author} a commenté {post}", "{author} hat {post} kommentiert",
		}},
	},
}

var googleAlerts = sender{
	network: "google-alerts", domains: []string{"google.com"}, only: []string{"googlealerts-noreply@google.com"}, hosts: []string{"google.com"},
	whole: finds,
}

var alerti = sender{network: "alerti", domains: []string{"alerti.com"}, hosts: []string{"alerti.com"}, whole: finds}

var pickanews = sender{network: "pickanews", domains: []string{"pickanews.com", "pickanews.fr"}, hosts: []string{"pickanews.com", "pickanews.fr"}, whole: finds}

var (
	snapchat = sender{network: "snapchat", domains: []string{"snapchat.com", "snap.com"}}
	viadeo   = sender{network: "viadeo", domains: []string{"viadeo.com", "viadeo.journaldunet.com"}}
)
