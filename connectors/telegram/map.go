package telegram

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"

	"vigie/inbox"
	"vigie/inbox/text"
)

// reading turns the updates of one page into what the inbox keeps.
type reading struct {
	me  user
	cur *cursor
}

// talkOf is the conversation that a message belongs to.
func (r reading) talkOf(m message, from int64) (talk, error) {
	t := talk{connection: m.Connection, chat: r.cur.first(m.Chat.ID)}
	switch {
	case m.Chat.ID == 0:
		return talk{}, errors.New("the message is in no chat")
	case t.connection != "" && !soundWord(t.connection):
		return talk{}, errors.New("the message names no usable business connection")
	case m.Chat.private():
		return t, nil
	case m.DirectTopic != nil && m.DirectTopic.ID != 0:
		t.branch, t.sub = directBranch, m.DirectTopic.ID
		return t, nil
	}
	t.person = from
	switch {
	case m.IsTopic && m.ThreadID != 0:
		t.branch, t.sub = topicBranch, m.ThreadID
	case m.ThreadID != 0 && r.cur.knows(m.Chat.ID, m.ThreadID):
		t.branch, t.sub = postBranch, m.ThreadID
	}
	return t, nil
}

// message is a message of a person; keep is false for what nobody wrote, such
// as news of who joined.
func (r reading) message(m message) (out inbox.Message, keep bool, err error) {
	if m.AutoForward {
		r.posted(m.Chat.ID, m)
		return out, false, nil
	}
	if up := m.ReplyTo; up != nil && up.AutoForward {
		r.posted(m.Chat.ID, *up)
		m.ThreadID = cmp.Or(m.ThreadID, up.ID)
	}
	body, media := bodyOf(m), mediaOf(m)
	if body == "" && len(media) == 0 && m.Poll == nil {
		return out, false, nil
	}
	author, err := authorOf(m)
	if err != nil {
		return out, false, err
	}
	at := unix(m.Date)
	if m.ID <= 0 || at.IsZero() {
		return out, false, errors.New("the message has no usable id or time")
	}
	if m.Origin != nil {
		body, media = "", append(media, quotation(*m.Origin, body))
	}
	t, err := r.talkOf(m, r.with(m))
	if err != nil {
		return out, false, err
	}
	out = inbox.Message{
		Remote: r.spot(m).String(), Conversation: t.String(), Kind: r.kind(m, t), At: at, Author: author, Text: text.Clean(body),
		Lang: language(m), URL: link(m.Chat, m.ID), Media: media, Poll: pollOf(m.Poll), Outgoing: r.ours(m),
	}
	if edited := unix(m.EditDate); edited.After(at) {
		out.Edited = edited
	}
	if up := m.ReplyTo; up != nil && up.ID > 0 && !up.AutoForward {
		out.Parent = spot{connection: m.Connection, chat: m.Chat.ID, id: up.ID}.String()
	}
	if t.branch == postBranch {
		out.Post = r.post(m, t)
	}
	return out, true, nil
}

// posted notes a channel's post in its discussion group.
func (r reading) posted(group int64, m message) {
	r.cur.post(group, m.ID)
	if c := m.SenderChat; c != nil && c.ID != group {
		r.cur.link(group, c.ID)
	}
}

func (r reading) spot(m message) spot {
	return spot{connection: m.Connection, chat: m.Chat.ID, id: m.ID}
}

// ours reports whether the account wrote it: the bot, the owner of a business
// account, whose private chats are named by the other person, or the staff of a
// group, which writes in its name or its channel's.
func (r reading) ours(m message) bool {
	switch {
	case r.staff(m):
		return true
	case m.From == nil:
		return false
	}
	return m.From.ID == r.me.ID || m.Connection != "" && m.Chat.private() && m.From.ID != m.Chat.ID
}

// kind says what a message is to us.
func (r reading) kind(m message, t talk) inbox.Kind {
	switch {
	case !t.group():
		return inbox.KindDM
	case t.branch == postBranch:
		return inbox.KindComment
	case m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == r.me.ID, r.named(m.Text, m.Entities), r.named(m.Caption, m.CaptionMarks):
		return inbox.KindMention
	}
	return inbox.KindComment
}

// named reports whether a text names the bot.
func (r reading) named(s string, marks []entity) bool {
	var units []uint16
	for _, e := range marks {
		switch e.Type {
		case "text_mention":
			if e.User != nil && e.User.ID == r.me.ID {
				return true
			}
		case "mention", "bot_command":
			if units == nil {
				units = utf16.Encode([]rune(s))
			}
			if e.Offset < 0 || e.Length < 0 || e.Offset > len(units) || e.Length > len(units)-e.Offset {
				continue
			}
			_, name, _ := strings.Cut(string(utf16.Decode(units[e.Offset:e.Offset+e.Length])), "@")
			if r.me.Username != "" && strings.EqualFold(name, r.me.Username) {
				return true
			}
		}
	}
	return false
}

// post is the channel's post that a comment hangs under. Its text is told only
// with a comment that answers the post itself; the store keeps it.
func (r reading) post(m message, t talk) *inbox.Post {
	p := &inbox.Post{ID: spot{chat: m.Chat.ID, id: t.sub}.String()}
	up := m.ReplyTo
	if up == nil || !up.AutoForward {
		return p
	}
	p.Text, p.At = text.Clean(bodyOf(*up)), unix(up.Date)
	if up.Origin != nil && up.Origin.Chat != nil {
		p.URL = link(*up.Origin.Chat, up.Origin.ID)
	}
	return p
}

// staff reports whether an administrator wrote a message in the name of the
// group, or of the channel whose discussion group it is: nobody else can.
func (r reading) staff(m message) bool {
	by := m.SenderChat
	return by != nil && by.ID != 0 && (by.ID == m.Chat.ID || by.ID == r.cur.channel(m.Chat.ID))
}

// with is whose exchange a message of a group is part of: its writer's, or, of
// what the staff answers, that of the one who is answered. What opens a topic is
// above all that is written there, and is answered by none of it; whom an answer
// of the bot is for is not told.
func (r reading) with(m message) int64 {
	up := m.ReplyTo
	if !r.staff(m) || up == nil || up.AutoForward || m.IsTopic && up.ID == m.ThreadID || sender(*up) == r.me.ID {
		return sender(m)
	}
	return cmp.Or(sender(*up), sender(m))
}

// sender is who wrote a message: a person, or the chat that it was written in
// the name of.
func sender(m message) int64 {
	switch {
	case m.SenderChat != nil && m.SenderChat.ID != 0:
		return m.SenderChat.ID
	case m.From != nil:
		return m.From.ID
	}
	return 0
}

func authorOf(m message) (inbox.Author, error) {
	if c := m.SenderChat; c != nil && c.ID != 0 {
		return inbox.Author{ID: number(c.ID), Name: text.CleanLine(c.Title), Handle: handle(c.Username), URL: profile(c.Username)}, nil
	}
	if m.From == nil || m.From.ID == 0 {
		return inbox.Author{}, errors.New("the message names no author")
	}
	u := m.From
	name := strings.TrimSpace(u.First + " " + u.Last)
	return inbox.Author{ID: number(u.ID), Name: text.CleanLine(name), Handle: handle(u.Username), URL: profile(u.Username)}, nil
}

func handle(username string) text.Safe {
	if username == "" {
		return text.Safe{}
	}
	return text.CleanLine("@" + username)
}

func profile(username string) string {
	if !soundName(username) {
		return ""
	}
	return "https://t.me/" + username
}

// link is where people see a message of a group or channel; "": nowhere.
func link(c chat, id int64) string {
	if id <= 0 || c.private() || c.Type == "group" {
		return ""
	}
	if soundName(c.Username) {
		return "https://t.me/" + c.Username + "/" + number(id)
	}
	if inner, ok := strings.CutPrefix(number(c.ID), "-100"); ok && inner != "" {
		return "https://t.me/c/" + inner + "/" + number(id)
	}
	return ""
}

func soundName(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_')
	})
}

// language is that of the writer's program, as far as Telegram tells.
func language(m message) string {
	if m.From == nil || len(m.From.Lang) > 35 || strings.ContainsFunc(m.From.Lang, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
	}) {
		return ""
	}
	return m.From.Lang
}

// bodyOf is what a message says.
func bodyOf(m message) string {
	switch {
	case m.Text != "":
		return m.Text
	case m.Caption != "":
		return m.Caption
	case m.Poll != nil:
		return m.Poll.Question
	case m.Sticker != nil:
		return m.Sticker.Emoji
	case m.Contact != nil:
		return joined(m.Contact.First+" "+m.Contact.Last, m.Contact.Phone)
	case m.Venue != nil:
		return joined(m.Venue.Title, m.Venue.Address)
	case m.Dice != nil:
		return joined(m.Dice.Emoji+" "+strconv.Itoa(m.Dice.Value), "")
	case m.Checklist != nil:
		words := []string{m.Checklist.Title}
		for _, t := range m.Checklist.Tasks {
			words = append(words, "- "+t.Text)
		}
		return strings.Join(words, "\n")
	case m.Location != nil:
		return strconv.FormatFloat(m.Location.Latitude, 'f', 5, 64) + ", " + strconv.FormatFloat(m.Location.Longitude, 'f', 5, 64)
	}
	return ""
}

func joined(a, b string) string {
	return strings.TrimSpace(strings.TrimSpace(a) + "\n" + strings.TrimSpace(b))
}

// mediaOf lists what a message shows. There is no address to fetch it from
// that does not hold the bot's token, so people are led to the message.
func mediaOf(m message) []inbox.Media {
	at := link(m.Chat, m.ID)
	var out []inbox.Media
	add := func(kind string, f *file) {
		if f != nil {
			out = append(out, inbox.Media{Kind: kind, URL: at, Alt: text.CleanLine(cmp.Or(f.Name, f.Title))})
		}
	}
	if len(m.Photo) > 0 {
		out = append(out, inbox.Media{Kind: "image", URL: at})
	}
	add("video", m.Animation)
	add("video", m.Video)
	add("video", m.VideoNote)
	add("audio", m.Audio)
	add("audio", m.Voice)
	if m.Animation == nil { // an animation is told as a document too
		add("file", m.Document)
	}
	if m.Story != nil {
		out = append(out, inbox.Media{Kind: "video", URL: at})
	}
	if m.Paid != nil {
		out = append(out, inbox.Media{Kind: "image", URL: at})
	}
	if m.Sticker != nil {
		out = append(out, inbox.Media{Kind: "image", URL: at, Alt: text.CleanLine(m.Sticker.Emoji)})
	}
	return out
}

func pollOf(p *poll) *inbox.Poll {
	if p == nil {
		return nil
	}
	out := &inbox.Poll{Voters: max(p.Voters, 0), Multiple: p.Multiple, Ends: unix(p.Closes)}
	for _, o := range p.Options {
		out.Options = append(out.Options, inbox.PollOption{Text: text.CleanLine(o.Text), Votes: max(o.Votes, 0)})
	}
	return out
}
