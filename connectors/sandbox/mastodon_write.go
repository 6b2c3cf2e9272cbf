package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"vigie/inbox/pattern"
)

// mastodonForm is what posts carry, as a form or as JSON.
type mastodonForm struct {
	Status     string   `json:"status"`
	InReplyTo  string   `json:"in_reply_to_id"`
	Visibility string   `json:"visibility"`
	Language   string   `json:"language"`
	Spoiler    string   `json:"spoiler_text"`
	Sensitive  bool     `json:"sensitive"`
	Media      []string `json:"media_ids"`
	AccountID  string   `json:"account_id"`
	Statuses   []string `json:"status_ids"`
	Rules      []string `json:"rule_ids"`
	Category   string   `json:"category"`
	Comment    string   `json:"comment"`
	Forward    bool     `json:"forward"`
}

func (c mastodonCall) form() (mastodonForm, bool) {
	var f mastodonForm
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, 1<<20)
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		if json.NewDecoder(c.r.Body).Decode(&f) != nil {
			c.refuse(http.StatusBadRequest, "Error occurred while parsing request parameters")
			return f, false
		}
		return f, true
	}
	word := c.r.FormValue // reads the form
	f = mastodonForm{
		Status: word("status"), InReplyTo: word("in_reply_to_id"), Visibility: word("visibility"), Language: word("language"),
		Spoiler: word("spoiler_text"), Sensitive: word("sensitive") == "true", Media: c.r.Form["media_ids[]"],
		AccountID: word("account_id"), Statuses: c.r.Form["status_ids[]"], Rules: c.r.Form["rule_ids[]"],
		Category: word("category"), Comment: word("comment"), Forward: word("forward") == "true",
	}
	return f, true
}

var (
	mastodonAddress = pattern.Lazy(`https?://\S+`)
	mastodonDomain  = pattern.Lazy(`(@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+`)
)

// mastodonLength counts as the server does, what people see as one character: an
// address is 23, a mention counts without its domain.
func mastodonLength(text string) int {
	text = mastodonAddress().ReplaceAllString(text, strings.Repeat("x", 23))
	return uniseg.GraphemeClusterCount(mastodonDomain().ReplaceAllString(text, "$1"))
}

// checked refuses what cannot be posted. The warning counts as the text does.
func (c mastodonCall) checked(f mastodonForm) bool {
	switch {
	case strings.TrimSpace(f.Status) == "" && len(f.Media) == 0:
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Text can't be blank")
	case mastodonLength(f.Spoiler+f.Status) > mastodonMaxChars:
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
	m.posting.Lock()
	defer m.posting.Unlock()
	key := c.r.Header.Get("Idempotency-Key")
	name := string(c.brand.Account) + " " + key
	if it, known := m.known(name); known && key != "" { // before anything is checked, as on the real server
		c.answer(m.render(it))
		return
	}
	if !c.checked(f) {
		return
	}
	m.mu.Lock()
	why := m.takes(c, f.Media, 0)
	m.mu.Unlock()
	if why != "" {
		c.refuse(http.StatusUnprocessableEntity, why)
		return
	}
	if f.Visibility != "" && !slices.Contains([]string{"public", "unlisted", "private", "direct"}, f.Visibility) {
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Visibility is not included in the list")
		return
	}
	it := Item{Account: c.brand.Account, Kind: BrandPost, Text: f.Status, Lang: f.Language, Visibility: f.Visibility, Key: key, Warning: f.Spoiler}
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
		it.Text = m.unaddressed(it, f.Status)
	}
	it, err := m.world.Write(it)
	if err != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	if key != "" {
		m.keys[name] = keyed{it.ID, m.world.Now()}
	}
	m.mu.Lock()
	m.posted = append(m.posted, c.sent(f, m.StatusID(it), it.Visibility))
	m.hang(f.Media, it.ID)
	m.mu.Unlock()
	c.answer(m.render(it))
}

// known is the status that a key stands for. The caller holds the mutex of
// posting.
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

// sent is a form as it is remembered.
func (c mastodonCall) sent(f mastodonForm, id, visibility string) MastodonPost {
	return MastodonPost{
		Account: c.brand.Account, ID: id, Status: f.Status, InReplyTo: f.InReplyTo, Visibility: visibility, Language: f.Language,
		Key: c.r.Header.Get("Idempotency-Key"), Spoiler: f.Spoiler, Sensitive: f.Sensitive, Media: f.Media,
	}
}

// Edited lists the corrections made through the API, as they were sent.
func (m *Mastodon) Edited() []MastodonPost {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.edited)
}

// edit gives a status another text. Files that are not named go, as on the
// real server.
func (m *Mastodon) edit(c mastodonCall) {
	it, ok := m.own(c)
	if !ok {
		return
	}
	f, ok := c.form()
	if !ok || !c.checked(f) {
		return
	}
	m.mu.Lock()
	why := m.takes(c, f.Media, it.ID)
	if why == "" {
		m.hang(f.Media, it.ID)
		m.edited = append(m.edited, c.sent(f, m.StatusID(it), ""))
	}
	m.mu.Unlock()
	if why != "" {
		c.refuse(http.StatusUnprocessableEntity, why)
		return
	}
	text := m.unaddressed(it, f.Status)
	if text == it.Text { // nothing changes, and it does not count as edited
		m.status(c)
		return
	}
	if err := m.world.Edit(it.ID, text); err != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	m.status(c)
}

// unaddressed is a text without the mention of whom a status is for.
func (m *Mastodon) unaddressed(it Item, text string) string {
	parent, err := m.world.Item(it.Parent)
	switch {
	case err != nil:
	case !parent.ByBrand():
		text, _ = stripMention(text, m.world.Person(parent.Person))
	case parent.With != 0:
		text, _ = stripMention(text, m.world.Person(parent.With))
	}
	return text
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
