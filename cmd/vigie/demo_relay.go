package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

// relayCommand is the external program of the demo's networks that are reached
// by one: it carries lines between the server and the simulation.
func (p *program) relayCommand() *cobra.Command {
	return &cobra.Command{
		Use: "relay ADDRESS ACCOUNT", Hidden: true, Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.server != nil {
				return usage("cli.not-here")
			}
			return relay(cmd.Context(), args[0], args[1], p.in, p.out)
		},
	}
}

// relay ends when either side does.
func relay(ctx context.Context, address, account string, in io.Reader, out io.Writer) error {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("reach the simulated network: %w", err)
	}
	defer func() { _ = conn.Close() }()
	target := &url.URL{Scheme: "http", Host: address, Path: "/", RawQuery: url.Values{"account": {account}}.Encode()}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		return fmt.Errorf("ask for the account: %w", err)
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "bridge")
	if err := req.Write(conn); err != nil {
		return fmt.Errorf("ask for the account: %w", err)
	}
	lines := bufio.NewReader(conn)
	resp, err := http.ReadResponse(lines, req)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("the simulated network refused %s: %w", account, inbox.ErrUnreachable)
	}
	ended := make(chan error, 2)
	go func() { _, err := io.Copy(conn, in); ended <- err }()
	go func() { _, err := io.Copy(out, lines); ended <- err }()
	return <-ended
}

// shifted is a clock that goes like the machine's and shows another time.
type shifted struct{ by time.Duration }

func (s shifted) Now() time.Time { return time.Now().Add(s.by) }

// clockAt is a clock that shows at now, by the clock on the wall here; the
// machine's for "".
func clockAt(at string, now time.Time) (inbox.Clock, error) {
	if at == "" {
		return wallClock{}, nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", at, time.Local)
	if err != nil {
		return nil, usage("demo.bad-time", at)
	}
	return shifted{t.Sub(now)}, nil
}
