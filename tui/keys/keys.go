// Package keys holds the one table of key bindings: what can be done, where,
// on which keys, and the sentence that says so. Help, hints, the palette and
// the key sheet are all made from it. The package owns no state and knows
// nothing of what an intent does.
package keys

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/tui/lang"
)

// Intent names something a person can want. Configurations override keys by
// this name, and the palette takes it as a command.
type Intent string

// Types reports whether an intent opens a field for text: whoever asks for it
// goes on typing.
func (i Intent) Types() bool {
	switch i {
	case Reply, Private, Note, Edit, EditOwn, Report, Tag, Snooze, Escalate:
		return true
	}
	return false
}

// Scope is a place on the screen where keys mean something.
type Scope string

// The scopes. Text scopes hold a text field, which swallows every printable
// key.
const (
	Root      Scope = "root"    // everywhere but in dialogs and text
	Thread    Scope = "thread"  // list and reader: acts on threads
	List      Scope = "list"    // the list has the focus
	Reader    Scope = "reader"  // the thread has the focus
	Writing   Scope = "writing" // composer: text
	Form      Scope = "form"    // dialogs with a text field: text
	Pick      Scope = "pick"    // dialogs without a text field
	Outbox    Scope = "outbox"
	Health    Scope = "health"
	Drafts    Scope = "drafts"
	Searching Scope = "searching" // the search, besides Form: text
	// Moderating is the dialog of acts without a text.
	Moderating Scope = "moderating"

	Card          Scope = "card" // who a thread is with
	EscalationBox Scope = "escalations"
	JournalBox    Scope = "journal"
	Digesting     Scope = "digest"
	DayEnding     Scope = "day-end"
	Links         Scope = "links"       // links and media
	Welcome       Scope = "welcome"     // nothing is configured yet
	Attaching     Scope = "attaching"   // the files of an answer, besides Form: text
	LinkingOut    Scope = "linking-out" // an answer that is given on the network itself
)

// Text reports whether the scope holds a text field.
func (s Scope) Text() bool { return s == Writing || s == Form || s == Searching || s == Attaching }

// Need is what an intent needs in order to make sense.
type Need uint32

// The needs. Blocked turns those that are not met into a reason.
const (
	NeedThread  Need = 1 << iota // a thread under the cursor
	NeedOpen                     // … that is not done
	NeedDone                     // … that is not ours already: done, theirs, asleep, escalated
	NeedReply                    // the network lets us answer there
	NeedLike                     // the network lets us like there
	NeedWatch                    // the thread is a watch
	NeedLink                     // the thread has a link
	NeedContact                  // the client has a contact
	NeedItem                     // a line of the dialog is chosen
	NeedDesk                     // clients are configured
	NeedPrivate                  // the network takes a private answer there
	NeedConfirm                  // an act of ours is chosen that may have been done
	NeedRetry                    // … that can be sent again
	NeedDrop                     // … that can be given up
	NeedEdit                     // … with a text that can be taken back
)

// Binding is one line of the table.
type Binding struct {
	Scope  Scope
	Intent Intent
	Keys   []string // as tea.Key.String spells them; a space parts a sequence
	Help   lang.Key // what it does, in a few words
	Needs  Need
	Hint   bool // worth a place in the line of hints
	Hidden bool // in no help and no palette: another spelling of a shown one
}

// Errors of New.
var (
	ErrConflict = errors.New("two intents share a key")
	ErrTyped    = errors.New("a text field takes the key")
	ErrBegins   = errors.New("the key begins a sequence")
	ErrUnknown  = errors.New("no such intent")
)

// Clash is why a key cannot be where it was put: Why is ErrConflict, ErrTyped or
// ErrBegins. Other is the intent that has the key, or the sequence that it
// begins; of a text field there is none.
type Clash struct {
	Key           string
	Scope         Scope
	Intent, Other Intent
	Why           error
}

// Error names the key, the place and the intents.
func (c *Clash) Error() string {
	who := string(c.Intent)
	if c.Other != "" {
		who += " and " + string(c.Other)
	}
	return fmt.Sprintf("key %q of %s in %q: %v", c.Key, who, c.Scope, c.Why)
}

// Unwrap is the reason.
func (c *Clash) Unwrap() error { return c.Why }

// Map is a checked table. It is safe for concurrent use.
type Map struct {
	table []Binding
	// byKey finds the binding of a whole key or sequence, per scope.
	byKey map[Scope]map[string]int
	// prefix holds the beginnings of sequences, per scope.
	prefix map[Scope]map[string]bool
}

// New checks the table with the overrides of a configuration: intent name to
// keys, an empty list takes the keys away. Two intents on one key of one
// scope, or of two scopes of one screen, are a Clash, and so is a key that begins a sequence of its scope or, in
// a text scope, a printable key.
func New(overrides map[string][]string) (Map, error) {
	m := Map{table: slices.Clone(table), byKey: map[Scope]map[string]int{}, prefix: map[Scope]map[string]bool{}}
	known := map[Intent]bool{}
	for i, b := range m.table {
		known[b.Intent] = true
		if ks, ok := overrides[string(b.Intent)]; ok {
			m.table[i].Keys = m.override(b, ks)
		}
	}
	for name := range overrides {
		if !known[Intent(name)] {
			return Map{}, fmt.Errorf("keys of %q: %w", name, ErrUnknown)
		}
	}
	for i, b := range m.table {
		for _, k := range b.Keys {
			if err := m.bind(i, b, k); err != nil {
				return Map{}, err
			}
		}
	}
	if err := m.checkPrefixes(); err != nil {
		return m, err
	}
	return m, m.checkTogether()
}

// together are the scopes whose keys count at once where no dialog is: one key
// of two of them would be dead in one.
func together() [][]Scope { return [][]Scope{{List, Thread, Root}, {Reader, Thread, Root}} }

// checkTogether looks for a key of one scope that another of the same screen
// has too, or that begins one of its sequences.
func (m Map) checkTogether() error {
	for _, scopes := range together() {
		for i, inner := range scopes {
			for _, outer := range scopes[i+1:] {
				if err := m.apart(inner, outer); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (m Map) apart(inner, outer Scope) error {
	for _, b := range m.table {
		if b.Scope != inner {
			continue
		}
		for _, k := range b.Keys {
			j, taken := m.byKey[outer][k]
			switch {
			case taken && m.table[j].Intent != b.Intent:
				return &Clash{k, inner, b.Intent, m.table[j].Intent, ErrConflict}
			case m.prefix[outer][k]:
				return &Clash{k, inner, b.Intent, m.begun(outer, k), ErrBegins}
			}
		}
	}
	for _, b := range m.table {
		for _, k := range b.Keys {
			if b.Scope == outer && m.prefix[inner][k] {
				return &Clash{k, outer, b.Intent, m.begun(inner, k), ErrBegins}
			}
		}
	}
	return nil
}

// override returns the keys that a binding gets. A text field takes every
// printable key: an intent that is bound elsewhere too takes those there, and
// keeps its own keys in the text field when no other is wished.
func (m Map) override(b Binding, wished []string) []string {
	elsewhere := slices.ContainsFunc(m.table, func(o Binding) bool { return o.Intent == b.Intent && !o.Scope.Text() })
	if !b.Scope.Text() || len(wished) == 0 || !elsewhere {
		return wished
	}
	free := slices.DeleteFunc(slices.Clone(wished), func(k string) bool { return strings.TrimSpace(k) != "" && printable(k) })
	if len(free) == 0 {
		return b.Keys
	}
	return free
}

func (m Map) bind(i int, b Binding, key string) error {
	if strings.TrimSpace(key) == "" || strings.Join(strings.Fields(key), " ") != key {
		return fmt.Errorf("key %q of %s: %w", key, b.Intent, ErrUnknown)
	}
	if b.Scope.Text() && printable(key) {
		return &Clash{key, b.Scope, b.Intent, "", ErrTyped}
	}
	if m.byKey[b.Scope] == nil {
		m.byKey[b.Scope], m.prefix[b.Scope] = map[string]int{}, map[string]bool{}
	}
	if j, taken := m.byKey[b.Scope][key]; taken {
		return &Clash{key, b.Scope, b.Intent, m.table[j].Intent, ErrConflict}
	}
	m.byKey[b.Scope][key] = i
	words := strings.Fields(key)
	for n := 1; n < len(words); n++ {
		m.prefix[b.Scope][strings.Join(words[:n], " ")] = true
	}
	return nil
}

// printable reports whether a key would be typed into a text field.
func printable(key string) bool {
	first := strings.Fields(key)[0]
	return first == "space" || first == "shift+space" || len([]rune(first)) == 1
}

func (m Map) checkPrefixes() error {
	for _, b := range m.table {
		for _, k := range b.Keys {
			if m.prefix[b.Scope][k] {
				return &Clash{k, b.Scope, b.Intent, m.begun(b.Scope, k), ErrBegins}
			}
		}
	}
	return nil
}

// begun is the first intent with a sequence that a key begins.
func (m Map) begun(scope Scope, key string) Intent {
	i := slices.IndexFunc(m.table, func(b Binding) bool {
		return b.Scope == scope && slices.ContainsFunc(b.Keys, func(k string) bool { return strings.HasPrefix(k, key+" ") })
	})
	return m.table[i].Intent
}

// Lookup finds what a key means in the scopes, innermost first. names are the
// spellings of the key (see Names), best first; pending is the sequence typed
// so far. more says that the sequence may go on.
func (m Map) Lookup(pending string, names []string, scopes ...Scope) (b Binding, seq string, more bool) {
	for _, name := range names {
		seq = name
		if pending != "" {
			seq = pending + " " + name
		}
		for _, s := range scopes {
			if i, ok := m.byKey[s][seq]; ok {
				return m.table[i], seq, false
			}
			if m.prefix[s][seq] {
				return Binding{}, seq, true
			}
		}
	}
	return Binding{}, "", false
}

// In returns the bindings of the scopes in table order, hidden ones left out.
func (m Map) In(scopes ...Scope) []Binding {
	var out []Binding
	for _, b := range m.table {
		if !b.Hidden && slices.Contains(scopes, b.Scope) {
			out = append(out, b)
		}
	}
	return out
}

// Of returns the first binding of an intent.
func (m Map) Of(intent Intent) (Binding, bool) {
	i := slices.IndexFunc(m.table, func(b Binding) bool { return b.Intent == intent })
	if i < 0 {
		return Binding{}, false
	}
	return m.table[i], true
}

// Key returns the key of an intent to show in a sentence, "" for none.
func (m Map) Key(intent Intent) string {
	if b, ok := m.Of(intent); ok && len(b.Keys) > 0 {
		return b.Keys[0]
	}
	return ""
}

// Typed are the signs that bring something up when they are typed in an answer:
// no bindings, for they are text too.
func Typed() []Binding {
	return []Binding{
		{Scope: Writing, Intent: Complete, Keys: []string{";"}, Help: "key.offer-replies", Hint: true},
		{Scope: Writing, Intent: Complete, Keys: []string{"@"}, Help: "key.offer-people", Hint: true},
	}
}

// After returns the bindings whose sequence goes on from what was typed, each
// with the keys that are still missing.
func (m Map) After(typed string, scopes ...Scope) []Binding {
	var out []Binding
	for _, b := range m.In(scopes...) {
		for _, k := range b.Keys {
			if rest, ok := strings.CutPrefix(k, typed+" "); ok {
				b.Keys = []string{rest}
				out = append(out, b)
				break
			}
		}
	}
	return out
}
