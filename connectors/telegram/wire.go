package telegram

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// envelope is every answer.
type envelope struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  parameters      `json:"parameters"`
}

// parameters are what an error says besides its words.
type parameters struct {
	MigrateTo  int64 `json:"migrate_to_chat_id"`
	RetryAfter int   `json:"retry_after"` // seconds
}

// update is one of the updates that allowedUpdates asks for.
type update struct {
	ID              int64               `json:"update_id"`
	Message         *message            `json:"message"`
	EditedMessage   *message            `json:"edited_message"`
	Business        *businessConnection `json:"business_connection"`
	BusinessMessage *message            `json:"business_message"`
	EditedBusiness  *message            `json:"edited_business_message"`
	DeletedBusiness *deletedBusiness    `json:"deleted_business_messages"`
	Membership      *membership         `json:"my_chat_member"`
}

// allowedUpdates are the kinds of updates that are asked for.
func allowedUpdates() []string {
	return []string{
		"message", "edited_message", "business_connection", "business_message", "edited_business_message",
		"deleted_business_messages", "my_chat_member",
	}
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Username string `json:"username"`
	Lang     string `json:"language_code"`
	ReadsAll bool   `json:"can_read_all_group_messages"`
}

type chat struct {
	ID       int64  `json:"id"`
	Type     string `json:"type"` // private, group, supergroup, channel
	Title    string `json:"title"`
	Username string `json:"username"`
	Direct   bool   `json:"is_direct_messages"`
}

func (c chat) private() bool { return c.Type == "private" }

type message struct {
	ID            int64      `json:"message_id"`
	ThreadID      int64      `json:"message_thread_id"`
	DirectTopic   *topic     `json:"direct_messages_topic"`
	From          *user      `json:"from"`
	SenderChat    *chat      `json:"sender_chat"`
	Date          int64      `json:"date"`
	Connection    string     `json:"business_connection_id"`
	Chat          chat       `json:"chat"`
	Origin        *origin    `json:"forward_origin"`
	IsTopic       bool       `json:"is_topic_message"`
	AutoForward   bool       `json:"is_automatic_forward"`
	ReplyTo       *message   `json:"reply_to_message"`
	EditDate      int64      `json:"edit_date"`
	Text          string     `json:"text"`
	Entities      []entity   `json:"entities"`
	Caption       string     `json:"caption"`
	CaptionMarks  []entity   `json:"caption_entities"`
	Spoiler       bool       `json:"has_media_spoiler"`
	Animation     *file      `json:"animation"`
	Audio         *file      `json:"audio"`
	Document      *file      `json:"document"`
	Photo         []file     `json:"photo"`
	Sticker       *sticker   `json:"sticker"`
	Video         *file      `json:"video"`
	VideoNote     *file      `json:"video_note"`
	Voice         *file      `json:"voice"`
	Contact       *contact   `json:"contact"`
	Dice          *dice      `json:"dice"`
	Poll          *poll      `json:"poll"`
	Venue         *venue     `json:"venue"`
	Location      *place     `json:"location"`
	Story         *struct{}  `json:"story"`
	Paid          *struct{}  `json:"paid_media"`
	Checklist     *checklist `json:"checklist"`
	MigrateToChat int64      `json:"migrate_to_chat_id"`
	MigrateFrom   int64      `json:"migrate_from_chat_id"`
}

type topic struct {
	ID   int64 `json:"topic_id"`
	User *user `json:"user"`
}

// origin is where a forwarded message comes from: a person, one who hides, a
// group, or a channel.
type origin struct {
	User   *user  `json:"sender_user"`
	Name   string `json:"sender_user_name"`
	Sender *chat  `json:"sender_chat"`
	Chat   *chat  `json:"chat"`
	ID     int64  `json:"message_id"`
}

// entity marks a part of a text, in UTF-16 units.
type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	User   *user  `json:"user"`
}

type file struct {
	Name  string `json:"file_name"`
	Title string `json:"title"`
	Mime  string `json:"mime_type"`
}

type sticker struct {
	Emoji string `json:"emoji"`
}

type contact struct {
	Phone string `json:"phone_number"`
	First string `json:"first_name"`
	Last  string `json:"last_name"`
}

type dice struct {
	Emoji string `json:"emoji"`
	Value int    `json:"value"`
}

type venue struct {
	Title   string `json:"title"`
	Address string `json:"address"`
}

type place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

type checklist struct {
	Title string `json:"title"`
	Tasks []struct {
		Text string `json:"text"`
	} `json:"tasks"`
}

type poll struct {
	Question string `json:"question"`
	Options  []struct {
		Text  string `json:"text"`
		Votes int    `json:"voter_count"`
	} `json:"options"`
	Voters   int   `json:"total_voter_count"`
	Multiple bool  `json:"allows_multiple_answers"`
	Closes   int64 `json:"close_date"`
}

type businessConnection struct {
	ID      string         `json:"id"`
	Rights  businessRights `json:"rights"`
	Enabled bool           `json:"is_enabled"`
}

type businessRights struct {
	Reply      bool `json:"can_reply"`
	Read       bool `json:"can_read_messages"`
	DeleteSent bool `json:"can_delete_sent_messages"`
	DeleteAll  bool `json:"can_delete_all_messages"`
}

type deletedBusiness struct {
	Connection string  `json:"business_connection_id"`
	Chat       chat    `json:"chat"`
	IDs        []int64 `json:"message_ids"`
}

type membership struct {
	Chat chat   `json:"chat"`
	New  member `json:"new_chat_member"`
}

// member is a ChatMember of any status.
type member struct {
	Status   string `json:"status"` // creator, administrator, member, restricted, left, kicked
	IsMember bool   `json:"is_member"`
	CanSend  bool   `json:"can_send_messages"`
	Delete   bool   `json:"can_delete_messages"`
	Restrict bool   `json:"can_restrict_members"`
}

// readUpdate decodes one update. Its id is told also where the rest makes no
// sense.
func readUpdate(raw []byte) (update, error) {
	var u update
	var head struct {
		ID int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &head) != nil || head.ID <= 0 {
		return u, errors.New("the update has no usable id")
	}
	if err := json.Unmarshal(raw, &u); err != nil {
		return update{ID: head.ID}, errors.New("the update is not of the documented shape")
	}
	return u, nil
}

// unix reads a time. Some servers count in milliseconds.
func unix(n int64) time.Time {
	const farthest = 1 << 36 // seconds: the year 4147
	switch {
	case n <= 0:
		return time.Time{}
	case n > farthest:
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
