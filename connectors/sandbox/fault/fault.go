// Package fault makes a simulated network go wrong on demand, in the ways
// that real ones do. It stands in front of a server's handler.
package fault

import (
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Fault is something that goes wrong between a connector and its network.
type Fault struct {
	Kind Kind
	// Writes limits the fault to requests that change something for people
	// (not a sign-in, not a mark that something was read).
	Writes bool
	// After is what TooMany and Unavailable ask to wait, in whole seconds.
	After time.Duration
	// Times is how many requests go wrong before all is well again; 0: all.
	Times int
}

// Kind is what goes wrong.
type Kind int

// The faults.
const (
	None         Kind = iota
	Unauthorized      // 401: the token is refused
	TooMany           // 429 with Retry-After
	ServerError       // 500, nothing done
	Drop              // the connection ends without an answer, nothing done
	LostAnswer        // the request is carried out, then the connection ends
	Hang              // no answer until the caller goes away
	Huge              // an answer of success without an end
	Garbage           // an answer of success that is no answer: text, HTML
	Unavailable       // 503 with Retry-After, nothing done
	LostError         // the request is carried out, then answered by 500
	LostHang          // the request is carried out, then no answer until the caller goes away
)

// Switch holds the fault that is on. The zero value is ready; it may be set
// while requests are served.
type Switch struct {
	mu sync.Mutex
	on Fault
}

// Set turns a fault on until the next call; the zero Fault turns it off.
func (s *Switch) Set(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = f
}

// take is the fault that a request meets; it counts it.
func (s *Switch) take(write bool) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.on
	if f.Kind == None || f.Writes && !write {
		return Fault{}
	}
	if f.Times == 1 {
		s.on = Fault{}
	} else if f.Times > 1 {
		s.on.Times--
	}
	return f
}

// Wrap puts the switch in front of next. isWrite tells which requests change
// something for people; refuse answers a status the way the network does, and
// may be nil.
func (s *Switch) Wrap(next http.Handler, isWrite func(*http.Request) bool, refuse func(http.ResponseWriter, int)) http.Handler {
	if refuse == nil {
		refuse = func(w http.ResponseWriter, status int) { w.WriteHeader(status) }
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := s.take(isWrite != nil && isWrite(r))
		switch f.Kind {
		case None:
			next.ServeHTTP(w, r)
		case Unauthorized:
			refuse(w, http.StatusUnauthorized)
		case TooMany:
			w.Header().Set("Retry-After", strconv.Itoa(int(f.After/time.Second)))
			refuse(w, http.StatusTooManyRequests)
		case Unavailable:
			w.Header().Set("Retry-After", strconv.Itoa(int(f.After/time.Second)))
			refuse(w, http.StatusServiceUnavailable)
		case ServerError:
			refuse(w, http.StatusInternalServerError)
		case LostError:
			next.ServeHTTP(&deaf{header: http.Header{}}, r)
			refuse(w, http.StatusInternalServerError)
		case LostHang:
			next.ServeHTTP(&deaf{header: http.Header{}}, r)
			<-r.Context().Done()
		case Hang:
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		case Drop:
			drop(w, r)
		case LostAnswer:
			next.ServeHTTP(&deaf{header: http.Header{}}, r)
			drop(w, r)
		case Huge:
			huge(w, r)
		case Garbage:
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "<html><body>Bonjour \x1b[31m{\"id\":</body></html>")
		}
	})
}

// deaf is an answer that nobody hears.
type deaf struct{ header http.Header }

func (d *deaf) Header() http.Header         { return d.header }
func (d *deaf) Write(b []byte) (int, error) { return len(b), nil }
func (d *deaf) WriteHeader(int)             {}

// drop ends the connection without an answer.
func drop(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// huge answers without an end: 256 MB at most, so that a caller that reads on
// comes to an end of its own.
func huge(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if _, err := io.WriteString(w, `[{"id":"`); err != nil {
		return
	}
	chunk := make([]byte, 64<<10)
	for i := range chunk {
		chunk[i] = 'x'
	}
	for range 4096 {
		if _, err := w.Write(chunk); err != nil || r.Context().Err() != nil {
			return
		}
	}
}
