package telegram

import (
	"errors"
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

// A token that takes the place of a refused one may be another bot's: who that
// is, is asked anew.
func TestAnotherBotsToken(t *testing.T) {
	n := newNetwork(t, nil)
	c := n.open()
	defer c.Close()
	fetch := func() error {
		_, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, Now: n.clock.Now()})
		return err
	}
	if err := fetch(); err != nil {
		t.Fatal(err)
	}
	bot := c.(*connector)
	bot.mu.Lock()
	who := bot.me.ID
	bot.me.ID, bot.token = who+1, inbox.NewSecret("1:revoked") // as of another bot, whose token is no more
	bot.mu.Unlock()
	if err := fetch(); !errors.Is(err, inbox.ErrAuth) {
		t.Errorf("with a token that was taken back: %v", err)
	}
	if err := fetch(); err != nil {
		t.Error(err)
	}
	if me, err := bot.self(t.Context()); err != nil || me.ID != who {
		t.Errorf("it takes itself for %d, and is %d, %v", me.ID, who, err)
	}
}
