package standing_test

import (
	"testing"
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/stamp"
	"vigie/tui/standing"
	"vigie/tui/theme"
)

var now = time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)

func french() look.Look {
	l := look.Look{
		P: lang.For(lang.French), Time: stamp.For(lang.For(lang.French)), Now: now,
		Accounts: map[inbox.AccountID]inbox.Account{"miette": {ID: "miette", Handle: "@miette@piaille.fr"}},
	}
	l.Glyphs = theme.Unicode()
	return l
}

// What went wrong is told in the words of the kind of act, with the account's
// name, and what is done about it is what is done.
func TestWhy(t *testing.T) {
	soon := now.Add(10 * time.Minute)
	cases := []struct {
		name       string
		a          inbox.Action
		code       string
		what, next string
	}{
		{
			"a text is refused",
			inbox.Action{Kind: inbox.ActReply, State: inbox.FailedAct},
			inbox.CodeInvalid,
			"le réseau refuse ce contenu", "corriger le texte et renvoyer",
		},
		{
			"a hide is refused",
			inbox.Action{Kind: inbox.ActHide, State: inbox.FailedAct},
			inbox.CodeInvalid,
			"le réseau refuse de masquer ce message", "regarder sur le réseau, puis renvoyer ou abandonner",
		},
		{
			"a like is refused",
			inbox.Action{Kind: inbox.ActLike, State: inbox.FailedAct},
			inbox.CodeInvalid,
			"le réseau refuse ce geste", "regarder sur le réseau, puis renvoyer ou abandonner",
		},
		{
			"a contact is not reached",
			inbox.Action{Kind: inbox.ActEscalate, State: inbox.FailedAct},
			inbox.CodeInvalid,
			"le contact n'a pas été joint", "vérifier l'adresse ou la commande dans la configuration, puis renvoyer",
		},
		{
			"a contact is away",
			inbox.Action{Kind: inbox.ActEscalate, State: inbox.RetryWait, NotBefore: soon},
			inbox.CodeRetry,
			"le contact n'est pas joignable pour l'instant", "nouvel essai 07:40",
		},
		{
			"a sign-in is refused",
			inbox.Action{Kind: inbox.ActReply, State: inbox.RetryWait, NotBefore: soon},
			inbox.CodeAuth,
			"@miette@piaille.fr refuse la connexion", "renouveler le jeton, puis : vigie account check miette · nouvel essai 07:40",
		},
		{
			"looked up",
			inbox.Action{Kind: inbox.ActReply, State: inbox.Uncertain, Class: inbox.ClassC, NotBefore: soon, Looks: 1},
			inbox.CodeUncertain,
			"peut-être envoyé, peut-être pas", "recherché à nouveau 07:40 (2 sur 5)",
		},
		{
			"no way to look",
			inbox.Action{Kind: inbox.ActReply, State: inbox.Uncertain, Class: inbox.ClassD, NotBefore: soon},
			inbox.CodeUncertain,
			"peut-être envoyé, peut-être pas", "ce réseau ne permet pas de vérifier : ce sera à vous de regarder",
		},
		{
			"done again without a double",
			inbox.Action{Kind: inbox.ActBlock, State: inbox.Uncertain, Class: inbox.ClassS, NotBefore: soon},
			inbox.CodeUncertain,
			"peut-être fait, peut-être pas", "vérifié, et au besoin refait, de lui-même 07:40 ; le réseau n'en garde qu'un",
		},
		{
			"a contact may have it",
			inbox.Action{Kind: inbox.ActEscalate, State: inbox.NeedsYou},
			inbox.CodeUncertain,
			"le contact l'a peut-être reçue, peut-être pas", "demander au contact, puis confirmer ou renvoyer",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.a.Account, c.a.Problem = "miette", inbox.Problem{Code: c.code}
			if what, next := standing.Why(french(), c.a); what != c.what || next != c.next {
				t.Errorf("%q, %q", what, next)
			}
		})
	}
}

// Only what the other side answered is quoted, never our own words for it.
func TestSaid(t *testing.T) {
	cases := []struct{ detail, want string }{
		{"reply: the network refused the content: the program answered: votre compte est limité", "votre compte est limité"},
		{"reply: try again: the program answered: slow down", "slow down"},
		{"reply: the network refused the content: piaille.fr/api/v1/statuses: 422: Validation failed: Text is too long", "Validation failed: Text is too long"},
		{"reply: bsky.social/xrpc: 400: InvalidRequest: Record is too long", "Record is too long"},
		{"deliver to marc: the network refused the content: the command refused (exit 1): no such room", "no such room"},
		{"the command refused (exit 1): \x1b[31mred\x1b[0m\n", "␛[31mred␛[0m"},
		{"reply: piaille.fr/api: 503: service unavailable", ""},
		{"reply: dial tcp 127.0.0.1:1: connect: connection refused", ""},
		{"not found on the network; class C: the same again cannot double it", ""},
		{"", ""},
	}
	for _, c := range cases {
		if got := standing.Said(inbox.Problem{Code: inbox.CodeInvalid, Detail: c.detail}); got != c.want {
			t.Errorf("%q says %q, not %q", c.detail, got, c.want)
		}
	}
}

// How often it was looked up is said only when it was.
func TestTried(t *testing.T) {
	at := "Essayé le lundi 23 novembre 2026, 07:30."
	cases := []struct {
		a    inbox.Action
		want string
	}{
		{inbox.Action{Kind: inbox.ActReply, LastWire: now, Looks: 5, State: inbox.NeedsYou}, at + " Recherché 5 fois sur le réseau : pas trouvé."},
		{inbox.Action{Kind: inbox.ActReply, LastWire: now, State: inbox.NeedsYou}, at + " Ce réseau ne permet pas de le rechercher."},
		{inbox.Action{Kind: inbox.ActEscalate, LastWire: now, State: inbox.NeedsYou}, at + " vigie ne peut pas savoir si le contact l'a reçue."},
		{inbox.Action{Kind: inbox.ActReply, State: inbox.NeedsYou}, ""},
	}
	for _, c := range cases {
		if got := standing.Tried(french(), c.a); got != c.want {
			t.Errorf("%q", got)
		}
	}
}

// What waits for its account or its time is not on its way.
func TestCounted(t *testing.T) {
	later := now.Add(24 * time.Hour)
	n := standing.Count(french(), []inbox.Action{
		{State: inbox.Sending},
		{State: inbox.Queued, NotBefore: now.Add(8 * time.Second)},
		{State: inbox.Queued, NotBefore: later, SendAt: later},
		{State: inbox.RetryWait, Problem: inbox.Problem{Code: inbox.CodeAuth}},
		{State: inbox.RetryWait, Problem: inbox.Problem{Code: inbox.CodeAuth}},
		{State: inbox.Uncertain},
		{State: inbox.FailedAct},
	})
	got := standing.Counted(french(), n, standing.ForYou, standing.Doubted, standing.Account, standing.OnWay, standing.Planned)
	if want := "1 à vérifier · 1 incertain · 2 en attente de leur compte · 2 en route · 1 prévu"; got != want {
		t.Errorf("%q", got)
	}
}
