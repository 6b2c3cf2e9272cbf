package sandbox

import (
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"vigie/connectors/sandbox/fault"
)

// mailSender is one SMTP connection.
type mailSender struct {
	server *Mail
	line   net.Conn
	box    *mailbox
	from   string
	to     []string
}

func (s *mailSender) AuthMechanisms() []string { return s.server.mechanisms() }

func (s *mailSender) Auth(mech string) (sasl.Server, error) {
	return s.server.signIn(mech, func(user, password string) error {
		refused := &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication credentials invalid"}
		if s.server.peek(false).Kind == fault.Unauthorized {
			return refused
		}
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		for _, box := range s.server.boxes {
			if strings.EqualFold(mailAddress(box.brand), user) && s.server.opens(password) {
				s.box = box
				return nil
			}
		}
		return refused
	}), nil
}

func (s *mailSender) Reset()        { s.from, s.to = "", nil }
func (s *mailSender) Logout() error { return nil }

func (s *mailSender) Mail(from string, _ *smtp.MailOptions) error {
	if s.box == nil {
		return smtp.ErrAuthRequired
	}
	if from != mailAddress(s.box.brand) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Sender address rejected: not owned by user"}
	}
	if f := s.server.peek(true); f.Kind == fault.TooMany || f.Kind == fault.Unavailable {
		s.server.take(true)
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: slowDown(f.After)}
	}
	s.from = from
	return nil
}

func (s *mailSender) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data takes a mail. All faults of writes happen here, after its end: what
// goes wrong before is surely not sent.
func (s *mailSender) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f := s.server.take(true)
	switch f.Kind {
	case fault.ServerError, fault.Drop:
		_ = s.line.Close()
		return errCut
	case fault.Garbage:
		_, _ = io.WriteString(s.line, "<html>Bonjour \x1b[31m\r\n")
		_ = s.line.Close()
		return errCut
	case fault.Hang:
		s.hang()
		return errCut
	}
	if err := s.server.accept(s, raw); err != nil {
		return err
	}
	switch f.Kind {
	case fault.LostAnswer, fault.LostError:
		_ = s.line.Close()
		return errCut
	case fault.LostHang:
		s.hang()
		return errCut
	}
	return nil
}

func (s *mailSender) hang() {
	_ = s.line.SetReadDeadline(time.Time{})
	_, _ = s.line.Read(make([]byte, 1)) // it waits for us, so that is its end
}

// accept makes an item of a mail that was sent, and files it.
func (m *Mail) accept(s *mailSender, raw []byte) error {
	got, err := readMail(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "Malformed mail"}
	}
	account := s.box.brand.Account
	it := Item{Account: account, Kind: Direct, Text: got.text, Key: got.id}
	if parent, ok := m.ItemOf(account, got.parent); ok {
		it.Parent = parent.ID
	}
	m.mu.Lock()
	m.sent = append(m.sent, MailSent{Account: account, From: s.from, To: s.to, Raw: raw, Text: got.text})
	m.mu.Unlock()
	it, err = m.world.Write(it)
	if err == nil && !m.Forgets {
		m.put(account, "Sent", raw, it.At, it.ID)
	}
	return err
}

// Fault makes requests go wrong until the next call. One of a whole connection
// ends those that there are.
func (m *Mail) Fault(f fault.Fault) {
	m.mu.Lock()
	m.fault = f
	m.mu.Unlock()
	if !f.Writes && (f.Kind == fault.Garbage || f.Kind == fault.Huge || f.Kind == fault.Unauthorized) {
		m.kick()
	}
}

// peek is the fault that is on for a command.
func (m *Mail) peek(write bool) fault.Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault.Writes && !write {
		return fault.Fault{}
	}
	return m.fault
}

// take is peek, counted.
func (m *Mail) take(write bool) fault.Fault {
	f := m.peek(write)
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.Kind != fault.None && f.Times > 0 {
		if m.fault.Times--; m.fault.Times == 0 {
			m.fault = fault.Fault{}
		}
	}
	return f
}

// mailListener counts what clients say, and lets faults of whole connections
// happen.
type mailListener struct {
	net.Listener
	server *Mail
}

func (l *mailListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	line := &mailLine{Conn: conn, server: l.server}
	l.server.mu.Lock()
	l.server.lines[line] = true
	f := l.server.fault
	l.server.mu.Unlock()
	if !f.Writes {
		switch f.Kind {
		case fault.Garbage:
			_, _ = io.WriteString(conn, "<html><body>Bonjour \x1b[31m{\"id\":</body></html>\r\n")
		case fault.Huge:
			go endless(conn)
		}
	}
	return line, nil
}

// endless says what has no end: 256 MB at most.
func endless(conn net.Conn) {
	if _, err := io.WriteString(conn, "* OK "); err != nil {
		return
	}
	chunk := []byte(strings.Repeat("x", 64<<10))
	for range 4096 {
		if _, err := conn.Write(chunk); err != nil {
			return
		}
	}
}

// mailLine is one connection.
type mailLine struct {
	net.Conn
	server *Mail
}

func (l *mailLine) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 {
		l.server.calls.Add(1)
	}
	return n, err
}

func (l *mailLine) Close() error {
	l.server.mu.Lock()
	delete(l.server.lines, l)
	l.server.mu.Unlock()
	return l.Conn.Close()
}
