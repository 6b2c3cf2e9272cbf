package httpx

import (
	"net/url"
	"strings"

	"vigie/inbox"
)

// Server reads the setting "server" of an account: a host name, or an address,
// without TLS on this machine only. what is what it should be, for the Problem
// that a wrong one is: "the name of a host". The path ends without a slash.
func Server(setting, what string) (*url.URL, error) {
	missing := inbox.Problem{Code: inbox.CodeMissing, Args: []string{"server"}}
	s := strings.TrimSpace(setting)
	if s == "" {
		return nil, missing
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
		missing.Detail = "server is not " + what
		return nil, missing
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u.Hostname())) {
		missing.Detail = "server must be called by https"
		return nil, missing
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}, nil
}
