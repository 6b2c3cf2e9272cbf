package ics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func calendar(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n")
	for _, e := range events {
		b.WriteString("BEGIN:VEVENT\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

func TestDays(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want string
	}{
		"one day":               {calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226"), "2026-12-25"},
		"no end":                {calendar("DTSTART;VALUE=DATE:20261225"), "2026-12-25"},
		"end on the day":        {calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225"), "2026-12-25"},
		"end before start":      {calendar("DTEND;VALUE=DATE:20261227\nDTSTART;VALUE=DATE:20261225"), "2026-12-25 2026-12-26"},
		"over new year":         {calendar("DTSTART;VALUE=DATE:20271230\nDTEND;VALUE=DATE:20280102"), "2027-12-30 2027-12-31"},
		"from the year":         {calendar("DTSTART;VALUE=DATE:20251231\nDTEND;VALUE=DATE:20260102"), "2026-01-01"},
		"duration":              {calendar("DTSTART;VALUE=DATE:20260301\nDURATION:P2D"), "2026-03-01 2026-03-02"},
		"yearly":                {calendar("DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY"), "2026-12-25 2027-12-25"},
		"yearly, long":          {calendar("DTSTART;VALUE=DATE:20101231\nDTEND;VALUE=DATE:20110102\nRRULE:FREQ=YEARLY"), "2026-01-01 2026-12-31 2027-01-01 2027-12-31"},
		"until":                 {calendar("DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY;UNTIL=20261225"), "2026-12-25"},
		"count":                 {calendar("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;COUNT=2"), "2026-12-25"},
		"every other year":      {calendar("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;INTERVAL=2"), "2027-12-25"},
		"but one":               {calendar("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20261225"), "2027-12-25"},
		"one cancelled":         {calendar("UID:a\nDTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY", "UID:a\nRECURRENCE-ID;VALUE=DATE:20261225\nDTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED"), "2027-12-25"},
		"one moved, before it":  {calendar("UID:a\nRECURRENCE-ID;VALUE=DATE:20261225\nDTSTART;VALUE=DATE:20261228", "UID:a\nDTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY"), "2026-12-28 2027-12-25"},
		"one with an hour":      {calendar("UID:a\nDTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY", "UID:a\nRECURRENCE-ID;VALUE=DATE:20261225\nDTSTART:20261225T140000"), "2027-12-25"},
		"another's cancelled":   {calendar("UID:a\nDTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY", "UID:b\nRECURRENCE-ID;VALUE=DATE:20261225\nSTATUS:CANCELLED"), "2026-12-25 2027-12-25"},
		"but one, at midnight":  {calendar("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY\nEXDATE;TZID=Europe/Paris:20261225T000000"), "2027-12-25"},
		"leap day":              {calendar("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY"), ""},
		"thanksgiving":          {calendar("DTSTART;VALUE=DATE:20241128\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"), "2026-11-26 2027-11-25"},
		"memorial day":          {calendar("DTSTART;VALUE=DATE:20240527\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"), "2026-05-25 2027-05-31"},
		"first monday":          {calendar("DTSTART;VALUE=DATE:20240902\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO"), "2026-09-07 2027-09-06"},
		"timed":                 {calendar("DTSTART:20261225T100000Z\nDTEND:20261225T110000Z", "DTSTART;VALUE=DATE:20260501"), "2026-05-01"},
		"all day, timed":        {calendar("DTSTART;TZID=Europe/Paris:20261224T000000\nDTEND;TZID=Europe/Paris:20261226T000000"), "2026-12-24 2026-12-25"},
		"an afternoon":          {calendar("DTSTART:20261224T000000\nDTEND:20261224T120000"), ""},
		"more dates":            {calendar("DTSTART;VALUE=DATE:20260501\nRDATE;VALUE=DATE:20260508,20270101\nRDATE;VALUE=DATE:20280101"), "2026-05-01 2026-05-08 2027-01-01"},
		"every day of a week":   {calendar("DTSTART;VALUE=DATE:20261228\nRRULE:FREQ=DAILY;COUNT=5"), "2026-12-28 2026-12-29 2026-12-30 2026-12-31 2027-01-01"},
		"weekly":                {calendar("DTSTART;VALUE=DATE:20260803\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260812"), "2026-08-03 2026-08-05 2026-08-10 2026-08-12"},
		"every other week":      {calendar("DTSTART;VALUE=DATE:20261216\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3"), "2026-12-16 2026-12-30 2027-01-13"},
		"weeks from sunday":     {calendar("DTSTART;VALUE=DATE:19970805\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4", "DTSTART;VALUE=DATE:20260501"), "2026-05-01"},
		"last of the month":     {calendar("DTSTART;VALUE=DATE:20270131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"), "2027-01-31 2027-02-28 2027-03-31"},
		"the 31st":              {calendar("DTSTART;VALUE=DATE:20270131\nRRULE:FREQ=MONTHLY;COUNT=3"), "2027-01-31 2027-03-31 2027-05-31"},
		"friday the 13th":       {calendar("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"), "2026-02-13 2026-03-13 2026-11-13 2027-08-13"},
		"two months":            {calendar("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1"), "2026-01-01 2026-07-01 2027-01-01 2027-07-01"},
		"over new year, weekly": {calendar("DTSTART;VALUE=DATE:20251229\nDTEND;VALUE=DATE:20260102\nRRULE:FREQ=WEEKLY;COUNT=1"), "2026-01-01"},
		"first mondays":         {calendar("DTSTART;VALUE=DATE:20261102\nRRULE:FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270201"), "2026-11-02 2026-12-07 2027-01-04 2027-02-01"},
		"last working day":      {calendar("DTSTART;VALUE=DATE:20261130\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"), "2026-11-30 2026-12-31 2027-01-29"},
		"second and last":       {calendar("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=YEARLY;BYMONTH=12;BYDAY=TU,TH;BYSETPOS=2,-1;COUNT=2"), "2026-12-03 2026-12-31"},
		"first of a week":       {calendar("DTSTART;VALUE=DATE:20261216\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=1;COUNT=2"), "2026-12-22 2026-12-29"},
		"no such place":         {calendar("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6"), ""},
		"day of the year":       {calendar("DTSTART;VALUE=DATE:20200913\nRRULE:FREQ=YEARLY;BYYEARDAY=256,-1"), "2026-09-13 2026-12-31 2027-09-13 2027-12-31"},
		"of a leap year only":   {calendar("DTSTART;VALUE=DATE:20201231\nRRULE:FREQ=YEARLY;BYYEARDAY=366"), ""},
		"week of the year":      {calendar("DTSTART;VALUE=DATE:20260511\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"), "2026-05-11 2027-05-17"},
		"week, of its first":    {calendar("DTSTART;VALUE=DATE:20260512\nRRULE:FREQ=YEARLY;BYWEEKNO=20"), "2026-05-12 2027-05-18"},
		"the 53rd week":         {calendar("DTSTART;VALUE=DATE:20201228\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SU"), "2026-12-28 2027-01-03"},
		"the last week":         {calendar("DTSTART;VALUE=DATE:20201228\nRRULE:FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SA"), "2027-01-02"},
		"20th monday":           {calendar("DTSTART;VALUE=DATE:20260518\nRRULE:FREQ=YEARLY;BYDAY=20MO"), "2026-05-18 2027-05-17"},
		"last monday":           {calendar("DTSTART;VALUE=DATE:20251229\nRRULE:FREQ=YEARLY;BYDAY=-1MO"), "2026-12-28 2027-12-27"},
		"fridays":               {calendar("DTSTART;VALUE=DATE:20271217\nRRULE:FREQ=YEARLY;BYDAY=FR"), "2027-12-17 2027-12-24 2027-12-31"},
		"every 13th":            {calendar("DTSTART;VALUE=DATE:20271013\nRRULE:FREQ=YEARLY;BYMONTHDAY=13"), "2027-10-13 2027-11-13 2027-12-13"},
		"every fifth year":      {calendar("DTSTART;VALUE=DATE:20020421\nRRULE:FREQ=YEARLY;INTERVAL=5;BYMONTH=4;BYDAY=-1SU"), "2027-04-25"},
		"every 7th month":       {calendar("DTSTART;VALUE=DATE:00010131\nRRULE:FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=-1"), "2026-05-31 2026-12-31 2027-07-31"},
		"every 100th day":       {calendar("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;INTERVAL=100;COUNT=1000000000"), "2026-01-01 2026-04-11 2026-07-20 2026-10-28 2027-02-05 2027-05-16 2027-08-24 2027-12-02"},
		"cancelled":             {calendar("DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED"), ""},
		"folded":                {calendar("SUMMARY:No\n  DTSTART:x\nDTSTART;VALUE=DATE:202\n 61225"), "2026-12-25"},
		"quoted colon":          {calendar("DTSTART;X=\"a:b\";VALUE=DATE:20261225"), "2026-12-25"},
		"alarm":                 {calendar("DTSTART;VALUE=DATE:20261225\nBEGIN:VALARM\nDURATION:nonsense\nDTSTART:never\nEND:VALARM"), "2026-12-25"},
		"twice":                 {calendar("DTSTART;VALUE=DATE:20261225", "DTSTART;VALUE=DATE:20261225"), "2026-12-25"},
		"zone passed over":      {"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n", ""},
	} {
		days, err := Days([]byte(tt.in), 2026, 2027)
		var got []string
		for _, d := range days {
			got = append(got, fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day))
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, %v; want %s", name, got, err, tt.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"empty":          {"", "not whole"},
		"no calendar":    {"Hello\n", "line 1"},
		"cut":            {calendar("DTSTART;VALUE=DATE:20261225")[:80], "not whole"},
		"no start":       {calendar("SUMMARY:x"), "line 4"},
		"no date":        {calendar("DTSTART;VALUE=DATE:20261325"), `"20261325" is no date`},
		"hourly":         {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=HOURLY"), "not understood"},
		"every second":   {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=SECONDLY"), "not understood"},
		"of a month":     {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=MONTHLY;BYDAY=-20MO"), "not understood"},
		"of its months":  {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=20MO"), "not understood"},
		"of no year":     {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYDAY=54MO"), "not understood"},
		"week by number": {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO"), "not understood"},
		"no place":       {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=0"), "not understood"},
		"by year day":    {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=MONTHLY;BYYEARDAY=3"), "not understood"},
		"by week":        {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=MONTHLY;BYWEEKNO=3"), "not understood"},
		"much work":      {calendar(slices.Repeat([]string{"DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY;COUNT=1000000000;BYMONTH=2;BYMONTHDAY=30"}, 99)...), "repeat over more than"},
		"never":          {calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;INTERVAL=0"), "not understood"},
		"ends before it": {calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261220"), "lasts -5 days"},
		"for ever":       {calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20991220"), "days"},
	} {
		if days, err := Days([]byte(tt.in), 2026, 2027); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, %v", name, days, err)
		}
	}
}

// TestManyApart: what a file says in many places costs no more than its length.
func TestManyApart(t *testing.T) {
	var b strings.Builder
	for range 15_000 {
		b.WriteString("BEGIN:VEVENT\nUID:a\nDTSTART:20260301\nEND:VEVENT\n")
	}
	for i := range 15_000 {
		at := time.Date(2026, time.March, 2+i, 0, 0, 0, 0, time.UTC).Format("20060102")
		b.WriteString("BEGIN:VEVENT\nUID:a\nSTATUS:CANCELLED\nRECURRENCE-ID:" + at + "\nEND:VEVENT\n")
	}
	b.WriteString("BEGIN:VEVENT\nDTSTART:20260302\n" + strings.Repeat("EXDATE:20260301\n", 100_000) + "END:VEVENT\n")
	days, err := Days([]byte("BEGIN:VCALENDAR\n"+b.String()+"END:VCALENDAR\n"), 2026, 2027)
	if err != nil || len(days) != 2 {
		t.Errorf("%v, %v", days, err)
	}
}

func FuzzDays(f *testing.F) {
	f.Add([]byte(calendar("DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=9\nEXDATE:20261225")))
	f.Add([]byte(calendar("DTSTART:19991231\nRRULE:FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO,SU;BYSETPOS=1,-1;WKST=SU")))
	f.Add([]byte(calendar("DTSTART:20200229\nRRULE:FREQ=YEARLY;BYYEARDAY=-366,60;BYDAY=-53MO,TU")))
	f.Add([]byte(calendar("DTSTART:00010101\nDURATION:P9W\nRRULE:FREQ=YEARLY;INTERVAL=99999999999")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		days, err := Days(raw, 2026, 2027)
		for i, d := range days {
			at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
			if d.Year < 2026 || d.Year > 2027 || at.Day() != d.Day {
				t.Errorf("%v", d)
			}
			if i > 0 && Compare(days[i-1], d) >= 0 {
				t.Errorf("%v before %v", days[i-1], d)
			}
		}
		if err != nil && len(days) > 0 {
			t.Error("days and an error")
		}
	})
}
