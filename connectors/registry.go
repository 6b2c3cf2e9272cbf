// Package connectors holds what every connector gets and gives: the registry
// as a value, what a connector is set up with, and what it may use.
//
// Foreign types stop at a connector's border: nothing outside a connector's
// package knows how its network spells things.
package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"

	"vigie/inbox"
)

// Setup is one account's part of the configuration, for its connector.
type Setup struct {
	Account  inbox.Account
	Settings map[string]string   // such as "server", "handle"; keys as Info.Settings lists them
	Lists    map[string][]string // such as "urls"
	Command  []string            // external programs: argument list
	// Notifications are the user's own rules for mails by which a network tells
	// that something happened on it.
	Notifications []Notification
	// Secret resolves a secret reference of the account by its key, such as
	// "token". It may run a program; it is called when needed, not before.
	Secret func(ctx context.Context, key string) (inbox.Secret, error)
}

// Notification is a rule for the mails of one network: From is an address, or a
// domain with all below it; Subject a regular expression, "" for any, whose
// groups named author and post are kept; Link a host with all below it, or the
// beginning of an address; Kind "" is a comment.
type Notification struct {
	From    string
	Subject string
	Link    string
	Network inbox.Network
	Kind    inbox.Kind
}

// Env is what the process lends to a connector.
type Env struct {
	Clock inbox.Clock
	Log   *slog.Logger
	Vault Vault
	// Shelf holds the files that go with answers; nil: there are none.
	Shelf inbox.Shelf
	// Transport carries all HTTP of a connector; nil: the default one.
	Transport http.RoundTripper
	// Dial carries what is not HTTP, as (*net.Dialer).DialContext does; nil: the
	// machine's own.
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
	UserAgent string
}

// Vault keeps what a connector must remember of its sign-in between starts,
// such as a refresh token: in files only the user can read, never in the
// store. Put returns only when the value is durable.
type Vault interface {
	Get(account inbox.AccountID, name string) (inbox.Secret, bool, error)
	Put(account inbox.AccountID, name string, value inbox.Secret) error
}

// Setting describes one key of an account's configuration.
type Setting struct {
	Key      string
	Secret   bool
	List     bool
	Required bool
}

// Proposer is a Connector that can find out settings by looking.
type Proposer interface {
	// Propose returns good values of settings that the account does not have, by
	// their keys. It makes a few calls and changes nothing.
	Propose(ctx context.Context) (map[string]string, error)
}

// Info is what the program knows of a network without signing in.
type Info struct {
	Network  inbox.Network
	Title    string // as people write it: "Mastodon"
	Settings []Setting
	// Caps is what an account of this network can do at best.
	Caps inbox.Caps
	// New makes a connector. It has no side effects: no call, no goroutine.
	New func(Env, Setup) (inbox.Connector, error)
}

// Registry is the list of networks that a program ships.
type Registry []Info

// Find returns the network's entry.
func (r Registry) Find(n inbox.Network) (Info, bool) {
	i := slices.IndexFunc(r, func(in Info) bool { return in.Network == n })
	if i < 0 {
		return Info{}, false
	}
	return r[i], true
}

// Open makes the connector of an account.
func (r Registry) Open(env Env, s Setup) (inbox.Connector, error) {
	info, ok := r.Find(s.Account.Network)
	if !ok {
		return nil, fmt.Errorf("network %q: %w", s.Account.Network, inbox.ErrNotFound)
	}
	return info.New(env, s)
}
