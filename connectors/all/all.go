// Package all is the list of networks that vigie ships: the one file to touch
// for a new connector, besides its own folder.
package all

import (
	"vigie/connectors"
	"vigie/connectors/bluesky"
	"vigie/connectors/bridge"
	"vigie/connectors/feeds"
	"vigie/connectors/ghost"
	"vigie/connectors/mail"
	"vigie/connectors/mastodon"
	"vigie/connectors/telegram"
	"vigie/connectors/wordpress"
)

// Registry lists the networks in the order in which they are shown.
func Registry() connectors.Registry {
	return connectors.Registry{mastodon.Info(), bluesky.Info(), telegram.Info(), mail.Info(), feeds.Info(), wordpress.Info(), ghost.Info(), bridge.Info()}
}
