package sandbox

import (
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

// mechanisms are the ways to sign in: with a token where passwords are no longer
// taken.
func (m *Mail) mechanisms() []string {
	if m.Token != "" {
		return []string{"XOAUTH2"}
	}
	return []string{sasl.Plain}
}

// opens reports whether a word is what the mailboxes are opened with.
func (m *Mail) opens(word string) bool {
	if m.Token != "" {
		return word == "token "+m.Token
	}
	return word == mailPassword
}

// signIn is a conversation that ends in somebody's name and word.
func (m *Mail) signIn(mech string, check func(user, word string) error) sasl.Server {
	if mech == "XOAUTH2" {
		return &bearer{check: check}
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) })
}

// bearer takes a token the way Google and Microsoft do: a refusal is told first,
// and given when the client has said something to it.
type bearer struct {
	check   func(user, word string) error
	refusal error
}

func (b *bearer) Next(said []byte) (challenge []byte, done bool, err error) {
	if b.refusal != nil {
		return nil, true, b.refusal
	}
	if said == nil {
		return []byte{}, false, nil
	}
	user, rest, ok := strings.Cut(strings.TrimPrefix(string(said), "user="), "\x01auth=Bearer ")
	token, end, _ := strings.Cut(rest, "\x01")
	if !ok || end != "\x01" {
		return nil, true, errors.New("no XOAUTH2")
	}
	if b.refusal = b.check(user, "token "+token); b.refusal == nil {
		return nil, true, nil
	}
	return []byte(`{"status":"401","schemes":"bearer"}`), false, nil
}
