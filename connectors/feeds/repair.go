package feeds

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	jsonfeed "github.com/mmcdole/gofeed/json"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"vigie/inbox/pattern"
)

// declaration is the first line of an XML document.
var declaration = pattern.Lazy(`^\s*<\?xml[^>]*?(?:encoding\s*=\s*["']([A-Za-z0-9._:-]+)["'][^>]*)?\?>`)

// toUTF8 turns a document into UTF-8 without characters that XML forbids. A
// byte order mark decides; then what the document says of itself, unless its
// bytes say otherwise; then what the server says. Bytes that are no UTF-8 then are of the most common
// set, one by one: a document in it reads as it should, and one of UTF-8 with a
// letter cut in two loses no other.
func toUTF8(body []byte, contentType string) []byte {
	name := ""
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		body, name = body[3:], "utf-8"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		body, name = body[2:], "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		body, name = body[2:], "utf-16be"
	}
	if name == "" {
		if m := declaration().FindSubmatch(body); m != nil {
			name = strings.ToLower(string(m[1]))
		}
		if unknown := name == "" || name == "utf-8" || name == "utf8"; unknown && !utf8.Valid(body) {
			name = "utf-8"
			if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
				name = strings.ToLower(params["charset"])
			}
		}
	}
	if name != "" && name != "utf-8" && name != "utf8" {
		if r, err := charset.NewReaderLabel(name, bytes.NewReader(body)); err == nil {
			if b, err := io.ReadAll(r); err == nil {
				body = b
			}
		}
	}
	if !utf8.Valid(body) {
		body = patched(body)
	}
	body = declaration().ReplaceAll(body, nil)
	return bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, body)
}

// patched reads each byte that is no UTF-8 as one of windows-1252.
func patched(body []byte) []byte {
	out := make([]byte, 0, len(body)+len(body)/8)
	for len(body) > 0 {
		r, n := utf8.DecodeRune(body)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(body[0])
		}
		out, body = utf8.AppendRune(out, r), body[n:]
	}
	return out
}

// reference is a character of XML by its number.
var reference = pattern.Lazy(`&#(?:x([0-9a-fA-F]{1,16})|([0-9]{1,16}));`)

// withoutNonsense puts a sign in the place of characters that XML cannot have,
// for which its parser would give up the whole document.
func withoutNonsense(body []byte) []byte {
	return reference().ReplaceAllFunc(body, func(ref []byte) []byte {
		m := reference().FindSubmatch(ref)
		digits, base := string(m[2]), 10
		if len(m[1]) > 0 {
			digits, base = string(m[1]), 16
		}
		n, err := strconv.ParseUint(digits, base, 31)
		r := rune(n) //nolint:gosec // 31 bits fit
		if err == nil && utf8.ValidRune(r) && (r >= ' ' || r == '\t' || r == '\n' || r == '\r') && r != 0xFFFE && r != 0xFFFF {
			return ref
		}
		return []byte("\uFFFD")
	})
}

// wholeEntries is a document that was cut off, up to its last whole entry and
// with the ends that are missing; nil when it is none.
func wholeEntries(body []byte) []byte {
	for _, form := range []struct{ root, entry, ends string }{
		{"<rss", "</item>", "</channel></rss>"},
		{"<feed", "</entry>", "</feed>"},
	} {
		root, last := bytes.Index(body, []byte(form.root)), bytes.LastIndex(body, []byte(form.entry))
		if root >= 0 && last > root && !bytes.Contains(body[last:], []byte(form.ends[strings.LastIndex(form.ends, "<"):])) {
			return append(bytes.Clone(body[:last+len(form.entry)]), form.ends...)
		}
	}
	return nil
}

// fitting is a document of JSON Feed without what is of another type than the
// format says: such a field costs itself, and an item that is none its place.
// Anything else is as it was.
func fitting(body []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil || doc == nil {
		return body
	}
	old := listed(doc["items"])
	if old == nil {
		return body
	}
	items := []map[string]json.RawMessage{}
	for _, raw := range old {
		var item map[string]json.RawMessage
		if json.Unmarshal(raw, &item) == nil && item != nil {
			items = append(items, fields(item, new(jsonfeed.Item)))
		}
	}
	delete(doc, "items")
	doc = fields(doc, new(jsonfeed.Feed))
	all, err := json.Marshal(items)
	if err != nil {
		return body
	}
	doc["items"] = all
	if all, err = json.Marshal(doc); err != nil {
		return body
	}
	return all
}

// listed are the values of a list of JSON, none when it is no list.
func listed(raw json.RawMessage) (values []json.RawMessage) {
	_ = json.Unmarshal(raw, &values) // what is no list holds none
	return values
}

// fields are those that fit what they are read into; a number fits where words
// are wanted.
func fields(of map[string]json.RawMessage, into any) map[string]json.RawMessage {
	fits := func(key string, raw json.RawMessage) bool {
		one, err := json.Marshal(map[string]json.RawMessage{key: raw})
		return err == nil && json.Unmarshal(one, into) == nil
	}
	out := map[string]json.RawMessage{}
	for key, raw := range of {
		spelled, _ := json.Marshal(string(raw)) // a string can always be spelled
		switch {
		case slices.ContainsFunc(listed(raw), func(v json.RawMessage) bool { return string(v) == "null" }):
		case fits(key, raw):
			out[key] = raw
		case raw[0] != '"' && raw[0] != '[' && raw[0] != '{' && fits(key, spelled):
			out[key] = spelled
		}
	}
	return out
}
