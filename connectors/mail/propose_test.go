package mail

import (
	"fmt"
	"testing"

	"vigie/connectors"
)

// The name that the mailbox's own server signs with is found in its mails, and
// not in what a few senders have written into theirs.
func TestProposed(t *testing.T) {
	for name, c := range map[string]struct {
		mails []string // domain, and the name that its mail bears first
		want  string
	}{
		"all":         {[]string{"a.example mx.us.example", "b.example mx.us.example", "c.example MX.us.example"}, "mx.us.example"},
		"some forged": {[]string{"a.example mx.us.example", "b.example mx.us.example", "c.example mx.us.example", "evil.example mx.evil.example", "evil.example mx.evil.example", "evil.example mx.evil.example"}, "mx.us.example"},
		"one sender":  {[]string{"evil.example mx.evil.example", "evil.example mx.evil.example", "www.evil.example mx.evil.example"}, ""},
		"few of many": {[]string{"a.example x.example", "b.example x.example", "c.example x.example", "d.example -", "e.example -", "f.example -", "g.example -"}, ""},
		"two names":   {[]string{"a.example y.example", "b.example y.example", "c.example y.example", "a.example x.example", "b.example x.example", "c.example x.example", "d.example x.example"}, "x.example"},
		"none":        {nil, ""},
	} {
		n := newNetwork(t, false)
		delete(n.access.Settings, "authserv")
		for i, m := range c.mails {
			var domain, signer string
			if _, err := fmt.Sscan(m, &domain, &signer); err != nil {
				t.Fatal(err)
			}
			head := "Authentication-Results: " + signer + "; dkim=pass header.d=" + domain + "\nAuthentication-Results: forged.example; dkim=pass\n"
			if signer == "-" {
				head = ""
			}
			n.server.Deliver(ourAccount, from("who@"+domain, morning, fmt.Sprint(i, "@x"), head, "hello"))
		}
		conn := n.open()
		got, err := conn.(connectors.Proposer).Propose(t.Context())
		_ = conn.Close()
		if err != nil || got["authserv"] != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
