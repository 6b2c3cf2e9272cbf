package telegram

import (
	"net/http"
	"testing"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Whoever blocked the bot and writes to it again can be answered again.
func TestWhoWritesCanBeAnswered(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	m := k.one(inbox.KindDM)
	c := k.conn.(*connector)
	d := deed{Action: answer(inbox.ActReply, m, "bonjour")}
	d.talk, _ = readTalk(m.Conversation)
	blocked := &httpx.StatusError{Status: http.StatusForbidden, Message: "Forbidden: bot was blocked by the user", Kind: inbox.ErrUnsupported}
	c.learnFrom(d, blocked)
	d.Kind = inbox.ActPrivate
	c.learnFrom(d, blocked)
	if who, _ := personOf(m.Author.ID); k.caps(m).Can(inbox.ActReply) || !c.shut[who] {
		t.Fatal("the refusal was not learned")
	}
	who, _ := personOf(m.Author.ID)
	r := reading{me: c.me, cur: &cursor{}}
	u := update{ID: 9, Message: &message{ID: 9, Date: n.clock.Now().Unix(), Chat: chat{ID: who, Type: "private"}, From: &user{ID: who}, Text: "encore"}}
	if err := c.take(r, u, &inbox.Page{}, map[string]int{}); err != nil {
		t.Fatal(err)
	}
	if !k.caps(m).Can(inbox.ActReply) || c.shut[who] {
		t.Errorf("who writes again cannot be answered: %+v", k.caps(m).Acts[inbox.ActReply])
	}
}
