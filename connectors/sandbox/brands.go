package sandbox

import "vigie/inbox"

// brands lists the accounts of the demonstration: Inès, freelance in Lyon,
// works for four clients.
func brands() []Brand {
	type client struct{ id, name, handle, bio, lang string }
	var out []Brand
	for _, c := range []client{
		{"miette", "Miette", "miette", "Boulangerie artisanale, Lyon 7ᵉ. Du levain, du beurre, des matins tôt.", "fr"},
		{"atlas", "Atlas", "atlas_fc", "Compte officiel de l'Atlas FC. Allez les Bleus et Or !", "fr"},
		{"nordlys", "Nordlys", "nordlys", "Planning for teams that hate planning. Status: status.nordlys.example", "en"},
		{"clair", "Clair", "editions_clair", "Éditions Clair : romans, essais, jeunesse. Lyon & Montréal.", "fr"},
	} {
		for _, network := range []inbox.Network{"mastodon", "bluesky"} {
			out = append(out, Brand{
				Account: inbox.AccountID(c.id + "-" + string(network)), Client: inbox.ClientID(c.id), Network: network,
				Handle: c.handle, Name: c.name, Bio: c.bio, Lang: c.lang,
			})
		}
	}
	out = append(out, Brand{
		Account: "miette-minigram", Client: "miette", Network: "minigram",
		Handle: "miette.lyon", Name: "Miette", Bio: "Les photos du matin.", Lang: "fr",
	})
	for _, c := range []client{
		{"nordlys", "Nordlys", "nordlys", "What the web says about Nordlys", "en"},
		{"clair", "Clair", "editions_clair", "Ce que la presse dit de Clair", "fr"},
	} {
		out = append(out, Brand{
			Account: inbox.AccountID(c.id + "-feeds"), Client: inbox.ClientID(c.id), Network: "feeds",
			Handle: c.handle, Name: c.name, Bio: c.bio, Lang: c.lang,
		})
	}
	out = append(out, Brand{
		Account: "atlas-telegram", Client: "atlas", Network: "telegram",
		Handle: "atlas_fc", Name: "Atlas", Bio: "Le canal de l'Atlas FC, et le virage qui en parle.", Lang: "fr",
	})
	out = append(out, Brand{
		Account: "nordlys-mail", Client: "nordlys", Network: "mail",
		Handle: "nordlys", Name: "Nordlys", Bio: "Write to us, a person answers.", Lang: "en",
	})
	out = append(out, Brand{
		Account: "miette-wordpress", Client: "miette", Network: "wordpress",
		Handle: "miette", Name: "Le carnet du fournil", Bio: "Recettes, farines et coulisses de la boulangerie.", Lang: "fr",
	})
	out = append(out, Brand{
		Account: "clair-ghost", Client: "clair", Network: "ghost",
		Handle: "editions_clair", Name: "Éditions Clair", Bio: "La lettre de la maison, et ceux qui y répondent.", Lang: "fr",
	})
	return out
}

// life is what happens to an account of a network.
type life struct {
	threads int          // conversations before the last two days
	recent  int          // conversations in the last two days
	kinds   []inbox.Kind // that happen there, the usual one first; nil: all
}

// lifeOf says what happens on a network.
func lifeOf(n inbox.Network) life {
	switch n {
	case "feeds":
		return life{}
	case "wordpress", "ghost":
		return life{14, 4, []inbox.Kind{inbox.KindComment}}
	case "telegram":
		return life{14, 6, nil}
	case "mail":
		return life{14, 4, []inbox.Kind{inbox.KindDM}}
	}
	return life{threads: 36, recent: 11}
}
