package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// telegramCall is one call of a method by a bot.
type telegramCall struct {
	bot    *telegramBot
	method string
	args   map[string]json.RawMessage
	r      *http.Request
}

// telegramArguments reads the arguments as JSON, as a form, or of the address.
func telegramArguments(w http.ResponseWriter, r *http.Request) (map[string]json.RawMessage, *telegramError) {
	out := map[string]json.RawMessage{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil && len(bytes.TrimSpace(raw)) > 0 {
			err = json.Unmarshal(raw, &out)
		}
		if err != nil {
			return nil, badRequest("can't parse request body as JSON object")
		}
		return out, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, 20<<20)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if r.ParseMultipartForm(20<<20) != nil {
			return nil, badRequest("can't parse multipart form")
		}
		for name, files := range r.MultipartForm.File {
			out[name], _ = json.Marshal("attach://" + files[0].Filename)
		}
	} else if r.ParseForm() != nil {
		return nil, badRequest("can't parse form")
	}
	for name, values := range r.Form {
		raw := json.RawMessage(values[0])
		if text := name == "text" || name == "caption"; text || !json.Valid(raw) {
			raw, _ = json.Marshal(values[0])
		}
		out[name] = raw
	}
	return out, nil
}

// number is an argument that is a number, or the text of one; 0: not given.
func (c telegramCall) number(name string) int64 {
	n, _ := strconv.ParseInt(strings.Trim(string(c.args[name]), `"`), 10, 64)
	return n
}

func (c telegramCall) has(name string) bool { _, ok := c.args[name]; return ok }

func (c telegramCall) text(name string) string {
	var s string
	_ = json.Unmarshal(c.args[name], &s)
	return s
}

func (c telegramCall) flag(name string) bool {
	return strings.Trim(string(c.args[name]), `"`) == "true"
}
