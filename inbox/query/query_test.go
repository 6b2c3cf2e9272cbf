package query

import (
	"errors"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

func parse(t *testing.T, s string) Query {
	t.Helper()
	q, err := Parse(s)
	if err != nil {
		t.Fatalf("parse %q: %v", s, err)
	}
	return q
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"  \t ":                    "",
		"a b":                      "a b",
		"a AND b":                  "a b",
		"a OR b c":                 "a OR b c",
		"(a OR b) c":               "(a OR b) c",
		"((a) (b c))":              "a b c",
		"a OR (b OR c)":            "a OR b OR c",
		"-(a b)":                   "-(a b)",
		"NOT (a OR b)":             "-(a OR b)",
		"NOT NOT a":                "a",
		"--a":                      "a",
		"Client:Miette IS:unread":  "client:miette is:unread",
		`"Merci  beaucoup"`:        `"Merci  beaucoup"`,
		`from:"Anna B" from:"x"`:   `from:"Anna B" from:"x"`,
		`"a \"b\" \\"`:             `"a \"b\" \\"`,
		`client:"miette"`:          "client:miette",
		"https://a.example/x:y":    "https://a.example/x:y",
		`12:30 ":)" l'été`:         `12:30 ":)" l'été`,
		"text:a:b after:Hier":      "text:a:b after:hier",
		"tag:-x a-b":               "tag:-x a-b",
		"or and not":               "or and not",
		`"OR"`:                     `"OR"`,
		"a\u00a0b\nc":              "a b c",
		"after:2026-11 before:3j":  "after:2026-11 before:3j",
		"a(b)c":                    "a b c",
		"state:any id:12 has:note": "state:any id:12 has:note",
		"~Commandée ~a":            "~commandee ~a",
		`-~"Colis perdus" c`:       "-(~colis ~perdus) c",
		`~"a b" OR ~OR ~NOT`:       "~a ~b OR ~or ~not",
		"~text:a ~~b a~b":          "~text ~a ~b a~b",
		"~ (~) ~":                  "~ ~ ~",
		"#Tag @A@b.fr":             "#Tag @A@b.fr",
		"WINDOW:<2H window:>1j":    "window:<2h window:>1j",
		"Re: Fwd: TR: did:plc:a2":  "Re: Fwd: TR: did:plc:a2",
		"at://a/b std::c A:b :x:":  "at://a/b std::c A:b :x:",
		"問題:a 2x:3 : a :b :":       "問題:a 2x:3 : a :b :",
		":) ;-) (:) x client :))":  `":)" ";-)" : x client ":))"`,
		"a :( b :smile: -:D":       `a ":(" b :smile: -:D`,
		"client AND (:x)":          "client (:x)",
		"-net (:x) (a OR net) :x":  "-net (:x) (a OR net) :x",
		"lang:pt-BR lang:None":     "lang:pt lang:none",
		"sentiment:Negative":       "sentiment:negative",
		"link:HTTPS://B.fr/x":      "host:https://b.fr/x",
	} {
		q := parse(t, in)
		if got := q.String(); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if again := parse(t, q.String()).String(); again != want {
			t.Errorf("%q: canonical form changes to %q", want, again)
		}
	}
}

func TestMistakes(t *testing.T) {
	for in, want := range map[string]ParseError{
		`a "b`:                        {Pos: 2, End: 4, Reason: OpenQuote},
		`from:"b`:                     {Pos: 5, End: 7, Reason: OpenQuote},
		"a (b":                        {Pos: 2, End: 3, Reason: OpenParen},
		"a b) c":                      {Pos: 3, End: 4, Reason: CloseParen},
		")":                           {Pos: 0, End: 1, Reason: Missing, Args: []string{")"}},
		"()":                          {Pos: 0, End: 1, Reason: Missing, Args: []string{"("}},
		"a OR":                        {Pos: 2, End: 4, Reason: Missing, Args: []string{"OR"}},
		"OR a":                        {Pos: 0, End: 2, Reason: Missing, Args: []string{"OR"}},
		"a -":                         {Pos: 2, End: 3, Reason: Missing, Args: []string{"-"}},
		"a AND OR b":                  {Pos: 2, End: 5, Reason: Missing, Args: []string{"AND"}},
		`""`:                          {Pos: 0, End: 2, Reason: Missing, Args: []string{`""`}},
		"x clien:miette":              {Pos: 2, End: 14, Reason: UnknownTerm, Args: []string{"clien", "client"}},
		"xyzzy:a":                     {Pos: 0, End: 7, Reason: UnknownTermFar, Args: []string{"xyzzy", "client, net, account, from, tag, kind, state, is, has, window, lang, sentiment, before, after, id, text, host"}},
		"tag:":                        {Pos: 0, End: 4, Reason: EmptyValue, Args: []string{"tag"}},
		"is:red":                      {Pos: 0, End: 6, Reason: UnknownValue, Args: []string{"is", "red", "unread read open done any mine watch overdue held suspect hidden spam trash"}},
		"after:soon":                  {Pos: 0, End: 10, Reason: BadDate, Args: []string{"after", "soon"}},
		"after:2026-02-30":            {Pos: 0, End: 16, Reason: BadDate, Args: []string{"after", "2026-02-30"}},
		"host:a..b":                   {Pos: 0, End: 9, Reason: BadHost, Args: []string{"host", "a..b"}},
		"link:":                       {Pos: 0, End: 5, Reason: EmptyValue, Args: []string{"link"}},
		"a ~?!":                       {Pos: 2, End: 5, Reason: NoWord, Args: []string{"?!"}},
		`~""`:                         {Pos: 0, End: 3, Reason: NoWord, Args: []string{""}},
		`~"a`:                         {Pos: 1, End: 3, Reason: OpenQuote},
		"window:":                     {Pos: 0, End: 7, Reason: EmptyValue, Args: []string{"window"}},
		"window:2":                    {Pos: 0, End: 8, Reason: BadWindow, Args: []string{"window", "2"}},
		"window:<":                    {Pos: 0, End: 8, Reason: BadWindow, Args: []string{"window", "<"}},
		"window:<>2h":                 {Pos: 0, End: 11, Reason: BadWindow, Args: []string{"window", "<>2h"}},
		"x windows:2h":                {Pos: 2, End: 12, Reason: UnknownTerm, Args: []string{"windows", "window"}},
		"lang:french":                 {Pos: 0, End: 11, Reason: BadLang, Args: []string{"lang", "french"}},
		"lang:f1":                     {Pos: 0, End: 7, Reason: BadLang, Args: []string{"lang", "f1"}},
		"sentiment:sad":               {Pos: 0, End: 13, Reason: UnknownValue, Args: []string{"sentiment", "sad", "positive neutral negative none"}},
		"id:abc":                      {Pos: 0, End: 6, Reason: BadNumber, Args: []string{"id", "abc"}},
		strings.Repeat("(", 65) + "a": {Pos: 64, End: 65, Reason: TooDeep},
		strings.Repeat("-", 65) + "a": {Pos: 64, End: 65, Reason: TooDeep},
		strings.Repeat("a", 4097):     {Pos: 4096, End: 4097, Reason: TooLong},
	} {
		_, err := Parse(in)
		var got *ParseError
		if !errors.As(err, &got) {
			t.Errorf("%.40q: got %v", in, err)
			continue
		}
		if got.Pos != want.Pos || got.End != want.End || got.Reason != want.Reason || !slices.Equal(got.Args, want.Args) {
			t.Errorf("%.40q: got %+v, want %+v", in, *got, want)
		}
	}
}

// now is a Monday at noon UTC, one o'clock in the afternoon in Paris.
var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func thread() inbox.Thread {
	return inbox.Thread{
		ID: 12, Account: "miette-bsky", Client: "miette", Network: "bluesky", Kind: inbox.KindDM,
		Triage: inbox.Triage{State: inbox.Ours, Unread: true}, Tags: []string{"motif/livraison", "réclamation/août", "vip"},
		Author: inbox.Author{Handle: text.CleanLine("@anna.b"), Name: text.CleanLine("Anna Béranger")},
		LastAt: now.Add(-2 * time.Hour), Notes: 1, Lang: "fr", Feeling: inbox.Negative, Window: now.Add(2 * time.Hour),
	}
}

func TestHead(t *testing.T) {
	env := Env{Now: now, HasDraft: func(id inbox.ThreadID) bool { return id == 12 }}
	for q, want := range map[string]bool{
		"client:Miette": true, "client:atlas": false, "net:bluesky": true, "account:miette-bsky": true, "account:miette": false,
		"from:anna": true, "from:beran": true, "from:\"anna b\"": true, "from:\"anna be\"": false, "from:nna": false,
		"tag:reclamation": true, "tag:Réclamation/aout": true, "tag:reclamations": false, "-tag:reclamation": false,
		"tag:vip": true, "tag:motif": true, "tag:motif/livraison": true, "tag:mot": false, "-tag:vip": false,
		"kind:dm": true, "kind:watch": false, "state:ours": true, "state:any": true, "state:done": false,
		"is:unread": true, "is:read": false, "is:open": true, "is:done": false, "is:any": true, "is:mine": false, "is:watch": false,
		"is:overdue": false, "has:note": true, "has:draft": true, "id:12": true, "id:#13": false,
		"after:3h": true, "after:1h": false, "before:1h": true, "before:3h": false, "after:today": true, "after:2026-11-30": true,
		"before:aujourd'hui": false, "after:hier": true, "before:yesterday": false, "before:2026-12": true, "after:2027": false,
		"window:2h": true, "window:<2h": true, "window:<119min": false, "window:>119min": true, "window:>2h": false, "window:<1d": true,
		"window:open": true, "window:closed": false, "lang:fr": true, "lang:FR-ca": true, "lang:en": false, "lang:none": false,
		"sentiment:negative": true, "sentiment:none": false,
		"client:atlas OR is:unread": true, "client:atlas is:unread": false, "": true,
	} {
		parsed := parse(t, q)
		got, needs := parsed.Thread(env, thread())
		if got != want || needs || !parsed.HeadOnly() {
			t.Errorf("%q: got %v (needs messages: %v)", q, got, needs)
		}
		if q != "" && !strings.Contains(q, " ") {
			if not, _ := parse(t, "-"+q).Thread(env, thread()); not == want {
				t.Errorf("-%s: got %v", q, not)
			}
		}
	}
}

func TestNeedsMessages(t *testing.T) {
	for q, want := range map[string]struct{ matches, needs bool }{
		"merci": {true, true}, "-merci": {true, true}, "merci is:unread": {true, true}, "merci is:read": {false, false},
		"merci OR is:unread": {true, false}, "has:question": {true, true}, "text:a client:atlas": {false, false},
	} {
		parsed := parse(t, q)
		matches, needs := parsed.Thread(Env{Now: now}, thread())
		if matches != want.matches || needs != want.needs || parsed.HeadOnly() {
			t.Errorf("%q: %v %v", q, matches, needs)
		}
	}
}

func TestZoneOfDays(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	th := thread()
	th.LastAt = time.Date(2026, 11, 29, 23, 30, 0, 0, time.UTC) // half past midnight in Paris
	for q, want := range map[string]bool{"after:today": true, "after:2026-11-30": true, "before:hier": false} {
		if got, _ := parse(t, q).Thread(Env{Now: now, Zone: paris}, th); got != want {
			t.Errorf("%s in Paris: %v", q, got)
		}
	}
	if got, _ := parse(t, "after:today").Thread(Env{Now: now}, th); got {
		t.Error("after:today in UTC")
	}
}

func TestMessages(t *testing.T) {
	m := func(s string) inbox.Message {
		return inbox.Message{At: now.Add(-time.Hour), Text: text.Clean(s), Author: thread().Author}
	}
	hit := m("Bonjour, l’œuf de la Crème brûlée est cassé ! Où est mon bon d'achat ?\nMerci beaucoup 🎉 日本語です STRASSE")
	hit.Media = []inbox.Media{{Kind: "image", Alt: text.CleanLine("Photo du colis")}}
	for q, want := range map[string]bool{
		"creme": true, "CRÈME": true, "crem brulee": true, "reme": false, "oeuf": true, "œuf": true, "l'œuf": true,
		`"merci beaucoup"`: true, `"merci beaucou"`: false, "beaucou": true, `"bon d'achat"`: true, `"bon d’achat"`: true,
		"colis": true, "text:colis": true, "anna": true, "text:anna": false, "🎉": true, "日本": true, "本語": true, `"本語"`: true,
		"straße": true, "?": true, "!!": false, "has:question": true, "has:media": true, "-creme": false, "absent OR oeuf": true,
		"from:anna": true, "after:2h": true, "after:30min": false, "before:30min": true, "client:miette creme": true,
	} {
		if got := parse(t, q).Message(Env{Now: now}, thread(), hit); got != want {
			t.Errorf("%q: got %v", q, got)
		}
	}
	own := m("ça va ?")
	own.Outgoing = true
	if parse(t, "has:question").Message(Env{}, thread(), own) {
		t.Error("our own question counts")
	}
	both := []inbox.Message{m("un remboursement"), m("du colis")}
	for q, want := range map[string]bool{"remboursement colis": true, "-remboursement": false, "-absent": true, `"remboursement du"`: false} {
		if got := parse(t, q).Message(Env{Now: now}, thread(), both...); got != want {
			t.Errorf("two messages, %q: got %v", q, got)
		}
	}
}

func TestWhereToLook(t *testing.T) {
	for q, want := range map[string]struct {
		states string
		split  inbox.Split
	}{
		"":                      {"ours theirs snoozed escalated", inbox.Inbox},
		"client:a is:unread":    {"ours theirs snoozed escalated", inbox.Inbox},
		"is:done":               {"done", inbox.Inbox},
		"is:any":                {"ours theirs snoozed escalated done", inbox.Inbox},
		"state:any tag:x":       {"ours theirs snoozed escalated done", inbox.Inbox},
		"-is:done":              {"ours theirs snoozed escalated", inbox.Inbox},
		"state:done OR tag:x":   {"ours theirs snoozed escalated done", inbox.Inbox},
		"state:ours state:done": {"", inbox.Inbox},
		"(state:ours OR state:theirs) -state:theirs": {"ours", inbox.Inbox},
		"is:watch":              {"ours theirs snoozed escalated", inbox.Watches},
		"kind:watch is:any":     {"ours theirs snoozed escalated done", inbox.Watches},
		"is:watch OR is:unread": {"ours theirs snoozed escalated", inbox.Inbox},
		"-is:watch":             {"ours theirs snoozed escalated", inbox.Inbox},
	} {
		parsed := parse(t, q)
		var words []string
		for _, s := range parsed.States() {
			words = append(words, s.String())
		}
		if got := strings.Join(words, " "); got != want.states || parsed.Split() != want.split {
			t.Errorf("%q: %q in %v", q, got, parsed.Split())
		}
	}
}

func TestAnd(t *testing.T) {
	for _, tt := range [][3]string{{"a OR b", "c", "(a OR b) c"}, {"", "c", "c"}, {"a b", "", "a b"}, {"a", "b c", "a b c"}} {
		if got := And(parse(t, tt[0]), parse(t, tt[1])).String(); got != tt[2] {
			t.Errorf("%v: %q", tt, got)
		}
	}
}

func TestUnknownTerms(t *testing.T) {
	for in, want := range map[string]ParseError{
		"bogus:x":        {Pos: 0, End: 7, Reason: UnknownTermFar, Args: []string{"bogus", "client, net, account, from, tag, kind, state, is, has, window, lang, sentiment, before, after, id, text, host"}},
		"a clent:x":      {Pos: 2, End: 9, Reason: UnknownTerm, Args: []string{"clent", "client"}},
		"réseau:feeds":   {Pos: 0, End: 13, Reason: UnknownTerm, Args: []string{"réseau", "net"}},
		"x ÉTAT:":        {Pos: 2, End: 8, Reason: UnknownTerm, Args: []string{"état", "state"}},
		"re\u0301seau:a": {Pos: 0, End: 10, Reason: UnknownTerm, Args: []string{"re\u0301seau", "net"}},
		"compte:\"a b\"": {Pos: 0, End: 12, Reason: UnknownTerm, Args: []string{"compte", "account"}},
		"lien:a.fr":      {Pos: 0, End: 9, Reason: UnknownTerm, Args: []string{"lien", "host"}},
		"clîent:x":       {Pos: 0, End: 9, Reason: UnknownTerm, Args: []string{"clîent", "client"}},
		"vip client : a": {Pos: 4, End: 12, Reason: LooseColon, Args: []string{"client"}},
		"réseau\u00a0:a": {Pos: 0, End: 10, Reason: LooseColon, Args: []string{"net"}},
		"(net  :":        {Pos: 1, End: 7, Reason: LooseColon, Args: []string{"net"}},
		"netwrk:x":       {Pos: 0, End: 8, Reason: UnknownTerm, Args: []string{"netwrk", "network"}},
	} {
		_, err := Parse(in)
		var got *ParseError
		if !errors.As(err, &got) || !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
}

func TestNetworkIsNet(t *testing.T) {
	for _, in := range []string{"network:mastodon", "NETWORK:Mastodon"} {
		if got := parse(t, in).String(); got != "net:mastodon" {
			t.Errorf("%s is %s", in, got)
		}
	}
	if _, err := Parse("network:"); err == nil || !strings.Contains(err.Error(), "network") {
		t.Errorf("network: without a value: %v", err)
	}
}

// TestDocs holds docs/query.md against the code, both ways.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/query.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([a-z]+):` \\| (.*) \\| `([^`]+)` \\|$").FindAllStringSubmatch(string(page), -1)
	var keys []string
	for _, row := range rows {
		key, meaning, example := row[1], row[2], row[3]
		keys = append(keys, key)
		if q, err := Parse(example); err != nil || q.root.op != opTerm || q.root.term.key != key {
			t.Errorf("%s: example %q: %v", key, example, err)
		}
		for _, term := range Terms() {
			for _, v := range term.Values {
				if term.Key == key && !strings.Contains(meaning, "`"+v+"`") {
					t.Errorf("%s:%s is not documented", key, v)
				}
			}
		}
	}
	var want []string
	for _, term := range Terms() {
		want = append(want, term.Key)
		if term.Also != "" && !strings.Contains(string(page), "`"+term.Also+":`") {
			t.Errorf("%s: is not documented", term.Also)
		}
	}
	if !slices.Equal(keys, want) {
		t.Errorf("documented %v, exist %v", keys, want)
	}
	for _, line := range regexp.MustCompile(`(?m)^ {4}(\S.*)$`).FindAllStringSubmatch(string(page), -1) {
		parse(t, line[1])
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a OR (b -c) \"d\\\"\" client:x", "is:unread -has:note", "((", "text:\"a\\\\\"", "a:b", "NOT NOT a AND b", "after:3d", "~\"a b\" #c @d@e host:f.g", "client (:a) :) Re: -net :( réseau : x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			var p *ParseError
			if !errors.As(err, &p) || p.Pos < 0 || p.Pos > p.End || p.End > len(s) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		printed := q.String()
		again, err := Parse(printed)
		if err != nil && len(printed) <= MaxBytes {
			t.Fatalf("%q prints %q: %v", s, printed, err)
		}
		if err == nil && again.String() != printed {
			t.Fatalf("%q prints %q, then %q", s, printed, again.String())
		}
		q.Thread(Env{Now: now}, inbox.Thread{})
		q.Message(Env{Now: now}, inbox.Thread{}, inbox.Message{})
		q.Where(Env{Now: now})
	})
}

func BenchmarkMessage(b *testing.B) {
	q, err := Parse("remboursement client:miette")
	if err != nil {
		b.Fatal(err)
	}
	th := thread()
	m := inbox.Message{Text: text.Clean(strings.Repeat("Bonjour, je n’ai pas reçu ma commande, c’est très long. ", 4))}
	b.ReportAllocs()
	for b.Loop() {
		q.Message(Env{Now: now}, th, m)
	}
}
