package mail

import (
	"mime"
	"slices"
	"strings"
)

// bounce reports whether it is a report of what became of a mail: RFC 3462 says
// so by the type; older programs only by who writes, a field, or the subject of
// what no answer may come to.
func (h head) bounce() bool {
	kind, _, _ := mime.ParseMediaType(h.get("content-type"))
	if kind == "multipart/report" || strings.HasPrefix(strings.ToLower(h.get("content-type")), "multipart/report") || h.get("x-failed-recipients") != "" {
		return true
	}
	if strings.HasPrefix(h.writer(), "mailerdaemon") {
		return true
	}
	return (h.automatic() || h.noReturn()) && !h.away() && (h.writer() == "postmaster" || h.undelivered())
}

// writer is the first part of the address a mail is from, without its signs.
func (h head) writer() string {
	list := h.people("from")
	if len(list) == 0 {
		return ""
	}
	return plainLocal(list[0].address)
}

// noReturn reports whether nothing may be sent back for a mail (RFC 5321, 4.5.5).
func (h head) noReturn() bool {
	return h.count("return-path") > 0 && strings.TrimSpace(h.get("return-path")) == "<>"
}

// undelivered reports whether a mail's own subject says that one came back, not
// that of the mail it answers.
func (h head) undelivered() bool {
	subject := strings.ToLower(h.decoded("subject").String())
	return slices.ContainsFunc([]string{
		"mail delivery failed", "undelivered mail returned to sender", "undeliverable", "failure notice", "delivery status notification",
		"returned mail:", "delivery failure", "mail delivery failure", "non remis", "non distribuable", "échec de la remise", "unzustellbar",
	}, func(begin string) bool { return strings.HasPrefix(subject, begin) })
}

// inside is the head of the mail that came back, as older programs write it into
// the text of the report.
func inside(said string) head {
	for block := range strings.SplitSeq(said, "\n\n") {
		if h := readHead([]byte(strings.TrimLeft(block, "\n"))); len(h.ids("message-id")) > 0 {
			return h
		}
	}
	return head{}
}
