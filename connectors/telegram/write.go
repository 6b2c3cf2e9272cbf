package telegram

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"vigie/inbox"
)

// write sends a text, or a file with its caption. What it answers must still
// be there; a private answer answers nothing, since it goes to another chat.
func (c *connector) write(ctx context.Context, d deed) (inbox.Receipt, error) {
	to, args := d.target.chat, map[string]any{}
	if d.Kind == inbox.ActPrivate {
		var ok bool
		if to, ok = personOf(d.Author); !ok {
			return inbox.Receipt{}, fmt.Errorf("private: it names no person: %w", inbox.ErrInvalid)
		}
	} else {
		args["reply_parameters"] = map[string]any{"message_id": d.target.id, "allow_sending_without_reply": false}
		if d.talk.connection != "" {
			args["business_connection_id"] = d.talk.connection
		}
		switch d.talk.branch {
		case topicBranch:
			args["message_thread_id"] = d.talk.sub
		case directBranch:
			args["direct_messages_topic_id"] = d.talk.sub
		}
	}
	args["chat_id"] = to
	r := request{method: "sendMessage", args: args, write: true, bucket: bucket(to)}
	if len(d.Media) > 0 {
		if err := c.attach(ctx, d, args, &r); err != nil {
			return inbox.Receipt{}, err
		}
	} else {
		args["text"] = d.Text
	}
	if err := c.pace.take(to, c.now()); err != nil {
		return inbox.Receipt{}, err
	}
	var m message
	if err := c.call(ctx, r, &m); err != nil {
		return inbox.Receipt{}, err
	}
	if m.ID <= 0 {
		return inbox.Receipt{}, &inbox.UncertainError{Err: fmt.Errorf("%s gives no message", r.method)}
	}
	sent := inbox.Receipt{
		Remote: spot{connection: d.talk.connection, chat: to, id: m.ID}.String(), At: unix(m.Date), URL: link(m.Chat, m.ID),
	}
	if d.Kind == inbox.ActPrivate {
		sent.Remote = spot{chat: to, id: m.ID}.String()
		sent.Conversation = talk{chat: to}.String()
	}
	return sent, nil
}

// attach makes a request one that carries a file: a photo where Telegram takes
// it as one, else a document.
func (c *connector) attach(ctx context.Context, d deed, args map[string]any, r *request) error {
	if n := len(utf16.Encode([]rune(d.Text))); n > maxCaption {
		return inbox.Problem{Code: inbox.CodeTooLong, Args: []string{strconv.Itoa(n), strconv.Itoa(maxCaption), string(inbox.UTF16)}}
	}
	up := d.Media[0]
	refused := func(why string) error { return inbox.Problem{Code: inbox.CodeMedia, Args: []string{up.Name, why}} }
	if len(d.Media) > 1 || c.env.Shelf == nil {
		return refused("1")
	}
	f, err := c.env.Shelf.Open(up.Sum)
	if err != nil {
		return refused("?")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(content) > maxFile {
		return refused(strconv.Itoa(maxFile>>20) + " MB")
	}
	r.method, args["caption"] = "sendDocument", d.Text
	field := "document"
	if slices.Contains([]string{"image/jpeg", "image/png", "image/webp"}, up.Type) {
		r.method, field = "sendPhoto", "photo"
	}
	r.body, r.kind, err = form(args, field, up, content)
	r.args = nil
	if ctx.Err() != nil {
		return &inbox.RetryError{Err: ctx.Err()}
	}
	return err
}

// form writes a multipart form.
func form(args map[string]any, field string, up inbox.Upload, content []byte) (body []byte, kind string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, value := range args {
		s, err := plain(value)
		if err != nil {
			return nil, "", fmt.Errorf("encode %s: %w", key, err)
		}
		if err := w.WriteField(key, s); err != nil {
			return nil, "", fmt.Errorf("write %s: %w", key, err)
		}
	}
	name := strings.NewReplacer(`"`, "'", "\r", " ", "\n", " ", `\`, "_").Replace(up.Name)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="` + field + `"; filename="` + name + `"`}, "Content-Type": {mediaType(up.Type)},
	})
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("write a file: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// mediaType is a type that can stand in a header.
func mediaType(s string) string {
	if kind, _, err := mime.ParseMediaType(s); err == nil {
		return kind
	}
	return "application/octet-stream"
}
