package bridge

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// maxID is the longest id in bytes. Networks' own are far below; an
	// address used as an id still fits.
	maxID = 1024
	// maxURL is the longest address that is kept, in bytes.
	maxURL = 4096
)

// word is what verbs look like: new ones may come in the same version.
var word = regexp.MustCompile(`^[a-z][a-z_-]{0,31}$`)

// check makes a message fit to be written and kept, or says why it is not.
func (w *wireMessage) check() error {
	if err := ids("account", w.Account, "thread", w.Thread, "id", w.ID); err != nil {
		return err
	}
	if w.Parent != "" && !goodID(w.Parent) {
		return refuse(BadID, "parent")
	}
	if !inbox.Kind(w.Kind).Valid() {
		return refuse(NotOneOf, "kind", "comment, mention, dm, review, watch")
	}
	if err := cmp.Or(given("at", w.At), maybe("edited", w.Edited), maybe("reply_until", w.ReplyUntil)); err != nil {
		return err
	}
	if w.Author == nil || !goodID(w.Author.ID) {
		return refuse(MissingID, "author.id")
	}
	if w.Text == nil && !w.Deleted {
		return refuse(Missing, "text")
	}
	if w.Rating != nil && (*w.Rating < 1 || *w.Rating > 5) {
		return refuse(BadRating)
	}
	if err := w.checkPost(); err != nil {
		return err
	}
	if w.Author.Followers < 0 || w.Counts.negative() {
		return refuse(BadCount)
	}
	if !inbox.Status(w.Status).Valid() {
		return refuse(NotOneOf, "status", "held, spam, trash, hidden, suspect")
	}
	if err := w.Poll.check(); err != nil {
		return err
	}
	w.tidy()
	return nil
}

func (w *wirePoll) check() error {
	if w == nil {
		return nil
	}
	if w.Voters < 0 || slices.ContainsFunc(w.Options, func(o wireOption) bool { return o.Votes < 0 }) {
		return refuse(BadCount)
	}
	return maybe("poll.ends", w.Ends)
}

func (w *wireMessage) checkPost() error {
	if w.Post == nil {
		return nil
	}
	if !goodID(w.Post.ID) {
		return refuse(MissingID, "post.id")
	}
	if w.Post.Counts.negative() {
		return refuse(BadCount)
	}
	return maybe("post.at", w.Post.At)
}

func (c *wireCounts) negative() bool {
	return c != nil && (c.Likes < 0 || c.Reposts < 0 || c.Replies < 0)
}

// tidy cleans what needs no refusal.
func (w *wireMessage) tidy() {
	w.Client, w.Network = line(w.Client), line(w.Network)
	w.Lang, w.Visibility = line(w.Lang), line(w.Visibility)
	w.URL = link(w.URL)
	w.Author.Handle, w.Author.Name = line(w.Author.Handle), line(w.Author.Name)
	w.Author.URL = link(w.Author.URL)
	if w.Post != nil {
		w.Post.URL = link(w.Post.URL)
	}
	if w.Deleted || w.Text == nil {
		w.Text, w.Media = &text.Safe{}, nil
		w.Warning, w.Poll, w.To = text.Safe{}, nil, nil
	}
	w.To = w.To[:min(len(w.To), inbox.MostTo)]
	for i, to := range w.To {
		w.To[i] = text.CleanLine(to.String())
	}
	w.Warning = text.CleanLine(w.Warning.String())
	if w.Poll != nil {
		for i, o := range w.Poll.Options {
			w.Poll.Options[i].Text = text.CleanLine(o.Text.String())
		}
	}
	for i := range w.Media {
		m := &w.Media[i]
		m.Kind, m.URL, m.Alt = line(m.Kind), link(m.URL), text.CleanLine(m.Alt.String())
	}
}

func (w *wireThread) check() error {
	if err := ids("account", w.Account, "thread", w.Thread); err != nil {
		return err
	}
	for _, t := range w.Tags {
		if !inbox.ValidTag(t) {
			return refuse(BadTag)
		}
	}
	slices.Sort(w.Tags)
	w.Tags = slices.Compact(w.Tags)
	if f, ok := inbox.ParseFeeling(w.Sentiment); w.Sentiment != "" && (!ok || f == inbox.Unmarked) {
		return refuse(NotOneOf, "sentiment", "positive, neutral, negative")
	}
	return w.wireTriage.check()
}

func (w *wireTriage) check() error {
	if _, ok := inbox.ParseState(w.State); !ok {
		return refuse(NotOneOf, "state", "ours, theirs, snoozed, escalated, done")
	}
	if _, ok := inbox.ParseNapRule(w.Nap); !ok {
		return refuse(NotOneOf, "nap", "reply, noreply")
	}
	if err := cmp.Or(maybe("until", w.Until), maybe("woke_at", w.WokeAt), maybe("done_at", w.DoneAt)); err != nil {
		return err
	}
	if e := w.Escalation; e != nil {
		e.Contact, e.Name = line(e.Contact), line(e.Name)
		return cmp.Or(maybe("escalation.at", e.At), maybe("escalation.due", e.Due))
	}
	return nil
}

func (w *wireEvent) check() error {
	if err := ids("account", w.Account, "thread", w.Thread); err != nil {
		return err
	}
	if err := cmp.Or(given("at", w.At), maybe("until", w.Until)); err != nil {
		return err
	}
	switch inbox.Actor(w.Actor) {
	case inbox.Human, inbox.Rule, inbox.Native, inbox.Import, inbox.System:
	default:
		return refuse(NotOneOf, "actor", "human, rule, native, import, system")
	}
	if !word.MatchString(w.Verb) {
		return refuse(BadVerb)
	}
	if w.N < 0 || w.Undoes < 0 {
		return refuse(BadNumber)
	}
	if w.Message != "" && !goodID(w.Message) {
		return refuse(BadID, "message")
	}
	w.Session = line(w.Session)
	if !w.goodArgs() {
		return refuse(BadTagEvent)
	}
	for i, a := range w.Args {
		w.Args[i] = line(a)
	}
	for _, t := range []*wireTriage{w.Before, w.After} {
		if t != nil {
			if err := t.check(); err != nil {
				return err
			}
		}
	}
	return nil
}

// goodArgs reports whether args can be applied: those of tagged are changes of
// tags; those of undone are that, or one priority, sentiment or target to go back
// to, or the kind of one act that did not leave.
func (w *wireEvent) goodArgs() bool {
	undone := w.Verb == string(inbox.Undone)
	if !undone && w.Verb != string(inbox.Tagged) {
		return true
	}
	if undone && len(w.Args) == 1 && (isRank(w.Args[0]) || isFeeling(w.Args[0]) || isTime(w.Args[0]) || word.MatchString(w.Args[0])) {
		return true
	}
	return !slices.ContainsFunc(w.Args, func(a string) bool {
		return a == "" || !strings.Contains("+-", a[:1]) || !inbox.ValidTag(a[1:])
	})
}

// isRank reports whether an argument is a priority to go back to: "=2".
func isRank(a string) bool {
	n, is := strings.CutPrefix(a, "=")
	_, err := strconv.Atoi(n)
	return is && err == nil
}

// isTime reports whether an argument is a time.
func isTime(a string) bool {
	_, err := time.Parse(time.RFC3339, a)
	return err == nil
}

// isFeeling reports whether an argument is a sentiment to go back to:
// "~positive".
func isFeeling(a string) bool {
	name, is := strings.CutPrefix(a, "~")
	_, known := inbox.ParseFeeling(name)
	return is && known
}

// ids checks pairs of a field's name and its id.
func ids(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if !goodID(pairs[i+1]) {
			return refuse(MissingID, pairs[i])
		}
	}
	return nil
}

func goodID(id string) bool {
	return id != "" && len(id) <= maxID && line(id) == id
}

// given checks a time that must be there, maybe one that need not.
func given(field string, s stamp) error {
	if !s.bad && s.IsZero() {
		return refuse(Missing, field)
	}
	return maybe(field, s)
}

func maybe(field string, s stamp) error {
	if s.bad || (!s.IsZero() && !inRange(s.Time)) {
		return refuse(BadTime, field)
	}
	return nil
}

func line(s string) string { return text.CleanLine(s).String() }

// link keeps an address that people may open and drops any other.
func link(s string) string {
	if s == "" || len(s) > maxURL || line(s) != s {
		return ""
	}
	if plainLink(s) {
		return s
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host != "" {
			return s
		}
	case "mailto":
		return s
	}
	return ""
}

// plainLink knows most addresses at once: a scheme that is kept, the plain
// name of a host, and nothing behind it that could be spelled wrongly. False
// says nothing.
func plainLink(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool { return !plainHost(r) }) &&
		!strings.ContainsFunc(rest[len(host):], func(r rune) bool { return !plainHost(r) && !strings.ContainsRune("/?=&_~@+", r) })
}

func plainHost(r rune) bool {
	return r == '.' || r == '-' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
}
