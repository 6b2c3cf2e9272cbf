package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
	"vigie/inbox"
	"vigie/store/secrets"
	"vigie/tui/lang"
)

// tryTime is how long a sign-in that somebody waits for may take.
const tryTime = 30 * time.Second

// tellSignedIn signs an account in that is not in use yet, and says who it is
// there and what it may do.
func (g *guide) tellSignedIn(ctx context.Context, client config.Client, a config.Account) error {
	g.tell("account.add.trying")
	vault := &tryout{lasting: secrets.NewVault(filepath.Join(g.paths.Data, "vault"))}
	w := newWiring(all.Registry(), vault, slog.New(slog.DiscardHandler))
	w.env.Transport = g.p.transport
	kept := w.resolve
	w.resolve = func(ctx context.Context, ref config.Secret) (inbox.Secret, error) {
		for key, value := range g.secrets {
			if ref.Ref == "file:"+g.secretPath(a.ID, key) {
				return inbox.NewSecret(value), nil
			}
		}
		return kept(ctx, ref)
	}
	id := inbox.AccountID(a.ID)
	conn, problem := w.connector(client, a, accountOf(client, a).Account)
	if conn == nil {
		return problem
	}
	defer conn.Close() //nolint:errcheck // it was only looked at
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	who, err := conn.Check(ctx)
	if err != nil {
		return problemFor(err, id)
	}
	tellIdentity(g.p.out, g.p.p, a.ID, who)
	tellCaps(g.p.out, g.p.p, conn.Caps())
	return nil
}

// tryout is a vault that reads what there is and keeps what is new for as long
// as somebody tries an account out.
type tryout struct {
	lasting interface {
		Get(account inbox.AccountID, name string) (inbox.Secret, bool, error)
	}
	mu  sync.Mutex
	new map[string]inbox.Secret
}

func (v *tryout) Get(account inbox.AccountID, name string) (inbox.Secret, bool, error) {
	v.mu.Lock()
	value, ok := v.new[string(account)+"@"+name]
	v.mu.Unlock()
	if ok {
		return value, true, nil
	}
	return v.lasting.Get(account, name)
}

func (v *tryout) Put(account inbox.AccountID, name string, value inbox.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.new == nil {
		v.new = map[string]inbox.Secret{}
	}
	v.new[string(account)+"@"+name] = value
	return nil
}

func tellIdentity(out io.Writer, p lang.Printer, id string, who inbox.Identity) {
	fmt.Fprintln(out, inert(p.T("account.checked", id, who.Handle, who.Name)))
	if who.Audience != nil {
		fmt.Fprintln(out, "        "+p.T("account.audience", who.Audience.Followers))
	}
}

// tellCaps says what an account may do, and what it may not by the reason.
func tellCaps(out io.Writer, p lang.Printer, caps inbox.Caps) {
	var can []string
	why := map[string][]string{}
	var reasons []string
	for _, kind := range inbox.ActionKinds() {
		c, listed := caps.Acts[kind]
		word := p.T(langKey("act." + string(kind)))
		switch {
		case c.OK:
			can = append(can, word)
		case listed:
			reason, _ := p.Problem(inbox.Problem{Code: c.Why})
			if !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
			why[reason] = append(why[reason], word)
		}
	}
	if len(can) > 0 {
		fmt.Fprintln(out, "        "+p.T("account.can", strings.Join(can, ", ")))
	} else {
		fmt.Fprintln(out, "        "+p.T("account.reads-only"))
	}
	for _, reason := range reasons {
		fmt.Fprintln(out, "        "+inert(p.T("account.cannot", strings.Join(why[reason], ", "), reason)))
	}
}
