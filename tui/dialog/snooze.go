package dialog

import (
	"errors"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// day is a day of 24 hours.
const day = 24 * time.Hour

// Snooze asks until when the threads sleep, in free words.
type Snooze struct {
	moments
	Threads []inbox.Thread
	look    look.Look
	morning when.Morning
	clients int    // how many the threads are of
	dozes   bool   // thanks do not wake them, whatever the words say
	warned  string // the words whose losses were on the screen
}

// SnoozePicked: let the threads sleep as the words say.
type SnoozePicked struct {
	Threads []inbox.Thread
	Words   string
	Says    string         // until when, for people
	Lost    []inbox.Thread // whose windows close meanwhile, when the screen had no room to say so
}

// NewSnooze asks for a moment in the zone of the first thread's client.
func NewSnooze(ts []inbox.Thread, l look.Look, now time.Time) *Snooze {
	c := l.Client(ts[0].Client)
	d := &Snooze{
		Threads: ts, look: l, morning: c.Hours.Morning, clients: len(clients(ts)),
		moments: moments{zone: c.Zone, now: now, presets: []string{
			l.P.T("snooze.hours"), l.P.T("snooze.evening"), l.P.T("snooze.tomorrow"), l.P.T("snooze.monday"), l.P.T("snooze.week"),
			l.P.T("snooze.reply"), l.P.T("snooze.noreply"),
		}},
	}
	d.says = func(l look.Look, words string) (string, error) { return d.meaning(l, words, "") }
	return d
}

func clients(ts []inbox.Thread) map[inbox.ClientID]bool {
	seen := map[inbox.ClientID]bool{}
	for _, t := range ts {
		seen[t.Client] = true
	}
	return seen
}

// Title names the act and its threads.
func (d *Snooze) Title(l look.Look) string {
	return l.P.T("dialog.snooze") + " " + l.Glyphs.Dot + " " + threads(l, d.Threads)
}

// Rows: also what wakes the threads, and what is lost.
func (d *Snooze) Rows(l look.Look, w int) int { return d.moments.Rows(l, w) + len(d.wakes(l, w)) }

// View draws the dialog.
func (d *Snooze) View(l look.Look, w, h int) []string {
	out := d.draw(l, w, h, l.P.T("dialog.until"), l.P.T("dialog.until-hint"), d.told(l, w), func(int) bool { return false })
	wakes := d.wakes(l, w)
	if len(out) >= 2 && 2+len(wakes) <= h {
		d.warned = d.words()
	}
	return slices.Insert(out, min(2, len(out)), wakes...)[:min(len(out)+len(wakes), h)]
}

// wakes are the lines that say what wakes the threads, and what answers are
// lost meanwhile.
func (d *Snooze) wakes(l look.Look, w int) (out []string) {
	nap, err := d.nap()
	words := l.P.T("nap.wakes")
	if d.dozes || err == nil && nap.Dozes {
		words = l.P.T("nap.wakes-but")
	}
	out = append(out, l.Spans(w).Add(l.Key, " tab ").Add(l.Muted, words).End(l.Text))
	if err != nil {
		return out
	}
	if lost := look.Closing(d.Threads, d.now, nap.Until); len(lost) > 0 {
		for _, s := range l.Wrap("! "+l.Closes(lost), max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Danger, " "+s).End(l.Text))
		}
	}
	return out
}

// nap is what the words mean.
func (d *Snooze) nap() (when.Nap, error) {
	return when.ParseNap(d.words(), d.now, d.zone, d.morning)
}

// words are those of the field or of the preset, with what the key adds.
func (d *Snooze) words() string {
	if d.dozes && d.text() != "" {
		return d.text() + " sleep"
	}
	return d.text()
}

// told is the line that says what the words mean.
func (d *Snooze) told(l look.Look, w int) string {
	s := l.Spans(w).Add(l.Text, " ")
	if d.text() == "" {
		return s.Add(l.Faint, d.times(l)).End(l.Text)
	}
	words, err := d.meaning(l, d.words(), ", "+d.times(l))
	switch {
	case errors.Is(err, when.ErrPast):
		s.Add(l.Warn, l.P.T("when.past"))
	case err != nil:
		s.Add(l.Warn, unclear(l, err, "nap.unclear"))
	default:
		s.Add(l.OK, l.Glyphs.To+" "+words)
	}
	return s.End(l.Text)
}

// times says whose clock is meant.
func (d *Snooze) times(l look.Look) string {
	if d.clients > 1 {
		return l.P.T("nap.times-of")
	}
	return l.P.T("nap.time-of", l.Client(d.Threads[0].Client).Name)
}

// meaning says what words mean: the moment, with whose time that is behind it,
// and what else wakes the threads or does not.
func (d *Snooze) meaning(l look.Look, words, whose string) (string, error) {
	nap, err := when.ParseNap(words, d.now, d.zone, d.morning)
	if err != nil {
		return "", err
	}
	said := l.P.T("nap.until-reply")
	if !nap.Until.IsZero() {
		said = l.Time.Full(nap.Until, d.zone)
		if n := int(nap.Until.Sub(d.now).Round(day) / day); whose != "" && n > 1 {
			said += " " + l.P.T("nap.in-days", n)
		}
		said += whose
	}
	more := []string{said}
	if nap.Rule == when.NoReply {
		more = append(more, l.P.T("nap.unless"))
	}
	if nap.Dozes && !d.dozes {
		more = append(more, l.P.T("nap.dozes"))
	}
	return strings.Join(more, " "+l.Glyphs.Dot+" "), nil
}

// moment says what free words mean.
func moment(l look.Look, w int, words string, now time.Time, zone *time.Location) string {
	s := l.Spans(w).Add(l.Text, " ")
	if words == "" {
		return s.Add(l.Faint, l.P.T("when.zone", zone.String())).End(l.Text)
	}
	t, err := when.Parse(words, now, zone)
	switch {
	case errors.Is(err, when.ErrPast):
		s.Add(l.Warn, l.P.T("when.past"))
	case err != nil:
		s.Add(l.Warn, unclear(l, err, "when.unclear"))
	default:
		s.Add(l.OK, l.Glyphs.To+" "+l.Time.Full(t, zone)).Add(l.Faint, " ("+zone.String()+")")
	}
	return s.End(l.Text)
}

// unclear says which word was not understood and which it is like; with none
// like it, what otherwise says.
func unclear(l look.Look, err error, otherwise lang.Key) string {
	var u *when.Unclear
	if errors.As(err, &u) && u.Near != "" {
		return l.P.T("when.near", u.Word, u.Near)
	}
	return l.P.T(otherwise)
}

// until says in few words until when the threads sleep.
func (d *Snooze) until(nap when.Nap) string {
	if nap.Until.IsZero() {
		return d.look.P.T("nap.until-reply")
	}
	return d.look.P.T("nap.until", d.look.Time.Moment(nap.Until, d.now, d.zone))
}

// Do moves in the presets, switches what thanks do, and accepts.
func (d *Snooze) Do(i keys.Intent) Action {
	switch i {
	case keys.Accept, keys.Send:
		if nap, err := d.nap(); err == nil {
			p := SnoozePicked{Threads: d.Threads, Words: d.words(), Says: d.until(nap)}
			if d.warned != d.words() {
				p.Lost = look.Closing(d.Threads, d.now, nap.Until)
			}
			return p
		}
	case keys.NextField:
		d.dozes = !d.dozes
	default:
		d.move(i)
	}
	return nil
}
