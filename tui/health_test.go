package tui

import (
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/tui/lang"
)

// partly makes some of an account's feeds fail.
func (s *sim) partly() {
	s.f.accounts[3].Failing = []inbox.Source{
		{Number: 2, Host: "blog.example", Code: inbox.CodeNotFound},
		{Number: 7, Host: "actu.example", Code: inbox.CodeMoved, To: "www.actu.example"},
	}
	s.run(s.m.loadAccounts())
	s.rest()
}

// A feed that fails is named, with what to do, and its account is not well.
func TestFailingFeedsAreNamed(t *testing.T) {
	s := newSim(t, world(), 100, 40, nil)
	s.partly()
	s.keys("g a", "end")
	s.wants("? Nordlys", "2 sources en échec", "le flux 2 (blog.example) est introuvable", "→ vérifier son adresse dans la configuration",
		"le flux 7 (actu.example) a changé d'adresse pour de bon : www.actu.example", "→ mettre sa nouvelle adresse")
	e := newSim(t, world(), 100, 40, func(o *Options) { o.Lang = lang.English })
	e.partly()
	e.keys("g a", "end")
	e.wants("2 sources fail", "feed 2 (blog.example) is not there")
}

// An account whose feed is away says so of the feed, and one whose network says
// that nothing is there has words of its own: neither speaks of a message.
func TestFailingAccountWords(t *testing.T) {
	s := newSim(t, world(), 100, 40, nil)
	s.f.accounts[1].Problem = inbox.Problem{}
	s.f.accounts[3].Problem = inbox.Problem{Code: inbox.CodeGone, Detail: "404"}
	s.partly()
	s.wants("le flux 2 (blog.example) est introuvable")
	s.keys("g a", "end")
	s.wants("en échec · "+string(s.f.accounts[3].Account.ID), "→ vérifier son adresse dans la configuration")
	s.lacks("le message n'existe plus", "brouillon", "ce que le compte lit")
	s.keys("esc")
	s.f.accounts[3].Failing = nil
	s.run(s.m.loadAccounts())
	s.wants("ce que le compte lit n'est plus là")
	s.lacks("le message n'existe plus", "brouillon")
}

// Every code that a source can have is a sentence of its own, in both
// languages.
func TestSourceWords(t *testing.T) {
	for _, tag := range []lang.Tag{lang.French, lang.English} {
		seen := map[string]bool{}
		for _, code := range []string{
			inbox.CodeGone, inbox.CodeMoved, inbox.CodeRights, inbox.CodeNotFound, inbox.CodeTooLong, inbox.CodeStrange,
			inbox.CodeRetry, inbox.CodeInvalid,
		} {
			what, next := lang.For(tag).Source(inbox.Source{Number: 3, Host: "a.example", Code: code, To: "b.example"})
			if seen[what] || !strings.Contains(what, "3 (a.example)") || next == "" || strings.Contains(what+next, "[") {
				t.Errorf("%s %s: %q, %q", tag, code, what, next)
			}
			seen[what] = true
		}
	}
}
