package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"testing"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const ourAccount = inbox.AccountID("nordlys-mail")

// network is a simulated mail server with an account on it.
type network struct {
	t      conformance.T
	clock  *conformance.Clock
	world  *sandbox.World
	server *sandbox.Mail
	access sandbox.Access
	log    *conformance.Log
	shelf  keeper
}

func newNetwork(t conformance.T, forgets bool) *network {
	return networkOf(t, func(s *sandbox.Mail) { s.Forgets = forgets })
}

// networkOf is a network whose server is changed before it serves.
func networkOf(t conformance.T, change func(*sandbox.Mail)) *network {
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, shelf: keeper{held: map[string][]byte{}}}
	var err error
	if n.world, err = sandbox.NewWorld(sandbox.Options{Clock: n.clock, Empty: true}); err != nil {
		t.Fatalf("make a world: %v", err)
	}
	n.server = sandbox.NewMail(n.world)
	change(n.server)
	base, err := n.server.Listen(t.Context())
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	t.Cleanup(func() { _ = n.server.Close() })
	brand, _ := n.world.Brand(ourAccount)
	n.access = n.server.Access(brand, base)
	return n
}

func (n *network) open() inbox.Connector {
	env := conformance.Env(n.clock, n.log)
	env.Shelf = n.shelf
	c, err := Info().New(env, connectors.Setup{
		Account:  inbox.Account{ID: ourAccount, Client: "nordlys", Network: "mail"},
		Settings: n.access.Settings, Lists: n.access.Lists,
		Secret: func(_ context.Context, key string) (inbox.Secret, error) {
			return inbox.NewSecret(n.access.Secrets[key]), nil
		},
	})
	if err != nil {
		n.t.Fatalf("open: %v", err)
	}
	return c
}

// greeted is open, by a connector that has signed in.
func (n *network) greeted() inbox.Connector {
	c := n.open()
	_, _ = c.Check(n.t.Context()) // it may be a check of faults
	return c
}

func (n *network) item(id string) sandbox.Item {
	n.t.Helper()
	message, _ := bare(id)
	it, ok := n.server.ItemOf(ourAccount, message)
	if !ok {
		n.t.Fatalf("no item has the id %q", id)
	}
	return it
}

func (n *network) say(_ inbox.Kind, text string) string {
	n.t.Helper()
	it, err := n.world.Say(ourAccount, inbox.KindDM, text)
	if err != nil {
		n.t.Fatalf("say: %v", err)
	}
	return readMail(n.server.Raw(it)).remote(false)
}

// readMail is a mail's head with how its body begins.
func readMail(raw []byte) head {
	h := readHead(raw)
	_, h.lead, _ = bytes.Cut(raw, []byte("\r\n\r\n"))
	h.lead = h.lead[:min(len(h.lead), maxLead)]
	return h
}

// keeper is a shelf of files.
type keeper struct {
	inbox.Shelf
	held map[string][]byte
}

func (k keeper) Open(sum string) (io.ReadCloser, error) {
	content, ok := k.held[sum]
	if !ok {
		return nil, inbox.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

func (k keeper) shelve(content []byte) string {
	sum := fmt.Sprintf("%x", sha256.Sum256(content))
	k.held[sum] = content
	return sum
}

// files reads the files of the mails that were sent with a text.
func (n *network) files(text string) (out []inbox.Upload) {
	n.t.Helper()
	for _, sent := range n.server.Sent() {
		if sent.Text != text {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(sent.Raw))
		if err != nil {
			n.t.Fatalf("read a sent mail: %v", err)
		}
		_, params, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
		for r := multipart.NewReader(m.Body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				break
			} else if err != nil {
				n.t.Fatalf("read a sent mail: %v", err)
			}
			if p.FileName() == "" {
				continue
			}
			content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
			if err != nil {
				n.t.Fatalf("read %s: %v", p.FileName(), err)
			}
			alt, _ := words().DecodeHeader(p.Header.Get("Content-Description"))
			out = append(out, inbox.Upload{
				Name: p.FileName(), Type: p.Header.Get("Content-Type"), Alt: alt, Size: int64(len(content)), Sum: fmt.Sprintf("%x", sha256.Sum256(content)),
			})
		}
	}
	return out
}

func (n *network) sent(text string) int {
	count := 0
	for _, m := range n.server.Sent() {
		if m.Text == text {
			count++
		}
	}
	return count
}

func (n *network) rig() conformance.Rig {
	return conformance.Rig{
		Connector: n.greeted, Account: ourAccount, Kinds: []inbox.Kind{inbox.KindDM},
		Now: n.clock.Now, Advance: n.clock.Advance,
		Say: n.say,
		Spoil: func() {
			if _, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Direct, Person: 1, Text: "x", Bad: true}); err != nil {
				n.t.Fatalf("spoil: %v", err)
			}
		},
		Sent:   n.sent,
		Shelve: n.shelf.shelve, Files: n.files,
		Ledger:  func(a inbox.Action) (int, bool) { return n.world.Tally(a, n.item(a.Target)) },
		Calls:   n.server.Calls,
		Fault:   n.server.Fault,
		Down:    n.server.Down,
		Secrets: func() []string { return []string{n.access.Secrets["password"]} },
		Log:     n.log.String,
	}
}

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Harness{
		Info: Info(), Hostile: conformance.Hostile(t),
		New: func(t conformance.T) conformance.Rig { return newNetwork(t, false).rig() },
	})
}
