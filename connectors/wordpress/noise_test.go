package wordpress

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"vigie/connectors/conformance"
	"vigie/inbox"
)

// noisy are what hosts and plug-ins put before answers.
func noisy() map[string]string {
	return map[string]string{
		"a notice in HTML": "<br />\n<b>Notice</b>:  Undefined index: {x} in <b>/srv/plug.php</b> on line <b>12</b><br />\n",
		"a plain warning":  "\nWarning: Undefined array key \"a\" in /srv/plug.php on line 7\n\nDeprecated: strlen(): [x]\n",
		"a mark":           "\ufeff",
		"empty lines":      "\r\n\r\n\t",
	}
}

// A blog whose plug-in prints notices before each answer is read and answered
// all the same.
func TestNoiseBeforeTheAnswer(t *testing.T) {
	for name, noise := range noisy() {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, usual)
			noisily := conformance.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				said := httptest.NewRecorder()
				n.server.ServeHTTP(said, r)
				for key, values := range said.Header() {
					w.Header()[key] = values
				}
				w.Header().Set("Content-Length", strconv.Itoa(len(noise)+said.Body.Len()))
				w.WriteHeader(said.Code)
				_, _ = w.Write([]byte(noise + said.Body.String()))
			}))
			n.access.Settings["server"] = strings.Replace(n.access.Settings["server"], n.served.URL, noisily.URL, 1)
			m := newMirror(t, n)
			if _, err := m.c.Check(t.Context()); err != nil {
				t.Fatalf("check: %v", err)
			}
			msg := visitor(t, n, m, "Bonjour")
			if msg.Text.String() != "Bonjour" {
				t.Fatalf("it says %q", msg.Text)
			}
			for range 2 { // the second time the blog says that the words are there
				if _, err := m.c.Do(t.Context(), action(inbox.ActReply, msg, "Merci", n)); err != nil || n.sent("Merci") != 1 {
					t.Errorf("reply: %v, %d sent", err, n.sent("Merci"))
				}
			}
		})
	}
}

func FuzzNoise(f *testing.F) {
	f.Add([]byte("<b>Notice</b>: [x]\n{\"a\":1}"))
	f.Add([]byte("\ufeff[]"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if got := withoutNoise(body); !bytes.HasSuffix(body, got) {
			t.Errorf("%q became %q", body, got)
		}
	})
}
