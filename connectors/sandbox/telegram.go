package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// Telegram is the world as Telegram's Bot API 10.1: each brand has a bot, a
// channel with its discussion group, in which people also call the bot by
// name, and private chats. It is as strict as the real server. It is safe for
// concurrent use; its fields are set before it serves.
type Telegram struct {
	// Business lets direct messages come by a business connection: people write
	// to the brand itself, and the bot reads along.
	Business bool
	// Keep hands updates out again though they were confirmed, which the real
	// server never does: for checks that read the same twice.
	Keep bool
	// Hurry answers a long poll at once, as emulators do.
	Hurry bool
	// Limit is how many messages a bot may send to one group in a minute; 0: any
	// number.
	Limit int

	world   *World
	faults  fault.Switch
	handler http.Handler

	mu      sync.Mutex
	bots    map[inbox.AccountID]*telegramBot
	refused int
}

// telegramBot is the state of one bot on the server.
type telegramBot struct {
	brand     Brand
	number    int64 // of its ids: 1, 2, …
	serial    int64 // id of the newest update
	queue     []telegramUpdate
	confirmed int64              // updates below were confirmed
	news      chan struct{}      // closed and made anew with each update
	poller    chan struct{}      // closed to end the poll that waits; nil: none
	webhook   string             // set elsewhere; "": none
	started   map[int]bool       // people who have opened a chat with the bot
	member    obj                // what the bot is in the group
	rights    obj                // of the business connection
	enabled   bool               // the business connection
	sends     []time.Time        // to the group, in the last minute
	said      map[int64][]string // methods called, by chat: for tests
}

// telegramUpdate is one update that waits.
type telegramUpdate struct {
	id   int64
	at   time.Time
	body obj
}

const (
	telegramKept      = 24 * time.Hour
	telegramText      = 4096 // UTF-16 units
	telegramCaption   = 1024
	telegramFirst     = 700_000_000 // update ids begin after
	telegramOldEnough = 48 * time.Hour
)

// NewTelegram makes the server. It serves nothing by itself. What was written
// in the last day waits as updates.
func NewTelegram(w *World) *Telegram {
	t := &Telegram{world: w, bots: map[inbox.AccountID]*telegramBot{}}
	for i, b := range w.Brands("telegram") {
		t.bots[b.Account] = &telegramBot{
			brand: b, number: int64(i + 1), serial: telegramFirst, news: make(chan struct{}), started: map[int]bool{}, enabled: true,
			said: map[int64][]string{},
			member: obj{
				"status": "administrator", "can_be_edited": false, "is_anonymous": false, "can_manage_chat": true, "can_delete_messages": true,
				"can_restrict_members": true,
			},
			rights: obj{"can_reply": true, "can_read_messages": true, "can_delete_sent_messages": true, "can_delete_all_messages": true},
		}
		for _, it := range w.Items(b.Account, nil) {
			t.happened(Change{Item: it, What: Wrote})
		}
	}
	w.Watch(t.happened)
	t.handler = t.faults.Wrap(http.HandlerFunc(t.serve), telegramWrites, func(w http.ResponseWriter, status int) {
		wait, _ := strconv.Atoi(w.Header().Get("Retry-After"))
		e := map[int]telegramError{
			http.StatusUnauthorized:    {code: status, text: "Unauthorized"},
			http.StatusTooManyRequests: {code: status, text: "Too Many Requests: retry after " + strconv.Itoa(wait), wait: wait},
		}[status]
		if e.code == 0 {
			e = telegramError{code: status, text: http.StatusText(status)}
		}
		e.answer(w)
	})
	return t
}

// ServeHTTP answers a request.
func (t *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.handler.ServeHTTP(w, r) }

// Fault makes requests go wrong until the next call.
func (t *Telegram) Fault(f fault.Fault) { t.faults.Set(f) }

// Access says how a brand is reached.
func (t *Telegram) Access(b Brand, base string) Access {
	return Access{Settings: map[string]string{"server": base}, Secrets: map[string]string{"token": t.token(t.bots[b.Account])}}
}

// token is a bot's token: no secret, since it opens nothing but a simulation,
// yet of the shape of a real one.
func (t *Telegram) token(b *telegramBot) string {
	sum := sha256.Sum256([]byte("token of " + b.brand.Account))
	return fmt.Sprintf("%d:AA%s", b.id(), base64.RawURLEncoding.EncodeToString(sum[:])[:33])
}

func (b *telegramBot) id() int64               { return 6_100_000_000 + b.number }
func (b *telegramBot) name() string            { return b.brand.Handle + "_bot" }
func (b *telegramBot) group() int64            { return -1_002_000_000_000 - b.number }
func (b *telegramBot) channel() int64          { return -1_001_000_000_000 - b.number }
func (b *telegramBot) owner() int64            { return 500_000_000 + b.number }
func (b *telegramBot) link() string            { return "bc_" + strconv.FormatInt(b.number, 10) + "-Q7" }
func telegramUser(person int) int64            { return 700_000 + int64(person) }
func telegramPerson(user int64) int            { return int(user - 700_000) }
func telegramID(it Item) int64                 { return int64(it.ID) }
func (b *telegramBot) remote() inbox.AccountID { return b.brand.Account }

// MessageID is how the connector spells an item: the chat and the message.
func (t *Telegram) MessageID(it Item) string {
	b := t.bots[it.Account]
	switch {
	case it.Kind == Direct && t.Business:
		return fmt.Sprintf("b%s/%d:%d", b.link(), telegramUser(it.With), it.ID)
	case it.Kind == Direct:
		return fmt.Sprintf("%d:%d", telegramUser(it.With), it.ID)
	}
	return fmt.Sprintf("%d:%d", b.group(), it.ID)
}

// telegramError is a refusal.
type telegramError struct {
	code    int
	text    string
	wait    int   // seconds
	migrate int64 // where a group has gone
}

func (e telegramError) answer(w http.ResponseWriter) {
	body := obj{"ok": false, "error_code": e.code, "description": e.text}
	switch {
	case e.wait > 0:
		w.Header().Set("Retry-After", strconv.Itoa(e.wait))
		body["parameters"] = obj{"retry_after": e.wait}
	case e.migrate != 0:
		body["parameters"] = obj{"migrate_to_chat_id": e.migrate}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.code)
	_ = json.NewEncoder(w).Encode(body)
}

func badRequest(text string) *telegramError {
	return &telegramError{code: http.StatusBadRequest, text: "Bad Request: " + text}
}

func forbidden(text string) *telegramError {
	return &telegramError{code: http.StatusForbidden, text: "Forbidden: " + text}
}

// telegramWrites tells the methods that change something for people.
func telegramWrites(r *http.Request) bool {
	_, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return !strings.HasPrefix(method, "get") && method != "readBusinessMessage"
}

// serve finds the bot and the method.
func (t *Telegram) serve(w http.ResponseWriter, r *http.Request) {
	token, method, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || !strings.Contains(token, ":") {
		telegramError{code: http.StatusNotFound, text: "Not Found"}.answer(w)
		return
	}
	for _, b := range t.bots {
		if t.token(b) != token {
			continue
		}
		args, err := telegramArguments(w, r)
		if err != nil {
			err.answer(w)
			return
		}
		call := telegramCall{bot: b, method: method, args: args, r: r}
		do, known := t.methods()[method]
		if !known {
			telegramError{code: http.StatusNotFound, text: "Not Found: method not found"}.answer(w)
			return
		}
		result, err := do(call)
		if err != nil {
			err.answer(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(obj{"ok": true, "result": result})
		return
	}
	telegramError{code: http.StatusUnauthorized, text: "Unauthorized"}.answer(w)
}

// methods are those that the server knows.
func (t *Telegram) methods() map[string]func(telegramCall) (any, *telegramError) {
	return map[string]func(telegramCall) (any, *telegramError){
		"getMe":                  t.getMe,
		"getUpdates":             t.getUpdates,
		"getWebhookInfo":         t.getWebhookInfo,
		"getChatMember":          t.getChatMember,
		"getBusinessConnection":  t.getBusinessConnection,
		"sendMessage":            t.sendMessage,
		"sendPhoto":              t.sendMessage,
		"sendDocument":           t.sendMessage,
		"editMessageText":        t.editMessage,
		"editMessageCaption":     t.editMessage,
		"deleteMessage":          t.deleteMessage,
		"deleteBusinessMessages": t.deleteBusinessMessages,
		"setMessageReaction":     t.setMessageReaction,
		"banChatMember":          t.banChatMember,
		"unbanChatMember":        t.banChatMember,
		"restrictChatMember":     t.restrictChatMember,
		"readBusinessMessage":    t.readBusinessMessage,
	}
}
