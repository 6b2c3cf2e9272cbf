package main

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/inbox/pattern"
	"vigie/tui/lang"
)

// guidedNetwork is a network that "account add" asks for.
type guidedNetwork struct {
	network inbox.Network
	// how says where what is asked for is found; "": the questions do.
	how       lang.Key
	questions []question
	login     bool // what is asked for is not all: a browser signs in
}

// title is the network's name for people.
func (n guidedNetwork) title() lang.Key { return lang.Key("network." + string(n.network)) }

// question is one thing that an account takes.
type question struct {
	ask    lang.Key
	secret string // the key of the secret that the answer is; "": it is none
	many   bool   // asked again until nothing is answered
	named  bool   // names a secret, which is asked for next
	may    bool   // may be left open
	// put keeps a good answer; else it says what is wrong with it.
	put func(a *config.Account, answer string) (wrong lang.Key)
}

// guidedNetworks are the networks that "account add" asks for, in this order:
// all that there are.
func guidedNetworks() []guidedNetwork {
	server := question{ask: "account.add.server", put: putServer}
	return []guidedNetwork{
		{network: "mastodon", questions: []question{server}, login: true},
		{network: "bluesky", how: "account.add.how-bluesky", questions: []question{
			{ask: "account.add.handle", put: func(a *config.Account, s string) lang.Key {
				a.Handle = strings.TrimPrefix(s, "@")
				return ""
			}},
			{ask: "account.add.app-password", secret: "password"},
		}},
		{network: "telegram", how: "account.add.how-telegram", questions: []question{
			{ask: "account.add.bot-token", secret: "token"},
		}},
		{network: "wordpress", how: "account.add.how-wordpress", questions: []question{
			{ask: "account.add.blog", put: putServer},
			{ask: "account.add.user", put: func(a *config.Account, s string) lang.Key {
				a.User = s
				return ""
			}},
			{ask: "account.add.app-password", secret: "password"},
		}},
		{network: "ghost", how: "account.add.how-ghost", questions: []question{
			{ask: "account.add.blog", put: putServer},
			{ask: "account.add.admin-key", secret: "token"},
			{ask: "account.add.member", may: true, put: func(a *config.Account, s string) lang.Key {
				a.Member = s
				return ""
			}},
		}},
		{network: "mail", how: "account.add.how-mail", questions: mailQuestions()},
		{network: "feeds", questions: []question{
			{ask: "account.add.url", many: true, put: func(a *config.Account, s string) lang.Key {
				if !webAddress(s) {
					return "account.add.no-url"
				}
				a.URLs = append(a.URLs, s)
				return ""
			}},
			{ask: "account.add.keyword", many: true, may: true, put: func(a *config.Account, s string) lang.Key {
				a.Words = append(a.Words, s)
				return ""
			}},
		}},
		{network: "bridge", how: "account.add.how-bridge", questions: bridgeQuestions()},
	}
}

func bridgeQuestions() []question {
	return []question{
		{ask: "account.add.program", put: func(a *config.Account, s string) lang.Key {
			if a.Command = argumentsOf(s); len(a.Command) == 0 || a.Command[0] == "" {
				return "account.add.no-program"
			}
			return ""
		}},
		{ask: "account.add.setting", many: true, may: true, put: func(a *config.Account, s string) lang.Key {
			name, value, ok := strings.Cut(s, "=")
			if name = strings.TrimSpace(name); !ok || !settingName().MatchString(name) {
				return "account.add.no-setting"
			}
			if a.Settings == nil {
				a.Settings = config.Settings{}
			}
			a.Settings[name] = strings.TrimSpace(value)
			return ""
		}},
		{ask: "account.add.secret-name", many: true, may: true, named: true, put: func(a *config.Account, s string) lang.Key {
			if !settingName().MatchString(s) {
				return "account.add.no-name"
			}
			return ""
		}},
	}
}

// settingName is what settings and secrets of a program are called.
var settingName = pattern.Lazy(`^[a-z][a-z0-9_-]{0,63}$`)

// argumentsOf are the words of a command as people type it; quotes hold blanks.
// Nil when one is not closed.
func argumentsOf(s string) []string {
	var out []string
	var word strings.Builder
	quote, within := rune(0), false
	for _, r := range s {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, within = r, true
		case quote == 0 && r == ' ':
			if within {
				out = append(out, word.String())
			}
			word.Reset()
			within = false
		default:
			word.WriteRune(r)
			within = true
		}
	}
	if quote != 0 {
		return nil
	}
	if within {
		out = append(out, word.String())
	}
	return out
}

// putServer takes an address as people write it: "piaille.fr" too. Without TLS
// only this machine is spoken to.
func putServer(a *config.Account, s string) lang.Key {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !here(u.Hostname())) {
		return "account.add.no-url"
	}
	a.Server = strings.TrimRight(s, "/")
	return ""
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// here reports whether a host is this machine.
func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func mailQuestions() []question {
	return []question{
		{ask: "account.add.address", put: func(a *config.Account, s string) lang.Key {
			if addr, err := mail.ParseAddress(s); err != nil || addr.Name != "" {
				return "account.add.no-address"
			}
			a.Handle = s
			return ""
		}},
		{ask: "account.add.imap", may: true, put: func(a *config.Account, s string) lang.Key { return putHost(&a.IMAP, s) }},
		{ask: "account.add.smtp", may: true, put: func(a *config.Account, s string) lang.Key { return putHost(&a.SMTP, s) }},
		{ask: "account.add.mail-password", secret: "password"},
		{ask: "account.add.authserv", may: true, put: func(a *config.Account, s string) lang.Key {
			a.AuthServ = s
			return ""
		}},
	}
}

// putHost takes a host, with a port or without.
func putHost(to *string, s string) lang.Key {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = s, "1"
	}
	if _, bad := strconv.ParseUint(port, 10, 16); bad != nil || host == "" || strings.ContainsAny(host, " /@:") {
		return "account.add.no-host"
	}
	*to = s
	return ""
}
