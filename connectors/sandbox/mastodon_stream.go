package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// streamEvent is one event of the streaming API.
type streamEvent struct{ name, payload string }

// streaming serves the events of a brand, as server-sent events or by
// websocket, until the caller leaves or is too slow.
func (m *Mastodon) streaming(c mastodonCall) {
	events := make(chan streamEvent, 64)
	stop := m.world.Watch(func(ch Change) {
		if ch.Item.Account != c.brand.Account {
			return
		}
		for _, e := range m.events(ch) {
			select {
			case events <- e:
			default: // too slow: it will find out by polling
			}
		}
	})
	defer stop()
	switch {
	case strings.EqualFold(c.r.Header.Get("Upgrade"), "websocket"):
		m.bySocket(c, events)
	case m.Fork || c.r.URL.Path == "/api/v1/streaming":
		c.refuse(http.StatusBadRequest, "Bad Request: websocket: the client is not using the websocket protocol")
	default:
		m.bySSE(c, events)
	}
}

// events is what a change looks like on the stream.
func (m *Mastodon) events(ch Change) []streamEvent {
	encode := func(v any) string {
		b, _ := json.Marshal(v) // maps of plain values
		return string(b)
	}
	it := ch.Item
	switch ch.What {
	case EditedItem:
		return []streamEvent{{"status.update", encode(m.render(it))}}
	case DeletedItem:
		return []streamEvent{{"delete", m.StatusID(it)}}
	case Wrote:
		var out []streamEvent
		if kind := mastodonNews(it); kind != "" && !m.quiet(it) {
			out = append(out, streamEvent{"notification", encode(m.notification(it, kind).render())})
		}
		if mastodonVisibility(it) == "direct" {
			out = append(out, streamEvent{"conversation", encode(m.conversation(talk{it.Root, m.other(it)}, it).render())})
		}
		return out
	}
	return nil
}

func (m *Mastodon) bySSE(c mastodonCall, events <-chan streamEvent) {
	c.w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(c.w)
	fmt.Fprint(c.w, ":)\n")
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	for {
		if flush.Flush() != nil {
			return
		}
		select {
		case e := <-events:
			fmt.Fprintf(c.w, "event: %s\ndata: %s\n\n", e.name, e.payload)
		case <-beat.C:
			fmt.Fprint(c.w, ":thump\n")
		case <-c.r.Context().Done():
			return
		}
	}
}

func (m *Mastodon) bySocket(c mastodonCall, events <-chan streamEvent) {
	conn, err := websocket.Accept(c.w, c.r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	ctx := conn.CloseRead(c.r.Context())
	for {
		select {
		case e := <-events:
			b, _ := json.Marshal(obj{"stream": []string{"user"}, "event": e.name, "payload": e.payload})
			wctx, cancel := context.WithTimeout(ctx, 10*time.Second)
			err := conn.Write(wctx, websocket.MessageText, b)
			cancel()
			if err != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
