package contacts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// hookTime is how long a webhook may take to answer.
const hookTime = 20 * time.Second

// webhook posts a brief, signed in the manner of Standard Webhooks
// (standardwebhooks.com, read on 2026-11-22).
func (d *Deliverer) webhook(ctx context.Context, to inbox.Contact, b inbox.Brief, key string) (inbox.Receipt, error) {
	u, err := url.Parse(to.Address)
	switch {
	case err != nil, u.Host == "", u.User != nil:
		return inbox.Receipt{}, fmt.Errorf("the webhook is no address: %w", inbox.ErrInvalid)
	case u.Scheme != "https" && (u.Scheme != "http" || !httpx.Loopback(u.Hostname())):
		return inbox.Receipt{}, fmt.Errorf("the webhook of %s is not https: %w", u.Host, inbox.ErrInvalid)
	}
	body, err := briefJSON(to, b, key)
	if err != nil {
		return inbox.Receipt{}, err
	}
	h := http.Header{"Content-Type": {"application/json"}}
	if d.options.WebhookSecret != nil {
		secret, err := d.options.WebhookSecret(ctx, to)
		if err != nil {
			return inbox.Receipt{}, surely(ctx, fmt.Errorf("secret of the webhook: %w", err))
		}
		if err := sign(h, secret, key, d.options.Clock.Now(), body); err != nil {
			return inbox.Receipt{}, err
		}
	}
	_, err = d.hooks.Do(ctx, httpx.Request{Method: http.MethodPost, Path: u.String(), Header: h, Body: body, Write: true, Timeout: hookTime})
	var blocked *blockedError
	switch {
	case errors.As(err, &blocked):
		return inbox.Receipt{}, fmt.Errorf("%w: %w", inbox.ErrInvalid, blocked)
	case err != nil:
		return inbox.Receipt{}, err
	}
	return inbox.Receipt{Remote: key}, nil
}

// sign adds the three headers; without a secret only the two that name the
// delivery.
func sign(h http.Header, secret inbox.Secret, key string, now time.Time, body []byte) error {
	at := strconv.FormatInt(now.Unix(), 10)
	h.Set("webhook-id", key)
	h.Set("webhook-timestamp", at)
	if secret.Empty() {
		return nil
	}
	raw := []byte(secret.Reveal())
	if coded, ok := strings.CutPrefix(secret.Reveal(), "whsec_"); ok {
		var err error
		if raw, err = base64.StdEncoding.DecodeString(coded); err != nil {
			return fmt.Errorf("the secret of the webhook is not base64 after whsec_: %w", inbox.ErrInvalid)
		}
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(key + "." + at + "."))
	mac.Write(body)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return nil
}

// blockedError is a host that leads into a private network.
type blockedError struct{ host string }

func (e *blockedError) Error() string {
	return e.host + " leads into a private network, which is not allowed"
}

// guarded is a transport that looks at each address at the moment of dialling
// it, whatever name it has, and calls only what is public, what is this
// machine by name, and the allowed hosts. It uses no proxy: that would dial
// for us.
func guarded(allow []string, resolver *net.Resolver) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			d := net.Dialer{Timeout: dialTime, Resolver: resolver, Control: func(_, dialled string, _ syscall.RawConn) error {
				to, err := netip.ParseAddrPort(dialled)
				if err != nil {
					return err
				}
				if !mayDial(host, to.Addr(), allow) {
					return &blockedError{host}
				}
				return nil
			}}
			return d.DialContext(ctx, network, addr)
		},
		DisableKeepAlives:      true,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    dialTime,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func mayDial(host string, to netip.Addr, allow []string) bool {
	if slices.ContainsFunc(allow, func(a string) bool { return strings.EqualFold(a, host) }) {
		return true
	}
	if httpx.Loopback(host) {
		return to.Unmap().IsLoopback()
	}
	return public(to)
}

// notPublic are the special networks that netip has no word for (IANA's
// registries of special-purpose addresses, read on 2026-11-22).
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carriers' own
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), // IPv4 in old clothes
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), // Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4
	netip.MustParsePrefix("fec0::/10"),
}

// public reports whether an address is one of the whole internet's.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}
