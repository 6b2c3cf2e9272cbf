// Package feeds is the connector of RSS, Atom and JSON Feed documents, Google
// Alerts among them: things listened to that are not addressed to us. Their
// entries become watches. Nothing can be answered in a feed.
//
// Each entry is a watch, and a conversation of its own, but for what its feed
// says is part of another: the comments of one article, the posts of one topic
// of a forum, a submission of Reddit with its comments are one conversation,
// under the article or topic as its Post. A story of an aggregator stands
// under the page that it leads to.
//
// An article that several feeds of an account tell of is one watch: that of
// the feed that told it first. It is known again by its id where that means
// the same everywhere, else by its address, however spelled; the cursor
// remembers the newest 3,000 names for that.
//
// Documents are fetched with conditional requests, one at a time of each
// server with a pause between, of four servers at a time, and not more often
// than they ask for (Retry-After, Cache-Control, ttl, skipHours, skipDays,
// sy:updatePeriod); a server that asks to be left alone is, by all of its
// feeds; what is gone for good (410) is told and not asked for again. The
// address of a page stands for the feed that the page names.
//
// An address can be a secret (those of Google Alerts are): logs and errors
// name its host alone, and the cursor a digest of it.
//
// Sources, read on 2026-11-22: RSS 2.0 (rssboard.org), RFC 4287 (Atom), RFC
// 4685 (comments in Atom), JSON Feed 1.1, RFC 9110 and 9111 (conditional
// requests, freshness), RSS modules slash, wfw, syndication, Media RSS; the
// templates that WordPress, Blogger, phpBB, Discourse, NodeBB, YouTube and
// hnrss make their feeds with.
package feeds

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

// Network is the name under which the connector is registered.
const Network inbox.Network = "feeds"

const (
	// minPoll is what a feed gets asked for at most, whoever asks: the lower
	// end of what readers of feeds are commonly asked to keep to.
	minPoll = 15 * time.Minute
	// localPoll is minPoll for feeds of this machine, which disturb nobody.
	localPoll = 15 * time.Second
	// maxWait is the longest rest that a feed may ask for.
	maxWait = 24 * time.Hour
	// atOnce is how many servers are asked at the same time, one document
	// after another each.
	atOnce = 4
	// breath is the pause between two documents of one server that is not on
	// this machine.
	breath = 2 * time.Second
	// reserve is what is left of the time of a fetch when no more is asked.
	reserve = 35 * time.Second
	// atMost is how many feeds Check tries.
	atMost = 4
)

// Info is the entry of the registry. "urls" are the feeds; with "keywords",
// only entries that hold one of them count, and none that holds one with a
// minus ahead. Accounts of one Info share their manners: what a server asked of
// one holds for all.
func Info() connectors.Info {
	shared := newManners()
	return connectors.Info{
		Network:  Network,
		Title:    "Feeds",
		Settings: []connectors.Setting{{Key: "urls", List: true, Required: true}, {Key: "keywords", List: true}},
		Caps:     caps(),
		New: func(env connectors.Env, s connectors.Setup) (inbox.Connector, error) {
			return newConnector(env, s, shared)
		},
	}
}

func caps() inbox.Caps {
	out := inbox.Caps{Streams: []inbox.Stream{inbox.StreamWatch}, Acts: map[inbox.ActionKind]inbox.Capability{}, MinPoll: minPoll}
	for _, kind := range inbox.ActionKinds() {
		out.Acts[kind] = inbox.Capability{Why: inbox.CodeReadOnly}
	}
	return out
}

// connector reads the feeds of one account.
type connector struct {
	manners *manners
	account inbox.AccountID
	http    *httpx.Client
	clock   inbox.Clock
	log     *slog.Logger
	feeds   []feed
	pace    time.Duration
	pause   func(ctx context.Context) // between two documents of a server

	mu    sync.Mutex
	rest  map[string]time.Time // by feed key: not before
	asked map[string]int       // by feed key: its newest turn
	turn  int                  // how many turns there were
	leads map[string]*url.URL  // by feed key: the feed that a page named
	// buried are feeds that are gone for good, by their keys.
	buried map[string]bool
	// failing says what is wrong with a feed, by its key.
	failing map[string]inbox.Source
}

// feed is one document of the configuration.
type feed struct {
	url      *url.URL
	from     *url.URL // where its document came from; nil: from url
	key      string   // names it in the cursor
	keywords []string // an entry must hold one of them, when there are any
	without  []string // and none of these
}

var (
	_ inbox.Connector = (*connector)(nil)
	_ inbox.Sourcer   = (*connector)(nil)
)

func newConnector(env connectors.Env, s connectors.Setup, shared *manners) (*connector, error) {
	c := &connector{
		manners: shared, account: s.Account.ID, clock: env.Clock, log: env.Log, pace: localPoll, pause: breathe,
		rest: map[string]time.Time{}, asked: map[string]int{}, leads: map[string]*url.URL{},
		buried: map[string]bool{}, failing: map[string]inbox.Source{},
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	words, keywords, without := wordsOf(s.Lists["keywords"])
	for i, raw := range s.Lists["urls"] {
		u, err := url.Parse(strings.TrimSpace(raw))
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, fmt.Errorf("account %s: urls[%d] is no http address: %w", s.Account.ID, i, inbox.ErrInvalid)
		}
		if !httpx.Loopback(u.Hostname()) {
			c.pace = minPoll
		}
		key := digest(append([]string{u.String()}, words...)...)
		u.Host = hostKey(u)
		c.feeds = append(c.feeds, feed{url: u, key: key, keywords: keywords, without: without})
	}
	if len(c.feeds) == 0 {
		return nil, fmt.Errorf("account %s: %w", s.Account.ID, inbox.Problem{
			Code: inbox.CodeMissing, Args: []string{"urls"}, Detail: "no feed to read",
		})
	}
	c.http = httpx.New(httpx.Options{
		Transport: env.Transport, Log: env.Log, UserAgent: env.UserAgent, Clock: env.Clock, Public: true,
		Budget: shared.of(env.Clock),
	})
	return c, nil
}

// wordsOf reads the setting "keywords": all of them, those that count, and
// those behind a minus, which rule out.
func wordsOf(setting []string) (all, with, without []string) {
	for _, k := range setting {
		if k = strings.ToLower(strings.TrimSpace(k)); k == "" {
			continue
		}
		word, out := strings.CutPrefix(k, "-")
		if word = strings.Trim(strings.TrimSpace(word), `"`); word == "" {
			continue
		}
		all = append(all, k)
		if out {
			without = append(without, word)
		} else {
			with = append(with, word)
		}
	}
	return all, with, without
}

// Check reads the first feed that can be read, of four at most, and says its
// title, and where it was found when not at the address that was given.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	var worst error
	for _, f := range c.feeds[:min(len(c.feeds), atMost)] {
		var d document
		var err error
		if turn := c.inTurn(ctx, f, func() { d, err = c.get(ctx, f, feedState{}) }); turn != nil {
			err = cmp.Or(err, turn)
		}
		if err != nil {
			if worst = graver(worst, err); ctx.Err() != nil {
				break
			}
			continue
		}
		title := text.CleanLine(d.feed.Title).String()
		id := inbox.Identity{Remote: f.key, Handle: title, Name: title, URL: f.address(d.feed.Link)}
		if d.found { // on the screen of who asked; it stands in no log
			id.Name = text.CleanLine(d.from.Redacted()).String()
		}
		return id, nil
	}
	return inbox.Identity{}, fmt.Errorf("check: %w", worst)
}

// Caps says that there is one stream, to read.
func (c *connector) Caps() inbox.Caps {
	out := caps()
	out.MinPoll = c.pace
	return out
}

// ThreadCaps is Caps.
func (c *connector) ThreadCaps(inbox.Thread) inbox.Caps { return c.Caps() }

// Do refuses: a feed is read-only.
func (c *connector) Do(_ context.Context, a inbox.Action) (inbox.Receipt, error) {
	return inbox.Receipt{}, fmt.Errorf("%s: a feed is only read: %w", a.Kind, inbox.ErrUnsupported)
}

// Close lets go of connections.
func (c *connector) Close() error {
	c.http.Close()
	return nil
}
