package tui

import (
	"vigie/inbox/query"
	"vigie/tui/dialog"
	"vigie/tui/lang"
)

// completer says how a query goes on, from what the session knows: clients,
// networks and accounts, and the tags, authors and languages of the rows that
// are loaded.
func (m *Model) completer() dialog.Completer {
	var c query.Candidates
	for _, known := range m.look.Clients {
		c.Clients = append(c.Clients, string(known.ID))
	}
	for _, a := range m.accounts {
		c.Accounts = append(c.Accounts, string(a.Account.ID))
		c.Networks = once(c.Networks, string(a.Account.Network))
	}
	c.Tags = m.list.Tags()
	c.Authors, c.Langs = m.list.Spoken()
	p := m.look.P
	return func(input string, cursor int) []dialog.Suggestion {
		var out []dialog.Suggestion
		for _, s := range query.Complete(input, cursor, c) {
			what := ""
			if k := lang.Key("query.help." + s.Help); s.Help != "" && p.Has(k) {
				what = p.T(k)
			}
			out = append(out, dialog.Suggestion{From: s.From, To: s.To, Text: s.Insert, What: what})
		}
		return out
	}
}

// once adds a word that is not there yet.
func once(list []string, word string) []string {
	for _, w := range list {
		if w == word {
			return list
		}
	}
	return append(list, word)
}
