package sandbox

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie/inbox"
)

// ghostText is what was typed, of the HTML that the API was given.
func ghostText(s string) string {
	s = strings.NewReplacer("</p><p>", "\n\n", "<br>", "\n", "<br />", "\n", "<p>", "", "</p>", "").Replace(s)
	return html.UnescapeString(s)
}

// memberID is what a person is called on a brand's blog; 0 is the brand's own
// member.
func (s *Ghost) memberID(account inbox.AccountID, person int) string {
	return ghostID("member of "+string(account), int64(person))
}

// member is somebody as a comment has them; nil for who left.
func (s *Ghost) member(b Brand, person int) map[string]any {
	name, mail := b.Name, ghostMail(b)
	if person != 0 {
		p := s.world.Person(person)
		name, mail = p.Name, p.Handle+"@"+p.Host
	}
	stopped := s.world.Blocked(b.Account, person)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left[person] {
		return nil
	}
	commenting := map[string]any{"disabled": stopped, "disabled_reason": nil, "disabled_until": nil}
	if stopped {
		commenting["disabled_reason"] = s.why[person]
	}
	return map[string]any{
		"id": s.memberID(b.Account, person), "name": name, "email": mail, "expertise": nil,
		"avatar_image": "https://gravatar.example/avatar/" + ghostID(mail, 0) + "?s=250&r=g&d=blank",
		"can_comment":  !stopped, "commenting": commenting,
	}
}

// users is the list of the blog's staff: its owner, and Staff.
func (s *Ghost) users(c ghostCall) {
	list := []map[string]any{{"email": "owner@" + string(c.brand.Account) + ".example"}}
	for _, person := range s.Staff {
		p := s.world.Person(person)
		list = append(list, map[string]any{"email": p.Handle + "@" + p.Host})
	}
	c.answer(http.StatusOK, map[string]any{"users": list, "meta": map[string]any{
		"pagination": map[string]any{"page": 1, "limit": 100, "pages": 1, "total": len(list), "next": nil},
	}})
}

// collated is a word as MySQL compares it: without case and accents.
func collated(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

// members is the list of members, of which some are asked for by address or id.
func (s *Ghost) members(c ghostCall) {
	column, value, ok := strings.Cut(c.r.URL.Query().Get("filter"), ":")
	if inner, many := strings.CutPrefix(value, "["); many {
		value = strings.TrimSuffix(inner, "]")
	}
	if !ok || len(value) < 2 || value[0] != '\'' || value[len(value)-1] != '\'' || column != "email" && column != "id" {
		c.refuse(http.StatusBadRequest, ghostError{Message: "Error parsing filter", Type: "BadRequestError"})
		return
	}
	values := strings.Split(collated(strings.NewReplacer(`\'`, `'`, `\\`, `\`).Replace(value[1:len(value)-1])), "','")
	list := []map[string]any{}
	for person := 0; person == 0 || s.world.Person(person).ID != 0; person++ {
		if m := s.member(c.brand, person); m != nil && slices.Contains(values, collated(fmt.Sprint(m[column]))) && !(s.Alone && person == 0) {
			list = append(list, m)
		}
	}
	c.answer(http.StatusOK, map[string]any{"members": list, "meta": map[string]any{
		"pagination": map[string]any{"page": 1, "limit": 15, "pages": 1, "total": len(list)},
	}})
}

// stop takes a person's right to comment, with a reason, or gives it back.
func (s *Ghost) stop(c ghostCall, id, what string) {
	var body struct {
		Reason string     `json:"reason"`
		Until  *time.Time `json:"expires_at"`
	}
	if what == "disable" && json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, 1<<20)).Decode(&body) != nil {
		c.refuse(http.StatusBadRequest, ghostError{Message: "An unexpected error occurred, please try again.", Type: "InternalServerError"})
		return
	}
	if what == "disable" && (body.Reason == "" || len(body.Reason) > 2000) {
		property := "reason"
		c.refuse(422, ghostError{Message: "A reason is required when disabling commenting for a member", Type: "ValidationError", Property: &property})
		return
	}
	person, err := strconv.ParseInt(id[max(len(id)-8, 0):], 16, 32)
	gone := err != nil || s.memberID(c.brand.Account, int(person)) != id || s.member(c.brand, int(person)) == nil
	if !gone {
		err = s.world.Block(c.brand.Account, int(person), what == "disable")
	}
	if gone || err != nil || what != "disable" && what != "enable" {
		c.refuse(http.StatusNotFound, ghostError{Message: "Member not found.", Type: "NotFoundError"})
		return
	}
	s.mu.Lock()
	s.why[int(person)] = body.Reason
	s.mu.Unlock()
	c.answer(http.StatusOK, map[string]any{"members": []any{s.member(c.brand, int(person))}})
}

// essays are what the blog of the publisher writes about.
func essays() []script {
	var out []script
	for _, title := range []string{
		"La rentrée de Clair : sept livres, une ligne",
		"Comment nous choisissons un manuscrit",
		"Dans l'atelier de la couverture",
		"Traduire le silence : entretien avec notre traductrice du norvégien",
		"Le prix d'un livre, poste par poste",
		"Lettre aux libraires qui nous portent",
		"Lire à voix haute : le festival de mars",
		"Pourquoi nous imprimons encore en Rhône-Alpes",
		"Carnet de Montréal : dix jours avec nos auteurs",
		"Les premières pages de décembre",
	} {
		out = append(out, script{lang: "fr", lines: []line{{'>', title}}})
	}
	return out
}

// ghostToday writes what is always on the publisher's blog on the morning of a
// demonstration: a letter with a question, an answer among readers, and a
// comment that was hidden.
func (w *World) ghostToday() error {
	const account = "clair-ghost"
	post, err := w.past(account, Item{Kind: BrandPost, Text: "Ce que nous publierons en 2027, et pourquoi si peu", Lang: "fr", Likes: 58}, 28*time.Hour)
	if err != nil {
		return fmt.Errorf("write the letter of the blog: %w", err)
	}
	first, err := w.past(account, Item{
		Kind: Public, Person: w.somebody("marion_aubry"), Parent: post.ID, Lang: "fr",
		Text: "Merci pour cette franchise. Le roman de février sera-t-il aussi en numérique ?",
	}, 7*time.Hour)
	if err != nil {
		return fmt.Errorf("write a comment of the letter: %w", err)
	}
	for _, c := range []struct {
		ago    time.Duration
		who    string
		parent ItemID
		text   string
		hidden bool
	}{
		{6 * time.Hour, "gilles_tran", first.ID, "Je me pose la même question, ma liseuse et moi.", false},
		{3 * time.Hour, "best_seo", post.ID, "Self-publish NOW, 90% royalties: https://books.example/go", true},
	} {
		it := Item{Kind: Public, Person: w.somebody(c.who), Parent: c.parent, Text: c.text, Lang: "fr", Hidden: c.hidden}
		if _, err := w.past(account, it, c.ago); err != nil {
			return fmt.Errorf("write a comment of the letter: %w", err)
		}
	}
	return nil
}
