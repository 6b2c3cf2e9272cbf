package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/connectors"
	"vigie/connectors/all"
	"vigie/inbox"
	safe "vigie/inbox/text"
	"vigie/store/secrets"
	"vigie/tui/lang"
	"vigie/tui/text"
)

// tryTime is how long a sign-in that somebody waits for may take.
const tryTime = 30 * time.Second

// tellSignedIn signs an account in that is not in use yet, and says who it is
// there and what it may do.
func (g *guide) tellSignedIn(ctx context.Context, client config.Client, a config.Account) error {
	g.tell("account.add.trying")
	vault := &tryout{new: map[string]inbox.Secret{}, lasting: secrets.NewVault(filepath.Join(g.paths.Data, "vault"))}
	if !g.token.Empty() {
		vault.new[a.ID+"@token"] = g.token
	}
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
	tellIdentity(g.p.out, g.p.p, a.ID, who, g.p.width())
	tellCaps(g.p.out, g.p.p, conn.Caps(), g.p.width())
	if finder, ok := conn.(connectors.Proposer); ok {
		if g.found, err = finder.Propose(ctx); err != nil {
			g.found = nil // the account signs in: that is enough
		}
	}
	return nil
}

// propose asks whether to take what was found out by looking: who signs the
// mails of a mailbox.
func (g *guide) propose(ctx context.Context, a *config.Account) error {
	if a.Network != "mail" || a.AuthServ != "" {
		return nil
	}
	name := g.found["authserv"]
	if name == "" {
		g.tell("account.add.no-authserv")
		return nil
	}
	g.tell("account.add.found-authserv", name)
	take, err := g.yes(ctx, "account.add.take-it")
	if take {
		a.AuthServ = name
	}
	return err
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
	v.new[string(account)+"@"+name] = value
	return nil
}

func tellIdentity(out io.Writer, p lang.Printer, id string, who inbox.Identity, width int) {
	said := p.T("account.checked", id, who.Handle, who.Name)
	if name := cmp.Or(who.Handle, who.Name); who.Name == "" || who.Handle == "" || who.Name == who.Handle {
		said = p.T("account.checked-as", id, name)
	}
	fmt.Fprintln(out, strings.Join(folded(said, width), "\n"))
	if who.Audience != nil {
		fmt.Fprintln(out, "        "+p.T("account.audience", who.Audience.Followers))
	}
}

// tellCaps says what an account may do, and what it may not by the reason.
func tellCaps(out io.Writer, p lang.Printer, caps inbox.Caps, width int) {
	var can []string
	why := map[string][]string{}
	var reasons []string
	for _, kind := range inbox.ActionKinds() {
		c, listed := caps.Acts[kind]
		word := p.T(langKey("act." + string(kind)))
		back, _ := kind.Inverse()
		before := p.T(langKey("act." + string(back)))
		switch {
		case c.OK:
			can = append(can, word)
		case listed:
			reason, _ := p.Problem(inbox.Problem{Code: c.Why})
			if key := langKey("problem." + c.Why + ".act"); p.Has(key) {
				reason = p.T(key)
			}
			if !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
			if !slices.Contains(why[reason], before) { // what cannot be done is not taken back
				why[reason] = append(why[reason], word)
			}
		}
	}
	if len(can) > 0 {
		paragraph(out, p.T("account.can", strings.Join(can, ", ")), width)
	} else {
		paragraph(out, p.T("account.reads-only"), width)
	}
	for _, reason := range reasons {
		paragraph(out, p.T("account.cannot", strings.Join(why[reason], ", "), reason), width)
	}
}

// paragraph prints words for people below what they are about, within a width.
func paragraph(out io.Writer, words string, width int) {
	const indent = "        "
	for _, line := range folded(words, width-len(indent)) {
		fmt.Fprintln(out, indent+line)
	}
}

// folded breaks words for people into lines of at most so many columns.
func folded(words string, width int) []string {
	return text.Pen{}.Wrap(safe.CleanLine(words), width)
}

// refused says why an account did not sign in. What to do about it is asked
// next: nothing is tried again by itself, and no command knows the account yet.
func (g *guide) refused(err error) {
	var problem inbox.Problem
	var said strings.Builder
	if errors.As(err, &problem) && (problem.Code == inbox.CodeAuth || problem.Code == inbox.CodeRetry) {
		what, _ := g.p.p.OfAccount(local(g.p.p, problem))
		say(&said, what, "")
		detail(&said, problem)
	} else {
		report(&said, g.p.p, err)
	}
	for line := range strings.Lines(said.String()) {
		if inner, below := strings.CutPrefix(line, "        "); below {
			paragraph(g.p.out, inner, g.p.width())
		} else {
			fmt.Fprintln(g.p.out, strings.Join(folded(line, g.p.width()), "\n"))
		}
	}
}
