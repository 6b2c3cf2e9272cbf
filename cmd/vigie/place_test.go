package main

import (
	"testing"

	"vigie/cmd/vigie/config"
)

// TestPlace: an account that was pointed elsewhere is in another place.
func TestPlace(t *testing.T) {
	mail := config.Account{Network: "mail", User: "bonjour@miette.fr", IMAP: "imap.miette.fr:993", SMTP: "smtp.miette.fr:465"}
	program := config.Account{Network: "bridge", Command: []string{"python3", "forum.py", "--room", "1"}}
	for name, c := range map[string]struct {
		was    config.Account
		change func(*config.Account)
		moved  bool
	}{
		"server, spelled otherwise": {config.Account{Server: "https://Piaille.fr/"}, func(a *config.Account) { a.Server = "piaille.fr" }, false},
		"server":                    {config.Account{Server: "piaille.fr"}, func(a *config.Account) { a.Server = "mastodon.social" }, true},
		"imap":                      {mail, func(a *config.Account) { a.IMAP = "imap.nord.fr:993" }, true},
		"smtp":                      {mail, func(a *config.Account) { a.SMTP = "smtp.nord.fr:465" }, true},
		"mailbox":                   {mail, func(a *config.Account) { a.User = "bonjour@nord.fr" }, true},
		"mail, its quotes":          {mail, func(a *config.Account) { a.Quotes = "none" }, false},
		"command":                   {program, func(a *config.Account) { a.Command = []string{"python3", "forum.py", "--room", "2"} }, true},
		"command, its poll":         {program, func(a *config.Account) { a.Poll *= 2 }, false},
	} {
		before := accountOf(config.Client{}, c.was).Account.Server
		c.change(&c.was)
		if after := accountOf(config.Client{}, c.was).Account.Server; before == "" || (after != before) != c.moved {
			t.Errorf("%s: %q, then %q", name, before, after)
		}
	}
}
