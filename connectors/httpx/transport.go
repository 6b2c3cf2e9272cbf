package httpx

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"time"
)

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// newWriteTransport is for writes: a fresh connection for each, by HTTP/1.1.
// So none meets a connection that its server is just giving up, as kept ones
// and shared HTTP/2 ones do: what fails before the request is written was
// surely not done, and nothing is ever sent twice.
func newWriteTransport() *http.Transport {
	t := newTransport()
	t.ForceAttemptHTTP2 = false
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.DisableKeepAlives = true
	return t
}

// once makes net/http send a request at most once, whatever transport carries
// it: one that carries an Idempotency-Key and has no body, or one that can be
// had again, is otherwise repeated when its connection breaks.
func once(req *http.Request, keyed bool) {
	req.GetBody = nil
	if keyed && req.Body == nil {
		req.Body = io.NopCloser(http.NoBody) // looks like a body that cannot be had again
	}
}
