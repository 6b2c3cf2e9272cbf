package sandbox

import (
	"bufio"
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
)

// TestMailIndoors speaks to both servers without a socket, by the addresses
// that Access gives, until they are closed.
func TestMailIndoors(t *testing.T) {
	w, err := NewWorld(Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	m := NewMail(w)
	base, err := m.Indoors(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	access := m.Access(w.Brands("mail")[0], base).Settings
	for key, greeting := range map[string]string{"imap": "* OK ", "smtp": "220 "} {
		conn, err := m.Dial(t.Context(), "tcp", access[key])
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		said, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.HasPrefix(said, greeting) {
			t.Errorf("%s greets with %q, %v", key, said, err)
		}
	}
	if _, err := m.Dial(t.Context(), "tcp", "127.0.0.1:25"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial where nobody is: %v", err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Dial(context.Background(), "tcp", access["imap"]); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial after the end: %v", err)
	}
}
