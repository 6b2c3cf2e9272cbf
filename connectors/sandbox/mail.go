package sandbox

import (
	"context"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// Mail simulates the mail server of brands: IMAP to read, SMTP to send, both
// on 127.0.0.1 or without a socket. What people write to a brand arrives in its INBOX.
type Mail struct {
	// Forgets makes a server that does not file what it sends.
	Forgets bool
	// Plain makes a server without MOVE, UIDPLUS and SPECIAL-USE.
	Plain bool
	// Token makes a server that takes no passwords, and this token of OAuth.
	Token string

	world *World
	stop  func() // watching the world
	calls atomic.Int64

	mu    sync.Mutex
	boxes map[inbox.AccountID]*mailbox
	fault fault.Fault
	lines map[net.Conn]bool
	imap  *imapserver.Server
	smtp  *smtp.Server
	base  string           // "imap-address smtp-address"
	rooms map[string]*room // by address; nil: it listens to sockets
	down  bool
	sent  []MailSent
}

// MailSent is a mail that was handed over by SMTP, as it was sent.
type MailSent struct {
	Account inbox.AccountID
	From    string
	To      []string
	Raw     []byte
	Text    string
}

// mailbox is one brand's.
type mailbox struct {
	brand   Brand
	user    *imapmemserver.User
	folders map[string]map[imap.UID]ItemID
	placed  map[ItemID]bool
}

// The folders of a mailbox, with what they are for.
func mailFolders() map[string]imap.MailboxAttr {
	return map[string]imap.MailboxAttr{
		"INBOX": "", "Sent": imap.MailboxAttrSent, "Trash": imap.MailboxAttrTrash, "Junk": imap.MailboxAttrJunk,
	}
}

const mailPassword = "laterne-fjord-42"

// NewMail makes the server. It listens to nothing by itself.
func NewMail(w *World) *Mail {
	return &Mail{world: w, boxes: map[inbox.AccountID]*mailbox{}, lines: map[net.Conn]bool{}}
}

// Access says how a brand is reached.
func (m *Mail) Access(b Brand, base string) Access {
	imapAt, smtpAt, _ := strings.Cut(base, " ")
	address := mailAddress(b)
	return Access{
		Settings: map[string]string{
			"handle": b.Name + " <" + address + ">", "imap": imapAt, "smtp": smtpAt, "authserv": "mx." + b.Handle + ".example",
		},
		Secrets: map[string]string{"password": mailPassword},
	}
}

func mailAddress(b Brand) string { return "support@" + b.Handle + ".example" }

// Listen opens a port for IMAP and one for SMTP.
func (m *Mail) Listen(ctx context.Context) (string, error) {
	m.fill()
	return m.open(ctx, "127.0.0.1:0 127.0.0.1:0")
}

// fill makes the mailboxes and puts into them what was written, and is written.
func (m *Mail) fill() {
	for _, b := range m.world.Brands("mail") {
		m.boxes[b.Account] = newMailbox(b)
	}
	m.stop = m.world.Watch(m.changed)
	for account := range m.boxes {
		for _, it := range m.world.Items(account, nil) {
			m.place(it)
		}
	}
}

func newMailbox(b Brand) *mailbox {
	box := &mailbox{
		brand: b, user: imapmemserver.NewUser(mailAddress(b), mailPassword),
		folders: map[string]map[imap.UID]ItemID{}, placed: map[ItemID]bool{},
	}
	for name := range mailFolders() {
		_ = box.user.Create(name, nil) // new, so it cannot be there
		box.folders[name] = map[imap.UID]ItemID{}
	}
	return box
}

// open serves at two addresses until Close or Down.
func (m *Mail) open(ctx context.Context, at string) (string, error) {
	imapAt, smtpAt, _ := strings.Cut(at, " ")
	il, err := m.listener(ctx, imapAt)
	if err != nil {
		return "", err
	}
	sl, err := m.listener(ctx, smtpAt)
	if err != nil {
		return "", errors.Join(err, il.Close())
	}
	quiet := log.New(io.Discard, "", 0)
	is := imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &mailSession{server: m, line: c.NetConn()}, nil, nil
		},
		Caps:         m.caps(),
		InsecureAuth: true, Logger: quiet,
	})
	ss := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &mailSender{server: m, line: c.Conn()}, nil }))
	ss.Domain, ss.AllowInsecureAuth, ss.EnableSMTPUTF8, ss.ErrorLog, ss.MaxMessageBytes = "mx.example", true, true, quiet, 30<<20
	ss.ReadTimeout, ss.WriteTimeout = time.Minute, time.Minute
	m.mu.Lock()
	m.imap, m.smtp, m.down = is, ss, false
	m.base = il.Addr().String() + " " + sl.Addr().String()
	m.mu.Unlock()
	go func() { _ = is.Serve(&mailListener{il, m}) }() // ends with Close, which is its only error
	go func() { _ = ss.Serve(&mailListener{sl, m}) }()
	return m.base, nil
}

// caps is what the server says that it can.
func (m *Mail) caps() imap.CapSet {
	if m.Plain {
		return imap.CapSet{imap.CapIMAP4rev1: {}}
	}
	return imap.CapSet{
		imap.CapIMAP4rev1: {}, imap.CapIdle: {}, imap.CapUIDPlus: {}, imap.CapMove: {}, imap.CapSpecialUse: {}, "LIST-EXTENDED": {}, "LIST-STATUS": {}, imap.CapESearch: {}, imap.CapNamespace: {},
	}
}

// Close ends the server and all connections.
func (m *Mail) Close() error {
	if m.stop != nil {
		m.stop()
	}
	m.Down(true)
	return nil
}

// Down ends the server, or starts it again at the same addresses.
func (m *Mail) Down(on bool) {
	if !on {
		_, _ = m.open(context.Background(), m.base)
		return
	}
	m.mu.Lock()
	is, ss, was := m.imap, m.smtp, m.down
	m.down = true
	m.mu.Unlock()
	if is == nil || was {
		return
	}
	_ = is.Close()
	_ = ss.Close()
	m.kick()
}

// kick ends all connections.
func (m *Mail) kick() {
	m.mu.Lock()
	lines := slices.Collect(maps.Keys(m.lines))
	m.mu.Unlock()
	for _, line := range lines {
		_ = line.Close()
	}
}

// Calls is how many times a client has said something.
func (m *Mail) Calls() int { return int(m.calls.Load()) }

// Sent lists what was handed over by SMTP, oldest first.
func (m *Mail) Sent() []MailSent {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]MailSent(nil), m.sent...)
}

// Deliver puts a mail into a brand's INBOX as it is, such as one of a machine.
func (m *Mail) Deliver(account inbox.AccountID, raw []byte) {
	m.put(account, "INBOX", raw, m.world.Now(), 0)
}

// DeliverInto puts a mail into a folder of a brand's, as a filter does.
func (m *Mail) DeliverInto(account inbox.AccountID, folder string, raw []byte) {
	m.put(account, folder, raw, m.world.Now(), 0)
}

// changed renders what was written in the world.
func (m *Mail) changed(c Change) {
	if c.What == Wrote {
		m.place(c.Item)
	}
}

// place puts an item into the mailbox that it belongs to, once.
func (m *Mail) place(it Item) {
	m.mu.Lock()
	box := m.boxes[it.Account]
	fresh := box != nil && !box.placed[it.ID] && !it.Deleted && it.Kind != BrandPost
	if fresh {
		box.placed[it.ID] = true
	}
	m.mu.Unlock()
	if !fresh {
		return
	}
	if it.ByBrand() {
		if it.Key == "" { // what was sent by SMTP is filed by it
			m.put(it.Account, "Sent", m.render(box.brand, it), it.At, it.ID)
		}
		return
	}
	m.put(it.Account, "INBOX", m.render(box.brand, it), it.At, it.ID)
}

// put appends a mail to a folder.
func (m *Mail) put(account inbox.AccountID, folder string, raw []byte, at time.Time, item ItemID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	box := m.boxes[account]
	data, err := box.user.Append(folder, newLiteral(raw), &imap.AppendOptions{Time: at})
	if err == nil && item != 0 {
		box.folders[folder][data.UID] = item
	}
}
