package keys_test

import (
	"errors"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/keys"
	"vigie/tui/lang"
)

var scopes = []keys.Scope{
	keys.Root, keys.Thread, keys.List, keys.Reader, keys.Writing, keys.Form, keys.Pick, keys.Outbox, keys.Drafts, keys.Health, keys.Moderating, keys.Searching,
	keys.Card, keys.EscalationBox, keys.JournalBox, keys.Digesting, keys.DayEnding, keys.Links, keys.Attaching, keys.LinkingOut,
}

func built(t *testing.T) keys.Map {
	t.Helper()
	m, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTable(t *testing.T) {
	m := built(t)
	p := lang.For(lang.French)
	for _, s := range scopes {
		bs := m.In(s)
		if len(bs) == 0 {
			t.Errorf("scope %q has no keys", s)
		}
		if !p.Has(lang.Key("scope." + string(s))) {
			t.Errorf("scope %q has no name", s)
		}
		for _, b := range bs {
			if !p.Has(b.Help) {
				t.Errorf("%s: no sentence %q", b.Intent, b.Help)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	cases := []struct {
		name string
		over map[string][]string
		want error
	}{
		{"two intents on one key", map[string][]string{"done": {"r"}}, keys.ErrConflict},
		{"a key that begins a sequence", map[string][]string{"undo": {"g"}}, keys.ErrBegins},
		{"a sequence that begins with a key", map[string][]string{"next-due": {"u d"}}, keys.ErrBegins},
		{"a letter in a text field", map[string][]string{"visibility": {"v"}}, keys.ErrTyped},
		{"a space in a text field", map[string][]string{"visibility": {"space"}}, keys.ErrTyped},
		{"an unknown intent", map[string][]string{"dance": {"d"}}, keys.ErrUnknown},
		{"an empty key", map[string][]string{"done": {""}}, keys.ErrUnknown},
		{"a key with two spaces", map[string][]string{"done": {"g  e"}}, keys.ErrUnknown},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := keys.New(c.over); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// What clashes is named: the key, where, and both intents.
func TestClashNamesBoth(t *testing.T) {
	for _, c := range []struct {
		over map[string][]string
		want keys.Clash
	}{
		{map[string][]string{"note": {"e"}}, keys.Clash{Key: "e", Scope: keys.Thread, Intent: keys.Note, Other: keys.Done, Why: keys.ErrConflict}},
		{map[string][]string{"undo": {"g"}}, keys.Clash{Key: "g", Scope: keys.Root, Intent: keys.Undo, Other: keys.NextDue, Why: keys.ErrBegins}},
		{map[string][]string{"visibility": {"v"}}, keys.Clash{Key: "v", Scope: keys.Writing, Intent: keys.Visible, Why: keys.ErrTyped}},
	} {
		_, err := keys.New(c.over)
		var got *keys.Clash
		if !errors.As(err, &got) || *got != c.want {
			t.Errorf("%v: %v, want %v", c.over, err, &c.want)
		}
	}
}

func TestOverride(t *testing.T) {
	m, err := keys.New(map[string][]string{"done": {"d", "Y Y"}, "like": {}, "digest": {}})
	if err != nil {
		t.Fatal(err)
	}
	if b, _, _ := m.Lookup("", []string{"d"}, keys.Thread); b.Intent != keys.Done {
		t.Errorf("d is %q", b.Intent)
	}
	if b, _, _ := m.Lookup("", []string{"e"}, keys.Thread); b.Intent != "" {
		t.Errorf("e is still %q", b.Intent)
	}
	if b, _, _ := m.Lookup("", []string{"l"}, keys.Thread); b.Intent != "" {
		t.Errorf("l is still %q", b.Intent)
	}
	if b, ok := m.Of(keys.Like); !ok || len(b.Keys) != 0 {
		t.Error("an intent without keys is not in the palette")
	}
}

func TestOverrideKeepsTextFields(t *testing.T) {
	m, err := keys.New(map[string][]string{"down": {"n"}, "note": {"N"}})
	if err != nil {
		t.Fatal(err)
	}
	if b, _, _ := m.Lookup("", []string{"n"}, keys.Thread, keys.List); b.Intent != keys.Down {
		t.Errorf("n is %q in the list", b.Intent)
	}
	if b, _, _ := m.Lookup("", []string{"n"}, keys.Form); b.Intent != "" {
		t.Errorf("n is %q in a text field", b.Intent)
	}
	if b, _, _ := m.Lookup("", []string{"down"}, keys.Form); b.Intent != keys.Down {
		t.Errorf("the arrow is %q in a text field", b.Intent)
	}
}

func TestSequence(t *testing.T) {
	m := built(t)
	_, seq, more := m.Lookup("", []string{"g"}, keys.List, keys.Root)
	if !more || seq != "g" {
		t.Fatalf("g gives %q, %v", seq, more)
	}
	if b, _, _ := m.Lookup(seq, []string{"d"}, keys.List, keys.Root); b.Intent != keys.NextDue {
		t.Errorf("g d is %q", b.Intent)
	}
	if b, _, _ := m.Lookup(seq, []string{"g"}, keys.List, keys.Root); b.Intent != keys.Top {
		t.Errorf("g g is %q", b.Intent)
	}
	if b, _, more := m.Lookup(seq, []string{"x"}, keys.List, keys.Root); b.Intent != "" || more {
		t.Errorf("g x is %q", b.Intent)
	}
	var after []string
	for _, b := range m.After("g", keys.List, keys.Root) {
		after = append(after, b.Keys[0])
	}
	if slices.Sort(after); !slices.Equal(after, []string{"a", "b", "d", "e", "g", "l", "o", "s", "v"}) {
		t.Errorf("after g come %q", after)
	}
}

func TestLayouts(t *testing.T) {
	m := built(t)
	cases := []struct {
		name string
		key  tea.Key
		want keys.Intent
	}{
		{"latin", tea.Key{Code: 'e', Text: "e"}, keys.Done},
		{"upper", tea.Key{Code: 'e', Text: "E", Mod: tea.ModShift}, keys.Reopen},
		{"cyrillic", tea.Key{Code: 'у', Text: "у"}, keys.Done},
		{"cyrillic upper", tea.Key{Code: 'у', Text: "У", Mod: tea.ModShift}, keys.Reopen},
		{"cyrillic ctrl", tea.Key{Code: 'л', Mod: tea.ModCtrl}, keys.Palette},
		{"greek", tea.Key{Code: 'ε', Text: "ε"}, keys.Done},
		{"what the terminal says", tea.Key{Code: 'ع', Text: "ع", BaseCode: 'u'}, keys.Undo},
		{"azerty digit", tea.Key{Code: '&', Text: "&"}, keys.ClientIntent(1)},
		{"azerty zero", tea.Key{Code: 'à', Text: "à"}, keys.ClientIntent(0)},
		{"digit", tea.Key{Code: '3', Text: "3"}, keys.ClientIntent(3)},
		{"exclamation mark", tea.Key{Code: '!', Text: "!"}, keys.Escalate},
		{"space", tea.Key{Code: tea.KeySpace, Text: " "}, keys.ReadOn},
		{"control letter", tea.Key{Code: 'k', Mod: tea.ModCtrl}, keys.Palette},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b, _, _ := m.Lookup("", keys.Names(c.key), keys.List, keys.Thread, keys.Root)
			if b.Intent != c.want {
				t.Errorf("%v is %q, want %q", keys.Names(c.key), b.Intent, c.want)
			}
		})
	}
}

func TestBlocked(t *testing.T) {
	m := built(t)
	b, _ := m.Of(keys.Reply)
	if got := b.Blocked(0); got != "why.no-thread" {
		t.Errorf("without a thread: %q", got)
	}
	if got := b.Blocked(keys.NeedThread); got != "why.no-reply" {
		t.Errorf("where no answer is possible: %q", got)
	}
	if got := b.Blocked(keys.NeedThread | keys.NeedReply); got != "" {
		t.Errorf("where all is there: %q", got)
	}
}

func TestClientIntent(t *testing.T) {
	for n := range 10 {
		if got, ok := keys.ClientOf(keys.ClientIntent(n)); !ok || got != n {
			t.Errorf("client %d became %d, %v", n, got, ok)
		}
	}
	if _, ok := keys.ClientOf(keys.Done); ok {
		t.Error("done selects a client")
	}
}

// A key that two places of one screen would share is refused, with both names:
// the outer one would be dead.
func TestConflictAcrossAScreen(t *testing.T) {
	for _, c := range []struct {
		intent, key   string
		first, second keys.Intent
		why           error
	}{
		{"reply", "ctrl+c", keys.Reply, keys.Interrupt, keys.ErrConflict},
		{"reply", "?", keys.Reply, keys.Help, keys.ErrConflict},
		{"mark", "q", keys.Mark, keys.Detach, keys.ErrConflict},
		{"fold", "r", keys.Fold, keys.Reply, keys.ErrConflict},
		{"like", "g", keys.Like, keys.Top, keys.ErrBegins},
		{"quiet", "y", keys.Quiet, keys.CopyLink, keys.ErrBegins},
	} {
		_, err := keys.New(map[string][]string{c.intent: {c.key}})
		var clash *keys.Clash
		if !errors.As(err, &clash) || clash.Intent != c.first || clash.Other != c.second || !errors.Is(err, c.why) {
			t.Errorf("%s on %s: %v", c.intent, c.key, err)
		}
	}
	if _, err := keys.New(map[string][]string{"reply": {"q"}, "detach": {"r"}}); err != nil {
		t.Errorf("swapped: %v", err)
	}
}
