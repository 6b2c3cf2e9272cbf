package telegram

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

// words are parts of Telegram's error sentences and what they mean. Telegram
// has no codes but those of HTTP.
func words() []struct {
	part string
	kind error
} {
	return []struct {
		part string
		kind error
	}{
		{"message to be replied not found", inbox.ErrGone},
		{"replied message not found", inbox.ErrGone},
		{"reply message not found", inbox.ErrGone},
		{"message to react not found", inbox.ErrGone},
		{"message to edit not found", inbox.ErrGone},
		{"message to delete not found", inbox.ErrGone},
		{"message not found", inbox.ErrGone},
		{"message_id_invalid", inbox.ErrGone},
		{"message thread not found", inbox.ErrGone},
		{"topic_deleted", inbox.ErrGone},
		{"upgraded to a supergroup", inbox.ErrGone},
		{"not enough rights", inbox.ErrUnsupported},
		{"have no rights", inbox.ErrUnsupported},
		{"need administrator rights", inbox.ErrUnsupported},
		{"chat_admin_required", inbox.ErrUnsupported},
		{"message can't be", inbox.ErrUnsupported},
		{"can't remove chat owner", inbox.ErrUnsupported},
		{"is an administrator of the chat", inbox.ErrUnsupported},
		{"user_admin_invalid", inbox.ErrUnsupported},
		{"available only for supergroups", inbox.ErrUnsupported},
		{"reaction_invalid", inbox.ErrUnsupported},
		{"topic_closed", inbox.ErrUnsupported},
		{"business connection", inbox.ErrUnsupported},
		{"business_", inbox.ErrUnsupported},
		{"chat not found", inbox.ErrUnsupported},
		{"chat_write_forbidden", inbox.ErrUnsupported},
	}
}

// refusal is an error that came as if it were a result, as from some servers of
// the same API.
func (e envelope) refusal(r request, res *httpx.Response) error {
	kind, known := map[int]error{
		http.StatusUnauthorized: inbox.ErrAuth, http.StatusForbidden: inbox.ErrUnsupported, http.StatusBadRequest: inbox.ErrInvalid,
	}[e.Code]
	if !known {
		return res.Unreadable(errors.New("it is neither a result nor an error"))
	}
	return refine(&httpx.StatusError{
		Where: r.method, Status: e.Code, Message: text.CleanLine(e.Description).String(), Kind: kind, Body: res.Body,
	}, r)
}

// refine gives an error the meaning that Telegram's words have.
func refine(err error, r request) error {
	var se *httpx.StatusError
	if !errors.As(err, &se) {
		return err
	}
	told, said := paramsOf(se), strings.ToLower(se.Message)
	switch {
	case se.Status == http.StatusTooManyRequests:
		var retry *inbox.RetryError
		if errors.As(err, &retry) && retry.After <= 0 {
			return &inbox.RetryError{After: time.Duration(max(told.RetryAfter, 1)) * time.Second, Err: se}
		}
		return err
	case se.Status == http.StatusConflict && r.method == "getUpdates":
		if strings.Contains(said, "webhook") {
			return rival("webhook")
		}
		return rival("getUpdates")
	case se.Status == http.StatusNotFound && se.Message == "Not Found" && r.method == "getMe":
		return recast(se, inbox.ErrAuth) // a token that cannot be one
	case se.Status != http.StatusBadRequest:
		return err
	}
	for _, w := range words() {
		if strings.Contains(said, w.part) {
			return recast(se, w.kind)
		}
	}
	return err
}

// recast is a refusal with another meaning.
func recast(se *httpx.StatusError, kind error) error {
	out := *se
	out.Kind = kind
	return &out
}

// rival says that somebody else takes what comes for the bot.
func rival(who string) error {
	return &inbox.RetryError{After: time.Minute, Err: inbox.Problem{
		Code: inbox.CodeRival, Args: []string{who}, Detail: "Telegram gives a bot's updates to one program only",
	}}
}

// paramsOf reads what a refusal says besides its words.
func paramsOf(se *httpx.StatusError) parameters {
	var e envelope
	_ = json.Unmarshal(se.Body, &e) // an answer without them has none
	return e.Parameters
}

// said reports whether a refusal has these words.
func said(err error, part string) bool {
	var se *httpx.StatusError
	return errors.As(err, &se) && strings.Contains(strings.ToLower(se.Message), part)
}

// unsent is an error from before anything was written: surely not done.
func unsent(err error) error {
	var retry *inbox.RetryError
	var problem inbox.Problem
	if errors.As(err, &retry) || errors.As(err, &problem) {
		return err
	}
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrUnsupported, inbox.ErrInvalid} {
		if errors.Is(err, kind) {
			return err
		}
	}
	return &inbox.RetryError{Err: err}
}
