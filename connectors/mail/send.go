package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-smtp"

	"vigie/inbox"
	"vigie/inbox/text"
)

// sendTime bounds the whole conversation; a server may think over DATA.
const sendTime = 3 * time.Minute

// reply answers a mail.
func (c *connector) reply(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if strings.TrimSpace(a.Text) == "" && len(a.Media) == 0 {
		return inbox.Receipt{}, fmt.Errorf("reply: an empty text: %w", inbox.ErrInvalid)
	}
	files, err := c.attachments(a.Media)
	if err != nil {
		return inbox.Receipt{}, err
	}
	id := c.messageID(a.Key)
	receipt := inbox.Receipt{Remote: id}
	var answered *letter
	var done, own bool
	err = c.with(ctx, "reply", func(s *session) error {
		var err error
		if done, err = c.filed(s, id); err != nil || done {
			return err
		}
		answered, own, err = c.answered(s, a)
		return err
	})
	if err != nil || done {
		return receipt, err
	}
	d := draft{from: c.me, id: id, answers: answered.head, ours: own, text: a.Text, files: files, at: c.env.Clock.Now().Truncate(time.Second)}
	d.orphan = strings.HasPrefix(a.Target, hashed) // it has no id to name it by
	to, err := d.recipient()
	if err != nil {
		return inbox.Receipt{}, err
	}
	mail, err := d.mail(to)
	if err != nil {
		return inbox.Receipt{}, err
	}
	if err := c.send(ctx, to, mail); err != nil {
		return inbox.Receipt{}, err
	}
	receipt.At = d.at.UTC()
	c.file(ctx, a, d, mail)
	return receipt, nil
}

// messageID is what an action's mail is known by.
func (c *connector) messageID(key string) string {
	domain, err := asciiDomain(c.domain())
	if err != nil {
		domain = "vigie.invalid"
	}
	word := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(key))
	return "vigie." + word + "@" + domain
}

// filed reports whether a mail lies in the folder of sent mails.
func (c *connector) filed(s *session, id string) (bool, error) {
	if s.sent == "" {
		return false, nil
	}
	if _, err := s.choose(s.sent); err != nil {
		return false, err
	}
	uids, err := s.search(byID(id))
	return len(uids) > 0, err
}

// fromUs reports whether a mail says that we wrote it.
func (c *connector) fromUs(h head) bool {
	from := h.people("from")
	return len(from) > 0 && c.ours(from[0].address)
}

// answered reads the head of the mail that is answered, and whether that is one
// of our own. What nobody should answer is refused.
func (c *connector) answered(s *session, a inbox.Action) (l *letter, own bool, err error) {
	_, uid, err := c.find(s, a.Target, s.order())
	if errors.Is(err, inbox.ErrGone) {
		var elsewhere []string
		for _, f := range []string{s.trash, s.junk} {
			if f != "" {
				elsewhere = append(elsewhere, f)
			}
		}
		_, uid, err = c.find(s, a.Target, elsewhere)
	}
	if err != nil {
		return nil, false, err
	}
	list, err := s.heads([]imap.UID{uid})
	if err != nil {
		return nil, false, err
	}
	if len(list) != 1 {
		return nil, false, fmt.Errorf("mail %q: %w", a.Target, inbox.ErrGone)
	}
	l = list[0]
	if _, own = bare(a.Target); !own && l.replies() { // who is away has ours, and is written to again
		if ids := l.ids("in-reply-to"); len(ids) > 0 && s.sent != "" {
			if h, found, err := s.headOf(ids[0], s.sent); err != nil || found {
				return &letter{head: h}, true, err
			}
		}
	}
	if !own && c.fromUs(l.head) && !l.proven(c.authserv)(c.domain()) {
		return nil, false, inbox.Problem{Code: inbox.CodeSuspect, Detail: "reply: the mail came in our name, and nothing proves that it is ours"}
	}
	if !own && l.machine() {
		return nil, false, inbox.Problem{Code: inbox.CodeMachine, Detail: "reply: the mail was written by a machine, or to a list"}
	}
	return l, own, nil
}

// send hands a mail over. Until the end of DATA is sent nothing was handed
// over; from then on only the server's answer tells.
func (c *connector) send(ctx context.Context, to string, mail []byte) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	client, hangUp, err := c.smtpSession(ctx)
	if err != nil {
		return err
	}
	defer hangUp()
	return c.deliver(ctx, client, to, mail)
}

// smtpSession opens a conversation that is signed in.
func (c *connector) smtpSession(ctx context.Context) (*smtp.Client, func(), error) {
	word, err := c.key(ctx)
	if err != nil {
		return nil, nil, err
	}
	conn, conf, err := c.connect(ctx, c.smtp)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("send: %w", ctx.Err())
		}
		return nil, nil, &inbox.RetryError{Err: err}
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	hangUp := func() {
		stop()
		_ = conn.Close()
	}
	line := &meter{Conn: conn}
	line.left.Store(1 << 20)
	client, err := c.greet(line, func(raw net.Conn) (*smtp.Client, error) { return smtp.NewClientStartTLS(raw, conf) })
	if err == nil {
		err = client.Hello("localhost")
	}
	if err != nil {
		hangUp()
		return nil, nil, c.unsent(ctx, "greet", err)
	}
	if err := c.authenticate(client, word); err != nil {
		hangUp()
		return nil, nil, c.unsent(ctx, "sign in", err)
	}
	return client, hangUp, nil
}

// greet opens the conversation; nothing is said in the clear but to this
// machine.
func (c *connector) greet(conn net.Conn, startTLS func(net.Conn) (*smtp.Client, error)) (*smtp.Client, error) {
	if c.smtp.implicit() || c.smtp.plain() {
		return smtp.NewClient(conn), nil
	}
	return startTLS(conn)
}

// deliver gives the server one mail.
func (c *connector) deliver(ctx context.Context, client *smtp.Client, to string, mail []byte) error {
	options := &smtp.MailOptions{Size: int64(len(mail))}
	if !ascii(to) || !ascii(c.me.Address) {
		if ok, _ := client.Extension("SMTPUTF8"); !ok {
			return fmt.Errorf("send: %s takes no address like %s: %w", c.smtp, text.CleanLine(to), inbox.ErrInvalid)
		}
		options.UTF8 = true
	}
	from, err := wireAddress(c.me.Address)
	if err != nil {
		return err
	}
	if err := client.Mail(from, options); err != nil {
		return c.unsent(ctx, "sender", err)
	}
	if err := client.Rcpt(to, nil); err != nil {
		return c.unsent(ctx, "recipient", err)
	}
	data, err := client.Data()
	if err != nil {
		return c.unsent(ctx, "data", err)
	}
	if _, err := data.Write(mail); err != nil {
		return c.unsent(ctx, "data", err)
	}
	if err := data.Close(); err != nil {
		var answer *smtp.SMTPError
		if errors.As(err, &answer) && answer.Code >= 400 && answer.Code < 600 {
			return c.unsent(ctx, "mail", err)
		}
		return &inbox.UncertainError{Err: fmt.Errorf("%s did not say whether it took the mail: %w", c.smtp, plainer(ctx, err))}
	}
	_ = client.Quit() // the mail is theirs already
	return nil
}

// unsent says what a failure before the end of DATA, or the server's no, means.
func (c *connector) unsent(ctx context.Context, step string, err error) error {
	var answer *smtp.SMTPError
	switch {
	case settled(err):
		return err
	case !errors.As(err, &answer):
		if ctx.Err() != nil {
			return fmt.Errorf("send: %w", ctx.Err())
		}
		return &inbox.RetryError{Err: fmt.Errorf("%s: %s: %w", c.smtp, step, plainer(ctx, err))}
	case step == "sign in" && answer.Code >= 500:
		return fmt.Errorf("%w: %s: %d", inbox.ErrAuth, c.smtp, answer.Code) // its words may repeat ours
	}
	told := fmt.Errorf("%s refused the %s: %d %s", c.smtp, step, answer.Code, text.CleanLine(answer.Message))
	switch {
	case answer.Code == 530 || answer.Code == 535:
		return fmt.Errorf("%w: %w", inbox.ErrAuth, told)
	case answer.Code >= 500:
		return fmt.Errorf("%w: %w", inbox.ErrInvalid, told)
	}
	return &inbox.RetryError{After: backoff(answer.Message), Err: told}
}

// file puts a mail that was sent into the folder of sent mails, unless its
// server has done so, which is learned. That it fails is no failed sending.
func (c *connector) file(ctx context.Context, a inbox.Action, d draft, mail []byte) {
	err := c.with(ctx, "file the sent mail", func(s *session) error {
		if s.sent == "" {
			return nil
		}
		there, err := c.filed(s, d.id)
		c.mu.Lock()
		c.files = c.files || there
		files := c.files
		c.mu.Unlock()
		c.index.put(d.id, place{remote: d.id, conversation: a.Conversation, folder: s.sent})
		if err != nil || files {
			return err
		}
		cmd := s.Append(s.sent, int64(len(mail)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: d.at})
		if _, err := bytes.NewReader(mail).WriteTo(cmd); err != nil {
			return err
		}
		if err := cmd.Close(); err != nil {
			return err
		}
		_, err = cmd.Wait()
		return err
	})
	if err != nil {
		c.env.Log.Warn("file a sent mail", "account", c.setup.Account.ID, "error", err)
	}
}

// Find looks for an answer in the folder of sent mails, and whether an act
// stands. Not finding an answer proves nothing but where the server files what
// it sends (Caps.ReadsOwnWrites).
func (c *connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	receipt, found := inbox.Receipt{Remote: c.messageID(a.Key)}, false
	err := c.with(ctx, "find", func(s *session) error {
		if a.Kind == inbox.ActReply {
			var err error
			found, err = c.filed(s, receipt.Remote)
			return err
		}
		_, to, _, err := s.way(a.Kind, s.order())
		if err != nil {
			return fmt.Errorf("find %s: %w", a.Kind, inbox.ErrUnsupported)
		}
		receipt.Remote = a.Target
		_, uid, err := c.find(s, a.Target, []string{to})
		found = uid != 0
		if errors.Is(err, inbox.ErrGone) {
			err = nil
		}
		return err
	})
	return receipt, found, err
}
