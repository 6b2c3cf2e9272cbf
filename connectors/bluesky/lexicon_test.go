package bluesky_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rivo/uniseg"
)

// lexicons are the network's schemas by id.
type lexicons map[string]map[string]schema

// schema is one definition of a lexicon, as far as it is checked here.
type schema struct {
	Type         string
	Ref          string
	Refs         []string
	Closed       bool
	Required     []string
	Nullable     []string
	Properties   map[string]schema
	Items        *schema
	Format       string
	MaxLength    *int
	MaxGraphemes *int
	Minimum      *int
	Maximum      *int
	Const        any
	Parameters   *schema
	Input        *struct{ Schema *schema }
	Output       *struct{ Schema *schema }
	Record       *schema
}

func readLexicons(tb testing.TB) lexicons {
	tb.Helper()
	files, err := filepath.Glob("testdata/lexicons/*.json")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no lexicons: %v", err)
	}
	lex := lexicons{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		var doc struct {
			ID   string
			Defs map[string]schema
		}
		if err == nil {
			err = json.Unmarshal(b, &doc)
		}
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		lex[doc.ID] = doc.Defs
	}
	return lex
}

// check walks a value by its schema. in is the lexicon that the schema stands
// in; strict also checks lengths, which hostile answers may exceed.
type check struct {
	lex    lexicons
	strict bool
	faults []string
}

func (c *check) fault(at, format string, args ...any) {
	c.faults = append(c.faults, at+": "+fmt.Sprintf(format, args...))
}

func (c *check) find(in, ref string) (string, schema, bool) {
	id, def, has := strings.Cut(ref, "#")
	if !has {
		def = "main"
	}
	if id == "" {
		id = in
	}
	s, ok := c.lex[id][def]
	return id, s, ok
}

func (c *check) value(in, at string, s schema, v any) {
	switch s.Type {
	case "ref":
		id, target, ok := c.find(in, s.Ref)
		if !ok {
			c.fault(at, "no schema %s", s.Ref)
			return
		}
		c.value(id, at, target, v)
	case "union":
		c.union(in, at, s, v)
	case "record":
		c.value(in, at, *s.Record, v)
	case "object":
		c.object(in, at, s, v)
	case "array":
		list, ok := v.([]any)
		if !ok || s.MaxLength != nil && len(list) > *s.MaxLength {
			c.fault(at, "no array, or too long: %T", v)
		}
		for i, item := range list {
			c.value(in, at+"["+strconv.Itoa(i)+"]", *s.Items, item)
		}
	case "string":
		c.text(at, s, v)
	case "integer":
		n, ok := v.(json.Number)
		i, err := strconv.Atoi(string(n))
		if !ok || err != nil || s.Minimum != nil && i < *s.Minimum || s.Maximum != nil && i > *s.Maximum {
			c.fault(at, "no whole number in its limits: %v", v)
		}
	case "boolean":
		if b, ok := v.(bool); !ok || s.Const != nil && b != s.Const {
			c.fault(at, "no boolean, or another: %v", v)
		}
	case "unknown":
		c.record(at, v)
	}
}

// record checks what the schemas leave open by the type that it names itself.
func (c *check) record(at string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fault(at, "no object: %T", v)
		return
	}
	if name, ok := m["$type"].(string); ok {
		if id, s, known := c.find("", name); known {
			c.value(id, at, s, v)
		}
	}
}

func (c *check) union(in, at string, s schema, v any) {
	m, _ := v.(map[string]any)
	name, ok := m["$type"].(string)
	if !ok {
		c.fault(at, "one of a union without $type")
		return
	}
	for _, ref := range s.Refs {
		full := ref
		if strings.HasPrefix(ref, "#") {
			full = in + ref
		}
		if full == name {
			id, target, _ := c.find(in, ref)
			c.value(id, at, target, v)
			return
		}
	}
	if s.Closed {
		c.fault(at, "%s is not in the union", name)
	}
}

func (c *check) object(in, at string, s schema, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fault(at, "no object: %T", v)
		return
	}
	for _, key := range s.Required {
		if _, there := m[key]; !there {
			c.fault(at, "%s is missing", key)
		}
	}
	for key, item := range m {
		if p, known := s.Properties[key]; known && !(item == nil && slices.Contains(s.Nullable, key)) {
			c.value(in, at+"."+key, p, item)
		}
	}
}

var formats = map[string]*regexp.Regexp{
	"did":           regexp.MustCompile(`^did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]$`),
	"handle":        regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$`),
	"at-identifier": regexp.MustCompile(`^(did:[a-z]+:[a-zA-Z0-9._:%-]+|[a-zA-Z0-9.-]+\.[a-zA-Z0-9-]+)$`),
	"at-uri":        regexp.MustCompile(`^at://[a-zA-Z0-9._:%-]+(/[a-zA-Z0-9.-]+(/[A-Za-z0-9._:~-]+)?)?$`),
	"cid":           regexp.MustCompile(`^baf[a-z2-7]{56}$`),
	"nsid":          regexp.MustCompile(`^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$`),
	"record-key":    regexp.MustCompile(`^[A-Za-z0-9._:~-]{1,512}$`),
	"tid":           regexp.MustCompile(`^[234567abcdefghij][2-7a-z]{12}$`),
	"uri":           regexp.MustCompile(`^[a-z][a-z.-]{0,80}:[^\s]+$`),
	"language":      regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]+)*$`),
}

func (c *check) text(at string, s schema, v any) {
	t, ok := v.(string)
	if !ok {
		c.fault(at, "no string: %T", v)
		return
	}
	if re := formats[s.Format]; re != nil && !re.MatchString(t) {
		c.fault(at, "%q is no %s", t, s.Format)
	}
	if _, err := time.Parse(time.RFC3339Nano, t); s.Format == "datetime" && err != nil {
		c.fault(at, "%q is no time", t)
	}
	if c.strict && (s.MaxLength != nil && len(t) > *s.MaxLength || s.MaxGraphemes != nil && uniseg.GraphemeClusterCount(t) > *s.MaxGraphemes) {
		c.fault(at, "too long")
	}
}

// query checks the parameters of a request.
func (c *check) query(name string, s schema, q url.Values) {
	if s.Parameters == nil {
		if len(q) > 0 {
			c.fault(name, "takes no parameters")
		}
		return
	}
	for _, key := range s.Parameters.Required {
		if !q.Has(key) {
			c.fault(name, "parameter %s is missing", key)
		}
	}
	for key, values := range q {
		p, known := s.Parameters.Properties[key]
		if !known {
			c.fault(name, "has no parameter %s", key)
			continue
		}
		var v any = values[0]
		switch p.Type {
		case "array":
			list := make([]any, len(values))
			for i := range values {
				list[i] = values[i]
			}
			v = list
		case "integer":
			v = json.Number(values[0])
		case "boolean":
			v = values[0] == "true"
		}
		c.value(name, name+"?"+key, p, v)
	}
}

func (c *check) json(name, at string, s schema, b []byte) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		c.fault(at, "no JSON: %v", err)
		return
	}
	c.value(name, at, s, v)
}

// checked is a transport that holds every request and answer against the
// lexicons.
type checked struct {
	lex  lexicons
	next http.RoundTripper
	say  func(format string, args ...any)
	// bad is set while answers are spoiled on purpose.
	bad *atomic.Bool
}

func (k checked) RoundTrip(r *http.Request) (*http.Response, error) {
	name := strings.TrimPrefix(r.URL.Path, "/xrpc/")
	s, known := k.lex[name]["main"]
	c := &check{lex: k.lex, strict: true}
	if !known {
		c.fault(name, "no such method")
	} else {
		k.request(c, name, s, r)
	}
	res, err := k.next.RoundTrip(r)
	if err == nil && known && !k.bad.Load() {
		err = k.answer(c, name, s, res)
	}
	for _, f := range c.faults {
		k.say("against the lexicon: %s", f)
	}
	return res, err
}

func (k checked) request(c *check, name string, s schema, r *http.Request) {
	if verb := map[string]string{"query": http.MethodGet, "procedure": http.MethodPost}[s.Type]; verb != r.Method {
		c.fault(name, "is called by %s", r.Method)
	}
	if chat := strings.HasPrefix(name, "chat."); chat != (r.Header.Get("Atproto-Proxy") != "") {
		c.fault(name, "proxy header %q", r.Header.Get("Atproto-Proxy"))
	}
	c.query(name, s, r.URL.Query())
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	switch {
	case s.Input != nil && s.Input.Schema != nil:
		c.json(name, name+" input", *s.Input.Schema, body)
	case s.Input != nil: // a file
	case len(body) > 0:
		c.fault(name, "takes no input")
	}
}

func (k checked) answer(c *check, name string, s schema, res *http.Response) error {
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	c.strict = false
	if res.StatusCode != http.StatusOK {
		c.json(name, name+" error", schema{
			Type: "object", Required: []string{"error"},
			Properties: map[string]schema{"error": {Type: "string"}, "message": {Type: "string"}},
		}, body)
	} else if s.Output != nil && s.Output.Schema != nil {
		c.json(name, name+" output", *s.Output.Schema, body)
	}
	return nil
}

// The validator itself finds faults.
func TestLexiconCheck(t *testing.T) {
	lex := readLexicons(t)
	for name, in := range map[string]string{
		"no text":      `{"$type":"app.bsky.feed.post","createdAt":"2026-11-22T08:00:00Z"}`,
		"bad time":     `{"$type":"app.bsky.feed.post","text":"a","createdAt":"yesterday"}`,
		"bad parent":   `{"$type":"app.bsky.feed.post","text":"a","createdAt":"2026-11-22T08:00:00Z","reply":{"root":{"uri":"at://a"},"parent":1}}`,
		"long":         `{"$type":"app.bsky.feed.post","text":"` + strings.Repeat("é", 301) + `","createdAt":"2026-11-22T08:00:00Z"}`,
		"facet":        `{"$type":"app.bsky.feed.post","text":"a","createdAt":"2026-11-22T08:00:00Z","facets":[{"features":[]}]}`,
		"facet's type": `{"$type":"app.bsky.feed.post","text":"a","createdAt":"2026-11-22T08:00:00Z","facets":[{"index":{"byteStart":0,"byteEnd":1},"features":[{"did":"x"}]}]}`,
	} {
		c := &check{lex: lex, strict: true}
		c.json("", name, schema{Type: "unknown"}, []byte(in))
		if len(c.faults) == 0 {
			t.Errorf("%s: no fault found", name)
		}
	}
	c := &check{lex: lex, strict: true}
	c.json("", "good", schema{Type: "unknown"}, []byte(`{"$type":"app.bsky.feed.post","text":"a","createdAt":"2026-11-22T08:00:00Z","langs":["fr"]}`))
	if len(c.faults) > 0 {
		t.Errorf("a good post: %v", c.faults)
	}
}
