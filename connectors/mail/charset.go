package mail

import (
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// words is a decoder of encoded words (RFC 2047) in any charset that is known.
func words() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		raw, err := io.ReadAll(io.LimitReader(r, maxHead))
		if err != nil {
			return nil, err
		}
		return strings.NewReader(decodeCharset(raw, charset)), nil
	}}
}

func decodeWords(s string) string {
	if out, err := words().DecodeHeader(s); err == nil {
		s = out
	}
	return decodeCharset([]byte(s), "")
}

// decodeCharset turns bytes into a string. Wrong names are common: what is
// UTF-8 is read as that wherever the named charset has a byte for a character,
// and what is neither as the one of Windows.
func decodeCharset(raw []byte, charset string) string {
	charset = strings.ToLower(strings.Trim(charset, " \"'"))
	single := charset == "" || strings.HasPrefix(charset, "iso-8859") || strings.HasPrefix(charset, "windows-125") ||
		charset == "utf-8" || charset == "utf8" || charset == "us-ascii" || charset == "ascii" || charset == "latin1"
	if single && utf8.Valid(raw) {
		return string(raw)
	}
	if charset == "utf-8" || charset == "utf8" || charset == "us-ascii" || charset == "ascii" || charset == "" {
		return decodeMixed(raw)
	}
	enc, err := htmlindex.Get(charset)
	if err != nil { // one of those that no browser has, such as cp850
		enc, err = ianaindex.IANA.Encoding(charset)
	}
	if err != nil || enc == nil {
		return decodeMixed(raw)
	}
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "�")
	}
	return string(out)
}

// decodeMixed reads UTF-8, and what is none as the charset of Windows: a scanner
// or a list may have put a line of its own below a text.
func decodeMixed(raw []byte) string {
	var out strings.Builder
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(raw[0])
		}
		out.WriteRune(r)
		raw = raw[size:]
	}
	return out.String()
}
