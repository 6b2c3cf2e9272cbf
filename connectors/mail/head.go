package mail

import (
	"bytes"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-msgauth/authres"
	"vigie/inbox/text"
)

const (
	maxHead   = 256 << 10 // bytes of a head that are read
	maxFields = 500
	maxRefs   = 100      // of References: the first and the last of them
	maxID     = 250      // bytes of a Message-ID; a longer one is hashed
	maxLead   = 16 << 10 // bytes of a body that tell one mail from another
	// moved is after how long on its way a mail was moved from elsewhere.
	moved = 72 * time.Hour
)

// field is one line of a head, unfolded, not decoded.
type field struct{ name, value string }

// head is the head of a mail.
type head struct {
	raw    []byte
	lead   []byte // of the body: how it begins; nil: not read
	fields []field
	us     string // our own address
	signs  string // the name that the mailbox's own server signs by, see proven
}

// readHead reads a head. It takes what it understands: many mails are broken.
func readHead(raw []byte) head {
	h := head{raw: raw}
	var more strings.Builder // what goes on the value of the last field
	end := func() {
		if n := len(h.fields); n > 0 {
			h.fields[n-1].value += more.String()
		}
		more.Reset()
	}
	for line := range bytes.Lines(raw) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 || len(h.fields) > maxFields {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			more.WriteByte(' ')
			more.Write(bytes.TrimSpace(line))
			continue
		}
		end()
		if name, value, ok := bytes.Cut(line, []byte{':'}); ok && len(name) > 0 {
			h.fields = append(h.fields, field{strings.ToLower(string(bytes.TrimSpace(name))), string(bytes.TrimSpace(value))})
		}
	}
	end()
	return h
}

// get is the first field of a name, not decoded.
func (h head) get(name string) string {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

func (h head) count(name string) (n int) {
	for _, f := range h.fields {
		if f.name == name {
			n++
		}
	}
	return n
}

// decoded is a field's value as people read it, on one clean line.
func (h head) decoded(name string) text.Safe {
	return text.CleanLine(decodeWords(h.get(name)))
}

// person is somebody in a head.
type person struct{ address, name string }

// people reads the addresses of a field, as far as they are any.
func (h head) people(name string) []person {
	raw := h.get(name)
	if raw == "" || len(raw) > maxHead {
		return nil
	}
	parser := mail.AddressParser{WordDecoder: words()}
	list, err := parser.ParseList(decodeCharset([]byte(raw), ""))
	if err != nil {
		if p, ok := guess(raw); ok {
			return []person{p}
		}
		return nil
	}
	var out []person
	for _, a := range list {
		if address, ok := cleanAddress(a.Address); ok {
			out = append(out, person{address, text.CleanLine(a.Name).String()})
		}
	}
	return out
}

// guess finds an address in what is no list of addresses.
func guess(raw string) (person, bool) {
	name := ""
	at := strings.LastIndexByte(raw, '<')
	if at >= 0 {
		name = text.CleanLine(decodeWords(strings.Trim(raw[:at], " \"'"))).String()
		raw, _, _ = strings.Cut(raw[at+1:], ">")
	}
	for word := range strings.FieldsSeq(raw) {
		if address, ok := cleanAddress(strings.Trim(word, "<>,;\"'()")); ok {
			return person{address, name}, true
		}
	}
	return person{}, false
}

// cleanAddress is an address in lower case; ok is false for what is none.
func cleanAddress(s string) (string, bool) {
	s = text.CleanLine(strings.ToLower(s)).String()
	local, domain, ok := strings.Cut(s, "@")
	if at := strings.LastIndexByte(s, '@'); at > 0 {
		local, domain = s[:at], s[at+1:]
	}
	if !ok || local == "" || domain == "" || len(s) > 320 || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || r == '<' || r == '>' || r == unicode.ReplacementChar
	}) {
		return "", false
	}
	return s, true
}

// ids reads the Message-IDs of a field, without their brackets.
func (h head) ids(name string) []string {
	var out []string
	raw := h.get(name)
	for len(out) < maxRefs*2 {
		_, rest, ok := strings.Cut(raw, "<")
		if !ok {
			break
		}
		id, rest, ok := strings.Cut(rest, ">")
		if !ok {
			break
		}
		raw = rest
		if id = strings.TrimSpace(id); soundID(id) {
			out = append(out, id)
		}
	}
	if len(out) == 0 && name != "references" { // some forget the brackets
		if word := strings.TrimSpace(h.get(name)); soundID(word) && strings.Contains(word, "@") {
			out = append(out, word)
		}
	}
	return out
}

// soundID reports whether a Message-ID can name a mail: none that looks like an
// id made here does, which would stand for something else.
func soundID(id string) bool {
	return id != "" && len(id) <= maxID && !strings.HasPrefix(id, hashed) && !strings.HasPrefix(id, toldMark) && !strings.ContainsFunc(id, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '<' || r == '>' || r == '"' || r == '\\'
	})
}

// at is when a mail came, by the mailbox's own server: an author's clock may be
// wrong, and a mail may take its time; neither makes it older than an answer
// that was written before it was there. What was moved from another server came
// long after it was written: then its own word counts, as for a mail of ours.
func (h head) at(arrived time.Time, sent bool) time.Time {
	date, err := mail.ParseDate(strings.TrimSpace(h.get("date")))
	if err != nil || date.Year() < 1990 || date.After(arrived.Add(time.Hour)) || !sent && date.After(arrived.Add(-moved)) {
		return arrived.UTC()
	}
	return date.UTC()
}

// subject is a subject without what answering and forwarding put before it.
func (h head) subject() text.Safe {
	s := h.decoded("subject").String()
	for {
		rest, ok := afterPrefix(s)
		if !ok {
			return text.CleanLine(s)
		}
		s = rest
	}
}

// afterPrefix takes one "Re:" away, in the languages that mail programs have.
func afterPrefix(s string) (string, bool) {
	word, rest, ok := strings.Cut(s, ":")
	word = strings.ToLower(strings.TrimSpace(word))
	if i := strings.IndexByte(word, '['); i > 0 { // Re[2]:
		word = word[:i]
	}
	switch word {
	case "re", "aw", "antw", "sv", "ref", "réf", "rép":
		return strings.TrimSpace(rest), ok && strings.TrimSpace(rest) != ""
	}
	return s, false
}

// machine reports whether a mail is one that nobody should answer: automatic,
// of a list, in bulk, or of an address that says so (RFC 3834).
func (h head) machine() bool {
	if h.automatic() {
		return true
	}
	switch strings.ToLower(h.get("precedence")) {
	case "bulk", "list", "junk":
		return true
	}
	for _, name := range []string{"list-id", "list-unsubscribe", "list-post", "x-auto-response-suppress"} {
		if v := strings.ToLower(h.get(name)); v != "" && v != "none" {
			return true
		}
	}
	to := h.replyTo().address
	return h.noReturn() || h.bounce() || to == "" || noReply(to)
}

// replies reports whether a machine answered in somebody's name: that they are
// away, that a mail has come. What a help desk sends on for its people is called
// automatic too, and is to be read.
func (h head) replies() bool {
	auto := strings.ToLower(h.get("auto-submitted"))
	answers := len(h.ids("in-reply-to"))+len(h.ids("references")) > 0
	switch {
	case h.bounce() || h.get("list-id") != "":
		return false
	case strings.HasPrefix(auto, "auto-replied"):
		return true
	case strings.HasPrefix(auto, "auto-generated"), h.count("x-auto-response-suppress") > 0 && !h.automatic():
		return answers && h.away()
	}
	return answers && h.automatic()
}

// away reports whether a mail's subject says that it is an answer of a machine,
// as Exchange and Notes write it, or Exchange says so by a field of its own.
func (h head) away() bool {
	subject := strings.ToLower(h.subject().String())
	return h.get("x-ms-exchange-generated-message-source") != "" || h.get("x-ms-exchange-inbox-rules-loop") != "" ||
		strings.Contains(subject, " ist außer haus") || strings.Contains(subject, " is out of the office") ||
		slices.ContainsFunc([]string{
			"automatic reply", "auto reply", "autoreply", "out of office", "réponse automatique", "absence", "absent", "automatische antwort", "abwesen",
		}, func(begin string) bool { return strings.HasPrefix(subject, begin) })
}

// automatic reports whether a mail says of itself that nobody wrote it.
func (h head) automatic() bool {
	for _, name := range []string{"auto-submitted", "x-autoreply", "x-autorespond"} {
		if auto := strings.ToLower(h.get(name)); auto != "" && !strings.HasPrefix(auto, "no") {
			return true
		}
	}
	return strings.EqualFold(h.get("precedence"), "auto_reply")
}

// replyTo is whom an answer goes to: who is asked for, but never ourselves, else
// who wrote it.
func (h head) replyTo() person {
	for _, p := range h.people("reply-to") {
		if !strings.EqualFold(p.address, h.us) {
			return p
		}
	}
	if list := h.people("from"); len(list) > 0 {
		return list[0]
	}
	return person{}
}

// noReply reports whether an address says that nobody reads what it gets.
func noReply(address string) bool {
	plain := plainLocal(address)
	for _, word := range []string{"noreply", "donotreply", "nepasrepondre", "nichtantworten", "mailerdaemon", "postmaster"} {
		if strings.HasPrefix(plain, word) || strings.HasSuffix(plain, word) {
			return true
		}
	}
	return strings.Contains(plain, "bounce") || plain == "notification" || plain == "notifications"
}

// plainLocal is the part of an address before the @, without its signs.
func plainLocal(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return strings.NewReplacer("-", "", "_", "", ".", "", "+", "").Replace(local)
}

// writers are who wrote a mail, as it says.
func (h head) writers() []person {
	if list := h.people("from"); len(list) > 0 {
		return list
	}
	return h.people("sender")
}

// borrowed reports whether a mail says to be ours, and nothing proves it.
func (h head) borrowed() bool {
	list := h.writers()
	return h.us != "" && len(list) > 0 && strings.EqualFold(list[0].address, h.us) && !h.proven(h.signs)(h.us[strings.LastIndexByte(h.us, '@')+1:])
}

// proven tells by which domains a mail was signed, as the mailbox's own server
// says (RFC 8601): by the first field of its name, and others of it above the
// next Received. Whoever forges such a field puts it below.
func (h head) proven(authserv string) func(string) bool {
	var signed []string
	found := false
	for _, f := range h.fields {
		if f.name == "received" && found {
			break
		}
		if f.name != "authentication-results" || authserv == "" {
			continue
		}
		id, results, err := authres.Parse(f.value)
		if err != nil || !strings.EqualFold(strings.TrimSpace(id), authserv) {
			continue
		}
		found = true
		for _, r := range results {
			if d, ok := r.(*authres.DKIMResult); ok && d.Value == authres.ResultPass && strings.Contains(d.Domain, ".") {
				signed = append(signed, strings.ToLower(d.Domain))
			}
		}
	}
	one := h.count("from") == 1
	return func(domain string) bool {
		domain = strings.ToLower(domain)
		for _, d := range signed {
			if one && (domain == d || strings.HasSuffix(domain, "."+d)) {
				return true
			}
		}
		return false
	}
}
