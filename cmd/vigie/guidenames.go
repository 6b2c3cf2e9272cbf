package main

import (
	"slices"
	"strconv"
	"strings"

	"vigie/cmd/vigie/config"
)

// What the client and the account that somebody adds are called.

// clientID is the id of the client with this name, or one for a new one.
func (g *guide) clientID(name string) string {
	for _, c := range g.conf.Clients {
		if strings.EqualFold(c.Name, name) || c.ID == name {
			return c.ID
		}
	}
	return g.free(slug(name), func(id string) bool {
		return slices.ContainsFunc(g.conf.Clients, func(c config.Client) bool { return c.ID == id })
	})
}

func (g *guide) accountID(wish string) string {
	return g.free(wish, func(id string) bool {
		_, taken := findAccount(g.conf, id)
		return taken
	})
}

// free is an id that is not taken, with a number where it must have one.
func (g *guide) free(wish string, taken func(string) bool) string {
	id := wish
	for n := 2; taken(id); n++ {
		id = wish + "-" + strconv.Itoa(n)
	}
	return id
}

// slug is a short word for a name: its letters and digits of ASCII.
func slug(name string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a", "ç", "c", "î", "i", "ï", "i", "ô", "o", "ù", "u", "û", "u", "œ", "oe")
	id := strings.Join(strings.FieldsFunc(plain.Replace(strings.ToLower(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	if id = strings.Trim(id[:min(len(id), 24)], "-"); id == "" {
		return "client"
	}
	return id
}
