package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/runenames"
)

const (
	// maxCluster is how many bytes of one cluster are drawn: what clean text
	// allows a joined emoji, and more than any written syllable.
	maxCluster  = 256
	replacement = "\uFFFD"

	emojiStyle = '\uFE0F'
)

// next returns how the first cluster of s, which is not empty, is drawn, its
// width in cells and its length in s in bytes.
func (p Pen) next(s string) (drawn string, width, n int) {
	size := 1
	if s[0] >= utf8.RuneSelf {
		size = 2
	}
	// Latin, with no combining mark behind it: those begin at U+0300.
	if s[0] >= ' ' && s[0] < 0xCC && (len(s) == size || s[size] < 0xCC) {
		return s[:size], 1, size
	}
	cluster, byCluster := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	n = len(cluster)
	if n > maxCluster {
		return replacement, 1, n
	}
	if p.Names {
		if name := nameOf(cluster); name != "" {
			return name, len(name), n
		}
	}
	byRune := ansi.StringWidthWc(cluster)
	if byCluster != byRune || byRune == 0 {
		cluster, byCluster, byRune = agree(cluster)
	}
	if p.Clusters {
		return cluster, byCluster, n
	}
	return cluster, byRune, n
}

// agree finds a form of the cluster that is as wide by either count.
func agree(cluster string) (form string, byCluster, byRune int) {
	changes := []func(string) string{bare, first}
	if r, _ := utf8.DecodeRuneInString(cluster); unicode.IsLetter(r) {
		changes = []func(string) string{norm.NFC.String, composed, bare}
	}
	for _, change := range changes {
		form = change(cluster)
		byCluster, byRune = ansi.StringWidth(form), ansi.StringWidthWc(form)
		if byCluster == byRune && byRune > 0 {
			return form, byCluster, byRune
		}
	}
	byCluster, byRune = ansi.StringWidth(cluster), ansi.StringWidthWc(cluster)
	if byCluster == 0 || byRune == 0 {
		return replacement, 1, 1
	}
	return cluster, byCluster, byRune
}

// composed gives half-width kana and the vowel AM of Thai and Lao their plain
// form; other compatibility characters stay.
func composed(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	if unicode.In(r, unicode.Katakana, unicode.Hiragana) {
		return norm.NFKC.String(s)
	}
	return strings.NewReplacer("\u0E33", "\u0E4D\u0E32", "\u0EB3", "\u0ECD\u0EB2").Replace(s)
}

// bare drops the emoji selector, and shows as replaced the signs that are
// drawn around what follows them: without something in their place, what
// stands before and behind could grow together.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == emojiStyle:
			return -1
		case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// first keeps the first character of an emoji; half of a flag becomes its
// letter.
func first(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if regional(r) {
		return string(r - 0x1F1E6 + 'A')
	}
	if !unicode.IsSymbol(r) {
		return s
	}
	return s[:size]
}

func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// nameOf returns an emoji's name between colons, "" for what is no emoji.
func nameOf(cluster string) string {
	r, _ := utf8.DecodeRuneInString(cluster)
	if r < 0x1F000 && !strings.ContainsRune(cluster, emojiStyle) {
		return ""
	}
	var names []string
	flag := ""
	for _, r := range cluster {
		switch {
		case regional(r):
			flag += string(r - 0x1F1E6 + 'a')
		case r >= 0xE0061 && r <= 0xE007A: // a subdivision's flag
			flag += string(r - 0xE0000)
		case unicode.IsSymbol(r) && !unicode.Is(unicode.Sk, r), r < utf8.RuneSelf:
			names = append(names, strings.ReplaceAll(strings.ToLower(runenames.Name(r)), " ", "-"))
		}
	}
	if flag != "" {
		names = []string{flag}
	}
	if len(names) == 0 {
		return ""
	}
	return ":" + strings.Join(names, "+") + ":"
}
