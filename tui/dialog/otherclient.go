package dialog

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// OtherClient stops an answer that names another client until the name of the
// client it is for is typed. Nothing else says yes, a paste least of all.
type OtherClient struct {
	base
	Client inbox.Client // whose answer it is
	Other  string       // the client that is named
	Word   string       // the word that names it
	Yes    Action

	field Field
	wrong bool
}

// Scopes: a text field.
func (*OtherClient) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title says what is the matter.
func (d *OtherClient) Title(l look.Look) string { return l.P.T("guard.otherclient") }

func (d *OtherClient) name() string { return strings.ToUpper(d.Client.Name) }

func (d *OtherClient) words(l look.Look, w int) []string {
	return l.Wrap(l.P.T("guard.otherclient-text", strings.ToUpper(d.Other), d.Word, d.name()), max(w-2, 1))
}

// Rows: the sentence, the field, what is wrong with it.
func (d *OtherClient) Rows(l look.Look, w int) int { return len(d.words(l, w)) + 2 }

// View draws the dialog. The field always has its place.
func (d *OtherClient) View(l look.Look, w, h int) []string {
	var out []string
	for _, s := range d.words(l, w) {
		out = append(out, l.Spans(w).Add(l.Warn, " "+s).End(l.Text))
	}
	out = out[:max(min(len(out), h-1), 0)]
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("guard.name"), "", true) + 1
	d.setCursor(x, len(out)+1, true)
	out = append(out, s.End(l.Text))
	if d.wrong {
		out = append(out, l.Spans(w).Add(l.Danger, " "+l.P.T("guard.wrong-name", d.name())).End(l.Text))
	}
	return out[:min(len(out), h)]
}

// Key types.
func (d *OtherClient) Key(k tea.KeyPressMsg) Action {
	d.wrong = false
	d.field.Key(k)
	return nil
}

// Do accepts the right name by enter.
func (d *OtherClient) Do(i keys.Intent) Action {
	if i != keys.Accept {
		return nil
	}
	typed := folded(d.field.Value())
	if typed != "" && (typed == folded(d.Client.Name) || typed == folded(string(d.Client.ID))) {
		return d.Yes
	}
	d.wrong = true
	return nil
}

// folded is a name without case, accents and the spaces around it.
func folded(s string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), strings.TrimSpace(s))
	if err != nil {
		bare = s
	}
	return cases.Fold().String(bare)
}
