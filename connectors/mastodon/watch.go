package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vigie/connectors/htmltext"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	// maxBack is how many statuses with a word are read of the time before it
	// was listened to.
	maxBack = 400
	// watchRest is the least time between two reads for each word; all of them
	// cost at most half the usual 300 calls in five minutes.
	watchRest = 10 * time.Second
	// probeWord is how long a word must be to try the search with, in letters.
	probeWord = 5
)

// listened are the words that an account listens to: hashtags with their sign,
// and words to search for; each once.
func listened(lists map[string][]string) []string {
	var out []string
	add := func(sign, word string) {
		word = strings.ToLower(strings.TrimSpace(word))
		if word != "" && !slices.Contains(out, sign+word) {
			out = append(out, sign+word)
		}
	}
	for _, tag := range lists["hashtags"] {
		tag = strings.TrimLeft(strings.TrimSpace(tag), "#")
		if !strings.ContainsFunc(tag, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && r != '_' && r != '·'
		}) {
			add("#", tag)
		}
	}
	for _, word := range lists["keywords"] {
		add("", strings.TrimLeft(strings.TrimSpace(word), "#"))
	}
	return out
}

// trail is where the statuses with a word were read up to.
type trail struct {
	mark
	Top  remoteID `json:"top,omitempty"` // newest of a search under way
	Back int      `json:"b,omitempty"`   // statuses read on the walk back
}

func (t trail) sound() bool {
	for _, id := range []remoteID{t.Min, t.Max, t.Top} {
		if id != "" && !sound(id) {
			return false
		}
	}
	return true
}

// overheard reports whether a message is only listened to: it is neither for us
// nor under a post of ours.
func overheard(m inbox.Message, s status, me account) bool {
	return m.Kind == inbox.KindMention && !m.Outgoing && m.Post == nil && !s.mentions(me)
}

// overhear reads the next page of what is listened to, word by word. A word that
// the server cannot be asked for is told once, and left.
func (c *connector) overhear(ctx context.Context, me account, req inbox.FetchRequest) (*pass, error) {
	p := &pass{req: req, me: me, cur: readCursor(req.Cursor), since: req.Now.Add(-req.History)}
	old := p.cur.Words
	p.cur.Words = map[string]trail{}
	for _, word := range c.words {
		t := old[word]
		c.mu.Lock()
		deaf := c.deaf[word]
		c.mu.Unlock()
		if deaf {
			p.cur.Words[word] = t
			continue
		}
		err := c.hear(ctx, p, word, &t)
		why := ""
		switch {
		case err == nil:
		case errors.Is(err, inbox.ErrInvalid) && t.mark != (mark{}):
			return nil, err // of the cursor's ids, perhaps
		case outside(err):
			why = "the token does not allow to look for it"
		case errors.Is(err, inbox.ErrGone), errors.Is(err, inbox.ErrUnsupported), errors.Is(err, inbox.ErrInvalid):
			why = "the server cannot be asked for it"
		default:
			return nil, err
		}
		if why != "" {
			p.refuse(word, errors.New(why))
			c.mu.Lock()
			c.deaf[word] = true
			c.mu.Unlock()
		}
		p.cur.Words[word] = t
	}
	p.page.PollAfter = max(p.page.PollAfter, time.Duration(len(c.words))*watchRest)
	return p, nil
}

// hear reads the next page of one word.
func (c *connector) hear(ctx context.Context, p *pass, word string, t *trail) error {
	tag, ok := strings.CutPrefix(word, "#")
	if !ok {
		return c.searched(ctx, p, word, t)
	}
	back := t.Max != "" || t.Min == ""
	items, err := c.list(ctx, p, "/api/v1/timelines/tag/"+url.PathEscape(tag), url.Values{}, &t.mark, maxStatuses)
	if err != nil {
		return err
	}
	if t.Back += len(items); !back {
		t.Back = 0
	}
	if t.Back >= maxBack {
		t.Max = ""
	}
	oldest, err := p.pick(word, items)
	if p.stop(&t.mark, oldest); t.Max == "" {
		t.Back = 0
	}
	return err
}

// pick takes what belongs to the stream out of a list and returns the time of
// its last item.
func (p *pass) pick(name string, items []json.RawMessage) (oldest time.Time, err error) {
	bad := 0
	for i, raw := range items {
		s, err := readStatus(raw)
		if err != nil {
			p.refuse(name+", status "+strconv.Itoa(i+1)+" of the page", err)
			bad++
			continue
		}
		oldest = s.at
		told := slices.ContainsFunc(p.cur.Known, func(k seen) bool { return k.ID == s.ID && k.Version == version(s) })
		if !told {
			p.take(s)
		}
	}
	return oldest, tooBad(len(items), bad)
}

// searched reads the next page of a search, which is told newest first
// whatever it is bounded by: it is walked back to where the last one began, and
// only then counts as read.
func (c *connector) searched(ctx context.Context, p *pass, word string, t *trail) error {
	if err := c.proveSearch(ctx, p.me); err != nil {
		return err
	}
	limit := maxStatuses
	if p.req.Limit > 0 {
		limit = min(limit, p.req.Limit)
	}
	items, err := c.search(ctx, url.Values{"q": {`"` + word + `"`}, "limit": {strconv.Itoa(limit)}}, t.mark)
	if err != nil {
		return err
	}
	full := len(items) >= limit
	for i, raw := range items {
		if s, err := readStatus(raw); err == nil && s.ID == t.Min { // a server that ignores min_id
			items, full = items[:i], false
			break
		}
	}
	begun := t.Max != ""
	if !begun {
		t.Top, t.Back = linkID("", "", items, 0), 0
	}
	t.Back += len(items)
	oldest, err := p.pick(word, items)
	if err != nil {
		return err
	}
	next := linkID("", "", items, len(items)-1)
	if first := t.Min == ""; full && next != t.Max && (!first || t.Back < maxBack && !oldest.Before(p.since)) {
		t.Max, p.page.More = next, true
		return nil
	}
	if t.Top != "" {
		t.Min = t.Top
	}
	t.Max, t.Top, t.Back = "", "", 0
	p.page.More = p.page.More || begun // what came since the walk began is still ahead
	return nil
}

// search asks the server for statuses.
func (c *connector) search(ctx context.Context, q url.Values, m mark) ([]json.RawMessage, error) {
	q.Set("type", "statuses")
	if m.Min != "" {
		q.Set("min_id", string(m.Min))
	}
	if m.Max != "" {
		q.Set("max_id", string(m.Max))
	}
	res, err := c.call(ctx, httpx.Request{Path: "/api/v2/search", Query: q})
	if err != nil {
		return nil, err
	}
	var found struct {
		Statuses []json.RawMessage `json:"statuses"`
	}
	if err := res.Decode(&found); err != nil {
		return nil, err
	}
	return found.Statuses, nil
}

// searching is what is known of a server's way to search statuses.
type searching int

const (
	searchUnknown searching = iota
	searchWorks
	searchAbsent
)

// proveSearch finds out, once, whether the server searches what statuses say:
// one that does not answers with nothing, as if there were nothing. An own
// status must be found by a word of its own. Without one the server is trusted.
func (c *connector) proveSearch(ctx context.Context, me account) error {
	c.mu.Lock()
	known := c.searches
	c.mu.Unlock()
	if known == searchUnknown {
		word, err := c.ownWord(ctx, me)
		if err != nil {
			return err
		}
		known = searchWorks
		if word != "" {
			found, err := c.search(ctx, url.Values{"q": {word}, "account_id": {string(me.ID)}, "limit": {"1"}}, mark{})
			if err != nil {
				return err
			}
			if len(found) == 0 {
				known = searchAbsent
			}
		}
		c.mu.Lock()
		c.searches = known
		c.mu.Unlock()
	}
	if known == searchAbsent {
		return fmt.Errorf("search: the server does not search what statuses say: %w", inbox.ErrUnsupported)
	}
	return nil
}

// ownWord is a word of an own public status that has been there for a while;
// "": there is none.
func (c *connector) ownWord(ctx context.Context, me account) (string, error) {
	res, err := c.call(ctx, httpx.Request{
		Path:  "/api/v1/accounts/" + string(me.ID) + "/statuses",
		Query: url.Values{"exclude_reblogs": {"true"}, "limit": {strconv.Itoa(maxStatuses)}},
	})
	if errors.Is(err, inbox.ErrGone) || errors.Is(err, inbox.ErrUnsupported) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	list, err := readList(res.Body)
	if err != nil {
		return "", res.Unreadable(err)
	}
	for _, s := range readable(list) {
		if s.Visibility != "public" || c.now().Sub(s.at) < time.Hour {
			continue
		}
		for w := range strings.FieldsSeq(htmltext.Text(s.Content)) {
			if len([]rune(w)) >= probeWord && !strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) {
				return w, nil
			}
		}
	}
	return "", nil
}
