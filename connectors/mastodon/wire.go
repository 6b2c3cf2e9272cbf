package mastodon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// remoteID is an id: a string, or on some servers a number.
type remoteID string

// UnmarshalJSON takes a string or a number, digits and all.
func (id *remoteID) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '"' {
		var n json.Number
		if err := json.Unmarshal(b, &n); err != nil {
			return err
		}
		*id = remoteID(n)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*id = remoteID(s)
	return nil
}

// sound reports whether an id is one that can stand in an address: letters,
// digits, - and _ only, of a sane length.
func sound[S ~string](id S) bool {
	if len(id) == 0 || len(id) > 100 {
		return false
	}
	return !strings.ContainsFunc(string(id), func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_')
	})
}

// account is an Account entity, as far as it is used.
type account struct {
	ID        remoteID `json:"id"`
	Username  string   `json:"username"`
	Acct      string   `json:"acct"`
	Name      string   `json:"display_name"`
	URL       string   `json:"url"`
	Followers int      `json:"followers_count"`
	Following int      `json:"following_count"`
	Statuses  int      `json:"statuses_count"`
}

// status is a Status entity, as far as it is used.
type status struct {
	ID         remoteID `json:"id"`
	CreatedAt  string   `json:"created_at"`
	EditedAt   string   `json:"edited_at"`
	InReplyTo  remoteID `json:"in_reply_to_id"`
	AnswersTo  remoteID `json:"in_reply_to_account_id"`
	Visibility string   `json:"visibility"`
	Language   string   `json:"language"`
	URI        string   `json:"uri"`
	URL        string   `json:"url"`
	Content    string   `json:"content"`
	Spoiler    string   `json:"spoiler_text"`
	Replies    int      `json:"replies_count"`
	Reblogs    int      `json:"reblogs_count"`
	Favourites int      `json:"favourites_count"`
	Favourited bool     `json:"favourited"`
	Sensitive  bool     `json:"sensitive"`
	Muted      bool     `json:"muted"` // its conversation
	Account    account  `json:"account"`
	Media      []medium `json:"media_attachments"`
	LocalOnly  bool     `json:"local_only"` // it never leaves its server (glitch-soc, GoToSocial, Hometown)
	Mentions   []struct {
		ID   remoteID `json:"id"`
		Acct string   `json:"acct"`
	} `json:"mentions"`
	Reblog json.RawMessage `json:"reblog"`
	Poll   *poll           `json:"poll"`
	Quote  *quote          `json:"quote"`

	at, edited time.Time // parsed, UTC
}

func (s status) direct() bool { return s.Visibility == "direct" }

// boosts reports whether the status is another one, told again.
func (s status) boosts() bool { return len(s.Reblog) > 0 && string(s.Reblog) != "null" }

// mentions reports whether a status names an account.
func (s status) mentions(who account) bool {
	for _, m := range s.Mentions {
		if m.ID == who.ID {
			return true
		}
	}
	return false
}

// quoted is what a status quotes, where the server shows it.
func (s status) quoted() (status, bool) {
	if s.Quote == nil {
		return status{}, false
	}
	q, err := readStatus(s.Quote.Quoted)
	return q, err == nil
}

// medium is a MediaAttachment entity, as far as it is used.
type medium struct {
	ID          remoteID `json:"id"`
	Type        string   `json:"type"`
	URL         string   `json:"url"` // "" while the file is being worked on
	RemoteURL   string   `json:"remote_url"`
	Description string   `json:"description"`
}

// poll is a Poll entity, as far as it is used.
type poll struct {
	Expires  string `json:"expires_at"`
	Multiple bool   `json:"multiple"`
	Votes    int    `json:"votes_count"`
	Voters   int    `json:"voters_count"`
	Options  []struct {
		Title string `json:"title"`
		Votes int    `json:"votes_count"`
	} `json:"options"`
}

// quote is a Quote entity, as far as it is used.
type quote struct {
	State  string          `json:"state"`
	Quoted json.RawMessage `json:"quoted_status"`
}

// notification is a Notification entity.
type notification struct {
	ID      remoteID        `json:"id"`
	Type    string          `json:"type"`
	At      string          `json:"created_at"`
	Account account         `json:"account"`
	Status  json.RawMessage `json:"status"`
	Report  struct {
		ID       remoteID `json:"id"`
		Category string   `json:"category"`
		Comment  string   `json:"comment"`
		Target   account  `json:"target_account"`
	} `json:"report"`
	Event struct {
		Type      string `json:"type"`
		Target    string `json:"target_name"`
		Followers int    `json:"followers_count"`
		Following int    `json:"following_count"`
	} `json:"event"`
	Warning struct {
		ID       remoteID   `json:"id"`
		Action   string     `json:"action"`
		Text     string     `json:"text"`
		Statuses []remoteID `json:"status_ids"`
	} `json:"moderation_warning"`
}

// instance is what both versions of the Instance entity share.
type instance struct {
	Domain    string `json:"domain"`
	SourceURL string `json:"source_url"` // version 2
	URI       string `json:"uri"`        // version 1
	URLs      struct {
		Streaming string `json:"streaming_api"` // version 1
	} `json:"urls"`
	MaxChars    int `json:"max_toot_chars"` // Pleroma and kin
	APIVersions struct {
		Mastodon int `json:"mastodon"`
	} `json:"api_versions"`
	Rules []struct {
		ID   remoteID `json:"id"`
		Text string   `json:"text"`
	} `json:"rules"`
	Configuration struct {
		URLs struct {
			Streaming string `json:"streaming"`
		} `json:"urls"`
		Statuses struct {
			MaxChars int `json:"max_characters"`
			URLChars int `json:"characters_reserved_per_url"`
			MaxMedia int `json:"max_media_attachments"`
		} `json:"statuses"`
		Media struct {
			Types      []string `json:"supported_mime_types"`
			AltChars   int      `json:"description_limit"`
			ImageBytes int64    `json:"image_size_limit"`
			VideoBytes int64    `json:"video_size_limit"`
		} `json:"media_attachments"`
	} `json:"configuration"`
}

// lenient decodes an object; a field of the wrong type is left out instead of
// costing the whole.
func lenient(raw []byte, v any) error {
	err := json.Unmarshal(raw, v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return nil
	}
	return err
}

// readStatus decodes one status and refuses it when what is needed is
// missing. The reason holds nothing of its text.
func readStatus(raw []byte) (status, error) {
	var s status
	if err := lenient(raw, &s); err != nil {
		return s, errors.New("it is not a status")
	}
	switch {
	case !sound(s.ID):
		return s, errors.New("the status has no usable id")
	case !sound(s.Account.ID):
		return s, fmt.Errorf("status %s has no author", s.ID)
	case s.InReplyTo != "" && !sound(s.InReplyTo):
		return s, fmt.Errorf("status %s answers an unusable id", s.ID)
	}
	var err error
	if s.at, err = time.Parse(time.RFC3339, s.CreatedAt); err != nil || s.at.IsZero() {
		return s, fmt.Errorf("status %s has no usable time", s.ID)
	}
	s.at = s.at.UTC()
	if t, err := time.Parse(time.RFC3339, s.EditedAt); err == nil {
		s.edited = t.UTC()
	}
	return s, nil
}

// readList splits a JSON array into its elements.
func readList(body []byte) ([]json.RawMessage, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		return nil, errors.New("the answer is not a list")
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	return list, nil
}

// webAddress returns an address that may be shown and opened; "" for any
// other.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2000 || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.ContainsFunc(s, unicode.IsControl) {
		return ""
	}
	return u.String()
}
