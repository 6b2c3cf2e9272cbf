package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxBytes is how long a query may be, and maxDepth how deep its parentheses.
const (
	MaxBytes = 4096
	maxDepth = 64
)

// Reason says why a query was refused.
type Reason string

// The reasons. Each has a sentence in French and English; Args are those of
// the ParseError.
const (
	TooLong        Reason = "too_long"
	TooDeep        Reason = "too_deep"
	OpenQuote      Reason = "open_quote"
	OpenParen      Reason = "open_paren"
	CloseParen     Reason = "close_paren"
	Missing        Reason = "missing"          // nothing where something must stand; Args: after what
	UnknownTerm    Reason = "unknown_term"     // Args: the key, the nearest one
	LooseColon     Reason = "loose_colon"      // a blank between a key and its colon; Args: the key
	UnknownTermFar Reason = "unknown_term_far" // Args: the key, those that exist
	EmptyValue     Reason = "empty_value"      // Args: the key
	UnknownValue   Reason = "unknown_value"    // Args: the key, the value, those that exist
	BadDate        Reason = "bad_date"         // Args: the key, the value
	BadWindow      Reason = "bad_window"       // Args: the key, the value
	BadLang        Reason = "bad_lang"         // Args: the key, the value
	BadNumber      Reason = "bad_number"       // Args: the key, the value
	BadHost        Reason = "bad_host"         // Args: the key, the value
	NoWord         Reason = "no_word"          // nothing to take the stem of; Args: what stands there
)

// ParseError says where a query is wrong and why.
type ParseError struct {
	Pos, End int // bytes of the query: the spot is [Pos, End)
	Reason   Reason
	Args     []string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("query at %d: %s %s", e.Pos, e.Reason, strings.Join(e.Args, " "))
}

// Parse reads a query. Every error is a *ParseError. Blank text is the empty
// query.
func Parse(s string) (Query, error) {
	if len(s) > MaxBytes {
		return Query{}, &ParseError{Pos: MaxBytes, End: len(s), Reason: TooLong}
	}
	p := parser{src: s}
	if err := p.next(); err != nil || p.tok.kind == tokEnd {
		return Query{}, err
	}
	root, err := p.or(0)
	if err != nil {
		return Query{}, err
	}
	if p.tok.kind == tokClose {
		return Query{}, p.fail(CloseParen)
	}
	return Query{root}, nil
}

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokOpen
	tokClose
	tokMinus
	tokOr
	tokAnd
	tokNot
	tokTerm // key, text and quoted are set; key is "" for words and phrases
)

type token struct {
	kind     tokenKind
	pos, end int
	key      string
	text     string
	quoted   bool
	family   bool // "~" stands before it
}

type parser struct {
	src   string
	at    int
	tok   token
	depth int // of the parentheses that are open
}

func (p *parser) fail(r Reason, args ...string) *ParseError {
	return &ParseError{Pos: p.tok.pos, End: p.tok.end, Reason: r, Args: args}
}

func (p *parser) or(depth int) (*node, error) {
	var kids []*node
	for {
		n, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		kids = append(kids, n)
		if p.tok.kind != tokOr {
			return join(opOr, kids), nil
		}
		if err := p.operand(); err != nil {
			return nil, err
		}
	}
}

func (p *parser) and(depth int) (*node, error) {
	var kids []*node
	for {
		n, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		kids = append(kids, n)
		switch p.tok.kind {
		case tokEnd, tokClose, tokOr:
			return join(opAnd, kids), nil
		case tokAnd:
			if err := p.operand(); err != nil {
				return nil, err
			}
		}
	}
}

// operand moves past an operator, behind which something must stand.
func (p *parser) operand() error {
	before := p.tok
	if err := p.next(); err != nil {
		return err
	}
	switch p.tok.kind {
	case tokEnd, tokClose, tokOr, tokAnd:
		p.tok = before
		return p.fail(Missing, p.src[before.pos:before.end])
	}
	return nil
}

func (p *parser) not(depth int) (*node, error) {
	switch p.tok.kind {
	case tokMinus, tokNot:
		if depth++; depth > maxDepth {
			return nil, p.fail(TooDeep)
		}
		if err := p.operand(); err != nil {
			return nil, err
		}
		n, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		return negate(n), nil
	case tokOpen:
		return p.group(depth)
	case tokTerm:
		if err := p.loose(); err != nil {
			return nil, err
		}
		read := makeTerm
		if p.tok.family {
			read = makeFamily
		}
		n, err := read(p.tok)
		if err != nil {
			return nil, err
		}
		return n, p.next()
	}
	return nil, p.fail(Missing, p.src[p.tok.pos:p.tok.end])
}

func (p *parser) group(depth int) (*node, error) {
	if depth++; depth > maxDepth {
		return nil, p.fail(TooDeep)
	}
	open := p.tok
	if err := p.operand(); err != nil {
		return nil, err
	}
	n, err := p.or(depth)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokClose {
		p.tok = open
		return nil, p.fail(OpenParen)
	}
	return n, p.next()
}

// next reads one token.
func (p *parser) next() error {
	for p.at < len(p.src) && blank(p.src[p.at:]) > 0 {
		p.at += blank(p.src[p.at:])
	}
	p.tok = token{kind: tokEnd, pos: p.at, end: p.at}
	if p.at == len(p.src) {
		return nil
	}
	kind := tokTerm
	switch p.src[p.at] {
	case '(':
		kind = tokOpen
		p.depth++
	case ')':
		kind = tokClose
		p.depth--
	case '-':
		kind = tokMinus
	}
	if kind != tokTerm {
		p.at++
		p.tok.kind, p.tok.end = kind, p.at
		return nil
	}
	return p.word()
}

// word reads a word, a phrase or a term with its value.
func (p *parser) word() error {
	p.tok.kind = tokTerm
	if p.src[p.at] == '~' && p.at+1 < len(p.src) && (p.src[p.at+1] == '"' || p.inWord(p.at+1)) {
		p.tok.family = true
		p.at++
	}
	if p.src[p.at] == '"' {
		return p.phrase()
	}
	start := p.at
	if n := p.face(); n > 0 {
		p.at += n
		p.tok.end, p.tok.text, p.tok.quoted = p.at, p.src[start:p.at], true
		return nil
	}
	for p.inWord(p.at) {
		p.at++
		if p.src[p.at-1] == ':' && p.tok.key == "" && !p.tok.family && isKey(p.src[start:p.at-1], p.src[p.at:]) {
			p.tok.key = strings.ToLower(p.src[start : p.at-1])
			if p.at < len(p.src) && p.src[p.at] == '"' {
				return p.phrase()
			}
			start = p.at
		}
	}
	p.tok.end, p.tok.text = p.at, p.src[start:p.at]
	if p.tok.key == "" && !p.tok.family {
		switch p.tok.text {
		case "OR":
			p.tok.kind = tokOr
		case "AND":
			p.tok.kind = tokAnd
		case "NOT":
			p.tok.kind = tokNot
		}
	}
	return nil
}

// inWord reports whether a word goes on there.
func (p *parser) inWord(at int) bool {
	return at < len(p.src) && !strings.ContainsRune("()\"", rune(p.src[at])) && blank(p.src[at:]) == 0
}

// phrase reads what stands in quotes; \" and \\ are a quote and a backslash.
func (p *parser) phrase() error {
	p.tok.quoted = true
	open := p.at
	var b strings.Builder
	for p.at++; p.at < len(p.src); p.at++ {
		c := p.src[p.at]
		if c == '\\' && p.at+1 < len(p.src) && (p.src[p.at+1] == '"' || p.src[p.at+1] == '\\') {
			p.at++
			c = p.src[p.at]
		} else if c == '"' {
			p.at++
			p.tok.end, p.tok.text = p.at, b.String()
			return nil
		}
		b.WriteByte(c)
	}
	p.tok.pos, p.tok.end = open, p.at
	return p.fail(OpenQuote)
}

// face is the length of the face that stands there, such as :) or ;-(, 0 for
// none. Inside parentheses, ) closes one.
func (p *parser) face() int {
	n := len(p.src[p.at:])
	rest := strings.TrimLeft(p.src[p.at:], ":;=")
	eyes := n - len(rest)
	rest = strings.TrimPrefix(rest, "-")
	if eyes == 0 || rest == "" || rest[0] != '(' && (rest[0] != ')' || p.depth > 0) {
		return 0
	}
	rest = strings.TrimLeft(rest, rest[:1])
	if rest != "" && blank(rest) == 0 {
		return 0
	}
	return n - len(rest)
}

// loose refuses a key of which a blank parts the colon: two words that nobody
// means.
func (p *parser) loose() error {
	key, ok := meant(p.tok.text)
	if !ok || p.tok.key != "" || p.tok.quoted || p.tok.family {
		return nil
	}
	at := p.at
	for blank(p.src[at:]) > 0 {
		at += blank(p.src[at:])
	}
	if at == p.at || !strings.HasPrefix(p.src[at:], ":") {
		return nil
	}
	if next := p.src[at+1:]; next != "" && next[0] != '"' && blank(next) == 0 {
		if r, _ := utf8.DecodeRuneInString(next); !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return nil
		}
	}
	p.tok.end = at + 1
	return p.fail(LooseColon, key)
}

// isKey reports whether letters before a colon are meant as a key. An address
// is a word, and so is what mails and programs write before a colon.
func isKey(s, rest string) bool {
	switch strings.ToLower(s) {
	case "http", "https", "mailto", "did", "tel", "re", "fw", "fwd", "tr", "ps", "nb":
		return false
	}
	if utf8.RuneCountInString(s) < 2 || strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, ":") {
		return false
	}
	for _, r := range s {
		if !unicode.In(r, unicode.Latin, unicode.Mn) {
			return false
		}
	}
	return true
}

// blank returns the length of the white space that s begins with.
func blank(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	switch r {
	case ' ', '\t', '\n', '\r', '\u00A0', '\u202F', '\u3000':
		return size
	}
	return 0
}
