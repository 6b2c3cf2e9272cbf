package tui

import (
	"context"
	"fmt"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// monday is a Monday morning in Paris, at 8:30.
func monday() time.Time { return time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC) }

func testClients() []inbox.Client {
	marc := inbox.Contact{ID: "marc", Name: "Marc Le Goff", Role: "directeur technique", Channel: inbox.ChannelMail}
	com := inbox.Contact{ID: "com", Name: "Service com", Role: "crise", Channel: inbox.ChannelWebhook}
	return []inbox.Client{
		{ID: "miette", Name: "Miette", Color: "orange", Zone: "Europe/Paris", Contacts: []inbox.Contact{com}},
		{ID: "atlas", Name: "Atlas", Color: "blue", Zone: "Europe/Paris", Contacts: []inbox.Contact{com, marc}},
		{ID: "nordlys", Name: "Nordlys", Color: "teal", Zone: "Europe/Oslo", Contacts: []inbox.Contact{marc}},
		{ID: "clair", Name: "Clair", Color: "purple", Zone: "Europe/Paris"},
	}
}

func account(id inbox.AccountID, client inbox.ClientID, net inbox.Network, handle string) inbox.AccountStatus {
	at := monday()
	return inbox.AccountStatus{
		Account: inbox.Account{ID: id, Client: client, Network: net, Handle: handle},
		OKAt:    at.Add(-2 * time.Minute), NextAt: at.Add(3 * time.Minute),
		Streams: []inbox.StreamState{{Account: id, Stream: inbox.StreamMentions}},
	}
}

func author(handle, name string) inbox.Author {
	return inbox.Author{ID: handle, Handle: text.CleanLine("@" + handle), Name: text.CleanLine(name)}
}

// theirs is a message of a stranger, so long before monday morning.
func theirs(kind inbox.Kind, ago time.Duration, who inbox.Author, body string) inbox.Message {
	at := monday().Add(-ago)
	remote := fmt.Sprintf("%s-%d", who.ID, at.Unix())
	return inbox.Message{
		Remote: remote, Conversation: remote, Kind: kind, At: at, Author: who, Text: text.Clean(body),
		URL: "https://mastodon.social/@" + who.ID + "/" + fmt.Sprint(at.Unix()),
	}
}

// answer is a message of ours.
func answer(kind inbox.Kind, ago time.Duration, body string) inbox.Message {
	m := theirs(kind, ago, author("miette", "Miette"), body)
	m.Outgoing, m.Origin = true, inbox.Sent
	return m
}

const (
	hour   = time.Hour
	minute = time.Minute
)

// world is the inbox that screens are tested with: four clients on a Monday
// morning.
func world() *fake {
	f := newFake(monday())
	f.clients = testClients()
	f.accounts = []inbox.AccountStatus{
		account("miette-masto", "miette", "mastodon", "@miette@piaille.fr"),
		account("atlas-bsky", "atlas", "bluesky", "@atlas-fc.bsky.social"),
		account("nordlys-masto", "nordlys", "mastodon", "@nordlys@fosstodon.org"),
		account("nordlys-bsky", "nordlys", "bluesky", "@nordlys.io"),
		account("clair-flux", "clair", "feeds", "veille Clair"),
	}
	f.accounts[1].Problem = inbox.Problem{Code: inbox.CodeAuth, Args: []string{"atlas-bsky"}, Detail: "401"}
	f.sessions = []inbox.SessionInfo{{ID: "here", Name: "pts/1"}, {ID: "there", Name: "pts/3"}}
	brioche := &inbox.Post{
		ID: "p1", Text: text.Clean("Les brioches de Noël arrivent vendredi. Qui en veut ?"), At: monday().Add(-26 * hour),
		URL: "https://piaille.fr/@miette/1", Counts: inbox.Counts{Likes: 48, Reposts: 12, Replies: 9, Known: true},
	}
	alice, bob := author("alice@mastodon.social", "Alice Martin"), author("bob.bsky.social", "Bob")
	first := f.add("miette-masto", brioche,
		theirs(inbox.KindMention, 3*hour, alice, "Bonjour ! Est-ce que vous livrez aussi à Villeurbanne le samedi ?"),
		answer(inbox.KindMention, 2*hour+40*minute, "Bonjour Alice, oui, le samedi matin avant 10 h."),
		theirs(inbox.KindMention, 4*minute, alice, "Super, merci. J'en prends deux. Et pour payer, c'est sur place ou en ligne ?\nMa fille est allergique aux noix : est-ce que la recette en contient ?"))
	claire := f.add("miette-masto", nil, theirs(inbox.KindDM, 22*minute, author("claire.d@piaille.fr", "Claire Dupont"), "Ma commande n° 4412 n'est pas arrivée, je suis très déçue 😕"))
	sponsor := f.add("atlas-bsky", nil, theirs(inbox.KindMention, 35*minute, bob, "@atlas-fc pourquoi changer de sponsor maintenant ? On n'a pas été consultés."))
	export := f.add("nordlys-masto", nil, theirs(inbox.KindMention, 50*minute, author("sysop@fosstodon.org", "Sys Op 👩‍🚀"), "Your API returns 500 on /v2/export since this morning, known issue?"))
	due := f.add("nordlys-bsky", nil, theirs(inbox.KindMention, 2*hour, author("dev.example", "ジョン・スミス"), "素晴らしい製品ですが、日本語のドキュメントはありますか？"))
	late := f.add("atlas-bsky", nil, theirs(inbox.KindComment, 26*hour, author("ultra69", "Ultra 69 ⚠️"), "Honteux. On veut une réponse de la direction !"))
	nap := f.add("miette-masto", brioche, theirs(inbox.KindComment, 30*hour, author("jo@mamot.fr", "Jo"), "Merci beaucoup, c'était délicieux ❤️"))
	f.add("clair-flux", nil, theirs(inbox.KindWatch, 5*hour, author("actualitte", "ActuaLitté"), "Clair publie son premier roman graphique : une critique mitigée"))
	for i := range 24 {
		who := author(fmt.Sprintf("lecteur%02d@piaille.fr", i), fmt.Sprintf("Lecteur %02d", i))
		acct := []inbox.AccountID{"miette-masto", "atlas-bsky", "nordlys-masto"}[i%3]
		f.add(acct, nil, theirs(inbox.KindComment, time.Duration(i+3)*2*hour, who, fmt.Sprintf("Message de test numéro %d, avec un texte assez long pour être coupé dans toutes les colonnes.", i)))
	}
	by, ctx := inbox.By{Actor: inbox.Human, Session: "there"}, context.Background()
	must(f.Tag(ctx, by, []inbox.ThreadID{first}, []string{"livraison", "noël"}))
	must(f.Note(ctx, by, first, "Fidèle cliente, toujours aimable. Voir avec Paul pour les noix."))
	_, err := f.Escalate(ctx, by, due, inbox.EscalateRequest{Contact: "marc", Question: "Avons-nous une documentation en japonais ?", Due: monday().Add(5*hour + 30*minute)})
	must(err)
	_, err = f.Escalate(ctx, by, late, inbox.EscalateRequest{Contact: "com", Question: "Que répond-on ?", Due: monday().Add(-hour)})
	must(err)
	must(f.do(by, []inbox.ThreadID{late}, func(inbox.Thread) (inbox.Event, bool) { return inbox.Event{Verb: inbox.Overdue}, true }))
	must(f.Nap(ctx, by, []inbox.ThreadID{nap}, monday().Add(25*hour+30*minute).Format(time.RFC3339)))
	f.due(first, 3*hour+20*minute, 0)
	f.due(claire, 43*minute, 0)
	f.due(sponsor, 0, 70*minute)
	f.due(export, 0, 5*hour)
	f.mu.Lock()
	f.sort()
	f.mu.Unlock()
	f.steps, f.actions = nil, nil
	f.take()
	return f
}

// due says how long from now the network takes an answer in a thread, and in
// how long its client wishes one; 0: neither.
func (f *fake) due(id inbox.ThreadID, window, target time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := &f.threads[id].t
	if window != 0 {
		t.Window = f.now.Add(window)
		t.Alarm = t.AlarmAt(f.now)
	}
	if target != 0 {
		t.Target = f.now.Add(target)
	}
	f.sort()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
