//go:build e2e

package e2e

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// blueskyKeys is a terminal on the real network in which every act is done by
// its keys.
type blueskyKeys struct {
	*Box
	t                 *testing.T
	net               *Bluesky
	alice, bob, carol *BlueskyUser
	pane              *Pane
}

// Every act of moderation that Bluesky has is done in the terminal, by its
// keys, and taken back; each is looked for by a call of the test's own, to the
// account's server, to the view that others have, or to the moderation service.
func TestBlueskyByKeys(t *testing.T) {
	net := NewBluesky(t)
	k := &blueskyKeys{t: t, net: net, alice: net.CreateAccount("alice"), bob: net.CreateAccount("bob"), carol: net.CreateAccount("carol")}
	root := k.alice.Post("La fournée du matin est prête 🥐")
	reply := k.bob.Reply(root, root, "C'est une honte !")
	quote := k.carol.create(map[string]any{"text": "Regardez-moi ça", "embed": map[string]any{"$type": "app.bsky.embed.record", "record": root}})
	k.alice.Notified(reply, quote)
	mention := k.bob.Mention(k.alice, "achetez mes montres")
	k.alice.Notified(mention)
	k.Box = blueskyBox(t, k.alice, "1s")
	k.Must("sync")
	k.pane = NewDesk(t, k.Environ).Open(120, 40)
	k.pane.Command(vigie(t))
	k.pane.Wait("À traiter", "C'est une honte", "Regardez-moi ça", "achetez mes montres")
	k.comment(root, reply)
	k.quote(quote)
	k.mention(mention)
	k.pane.Type("q")
	k.pane.Home(0)
}

// open shows one thread and enters it.
func (k *blueskyKeys) open(query, words string) {
	k.t.Helper()
	k.pane.Type("f" + query)
	k.pane.Press("Enter")
	k.pane.Wait(`f filtre|` + query)
	k.pane.Press("Enter")
	k.pane.Wait(words, "r répondre")
}

// shut goes back to the whole list.
func (k *blueskyKeys) shut() {
	k.t.Helper()
	k.pane.Press("Escape")
	k.pane.Wait("enter ouvrir")
	k.pane.Press("Escape")
	k.pane.WaitGone("kind:")
}

// act chooses an act in the list of those that a thread offers, says yes where
// it asks, and waits until it is so at the network.
func (k *blueskyKeys) act(key, offered, ask, what string, so func() bool) {
	k.t.Helper()
	k.settled()
	k.opens("m", "Modérer · Miette", `\b`+key+" "+offered+`[^·\n]*$`)
	k.pane.Type(key)
	if ask != "" {
		k.pane.Wait(ask, "Pour Miette, avec le compte @?"+k.alice.Handle)
		k.pane.Press("Enter")
	}
	k.pane.WaitGone("Modérer · Miette", "Pour Miette, avec le compte")
	k.alice.Until(what, so)
}

// settled waits until nothing is on its way to the network.
func (k *blueskyKeys) settled() {
	k.t.Helper()
	Until(k.t, "nothing is on its way", func() bool { return k.Must("outbox", "--json") == "" })
}

// refusedText is the title of what says that no text can be written.
const refusedText = "Pas de texte ici"

// opens presses a key until what it opens is there as it should be: the screen
// may learn a moment after the network what has become possible.
func (k *blueskyKeys) opens(key, title, row string) {
	k.t.Helper()
	Until(k.t, row+" is offered", func() bool {
		k.pane.Type(key)
		var opened time.Time
		for began := time.Now(); time.Since(began) < 10*time.Second; {
			s := k.pane.Screen()
			switch open := regexp.MustCompile(title).MatchString(s); {
			case open && regexp.MustCompile("(?m)"+row).MatchString(s):
				return true
			case strings.Contains(s, refusedText):
				k.pane.Press("Escape")
				k.pane.WaitGone(refusedText)
				return false
			case open && opened.IsZero():
				opened = time.Now()
			case open && time.Since(opened) > time.Second:
				k.pane.Press("Escape")
				k.pane.WaitGone(title)
				return false
			}
		}
		return false
	})
}

func not(so func() bool) func() bool { return func() bool { return !so() } }

// comment moderates an answer under an own post.
func (k *blueskyKeys) comment(root, reply BlueskyRef) {
	hidden := func() bool { return k.alice.Hides(reply) }
	blocked := func() bool { return k.alice.Blocks(k.bob) == 1 }
	muted := func() bool {
		var v struct{ Viewer struct{ Muted bool } }
		k.alice.must(k.alice.access, "app.bsky.actor.getProfile", url.Values{"actor": {k.bob.DID}}, nil, &v)
		return v.Viewer.Muted
	}
	k.open("kind:comment", "C'est une honte")
	k.act("l", "aimer le message", "", "the answer is liked", func() bool { return k.alice.Likes(reply, k.bob) })
	k.act("l", "ne plus aimer le message", "", "the like is taken back", func() bool { return !k.alice.Likes(reply, k.bob) })
	k.act("h", "masquer le message", "Masquer ce message", "the answer is hidden", hidden)
	k.act("h", "remontrer le message", "", "the answer is shown again", not(hidden))
	k.act("i", "mettre Bob en sourdine", "", "bob is muted", muted)
	k.act("i", "ne plus mettre Bob en sourdine", "", "bob is no longer muted", not(muted))
	k.act("b", "bloquer Bob", "Bloquer cette personne", "bob is blocked", blocked)
	k.act("b", "débloquer Bob", "", "bob is no longer blocked", not(blocked))

	k.settled()
	k.pane.Wait("déblocage", "r répondre") // what a block forbids is offered again
	k.opens("r", "RÉPONDRE", "0/300")
	k.pane.Type("Venez la goûter @" + k.carol.Handle + " 🥐")
	k.pane.Press("C-s")
	k.pane.accept("Premier envoi")
	text := "Venez la goûter @" + k.carol.Handle + " 🥐"
	k.alice.Until("the answer is written", func() bool { return k.alice.Wrote(text) == 1 })
	wrote(k.t, k.alice, k.bob, text, root, reply)
	k.act("d", "supprimer notre réponse", "Supprimer notre réponse", "the answer is gone", func() bool { return k.alice.Wrote(text) == 0 })
	k.shut()
}

// quote takes the own post out of a quote and puts it back.
func (k *blueskyKeys) quote(quote BlueskyRef) {
	detached := func() bool {
		var v struct {
			Posts []struct {
				Embed struct{ Record struct{ Detached bool } }
			}
		}
		k.carol.must(k.carol.access, "app.bsky.feed.getPosts", url.Values{"uris": {quote.URI}}, nil, &v)
		return len(v.Posts) == 1 && v.Posts[0].Embed.Record.Detached
	}
	k.open("kind:mention Regardez", "Regardez-moi ça")
	k.act("c", "détacher notre publication", "Détacher notre publication", "the quote is detached", detached)
	k.act("c", "remettre notre publication", "", "the quote is back", not(detached))
	k.shut()
}

// mention leaves somebody else's thread, comes back, and reports it.
func (k *blueskyKeys) mention(mention BlueskyRef) {
	left := func() bool {
		var v struct {
			Posts []struct{ Viewer struct{ ThreadMuted bool } }
		}
		k.alice.must(k.alice.access, "app.bsky.feed.getPosts", url.Values{"uris": {mention.URI}}, nil, &v)
		return len(v.Posts) == 1 && v.Posts[0].Viewer.ThreadMuted
	}
	type event struct {
		Event     struct{ Comment, ReportType string }
		CreatedBy string
	}
	var events struct{ Events []event }
	reported := func() bool {
		k.net.administer(blueskyOzone, "tools.ozone.moderation.queryEvents", url.Values{
			"subject": {mention.URI}, "types": {"tools.ozone.moderation.defs#modEventReport"},
		}, nil, &events)
		return len(events.Events) > 0
	}
	k.open("kind:mention montres", "achetez mes montres")
	k.act("p", "quitter la conversation", "Quitter la conversation", "the thread is left", left)
	k.act("p", "revenir dans la conversation", "", "the thread is joined again", not(left))
	k.pane.Type("m")
	k.pane.Wait("signaler le message")
	k.pane.Type("r")
	k.pane.Wait("Signaler · Miette", "spam, publicité", "Pour les modérateurs")
	k.pane.Type("toujours les mêmes montres — l'œil")
	k.pane.Press("Enter")
	k.pane.Wait("Signaler ce message", "toujours les mêmes montres")
	k.pane.Press("Enter")
	k.alice.Until("the moderation service has the report", reported)
	k.pane.Wait("signalé par vous")
	want := event{CreatedBy: k.alice.DID}
	want.Event.Comment, want.Event.ReportType = "toujours les mêmes montres — l'œil", "com.atproto.moderation.defs#reasonSpam"
	if len(events.Events) != 1 || events.Events[0] != want {
		k.t.Errorf("at the moderation service: %+v, want %+v once", events.Events, want)
	}
	k.shut()
}
