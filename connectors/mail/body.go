package mail

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	maxPart  = 256 << 10 // bytes of a part that are read, encoded
	maxParts = 100
	maxDepth = 10
	maxTexts = 4 // parts of text that are joined
)

// part is a part of a mail that is worth reading.
type part struct {
	path     []int
	size     uint32 // bytes, encoded
	html     bool
	charset  string
	encoding string
	flowed   bool
	delsp    bool
}

// plan is what of a mail is read and what is only listed.
type plan struct {
	texts    []part // to be joined
	html     *part  // of notifications, beside the text
	original []int  // of a report: the part that holds the mail's head
	headOnly bool   // that part is a mail, of which the head is enough
	media    []inbox.Media
	seen     int
}

// planOf looks through a mail's structure.
func planOf(bs imap.BodyStructure) plan {
	var p plan
	p.walk(bs, nil, 0)
	if len(p.texts) > maxTexts {
		p.texts = p.texts[:maxTexts]
	}
	return p
}

func (p *plan) walk(bs imap.BodyStructure, path []int, depth int) {
	if p.seen++; p.seen > maxParts || depth > maxDepth {
		return
	}
	switch b := bs.(type) {
	case *imap.BodyStructureSinglePart:
		if len(path) == 0 {
			path = []int{1}
		}
		p.single(b, path)
	case *imap.BodyStructureMultiPart:
		p.multi(b, path, depth)
	}
}

func (p *plan) multi(b *imap.BodyStructureMultiPart, path []int, depth int) {
	child := func(i int) []int { return append(slices.Clone(path), i+1) }
	switch strings.ToLower(b.Subtype) {
	case "alternative":
		p.alternative(b, path, depth)
	case "related":
		for i, c := range b.Children {
			if one, single := c.(*imap.BodyStructureSinglePart); i == 0 || single && !strings.EqualFold(one.Type, "text") {
				p.walk(c, child(i), depth+1) // a photo among the words
			}
		}
	case "report":
		for i, c := range b.Children {
			one, single := c.(*imap.BodyStructureSinglePart)
			if i == 0 {
				p.walk(c, child(i), depth+1)
			} else if single && (one.MediaType() == "message/rfc822" || one.MediaType() == "text/rfc822-headers") {
				p.original, p.headOnly = child(i), one.MediaType() == "message/rfc822"
			}
		}
	default:
		for i, c := range b.Children {
			p.walk(c, child(i), depth+1)
		}
	}
}

// alternative takes the plain text among parts that say the same, else HTML.
func (p *plan) alternative(b *imap.BodyStructureMultiPart, path []int, depth int) {
	var plain, rich *plan
	for i, c := range b.Children {
		one := plan{seen: p.seen}
		one.walk(c, append(slices.Clone(path), i+1), depth+1)
		p.seen = one.seen
		p.media = append(p.media, one.media...)
		if len(one.texts) == 0 {
			continue
		}
		if one.texts[0].html && rich == nil {
			rich = &one
		} else if !one.texts[0].html && plain == nil {
			plain = &one
		}
	}
	switch {
	case plain != nil && (rich == nil || plain.says()):
		p.texts = append(p.texts, plain.texts...)
		if rich != nil && p.html == nil {
			p.html = &rich.texts[0]
		}
	case rich != nil:
		p.texts = append(p.texts, rich.texts...)
	}
}

// leastText is the size of a part, in bytes, below which it may say nothing:
// some programs write an empty one beside the HTML.
const leastText = 10

// says reports whether there is a text that surely says something.
func (p *plan) says() bool {
	return slices.ContainsFunc(p.texts, func(t part) bool { return t.size >= leastText })
}

func (p *plan) single(b *imap.BodyStructureSinglePart, path []int) {
	kind, sub := strings.ToLower(b.Type), strings.ToLower(b.Subtype)
	attached := b.Filename() != "" && len(p.texts) > 0 // some name the words of a mail, too
	if d := b.Disposition(); d != nil && strings.EqualFold(d.Value, "attachment") {
		attached = true
	}
	if kind == "text" && !attached && (sub == "plain" || sub == "html" || sub == "") {
		p.texts = append(p.texts, part{
			path: path, size: b.Size, html: sub == "html", charset: param(b, "charset"), encoding: strings.ToLower(b.Encoding),
			flowed: strings.EqualFold(param(b, "format"), "flowed"), delsp: strings.EqualFold(param(b, "delsp"), "yes"),
		})
		return
	}
	if sub == "pgp-signature" || sub == "pkcs7-signature" || sub == "x-pkcs7-signature" {
		return
	}
	name := text.CleanLine(fileName(b)).String()
	if name == "" {
		name = text.CleanLine(decodeWords(b.Description)).String()
	}
	if name == "" {
		name = text.CleanLine(kind + "/" + sub).String()
	}
	medium := inbox.Media{Kind: "file", Alt: text.CleanLine(name)}
	switch kind {
	case "image", "video", "audio":
		medium.Kind = kind
	}
	p.media = append(p.media, medium)
}

// fileName is what a part is called. In a charset of its own (RFC 2231) the name
// is decoded here: the parser of IMAP leaves it as it is.
func fileName(b *imap.BodyStructureSinglePart) string {
	if name := decodeWords(b.Filename()); name != "" {
		return name
	}
	params := []map[string]string{b.Params}
	if d := b.Disposition(); d != nil {
		params = append(params, d.Params)
	}
	for _, list := range params {
		for key, value := range list {
			if !strings.EqualFold(key, "name*") && !strings.EqualFold(key, "filename*") {
				continue
			}
			if parts := strings.SplitN(value, "'", 3); len(parts) == 3 {
				return decodeCharset([]byte(unescaped(parts[2])), parts[0])
			}
		}
	}
	return ""
}

// unescaped undoes "%E9", as far as it is written so.
func unescaped(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out.WriteByte(byte(unhex(s[i+1])<<4 | unhex(s[i+2])))
			i += 2
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func param(b *imap.BodyStructureSinglePart, name string) string {
	for k, v := range b.Params {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

func (p part) section() *imap.FetchItemBodySection {
	return &imap.FetchItemBodySection{Part: p.path, Peek: true, Partial: &imap.SectionPartial{Size: maxPart}}
}

// pathName is a section's number as IMAP writes it.
func pathName(path []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(path), " ", "."), "[]")
}

// source is a part as its author's program made it: HTML stays HTML.
func (p part) source(raw []byte) string {
	content := decodeTransfer(raw, p.encoding)
	if len(raw) >= maxPart {
		content = unfinished(content)
	}
	return strings.ReplaceAll(decodeCharset(content, p.charset), "\r\n", "\n")
}

// text is a part as plain text; plain makes it of HTML.
func (p part) text(raw []byte, plain func(string) string) string {
	s := p.source(raw)
	if p.html {
		return plain(s)
	}
	if p.flowed {
		return unflow(s, p.delsp)
	}
	return s
}

// unfinished takes away what a cut left of a last character.
func unfinished(b []byte) []byte {
	for i := 1; i <= utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) && utf8.Valid(b[:len(b)-i]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// decodeTransfer undoes an encoding for transport. It never fails: what is
// broken is taken as far as it goes.
func decodeTransfer(raw []byte, encoding string) []byte {
	switch encoding {
	case "base64":
		return decodeBase64(raw)
	case "quoted-printable":
		return decodeQuoted(raw)
	}
	return raw
}

// decodeBase64 leaves out what a mailing list has put below, which is none.
func decodeBase64(raw []byte) (out []byte) {
	clean, ended := make([]byte, 0, len(raw)), false
	for _, c := range raw {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		case c == '=':
			out, clean, ended = append(out, fromBase64(clean)...), clean[:0], true
		case ended && c > ' ':
			return out
		}
	}
	return append(out, fromBase64(clean)...)
}

func fromBase64(clean []byte) []byte {
	if len(clean)%4 == 1 { // no number of bytes is written so
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean) // of its alphabet alone
	return out[:n]
}

func decodeQuoted(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '=' {
			out = append(out, c)
			continue
		}
		rest := raw[i+1:]
		end := 0
		for end < len(rest) && (rest[end] == ' ' || rest[end] == '\t') {
			end++
		}
		switch {
		case end < len(rest) && rest[end] == '\n': // a soft line break
			i += end + 1
		case end+1 < len(rest) && rest[end] == '\r' && rest[end+1] == '\n':
			i += end + 2
		case len(rest) >= 2 && unhex(rest[0]) >= 0 && unhex(rest[1]) >= 0:
			out = append(out, byte(unhex(rest[0])<<4|unhex(rest[1])))
			i += 2
		case len(rest) == 0: // cut
		default:
			out = append(out, c)
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// unflow joins the lines of format=flowed (RFC 3676) into paragraphs. Quoted
// ones keep one ">" for each depth and a space.
func unflow(s string, delsp bool) string {
	var out []*strings.Builder
	joining, depthBefore := false, 0
	for line := range strings.SplitSeq(s, "\n") {
		rest := strings.TrimLeft(line, ">")
		depth := len(line) - len(rest)
		rest = strings.TrimPrefix(rest, " ")
		signature := rest == "-- "
		soft := strings.HasSuffix(rest, " ") && !signature
		if soft && delsp {
			rest = strings.TrimSuffix(rest, " ")
		}
		if joining && depth == depthBefore && !signature {
			out[len(out)-1].WriteString(rest)
		} else {
			quote := strings.Repeat(">", depth)
			if depth > 0 {
				quote += " "
			}
			out = append(out, &strings.Builder{})
			out[len(out)-1].WriteString(quote + rest)
		}
		joining, depthBefore = soft, depth
	}
	lines := make([]string, len(out))
	for i, b := range out {
		if lines[i] = b.String(); lines[i] != "-- " {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
	}
	return strings.Join(lines, "\n")
}
