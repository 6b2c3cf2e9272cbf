package telegram

import (
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

// quotation is what a message passes on of somebody else's: words nobody here
// wrote, with whose they are as far as Telegram tells (MessageOrigin).
func quotation(o origin, words string) inbox.Media {
	name, url := "", ""
	switch {
	case o.User != nil:
		name, url = called(o.User.Username, o.User.First+" "+o.User.Last), profile(o.User.Username)
	case o.Name != "":
		name = o.Name
	case o.Sender != nil:
		name, url = called(o.Sender.Username, o.Sender.Title), profile(o.Sender.Username)
	case o.Chat != nil:
		name, url = called(o.Chat.Username, o.Chat.Title), link(*o.Chat, o.ID)
	}
	name, words = strings.TrimSpace(name), strings.TrimSpace(words)
	if name != "" && words != "" {
		name += " : "
	}
	return inbox.Media{Kind: "quote", URL: url, Alt: text.CleanLine(name + words)}
}

// called is what people call somebody: a handle, else a name.
func called(username, name string) string {
	if username != "" {
		return "@" + username
	}
	return name
}
