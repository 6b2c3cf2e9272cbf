package query

import (
	"errors"
	"strings"
	"testing"
)

func candidates() Candidates {
	return Candidates{
		Clients: []string{"miette", "atlas"}, Networks: []string{"mastodon", "bluesky"}, Accounts: []string{"miette-social"},
		Tags: []string{"motif/livraison", "vip", "mes notes"}, Authors: []string{"@anna.b"}, Langs: []string{"fr", "en"}, Hosts: []string{"exemple.fr"},
	}
}

// TestComplete types at "|"; each suggestion is shown as the input it makes.
func TestComplete(t *testing.T) {
	for in, want := range map[string]string{
		"cl|":                  "client:| ~ window:closed |",
		"is:un|":               "is:unread |",
		"is:o|":                "is:open | ~ is:overdue |",
		"a is:un|read b":       "a is:unread| b",
		"a -(is:un|)":          "a -(is:unread|)",
		"client:|":             "client:miette | ~ client:atlas |",
		"client:Mi|":           "client:miette |",
		"network:b|":           "network:bluesky |",
		"tag:m|":               `tag:motif/livraison | ~ tag:"mes notes" |`,
		`tag:"mes n|`:          `tag:"mes notes" |`,
		`tag:"mes n|" x`:       `tag:"mes notes"| x`,
		"tag:liv|":             "tag:motif/livraison |",
		"mie|":                 "client:miette | ~ account:miette-social |",
		"-unr|":                "-is:unread |",
		"a OR que|":            "a OR has:question |",
		"before:3|":            "before:3min | ~ before:3h | ~ before:3d | ~ before:3w |",
		"after:y|":             "after:yesterday |",
		"window:<2|":           "window:<2min | ~ window:<2h | ~ window:<2d | ~ window:<2w |",
		"window:c|":            "window:closed |",
		"lang:n|":              "lang:none |",
		"from:@a|":             "from:@anna.b |",
		"kind:d|":              "kind:dm |",
		"sentiment:neg|":       "sentiment:negative |",
		"host:ex|":             "host:exemple.fr |",
		"te|":                  "text:|",
		`"cl|`:                 "",
		`"cl"|`:                "",
		"~cl|":                 "",
		"bogus:a|":             "",
		"ven|":                 "",
		"aft|":                 "after:| ~ has:draft |",
		"dow|":                 "window:|",
		"xyzzy|":               "",
		"id:1|":                "",
		"a|b":                  "account:| ~ after:|",
		"is:unread|":           "is:unread |",
		"is:unread tag:vi| -x": "is:unread tag:vip| -x",
	} {
		before, after, _ := strings.Cut(in, "|")
		var got []string
		for _, s := range Complete(before+after, len(before), candidates()) {
			whole := before + after
			got = append(got, whole[:s.From]+s.Insert+"|"+whole[s.To:])
		}
		if list := strings.Join(got, " ~ "); list != want {
			t.Errorf("%s: %s; want %s", in, list, want)
		}
	}
}

func TestCompleteFromNothing(t *testing.T) {
	for _, in := range []string{"", "a ", "(", "-", "a OR "} {
		got := Complete(in, len(in), candidates())
		if len(got) != len(Terms()) || got[0].Insert != "client:" || got[0].From != len(in) || got[0].Help != "client" {
			t.Errorf("%q: %+v", in, got)
		}
	}
	if got := Complete("is:over", 7, Candidates{}); len(got) != 1 || got[0].Help != "is.overdue" {
		t.Errorf("%+v", got)
	}
	for _, cursor := range []int{-1, 3, 1} {
		if got := Complete("é", cursor, candidates()); got != nil {
			t.Errorf("at %d: %v", cursor, got)
		}
	}
}

func FuzzComplete(f *testing.F) {
	for _, s := range []string{"is:un", `tag:"me`, "-(a OR cl", "~a", `"`, "window:<", "before:3 x"} {
		f.Add(s, len(s))
	}
	f.Fuzz(func(t *testing.T, s string, cursor int) {
		_, parseErr := Parse(s)
		for _, c := range Complete(s, cursor, candidates()) {
			if c.From < 0 || c.From > cursor || c.To < cursor || c.To > len(s) {
				t.Fatalf("%q at %d: %+v", s, cursor, c)
			}
			whole := s[:c.From] + c.Insert + s[c.To:]
			if strings.HasSuffix(c.Insert, ":") || parseErr != nil {
				continue
			}
			var bad *ParseError
			if _, err := Parse(whole); errors.As(err, &bad) && bad.Reason != TooLong {
				t.Fatalf("%q becomes %q: %v", s, whole, err)
			}
		}
	})
}
