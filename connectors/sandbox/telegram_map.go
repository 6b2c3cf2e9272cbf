package sandbox

import (
	"time"
	"unicode/utf16"
)

func (t *Telegram) getMe(c telegramCall) (any, *telegramError) {
	return obj{
		"id": c.bot.id(), "is_bot": true, "first_name": c.bot.brand.Name, "username": c.bot.name(), "can_join_groups": true,
		"can_read_all_group_messages": true, "supports_inline_queries": false, "can_connect_to_business": true, "has_main_web_app": false,
	}, nil
}

func (t *Telegram) botUser(b *telegramBot) obj {
	return obj{"id": b.id(), "is_bot": true, "first_name": b.brand.Name, "username": b.name()}
}

func (t *Telegram) personUser(person int) obj {
	p := t.world.Person(person)
	return obj{"id": telegramUser(person), "is_bot": false, "first_name": p.Name, "username": p.Handle, "language_code": p.Lang}
}

func (t *Telegram) privateChat(person int) obj {
	p := t.world.Person(person)
	return obj{"id": telegramUser(person), "type": "private", "first_name": p.Name, "username": p.Handle}
}

func (t *Telegram) groupChat(b *telegramBot) obj {
	return obj{"id": b.group(), "type": "supergroup", "title": b.brand.Name + " : le virage", "username": b.brand.Handle + "_virage"}
}

func (t *Telegram) channelChat(b *telegramBot) obj {
	return obj{"id": b.channel(), "type": "channel", "title": b.brand.Name, "username": b.brand.Handle}
}

func (t *Telegram) channelPost(b *telegramBot, it Item) obj {
	out := obj{"message_id": telegramID(it), "date": it.At.Unix(), "chat": t.channelChat(b), "sender_chat": t.channelChat(b)}
	return withContent(out, it, it.Text, nil)
}

// forward is a channel's post as its discussion group has it.
func (t *Telegram) forward(b *telegramBot, it Item) obj {
	out := obj{
		"message_id": telegramID(it), "date": it.At.Unix(), "chat": t.groupChat(b), "sender_chat": t.channelChat(b), "is_automatic_forward": true,
		"from":           obj{"id": 777000, "is_bot": false, "first_name": "Telegram"},
		"forward_origin": obj{"type": "channel", "date": it.At.Unix(), "chat": t.channelChat(b), "message_id": telegramID(it)},
	}
	return withContent(out, it, it.Text, nil)
}

// render is an item as a Message. What it answers goes with it once.
func (t *Telegram) render(b *telegramBot, it Item, whole bool) obj {
	if it.Kind == BrandPost {
		return t.forward(b, it)
	}
	out := obj{"message_id": telegramID(it), "date": it.At.Unix(), "from": t.botUser(b)}
	if !it.ByBrand() {
		out["from"] = t.personUser(it.Person)
	}
	var marks []obj
	text := it.Text
	if it.Kind == Direct {
		out["chat"] = t.privateChat(it.With)
		if t.Business {
			out["business_connection_id"] = b.link()
		}
	} else {
		out["chat"] = t.groupChat(b)
		if it.Root == it.ID && !it.ByBrand() { // people call the bot by its name
			name := "@" + b.name()
			text = name + " " + text
			marks = append(marks, obj{"type": "mention", "offset": 0, "length": len(name)})
		}
		if it.Root != it.ID {
			out["message_thread_id"] = int64(it.Root)
		}
	}
	if !it.Edited.IsZero() {
		out["edit_date"] = it.Edited.Unix()
	}
	if parent, err := t.world.Item(it.Parent); whole && err == nil && !parent.Deleted {
		out["reply_to_message"] = t.render(b, parent, false)
	}
	return withContent(out, it, text, marks)
}

// withContent adds what a message says, as a text, a picture or a poll.
func withContent(out obj, it Item, text string, marks []obj) obj {
	if marks == nil {
		marks = []obj{}
	}
	switch {
	case it.Poll != nil:
		options := []obj{}
		for _, o := range it.Poll.Options {
			options = append(options, obj{"persistent_id": o.Text.String(), "text": o.Text.String(), "voter_count": o.Votes})
		}
		out["poll"] = obj{
			"id": "1", "question": it.Text, "options": options, "total_voter_count": it.Poll.Voters, "is_closed": false, "is_anonymous": true,
			"type": "regular", "allows_multiple_answers": it.Poll.Multiple, "allows_revoting": true, "members_only": false,
		}
	case it.Image != "":
		out["photo"] = []obj{{"file_id": "AgAC", "file_unique_id": "AQAD", "width": 1280, "height": 960}}
		out["caption"], out["caption_entities"] = text, marks
	default:
		out["text"], out["entities"] = text, marks
	}
	return out
}

// connection is the bot's business connection. The caller holds the mutex.
func (b *telegramBot) connection(now time.Time) obj {
	return obj{
		"id": b.link(), "user": obj{"id": b.owner(), "is_bot": false, "first_name": b.brand.Name}, "user_chat_id": b.owner(),
		"date": now.Unix(), "rights": b.rights, "is_enabled": b.enabled,
	}
}

// units is a text's length as Telegram counts.
func units(s string) int { return len(utf16.Encode([]rune(s))) }
