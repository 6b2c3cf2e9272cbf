package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"vigie/inbox/pattern"
)

// mastodonForm is what posts carry, as a form or as JSON.
type mastodonForm struct {
	Status     string `json:"status"`
	InReplyTo  string `json:"in_reply_to_id"`
	Visibility string `json:"visibility"`
	Language   string `json:"language"`
}

func (c mastodonCall) form() (mastodonForm, bool) {
	var f mastodonForm
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		if json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, 1<<20)).Decode(&f) != nil {
			c.refuse(http.StatusBadRequest, "Error occurred while parsing request parameters")
			return f, false
		}
		return f, true
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, 1<<20)
	f = mastodonForm{c.r.FormValue("status"), c.r.FormValue("in_reply_to_id"), c.r.FormValue("visibility"), c.r.FormValue("language")}
	return f, true
}

var (
	mastodonAddress = pattern.Lazy(`https?://\S+`)
	mastodonDomain  = pattern.Lazy(`(@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+`)
)

// mastodonLength counts as the server does: an address is 23 characters, a
// mention counts without its domain.
func mastodonLength(text string) int {
	text = mastodonAddress().ReplaceAllString(text, strings.Repeat("x", 23))
	return utf8.RuneCountInString(mastodonDomain().ReplaceAllString(text, "$1"))
}

// checked refuses a text that cannot be posted.
func (c mastodonCall) checked(text string) bool {
	switch {
	case strings.TrimSpace(text) == "":
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Text can't be blank")
	case mastodonLength(text) > mastodonMaxChars:
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Text character limit of 500 exceeded")
	default:
		return true
	}
	return false
}

func (m *Mastodon) post(c mastodonCall) {
	f, ok := c.form()
	if !ok {
		return
	}
	// One post at a time, so that two requests with one key cannot both pass.
	m.mu.Lock()
	defer m.mu.Unlock()
	key := c.r.Header.Get("Idempotency-Key")
	name := string(c.brand.Account) + " " + key
	if it, known := m.known(name); known && key != "" { // before anything is checked, as on the real server
		c.answer(m.render(it))
		return
	}
	if !c.checked(f.Status) {
		return
	}
	if f.Visibility != "" && !slices.Contains([]string{"public", "unlisted", "private", "direct"}, f.Visibility) {
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Visibility is not included in the list")
		return
	}
	it := Item{Account: c.brand.Account, Kind: BrandPost, Text: f.Status, Lang: f.Language, Visibility: f.Visibility, Key: key}
	if it.Visibility == "" {
		it.Visibility = "public"
	}
	if f.InReplyTo != "" {
		parent, ok := m.item(c, f.InReplyTo)
		if !ok {
			c.refuse(http.StatusNotFound, "Record not found")
			return
		}
		it.Parent = parent.ID
		if !parent.ByBrand() {
			it.Text, _ = stripMention(f.Status, m.world.Person(parent.Person))
		} else if parent.With != 0 {
			it.Text, _ = stripMention(f.Status, m.world.Person(parent.With))
		}
	}
	it, err := m.world.Write(it)
	if err != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	if key != "" {
		m.keys[name] = keyed{it.ID, m.world.Now()}
	}
	m.posted = append(m.posted, MastodonPost{
		Account: c.brand.Account, ID: m.StatusID(it), Status: f.Status, InReplyTo: f.InReplyTo, Visibility: it.Visibility,
		Language: f.Language, Key: key,
	})
	c.answer(m.render(it))
}

// known is the status that a key stands for. The caller holds the mutex.
func (m *Mastodon) known(name string) (Item, bool) {
	k, ok := m.keys[name]
	life := m.KeyLife
	if life <= 0 {
		life = mastodonKeyLife
	}
	age := m.world.Now().Sub(k.at)
	if !ok || m.Fork || age < m.KeyLate || age >= life {
		return Item{}, false
	}
	it, err := m.world.Item(k.item)
	return it, err == nil && !it.Deleted
}

// own finds the brand's own status that a request names.
func (m *Mastodon) own(c mastodonCall) (Item, bool) {
	it, ok := m.item(c, c.r.PathValue("id"))
	if !ok || !it.ByBrand() {
		c.refuse(http.StatusNotFound, "Record not found")
		return it, false
	}
	return it, true
}

func (m *Mastodon) edit(c mastodonCall) {
	it, ok := m.own(c)
	if !ok {
		return
	}
	f, ok := c.form()
	if !ok || !c.checked(f.Status) {
		return
	}
	if err := m.world.Edit(it.ID, f.Status); err != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	m.status(c)
}

func (m *Mastodon) delete(c mastodonCall) {
	it, ok := m.own(c)
	if !ok {
		return
	}
	gone := m.render(it)
	gone["text"] = it.Text
	if err := m.world.Delete(it.ID); err != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	c.answer(gone)
}

func (m *Mastodon) favourite(c mastodonCall) {
	it, ok := m.item(c, c.r.PathValue("id"))
	if !ok || m.world.Like(it.ID, strings.HasSuffix(c.r.URL.Path, "/favourite")) != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	m.status(c)
}
