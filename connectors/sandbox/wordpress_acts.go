package sandbox

import (
	"encoding/json"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
)

// posts is the list of posts or pages, or one of them.
func (s *Wordpress) posts(c wordpressCall, what, id string) {
	list := []map[string]any{}
	var wanted []string
	if w := c.r.URL.Query().Get("include"); w != "" {
		wanted = strings.Split(w, ",")
	}
	if id != "" {
		wanted = []string{id}
	}
	if what == "pages" {
		if about := strconv.Itoa(wordpressAbout); len(wanted) == 0 || slices.Contains(wanted, about) {
			list = append(list, map[string]any{
				"id": wordpressAbout, "link": s.link(c, wordpressAbout), "comment_status": "open",
				"title": map[string]string{"rendered": "À propos"}, "date_gmt": "2024-03-01T09:00:00",
			})
		}
	} else {
		for _, it := range s.world.Items(c.brand.Account, func(it Item) bool { return it.Kind == BrandPost && !it.Deleted }) {
			if len(wanted) == 0 || slices.Contains(wanted, strconv.FormatInt(int64(it.ID), 10)) {
				list = append(list, s.post(c, it))
			}
		}
	}
	switch {
	case id == "":
		c.w.Header().Set("X-WP-Total", strconv.Itoa(len(list)))
		c.answer(http.StatusOK, list)
	case len(list) == 1:
		c.answer(http.StatusOK, list[0])
	default:
		c.refuse(http.StatusNotFound, "rest_post_invalid_id", "Invalid post ID.")
	}
}

func (s *Wordpress) post(c wordpressCall, it Item) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := "open"
	if s.closed[it.ID] {
		open = "closed"
	}
	return map[string]any{
		"id": it.ID, "link": s.link(c, it.ID), "comment_status": open, "date_gmt": wordpressTime(it.At),
		"title": map[string]string{"rendered": strings.ReplaceAll(wordpressEscape(it.Text), "'", "&#8217;")}, "status": "publish", "type": "post",
	}
}

// wordpressForm is what a comment is created or changed with.
type wordpressForm struct {
	Post    int64   `json:"post"`
	Parent  int64   `json:"parent"`
	Content *string `json:"content"`
	Status  string  `json:"status"`
}

func (c wordpressCall) form() (wordpressForm, bool) {
	var f wordpressForm
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") ||
		json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, 1<<20)).Decode(&f) != nil {
		c.refuse(http.StatusBadRequest, "rest_invalid_json", "Invalid JSON body passed.")
		return f, false
	}
	return f, true
}

// text is what was typed, of what the API was given; false: it was refused.
func (c wordpressCall) text(f wordpressForm) (string, bool) {
	switch {
	case f.Content == nil || strings.TrimSpace(*f.Content) == "":
		c.refuse(http.StatusBadRequest, "rest_comment_content_invalid", "Invalid comment content.")
		return "", false
	case len(*f.Content) > wordpressLong:
		c.refuse(http.StatusBadRequest, "comment_content_column_length", "Comment field exceeds maximum length allowed.")
		return "", false
	}
	return html.UnescapeString(*f.Content), true
}

// create posts a comment of the user.
func (s *Wordpress) create(c wordpressCall) {
	if !c.signed {
		c.refuse(http.StatusUnauthorized, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
		return
	}
	f, ok := c.form()
	if !ok {
		return
	}
	it := Item{Account: c.brand.Account, Parent: ItemID(f.Parent)}
	post, err := s.world.Item(ItemID(f.Post))
	if f.Post != wordpressAbout && (err != nil || post.Kind != BrandPost || post.Deleted || post.Account != c.brand.Account) {
		c.refuse(http.StatusForbidden, "rest_comment_invalid_post_id", "Sorry, you are not allowed to create this comment without a post.")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock() // one at a time, so that two with the same words cannot both pass
	if s.closed[post.ID] {
		c.refuse(http.StatusForbidden, "rest_comment_closed", "Sorry, comments are closed for this item.")
		return
	}
	if it.Text, ok = c.text(f); !ok {
		return
	}
	if it.Parent == 0 {
		it.Parent = post.ID
	}
	again := func(o Item) bool {
		return o.ByBrand() && o.Text == it.Text && s.under(o) == ItemID(f.Post) && int64(s.parent(o)) == f.Parent && o.Status != inbox.StatusTrash
	}
	if slices.ContainsFunc(s.all(c.brand), again) {
		c.refuse(http.StatusConflict, "comment_duplicate", "Duplicate comment detected; it looks as though you&#8217;ve already said that!")
		return
	}
	if it, err = s.world.Write(it); err != nil {
		c.refuse(http.StatusInternalServerError, "rest_comment_failed_create", "Creating comment failed.")
		return
	}
	c.answer(http.StatusCreated, s.render(c, it))
}

// single reads, changes or deletes one comment.
func (s *Wordpress) single(c wordpressCall, id string) {
	n, err := strconv.ParseInt(id, 10, 64)
	it, missing := s.world.Item(ItemID(n))
	if err != nil || missing != nil || it.Deleted || it.Account != c.brand.Account || it.Kind != Public {
		c.refuse(http.StatusNotFound, "rest_comment_invalid_id", "Invalid comment ID.")
		return
	}
	may := c.signed && s.can()["moderate_comments"]
	switch {
	case c.r.Method == http.MethodGet && c.r.URL.Query().Get("context") == "edit" && !may:
		c.forbid("rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
	case c.r.Method == http.MethodGet && !s.shown(c, it):
		c.forbid("rest_cannot_read", "Sorry, you are not allowed to read this comment.")
	case c.r.Method == http.MethodGet:
		c.answer(http.StatusOK, s.render(c, it))
	case !may:
		c.forbid("rest_cannot_edit", "Sorry, you are not allowed to edit this comment.")
	case c.r.Method == http.MethodDelete:
		s.remove(c, it)
	default:
		s.update(c, it)
	}
}

// remove bins a comment, or deletes it for good.
func (s *Wordpress) remove(c wordpressCall, it Item) {
	var err error
	switch {
	case c.r.URL.Query().Get("force") == "true":
		gone := s.render(c, it)
		if it.ByBrand() {
			err = s.world.Delete(it.ID)
		} else {
			err = s.world.Moderate(it.ID, inbox.ActRemove)
		}
		if err == nil {
			c.answer(http.StatusOK, map[string]any{"deleted": true, "previous": gone})
			return
		}
	case s.NoBin:
		c.refuse(http.StatusNotImplemented, "rest_trash_not_supported", "The comment does not support trashing. Set 'force=true' to delete.")
		return
	case it.Status == inbox.StatusTrash:
		c.refuse(http.StatusGone, "rest_already_trashed", "The comment has already been trashed.")
		return
	default:
		err = s.world.Moderate(it.ID, inbox.ActTrash)
	}
	s.after(c, it, err)
}

// update changes a comment's text or state. A word for a state that does not
// exist changes nothing, as on the real one.
func (s *Wordpress) update(c wordpressCall, it Item) {
	f, ok := c.form()
	if !ok {
		return
	}
	var err error
	if f.Content != nil {
		text, ok := c.text(f)
		if !ok {
			return
		}
		err = s.world.Edit(it.ID, text)
	}
	word := map[string]inbox.ActionKind{
		"approved": inbox.ActApprove, "approve": inbox.ActApprove, "hold": inbox.ActHold, "spam": inbox.ActSpam,
		"unspam": inbox.ActUnspam, "trash": inbox.ActTrash, "untrash": inbox.ActRestore,
	}
	if kind, ok := word[f.Status]; ok && err == nil {
		err = s.world.Moderate(it.ID, kind)
	}
	s.after(c, it, err)
}

// after answers with what a comment has become.
func (s *Wordpress) after(c wordpressCall, it Item, err error) {
	if it, missing := s.world.Item(it.ID); err == nil && missing == nil {
		c.answer(http.StatusOK, s.render(c, it))
		return
	}
	c.refuse(http.StatusInternalServerError, "rest_comment_failed_edit", "Updating comment failed.")
}
