package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
)

// all are the comments of a brand's blog, deleted ones among them.
func (s *Ghost) all(b Brand) []Item {
	return s.world.Items(b.Account, func(it Item) bool { return it.Kind == Public })
}

// id is what an item is called: it grows with the items, as with time.
func (s *Ghost) id(it ItemID) string { return fmt.Sprintf("6b03%020x", int64(it)) }

// item finds a comment by what it is called.
func (s *Ghost) item(b Brand, id string) (Item, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(id, "6b03"), 16, 64)
	it, missing := s.world.Item(ItemID(n))
	return it, err == nil && missing == nil && s.id(it.ID) == id && it.Account == b.Account && it.Kind == Public
}

// top is the comment that the one level of answers of an item stands under; 0:
// it is at the top itself.
func (s *Ghost) top(it Item) ItemID {
	up := ItemID(0)
	for it.Parent != 0 {
		parent, err := s.world.Item(it.Parent)
		if err != nil || parent.Kind == BrandPost {
			break
		}
		up, it = parent.ID, parent
	}
	return up
}

// post is the post or page that an item stands under.
func (s *Ghost) post(c ghostCall, it Item) map[string]any {
	p, err := s.world.Item(it.Root)
	if err != nil || p.Kind != BrandPost {
		return map[string]any{"id": ghostID("about", 1), "title": "À propos", "url": c.base + "/about/"}
	}
	return map[string]any{
		"id": s.id(p.ID), "title": p.Text, "url": fmt.Sprintf("%s/billet-%d/", c.base, p.ID), "excerpt": p.Text, "feature_image": nil,
	}
}

func ghostState(it Item) string {
	switch {
	case it.Deleted:
		return "deleted"
	case it.Hidden:
		return "hidden"
	}
	return "published"
}

// ghostHTML is what the blog keeps of what people typed.
func ghostHTML(s string) string {
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "").Replace(s)
	return "<p>" + strings.ReplaceAll(strings.ReplaceAll(s, "\n\n", "</p><p>"), "\n", "<br />") + "</p>"
}

// render is a comment as the API has it.
func (s *Ghost) render(c ghostCall, it Item) map[string]any {
	out := map[string]any{
		"id": s.id(it.ID), "parent_id": nil, "in_reply_to_id": nil, "in_reply_to_snippet": nil, "status": ghostState(it),
		"html": ghostHTML(it.Text), "created_at": it.At.Format("2006-01-02T15:04:05.000Z"), "edited_at": nil, "pinned": false,
		"member": s.member(c.brand, it.Person), "post": s.post(c, it), "count": map[string]int{"replies": 0, "likes": it.Likes},
	}
	if it.Deleted {
		out["html"] = nil
	}
	if up := s.top(it); up != 0 {
		out["parent_id"] = s.id(up)
		if it.Parent != up {
			out["in_reply_to_id"] = s.id(it.Parent)
		}
	}
	if it.Bad {
		out["created_at"], out["html"] = "Invalid date", 7
	}
	return out
}

// list is the list of comments, newest first, without deleted ones.
func (s *Ghost) list(c ghostCall) {
	q := c.r.URL.Query()
	match, err := s.filter(q.Get("filter"))
	if err != nil {
		c.refuse(http.StatusBadRequest, ghostError{Message: "Error parsing filter", Type: "BadRequestError"})
		return
	}
	found := slices.DeleteFunc(s.all(c.brand), func(it Item) bool { return it.Deleted || !match(it) })
	slices.SortFunc(found, s.order(q.Get("order")))
	limit, page := 15, 1
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		limit = min(n, 100)
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 {
		page = n
	}
	total := len(found)
	from := min((page-1)*limit, total)
	list := []map[string]any{}
	for _, it := range found[from:min(from+limit, total)] {
		list = append(list, s.render(c, it))
	}
	c.answer(http.StatusOK, map[string]any{"comments": list, "meta": map[string]any{"pagination": map[string]any{
		"page": page, "limit": limit, "pages": max((total+limit-1)/limit, 1), "total": total, "next": nil, "prev": nil,
	}}})
}

// order compares items in the order that is asked for. One that is not
// known is passed over, as on the real one.
func (s *Ghost) order(by string) func(a, b Item) int {
	switch by {
	case "id asc":
		return func(a, b Item) int { return cmp.Compare(a.ID, b.ID) }
	case "id desc":
		return func(a, b Item) int { return cmp.Compare(b.ID, a.ID) }
	case "updated_at desc,id desc":
		s.mu.Lock()
		defer s.mu.Unlock()
		quiet := maps.Clone(s.quiet)
		changed := func(it Item) int64 {
			if quiet[it.ID] {
				return 0
			}
			return it.Rev
		}
		return func(a, b Item) int { return cmp.Or(cmp.Compare(changed(b), changed(a)), cmp.Compare(b.ID, a.ID)) }
	}
	return func(a, b Item) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) }
}

// ghostTerm is one term of a filter (NQL), as much of it as is used: a column,
// a comparison, and a word, a quoted word or a list.
var ghostTerm = regexp.MustCompile(`^(id|status|parent_id|member_id):(<=|<|>=|>|)('(?:[^'\\]|\\.)*'|[a-z0-9]+|\[[a-z0-9,]*\])$`)

var errGhostFilter = errors.New("a filter that cannot be read")

func (s *Ghost) filter(f string) (func(Item) bool, error) {
	if f == "" {
		return func(Item) bool { return true }, nil
	}
	var terms []func(Item) bool
	for word := range strings.SplitSeq(f, "+") {
		t := ghostTerm.FindStringSubmatch(word)
		if t == nil {
			return nil, errGhostFilter
		}
		column, op, value := t[1], t[2], strings.Trim(t[3], "'[]")
		terms = append(terms, func(it Item) bool {
			has := s.column(column, it)
			switch op {
			case "<=":
				return has <= value
			case "<":
				return has < value
			case ">=":
				return has >= value
			case ">":
				return has > value
			}
			return slices.Contains(strings.Split(value, ","), has)
		})
	}
	return func(it Item) bool {
		return !slices.ContainsFunc(terms, func(t func(Item) bool) bool { return !t(it) })
	}, nil
}

func (s *Ghost) column(name string, it Item) string {
	switch name {
	case "status":
		return ghostState(it)
	case "member_id":
		return s.memberID(it.Account, it.Person)
	case "parent_id":
		if up := s.top(it); up != 0 {
			return s.id(up)
		}
		return ""
	}
	return s.id(it.ID)
}

// ghostForm is what a comment is created or changed with.
type ghostForm struct {
	PostID    string `json:"post_id"`
	ParentID  string `json:"parent_id"`
	InReplyTo string `json:"in_reply_to_id"`
	MemberID  string `json:"member_id"`
	HTML      string `json:"html"`
	Status    string `json:"status"`
}

// form reads the one comment of a body.
func (c ghostCall) form() (ghostForm, bool) {
	var body struct {
		Comments []ghostForm `json:"comments"`
	}
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") ||
		json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, 50<<20)).Decode(&body) != nil || len(body.Comments) != 1 {
		c.deny(http.StatusBadRequest, "BadRequestError", "Request not understood error, cannot save comment.", "No root key ('comments') provided.")
		return ghostForm{}, false
	}
	return body.Comments[0], true
}

// create posts a comment in the name of a member. Words that are there already
// are no objection.
func (s *Ghost) create(c ghostCall) {
	f, ok := c.form()
	if !ok {
		return
	}
	s.mu.Lock()
	who := s.comments
	s.mu.Unlock()
	parent, there := s.item(c.brand, f.ParentID)
	words := strings.TrimSpace(ghostText(f.HTML))
	switch {
	case f.MemberID == "":
		c.deny(422, "ValidationError", "Validation error, cannot save comment.", `Validation (FieldIsRequired) failed for ["member_id"]`)
	case who == "off":
		c.deny(http.StatusMethodNotAllowed, "MethodNotAllowedError", "Method not allowed, cannot save comment.", "Comments are not enabled for this site.")
	case s.Alone || f.MemberID != s.memberID(c.brand.Account, 0):
		c.deny(http.StatusNotFound, "NotFoundError", "Resource not found error, cannot save comment.", "Resource could not be found.")
	case who == "paid":
		c.deny(http.StatusForbidden, "NoPermissionError", "Permission error, cannot save comment.", "You do not have permission to comment on this post.")
	case !there:
		c.deny(http.StatusNotFound, "NotFoundError", "Resource not found error, cannot save comment.", "Comment could not be found")
	case s.top(parent) != 0:
		c.deny(http.StatusBadRequest, "BadRequestError", "Request not understood error, cannot save comment.", "Can not reply to a reply")
	case words == "":
		c.deny(422, "ValidationError", "Validation error, cannot save comment.", "The body of a comment cannot be empty")
	default:
		to := parent
		if r, ok := s.item(c.brand, f.InReplyTo); ok && !r.Deleted && s.top(r) == parent.ID {
			to = r
		}
		it, err := s.world.Write(Item{Account: c.brand.Account, Parent: to.ID, Text: words})
		if err != nil {
			c.deny(http.StatusNotFound, "NotFoundError", "Resource not found error, cannot save comment.", "Comment could not be found")
			return
		}
		c.answer(http.StatusCreated, map[string]any{"comments": []any{s.render(c, it)}})
	}
}

// update changes a comment's status; nothing else of it can be.
func (s *Ghost) update(c ghostCall, id string) {
	f, ok := c.form()
	if !ok {
		return
	}
	it, there := s.item(c.brand, id)
	var err error
	switch {
	case !there:
		c.deny(http.StatusNotFound, "NotFoundError", "Resource not found error, cannot edit comment.", "Resource could not be found.")
		return
	case it.Deleted: // the world forgets what was deleted
	case f.Status == "hidden", f.Status == "published":
		err = s.world.Hide(it.ID, f.Status == "hidden")
	case f.Status == "deleted" && it.ByBrand():
		err = s.world.Delete(it.ID)
	case f.Status == "deleted":
		err = s.world.Moderate(it.ID, inbox.ActRemove)
	case f.Status != "":
		c.deny(422, "ValidationError", "Validation error, cannot edit comment.", "Validation (isIn) failed for status comments.status")
		return
	}
	it, missing := s.world.Item(it.ID)
	if err != nil || missing != nil {
		c.deny(http.StatusNotFound, "NotFoundError", "Resource not found error, cannot edit comment.", "Resource could not be found.")
		return
	}
	c.answer(http.StatusOK, map[string]any{"comments": []any{s.render(c, it)}})
}
