package door

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"vigie/inbox"
)

// minRSABits is the shortest RSA key that may sign in.
const minRSABits = 3072

// Key is a public key that may sign in, with what it may do.
type Key struct {
	Name      string // the comment of its line, or the fingerprint
	Public    gossh.PublicKey
	Finger    string // "SHA256:…"
	Role      Role
	Clients   []inbox.ClientID // nil: all
	Expires   time.Time        // zero: never
	From      []netip.Prefix   // nil: from anywhere
	Terminal  bool             // may open the terminal program, not commands only
	Clipboard bool
}

// Refused is a line of the file of keys that lets nobody in.
type Refused struct {
	Line   int // from 1
	Reason string
}

// ParseKeys reads a file in the form of OpenSSH's authorized_keys. A line that
// is not understood whole lets nobody in and harms no other line: a limit that
// is not known must not become no limit. The options are
//
//	vigie-role="read|draft|send|admin"   read, when not given
//	vigie-clients="miette,atlas"         the only clients it may see
//	vigie-clipboard                      its clipboard may be written (OSC 52)
//	from="10.0.0.0/8,192.0.2.7"          addresses and networks; no patterns
//	expiry-time="YYYYMMDD[HHMM[SS]][Z]"  local time without Z
//	restrict, no-pty, pty                as OpenSSH: no-pty leaves commands
//	no-port-forwarding, no-agent-forwarding, no-X11-forwarding, no-user-rc
//	                                     always so; accepted
//
// Keys are ed25519, ecdsa, rsa of 3072 bits and more, and the hardware kinds
// of the first two, which must have been touched. No certificates.
func ParseKeys(file []byte) ([]Key, []Refused) {
	var keys []Key
	var refused []Refused
	seen := map[string]int{}
	for i, line := range strings.Split(string(file), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, err := parseKey(line)
		if err == nil {
			if first, twice := seen[key.Finger]; twice {
				err = fmt.Errorf("the key of line %d again", first)
			}
		}
		if err != nil {
			refused = append(refused, Refused{Line: i + 1, Reason: err.Error()})
			continue
		}
		seen[key.Finger] = i + 1
		keys = append(keys, key)
	}
	return keys, refused
}

func parseKey(line string) (Key, error) {
	key := Key{Role: RoleRead, Terminal: true}
	first, rest := cutField(line)
	if !keyType(first) {
		if err := key.options(first); err != nil {
			return Key{}, err
		}
		first, rest = cutField(rest)
	}
	if !keyType(first) {
		return Key{}, fmt.Errorf("key type %q is not one that may sign in", label(first))
	}
	blob, comment := cutField(rest)
	raw, err := base64.StdEncoding.DecodeString(blob)
	if err != nil {
		return Key{}, errors.New("the key is not base64")
	}
	if key.Public, err = gossh.ParsePublicKey(raw); err != nil {
		return Key{}, fmt.Errorf("the key cannot be read: %w", err)
	}
	if key.Public.Type() != first {
		return Key{}, fmt.Errorf("the key is of type %s, not %s", label(key.Public.Type()), first)
	}
	if weak(key.Public) {
		return Key{}, fmt.Errorf("an rsa key needs %d bits", minRSABits)
	}
	key.Finger = gossh.FingerprintSHA256(key.Public)
	if key.Name = label(comment); key.Name == "" {
		key.Name = key.Finger
	}
	return key, nil
}

func keyType(s string) bool {
	switch s {
	case gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521, gossh.KeyAlgoRSA:
		return true
	}
	return false
}

func weak(key gossh.PublicKey) bool {
	ck, ok := key.(gossh.CryptoPublicKey)
	if !ok {
		return false
	}
	pub, ok := ck.CryptoPublicKey().(*rsa.PublicKey)
	return ok && pub.N.BitLen() < minRSABits
}

// cutField takes the first field off; spaces within double quotes are in it.
func cutField(s string) (field, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case (s[i] == ' ' || s[i] == '\t') && !quoted:
			return s[:i], strings.TrimSpace(s[i:])
		}
	}
	return s, ""
}

func (k *Key) options(list string) error {
	given := map[string]bool{}
	for list != "" {
		var option string
		option, list = cutOption(list)
		name, value, valued := strings.Cut(option, "=")
		name = strings.ToLower(name)
		if given[name] {
			return fmt.Errorf("option %s twice", label(name))
		}
		given[name] = true
		if valued {
			if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
				return fmt.Errorf("option %s needs its value in double quotes", label(name))
			}
			value = strings.ReplaceAll(value[1:len(value)-1], `\"`, `"`)
		}
		if err := k.option(name, value, valued); err != nil {
			return err
		}
	}
	if (given["restrict"] || given["no-pty"]) && !given["pty"] {
		k.Terminal = false
	}
	return nil
}

// cutOption takes the first option off a list; commas within quotes are in it.
func cutOption(s string) (option, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func (k *Key) option(name, value string, valued bool) (err error) {
	switch name {
	case "restrict", "no-pty", "pty", "no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc":
		if valued {
			return fmt.Errorf("option %s takes no value", name)
		}
		return nil
	case "vigie-clipboard":
		if valued {
			return fmt.Errorf("option %s takes no value", name)
		}
		k.Clipboard = true
		return nil
	}
	if !valued || value == "" {
		return fmt.Errorf("option %q is not known", label(name))
	}
	switch name {
	case "vigie-role":
		if k.Role = Role(value); k.Role.rank() == 0 {
			return fmt.Errorf("role %q is not one of read, draft, send, admin", label(value))
		}
	case "vigie-clients":
		for id := range strings.SplitSeq(value, ",") {
			if id = strings.TrimSpace(id); id == "" {
				return errors.New("an empty name among vigie-clients")
			}
			k.Clients = append(k.Clients, inbox.ClientID(id))
		}
	case "from":
		k.From, err = parseNets(value)
	case "expiry-time":
		k.Expires, err = parseExpiry(value)
	default:
		return fmt.Errorf("option %q is not known", label(name))
	}
	return err
}

func parseNets(list string) ([]netip.Prefix, error) {
	var nets []netip.Prefix
	for s := range strings.SplitSeq(list, ",") {
		s = strings.TrimSpace(s)
		if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
			nets = append(nets, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		net, err := netip.ParsePrefix(s)
		if err != nil || net != net.Masked() {
			return nil, fmt.Errorf("from: %q is neither an address nor a network", label(s))
		}
		nets = append(nets, net)
	}
	return nets, nil
}

func parseExpiry(s string) (time.Time, error) {
	where := time.Local
	digits, utc := strings.CutSuffix(s, "Z")
	if utc {
		where = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(digits) != len(layout) {
			continue
		}
		if t, err := time.ParseInLocation(layout, digits, where); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("expiry-time: %q is not YYYYMMDD[HHMM[SS]][Z]", label(s))
}

// admits reports whether the key may sign in from an address at a time.
func (k Key) admits(addr netip.Addr, now time.Time) bool {
	if !k.Expires.IsZero() && !now.Before(k.Expires) {
		return false
	}
	if k.From == nil {
		return true
	}
	for _, net := range k.From {
		if net.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
