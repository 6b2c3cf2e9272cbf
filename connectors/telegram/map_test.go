package telegram

import (
	"encoding/json"
	"slices"
	"testing"

	"vigie/inbox"
)

// push adds updates as they are written, and fetches them.
func (k *keeper) push(raw ...string) inbox.Page {
	k.n.t.Helper()
	for _, one := range raw {
		var body map[string]map[string]any
		if err := json.Unmarshal([]byte(one), &body); err != nil {
			k.n.t.Fatalf("%s: %v", one, err)
		}
		for kind, value := range body {
			k.n.server.Push(ourAccount, kind, value)
		}
	}
	p := k.fetch(0)
	k.commit(p)
	return p
}

const (
	groupJSON = `"chat":{"id":-1002000000001,"type":"supergroup","title":"Le virage","username":"atlas_fc_virage"}`
	staffJSON = `"sender_chat":{"id":-1002000000001,"type":"supergroup","title":"Le virage"},"from":{"id":1087968824,"is_bot":true,"first_name":"Group","username":"GroupAnonymousBot"}`
	leaJSON   = `"from":{"id":77,"is_bot":false,"first_name":"Léa","last_name":"M.","username":"lea","language_code":"fr"}`
)

// forwarded is a message that Léa forwards to the bot.
func forwarded(origin, content string) string {
	return `{"message":{"message_id":30,"date":1795420000,"chat":{"id":77,"type":"private"},` + leaJSON + `,"forward_origin":` + origin + `,` + content + `}}`
}

func quotes(m inbox.Media, url, words string) bool {
	return m.Kind == "quote" && m.URL == url && m.Alt.String() == words
}

// quoting wants a message that is nothing but a quote.
func quoting(url, words string) func(inbox.Message) bool {
	return func(m inbox.Message) bool {
		return len(m.Media) == 1 && quotes(m.Media[0], url, words) && m.Author.ID == "77"
	}
}

func TestWhatBecomesWhat(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	for name, c := range map[string]struct {
		update       string
		remote, talk string
		kind         inbox.Kind
		text, url    string
		check        func(inbox.Message) bool
	}{
		"a named bot": {
			`{"message":{"message_id":11,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"text":"😀 @ATLAS_fc_bot ouvert ?","entities":[{"type":"mention","offset":3,"length":13}]}}`,
			"-1002000000001:11", "-1002000000001:77", inbox.KindMention, "😀 @ATLAS_fc_bot ouvert ?", "https://t.me/atlas_fc_virage/11",
			func(m inbox.Message) bool {
				return m.Lang == "fr" && m.Author.Name.String() == "Léa M." && m.Author.Handle.String() == "@lea" && m.Author.URL == "https://t.me/lea"
			},
		},
		"a mention outside the text": {
			`{"message":{"message_id":12,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"text":"x","entities":[{"type":"mention","offset":1,"length":2000000000}]}}`,
			"-1002000000001:12", "-1002000000001:77", inbox.KindComment, "x", "https://t.me/atlas_fc_virage/12", nil,
		},
		"an answer to the bot in a topic": {
			`{"message":{"message_id":13,"message_thread_id":5,"is_topic_message":true,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"text":"merci","reply_to_message":{"message_id":9,"date":1,"chat":{"id":-1002000000001,"type":"supergroup"},"from":{"id":6100000001,"is_bot":true,"first_name":"Atlas"},"text":"oui"}}}`,
			"-1002000000001:13", "-1002000000001/t5:77", inbox.KindMention, "merci", "https://t.me/atlas_fc_virage/13",
			func(m inbox.Message) bool { return m.Parent == "-1002000000001:9" },
		},
		"a checklist": {
			`{"message":{"message_id":21,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"checklist":{"title":"Matériel","tasks":[{"id":1,"text":"écharpe"}]}}}`,
			"-1002000000001:21", "-1002000000001:77", inbox.KindComment, "Matériel\n- écharpe", "https://t.me/atlas_fc_virage/21", nil,
		},
		"a story": {
			`{"message":{"message_id":22,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"story":{"id":1,"chat":{"id":77,"type":"private"}}}}`,
			"-1002000000001:22", "-1002000000001:77", inbox.KindComment, "", "https://t.me/atlas_fc_virage/22",
			func(m inbox.Message) bool { return len(m.Media) == 1 && m.Media[0].Kind == "video" },
		},
		"what is paid for": {
			`{"message":{"message_id":23,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"paid_media":{"star_count":1},"caption":"Tribune"}}`,
			"-1002000000001:23", "-1002000000001:77", inbox.KindComment, "Tribune", "https://t.me/atlas_fc_virage/23",
			func(m inbox.Message) bool { return len(m.Media) == 1 && m.Media[0].Kind == "image" },
		},
		"an anonymous administrator": {
			`{"message":{"message_id":14,"date":1795420000,` + groupJSON + `,"sender_chat":{"id":-1002000000001,"type":"supergroup","title":"Le virage"},"from":{"id":1087968824,"is_bot":true,"first_name":"Group"},"text":"note"}}`,
			"-1002000000001:14", "-1002000000001:-1002000000001", inbox.KindComment, "note", "https://t.me/atlas_fc_virage/14",
			func(m inbox.Message) bool { return m.Author.ID == "-1002000000001" && m.Outgoing },
		},
		"an anonymous administrator's answer": {
			`{"message":{"message_id":24,"date":1795420000,` + groupJSON + `,` + staffJSON + `,"text":"oui","reply_to_message":{"message_id":11,"date":1,` + groupJSON + `,` + leaJSON + `,"text":"ouvert ?"}}}`,
			"-1002000000001:24", "-1002000000001:77", inbox.KindComment, "oui", "https://t.me/atlas_fc_virage/24",
			func(m inbox.Message) bool { return m.Outgoing && m.Parent == "-1002000000001:11" },
		},
		"an anonymous administrator in a topic that Léa opened": {
			`{"message":{"message_id":25,"message_thread_id":5,"is_topic_message":true,"date":1795420000,` + groupJSON + `,` + staffJSON + `,"text":"note","reply_to_message":{"message_id":5,"date":1,` + groupJSON + `,` + leaJSON + `,"forum_topic_created":{"name":"Places"}}}}`,
			"-1002000000001:25", "-1002000000001/t5:-1002000000001", inbox.KindComment, "note", "https://t.me/atlas_fc_virage/25",
			func(m inbox.Message) bool { return m.Outgoing },
		},
		"an anonymous administrator who adds to the bot's answer": {
			`{"message":{"message_id":27,"date":1795420000,` + groupJSON + `,` + staffJSON + `,"text":"et demain","reply_to_message":{"message_id":9,"date":1,` + groupJSON + `,"from":{"id":6100000001,"is_bot":true,"first_name":"Atlas"},"text":"oui"}}}`,
			"-1002000000001:27", "-1002000000001:-1002000000001", inbox.KindMention, "et demain", "https://t.me/atlas_fc_virage/27",
			func(m inbox.Message) bool { return m.Outgoing },
		},
		"somebody who writes as a channel": {
			`{"message":{"message_id":26,"date":1795420000,` + groupJSON + `,"sender_chat":{"id":-1003,"type":"channel","title":"Le kop"},"from":{"id":136817688,"is_bot":true,"first_name":"Channel"},"text":"allez"}}`,
			"-1002000000001:26", "-1002000000001:-1003", inbox.KindComment, "allez", "https://t.me/atlas_fc_virage/26",
			func(m inbox.Message) bool { return !m.Outgoing },
		},
		"what another person wrote": {
			forwarded(`{"type":"user","date":1,"sender_user":{"id":88,"is_bot":false,"first_name":"Marc\u001b[2J","username":"marc"}}`, `"text":"Nul.\nVraiment."`),
			"77:30", "77", inbox.KindDM, "", "", quoting("https://t.me/marc", "@marc : Nul. Vraiment."),
		},
		"what a hidden person wrote": {
			forwarded(`{"type":"hidden_user","date":1,"sender_user_name":"Marc \u202eP."}`, `"text":"Nul."`),
			"77:30", "77", inbox.KindDM, "", "", quoting("", "Marc P. : Nul."),
		},
		"what a group wrote": {
			forwarded(`{"type":"chat","date":1,"sender_chat":{"id":-1004,"type":"supergroup","title":"Le virage"},"author_signature":"Zoé"}`, `"text":"Nul."`),
			"77:30", "77", inbox.KindDM, "", "", quoting("", "Le virage : Nul."),
		},
		"what a channel published": {
			forwarded(`{"type":"channel","date":1,"chat":{"id":-1003,"type":"channel","title":"Le kop","username":"le_kop"},"message_id":9}`, `"caption":"Nul.","photo":[{"file_id":"x"}]`),
			"77:30", "77", inbox.KindDM, "", "", func(m inbox.Message) bool {
				return len(m.Media) == 2 && m.Media[0].Kind == "image" && quotes(m.Media[1], "https://t.me/le_kop/9", "@le_kop : Nul.")
			},
		},
		"a picture that somebody else sent": {
			forwarded(`{"type":"hidden_user","date":1,"sender_user_name":"Marc"}`, `"photo":[{"file_id":"x"}]`),
			"77:30", "77", inbox.KindDM, "", "", func(m inbox.Message) bool {
				return len(m.Media) == 2 && quotes(m.Media[1], "", "Marc")
			},
		},
		"words from a place that is not told": {
			forwarded(`{"type":"unheard_of"}`, `"text":"Nul."`),
			"77:30", "77", inbox.KindDM, "", "", quoting("", "Nul."),
		},
		"direct messages of a channel": {
			`{"message":{"message_id":15,"date":1795420000,"chat":{"id":-1009,"type":"supergroup","is_direct_messages":true},"direct_messages_topic":{"topic_id":77},` + leaJSON + `,"text":"coucou"}}`,
			"-1009:15", "-1009/d77", inbox.KindDM, "coucou", "https://t.me/c/9/15", nil,
		},
		"the owner of a business account": {
			`{"business_message":{"message_id":16,"date":1795420000,"business_connection_id":"bc_1-Q7","chat":{"id":77,"type":"private","first_name":"Léa"},"from":{"id":500000001,"is_bot":false,"first_name":"Atlas"},"text":"je regarde"}}`,
			"bbc_1-Q7/77:16", "bbc_1-Q7/77", inbox.KindDM, "je regarde", "", func(m inbox.Message) bool { return m.Outgoing },
		},
		"a document with words": {
			`{"message":{"message_id":17,"date":1795420000,"chat":{"id":77,"type":"private"},` + leaJSON + `,"caption":"le devis","document":{"file_id":"x","file_name":"devis\u001b[2J.pdf"}}}`,
			"77:17", "77", inbox.KindDM, "le devis", "", func(m inbox.Message) bool {
				return len(m.Media) == 1 && m.Media[0].Kind == "file" && m.Media[0].Alt.String() == "devis␛[2J.pdf" && m.Media[0].URL == ""
			},
		},
		"a voice message": {
			`{"message":{"message_id":18,"date":1795420000,"chat":{"id":77,"type":"private"},` + leaJSON + `,"voice":{"file_id":"x","duration":3}}}`,
			"77:18", "77", inbox.KindDM, "", "", func(m inbox.Message) bool { return len(m.Media) == 1 && m.Media[0].Kind == "audio" },
		},
		"a sticker": {
			`{"message":{"message_id":19,"date":1795420000,"chat":{"id":77,"type":"private"},` + leaJSON + `,"sticker":{"file_id":"x","emoji":"🎉"}}}`,
			"77:19", "77", inbox.KindDM, "🎉", "", func(m inbox.Message) bool { return len(m.Media) == 1 },
		},
		"a poll": {
			`{"message":{"message_id":20,"date":1795420000,"chat":{"id":77,"type":"private"},` + leaJSON + `,"poll":{"id":"1","question":"Samedi ?","options":[{"text":"oui","voter_count":3},{"text":"non","voter_count":1}],"total_voter_count":4,"allows_multiple_answers":true,"close_date":1795430000}}}`,
			"77:20", "77", inbox.KindDM, "Samedi ?", "", func(m inbox.Message) bool {
				return m.Poll != nil && m.Poll.Voters == 4 && m.Poll.Multiple && len(m.Poll.Options) == 2 && m.Poll.Options[0].Votes == 3 && m.Poll.Ends.Unix() == 1795430000
			},
		},
		"a place": {
			`{"message":{"message_id":21,"date":1795420000,"chat":{"id":77,"type":"private"},` + leaJSON + `,"location":{"latitude":45.75,"longitude":4.85}}}`,
			"77:21", "77", inbox.KindDM, "45.75000, 4.85000", "", nil,
		},
		"an edit": {
			`{"edited_message":{"message_id":22,"date":1795420000,"edit_date":1795420060,"chat":{"id":77,"type":"private"},` + leaJSON + `,"text":"corrigé"}}`,
			"77:22", "77", inbox.KindDM, "corrigé", "", func(m inbox.Message) bool { return m.Edited.Unix() == 1795420060 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := k.push(c.update)
			if len(p.Messages) != 1 || len(p.Refused) != 0 {
				t.Fatalf("%+v", p)
			}
			m := p.Messages[0]
			if m.Remote != c.remote || m.Conversation != c.talk || m.Kind != c.kind || m.Text.String() != c.text || m.URL != c.url || m.At.Unix() != 1795420000 {
				t.Errorf("%+v", m)
			}
			if c.check != nil && !c.check(m) {
				t.Errorf("%+v", m)
			}
		})
	}
}

// What nobody wrote is no message, and no fault either.
func TestNewsOfTheChatIsNoMessage(t *testing.T) {
	k := newKeeper(newNetwork(t, nil))
	defer k.conn.Close()
	p := k.push(
		`{"message":{"message_id":1,"date":1795420000,`+groupJSON+`,`+leaJSON+`,"new_chat_members":[{"id":78,"is_bot":false,"first_name":"Zoé"}]}}`,
		`{"message":{"message_id":2,"date":1795420000,`+groupJSON+`,`+leaJSON+`,"pinned_message":{"message_id":1}}}`,
	)
	if len(p.Messages)+len(p.Refused)+len(p.Deleted) != 0 {
		t.Errorf("%+v", p)
	}
}

// Each person's exchange under a channel's post is a thread, and the post is
// what it hangs under, also for a comment that answers another one, and after
// a restart.
func TestCommentsHangUnderThePost(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer func() { _ = k.conn.Close() }()
	n.say(inbox.KindComment, "bravo")
	p := k.fetch(0)
	k.commit(p)
	if len(p.Messages) != 1 {
		t.Fatalf("%+v", p)
	}
	m := p.Messages[0]
	if m.Post == nil || m.Post.ID != "-1002000000001:1" || m.Post.Text.Empty() || m.Post.URL != "https://t.me/atlas_fc/1" || m.Parent != "" {
		t.Errorf("post %+v, parent %q", m.Post, m.Parent)
	}
	if want := "-1002000000001/p1:" + m.Author.ID; m.Conversation != want {
		t.Errorf("conversation %q, want %q", m.Conversation, want)
	}
	k.die()
	p = k.push(`{"message":{"message_id":30,"message_thread_id":1,"date":1795420000,` + groupJSON + `,` + leaJSON + `,"text":"et moi","reply_to_message":{"message_id":2,"date":1,"chat":{"id":-1002000000001,"type":"supergroup"},"from":{"id":700001,"is_bot":false,"first_name":"P"},"text":"bravo"}}}`)
	if m = p.Messages[0]; m.Conversation != "-1002000000001/p1:77" || m.Post == nil || m.Post.ID != "-1002000000001:1" || m.Kind != inbox.KindComment || m.Parent != "-1002000000001:2" {
		t.Errorf("%+v", m)
	}
}

// Only the channel's own people write in its name in its discussion group: that
// is ours, in the exchange that it answers. Any other channel is somebody.
func TestTheChannelsOwnWordIsOurs(t *testing.T) {
	k := newKeeper(newNetwork(t, nil))
	defer func() { _ = k.conn.Close() }()
	const (
		channel = `"sender_chat":{"id":-1005,"type":"channel","title":"Atlas","username":"atlas_fc"},"from":{"id":136817688,"is_bot":true,"first_name":"Channel","username":"Channel_Bot"}`
		other   = `"sender_chat":{"id":-1006,"type":"channel","title":"Rival"},"from":{"id":136817688,"is_bot":true,"first_name":"Channel","username":"Channel_Bot"}`
		asked   = `"reply_to_message":{"message_id":41,"date":1,` + groupJSON + `,` + leaJSON + `,"text":"ouvert ?"}`
	)
	k.push(`{"message":{"message_id":40,"date":1795420000,` + groupJSON + `,` + channel + `,"is_automatic_forward":true,"text":"Match samedi"}}`)
	k.die()
	p := k.push(
		`{"message":{"message_id":42,"message_thread_id":40,"date":1795420000,`+groupJSON+`,`+channel+`,"text":"oui","`+asked[1:]+`}}`,
		`{"message":{"message_id":43,"message_thread_id":40,"date":1795420000,`+groupJSON+`,`+other+`,"text":"venez chez nous","`+asked[1:]+`}}`,
	)
	ours, theirs := p.Messages[0], p.Messages[1]
	if !ours.Outgoing || ours.Conversation != "-1002000000001/p40:77" || ours.Author.ID != "-1005" {
		t.Errorf("the channel's own word: outgoing %t, in %s, of %s", ours.Outgoing, ours.Conversation, ours.Author.ID)
	}
	if theirs.Outgoing || theirs.Conversation != "-1002000000001/p40:-1006" {
		t.Errorf("another channel's: outgoing %t, in %s", theirs.Outgoing, theirs.Conversation)
	}
}

// A group that becomes a supergroup keeps its conversations, and numbers its
// messages anew.
func TestASupergroupGoesOnWithItsConversations(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer func() { _ = k.conn.Close() }()
	say := func(chat, id string) inbox.Message {
		p := k.push(`{"message":{"message_id":` + id + `,"date":1795420000,"chat":{"id":` + chat + `,"type":"supergroup"},` + leaJSON + `,"text":"mot"}}`)
		return p.Messages[0]
	}
	before := say("-55", "5")
	k.push(`{"message":{"message_id":6,"date":1795420000,"chat":{"id":-55,"type":"group"},` + leaJSON + `,"migrate_to_chat_id":-10056}}`)
	k.push(`{"message":{"message_id":1,"date":1795420000,"chat":{"id":-10056,"type":"supergroup"},` + leaJSON + `,"migrate_from_chat_id":-55}}`)
	k.die()
	after := say("-10056", "5")
	if before.Conversation != "-55:77" || after.Conversation != before.Conversation || after.Remote != "-10056:5" || before.Remote != "-55:5" {
		t.Errorf("before %s %s, after %s %s", before.Conversation, before.Remote, after.Conversation, after.Remote)
	}
}

func TestABusinessDeletionIsTold(t *testing.T) {
	k := newKeeper(newNetwork(t, nil))
	defer k.conn.Close()
	p := k.push(`{"deleted_business_messages":{"business_connection_id":"bc_1-Q7","chat":{"id":77,"type":"private"},"message_ids":[4,5]}}`)
	if want := []string{"bbc_1-Q7/77:4", "bbc_1-Q7/77:5"}; !slices.Equal(p.Deleted, want) {
		t.Errorf("%v, want %v", p.Deleted, want)
	}
}
