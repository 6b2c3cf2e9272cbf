package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func client(lines string) string { return "clients:\n- id: a\n  " + lines }

func dates(days []inbox.Day) string {
	var list []string
	for _, d := range days {
		list = append(list, fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day))
	}
	return strings.Join(list, " ")
}

func TestHoursOfAClient(t *testing.T) {
	conf, mistakes := Parse("c.yaml", []byte(client(`hours:
    mon-fri: [13:30-18:00, 8:00-12:00]
    sun: 00:00-24:00
    sat: []
  answer_within: 4h
  answer_within_kinds: {dm: 30m, review: 0s}
  quiet: 20:00-08:00
  holidays: [2026-12-25, 2026-12-30..2027-01-02, 02-29, 05-01]`)), networks())
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	c := conf.Clients[0]
	hm := func(h, m int) time.Duration { return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute }
	work := []inbox.Span{{From: hm(8, 0), To: hm(12, 0)}, {From: hm(13, 30), To: hm(18, 0)}}
	want := [7][]inbox.Span{{{From: 0, To: hm(24, 0)}}, work, work, work, work, work, nil}
	if got := c.Hours.Week(); !reflect.DeepEqual(got, want) {
		t.Errorf("week %v", got)
	}
	if c.Answer != Duration(4*time.Hour) || c.Answers["dm"] != Duration(30*time.Minute) || len(c.Answers) != 2 {
		t.Errorf("answers within %v, %v", c.Answer, c.Answers)
	}
	if got := c.Quiet.Spans(); !reflect.DeepEqual(got, []inbox.Span{{From: hm(20, 0), To: hm(8, 0)}}) {
		t.Errorf("quiet %v", got)
	}
	days, err := c.Closed(2026, 2028)
	if want := "2026-05-01 2026-12-25 2026-12-30 2026-12-31 2027-01-01 2027-01-02 2027-05-01 2028-02-29 2028-05-01"; err != nil || dates(days) != want {
		t.Errorf("closed %v, %v", days, err)
	}
}

func TestHolidayFiles(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.ics"), filepath.Join(dir, "bad.ics")
	for path, body := range map[string]string{
		good: "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n",
		bad:  "Merry Christmas",
	} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	conf, mistakes := Parse("c.yaml", []byte(client("holidays: ["+good+", "+bad+", "+dir+"/none.ics, "+dir+", 2026-05-01]")), networks())
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	days, err := conf.Clients[0].Closed(2026, 2026)
	if want := "2026-05-01 2026-12-25"; err == nil || dates(days) != want {
		t.Errorf("closed %v, %v", days, err)
	}
	found := CheckPlaces("c.yaml", conf)
	if len(found) != 3 || found[0].Path != "clients[0].holidays[1]" || !strings.Contains(found[0].Error(), "line 1") ||
		found[1].Path != "clients[0].holidays[2]" || found[2].Path != "clients[0].holidays[3]" {
		t.Errorf("%v", found)
	}
}

func TestMistakesOfClients(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		line int
		col  int
		path string
		want string
	}{
		"no day":               {client("hours: {mo: [08:00-12:00]}"), 3, 11, "clients[0].hours", `found "mo"; expected: a day`},
		"day twice":            {client("hours: {mon-wed: 8:00-9:00, tue: 10:00-11:00}"), 3, 31, "clients[0].hours", `"tue" stands at line 3`},
		"backwards":            {client("hours: {mon: [12:00-08:00]}"), 3, 17, "clients[0].hours.mon", "from one time to a later one"},
		"no time":              {client("hours: {mon: [8-12]}"), 3, 17, "clients[0].hours.mon", `found "8-12"`},
		"empty span":           {client("hours: {mon: ['08:00-08:00']}"), 3, 17, "clients[0].hours.mon", `found "08:00-08:00"`},
		"past midnight":        {client("hours: {mon: ['08:00-25:00']}"), 3, 17, "clients[0].hours.mon", `found "08:00-25:00"`},
		"overlap":              {client("hours: {mon: ['08:00-12:00', '11:59-13:00']}"), 3, 32, "clients[0].hours.mon", "overlaps"},
		"spans":                {client("hours: {mon: {a: b}}"), 3, 16, "clients[0].hours.mon", "a list"},
		"hours":                {client("hours: [mon]"), 3, 10, "clients[0].hours", "settings, one a line"},
		"night":                {client("quiet: [late]"), 3, 11, "clients[0].quiet", "20:00-08:00"},
		"holiday":              {client("holidays: [Christmas]"), 3, 14, "clients[0].holidays[0]", "a date such as"},
		"no such date":         {client("holidays: ['2026-02-30']"), 3, 14, "clients[0].holidays[0]", `found "2026-02-30"`},
		"a time":               {client("holidays: [2026-12-25T10:00:00Z]"), 3, 14, "clients[0].holidays[0]", "a date such as"},
		"range backwards":      {client("holidays: [2026-12-25..2026-12-24]"), 3, 14, "clients[0].holidays[0]", "a date such as"},
		"range too long":       {client("holidays: [2026-12-25..2028-12-24]"), 3, 14, "clients[0].holidays[0]", "a date such as"},
		"relative file":        {client("holidays: [holidays.ics]"), 3, 14, "clients[0].holidays[0]", "from the root on"},
		"answer":               {client("answer_within: soon"), 3, 18, "clients[0].answer_within", "a time span"},
		"answer of a kind":     {client("answer_within_kinds: {mail: 1h}"), 3, 25, "clients[0].answer_within_kinds", "comment, mention, dm"},
		"answer's span":        {client("answer_within_kinds: {dm: x}"), 3, 29, "clients[0].answer_within_kinds.dm", "a time span"},
		"address":              {client("charter: {address: du}"), 3, 22, "clients[0].charter.address", "tu, vous"},
		"language":             {client("charter: {languages: [french]}"), 3, 25, "clients[0].charter.languages[0]", "two letters"},
		"no word":              {client("charter: {words: [{why: x}]}"), 3, 21, "clients[0].charter.words[0]", `"word" is missing`},
		"block":                {client("charter: {words: [{word: x, block: no way}]}"), 3, 38, "clients[0].charter.words[0].block", "true or false"},
		"reply without text":   {client("replies: [{id: x}]"), 3, 13, "clients[0].replies[0]", `"text" is missing`},
		"reply's id":           {client("replies: [{id: X Y, text: x}]"), 3, 18, "clients[0].replies[0].id", "short word"},
		"reply's language":     {client("replies: [{id: x, lang: FR, text: x}]"), 3, 27, "clients[0].replies[0].lang", "two letters"},
		"reply's network":      {client("replies: [{id: x, network: icq, text: x}]"), 3, 30, "clients[0].replies[0].network", "unknown network"},
		"reply twice":          {client("replies: [{id: x, lang: fr, text: x}, {id: x, text: x}, {id: x, lang: fr, text: y}]"), 3, 59, "clients[0].replies[2]", "taken already at line 3"},
		"view hidden":          {"views: [{id: v, query: a, hide: perhaps}]", 1, 33, "views[0].hide", "true or false"},
		"after":                {"after: back", 1, 8, "after", "next, stay"},
		"desktop":              {"notify: {desktop: growl}", 1, 19, "notify.desktop", "auto, osc9, osc777, off"},
		"hook":                 {"notify: {hook: beep}", 1, 16, "notify.hook", "a list"},
		"linear":               {"linear: 1", 1, 9, "linear", "true or false"},
		"open, not a list":     {"open: firefox", 1, 7, "open", "a list"},
		"quiet of all clients": {"notify: {quiet: [now]}", 1, 18, "notify.quiet", "20:00-08:00"},
	} {
		_, mistakes := Parse("c.yaml", []byte(tt.in), networks())
		if len(mistakes) != 1 {
			t.Errorf("%s: %d mistakes: %v", name, len(mistakes), mistakes)
			continue
		}
		if m := mistakes[0]; m.Line != tt.line || m.Column != tt.col || m.Path != tt.path || !strings.Contains(m.Error(), tt.want) {
			t.Errorf("%s: %+v\n\t%s", name, m, m)
		}
	}
}
