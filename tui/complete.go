package tui

import (
	"slices"
	"strings"

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
	suggest := func(input string, cursor int) []dialog.Suggestion {
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
	return dialog.Completer{Suggest: suggest, Absent: func(input string) string { return absent(p, input, c) }}
}

// absent says which client, network or account a query names that there is not.
func absent(p lang.Printer, input string, c query.Candidates) string {
	q, err := query.Parse(input)
	if err != nil {
		return ""
	}
	there := map[string][]string{"client": c.Clients, "net": c.Networks, "account": c.Accounts}
	for _, n := range q.Named() {
		if !slices.ContainsFunc(there[n.Key], func(v string) bool { return strings.EqualFold(v, n.Value) }) {
			return p.T("query.not-there", n.Key+":"+n.Value, strings.Join(there[n.Key], " "))
		}
	}
	return ""
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
