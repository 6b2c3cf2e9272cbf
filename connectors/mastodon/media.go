package mastodon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	// uploadTime is how long one file may take on its way.
	uploadTime = 50 * time.Second
	// mediaLooks is how often a file is asked for that the server still works
	// on, and mediaRest the first wait; each is twice the one before, up to
	// maxMediaRest.
	mediaLooks   = 8
	mediaRest    = 200 * time.Millisecond
	maxMediaRest = 5 * time.Second
	// keepUploads is how long the server keeps a file that hangs on nothing.
	keepUploads = 12 * time.Hour
)

// uploaded is a file that the server has and that hangs on no status yet.
type uploaded struct {
	id remoteID
	at time.Time
}

// attach gives the server the files of an answer and returns their ids. No
// error of it means that something may have been posted: a file alone is seen
// by nobody. What was given before an attempt that failed is not given again.
func (c *connector) attach(ctx context.Context, a inbox.Action) ([]string, error) {
	if len(a.Media) == 0 {
		return nil, nil
	}
	limit := c.Caps().Media
	if len(a.Media) > limit.Max {
		return nil, unfit(a.Media[limit.Max], fmt.Sprintf("%d > %d", len(a.Media), limit.Max))
	}
	var ids []string
	for i, u := range a.Media {
		id, err := c.give(ctx, a.Key+" "+strconv.Itoa(i)+" "+u.Sum, u, limit)
		if err != nil {
			return nil, harmless(err)
		}
		ids = append(ids, string(id))
	}
	return ids, nil
}

// attached forgets the files that now hang on a status.
func (c *connector) attached(a inbox.Action) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, u := range a.Media {
		delete(c.uploads, a.Key+" "+strconv.Itoa(i)+" "+u.Sum)
	}
}

// give gives the server one file, unless it has it, and waits until it can be
// posted.
func (c *connector) give(ctx context.Context, name string, u inbox.Upload, limit inbox.MediaLimit) (remoteID, error) {
	c.mu.Lock()
	had, ok := c.uploads[name]
	c.mu.Unlock()
	if ok && c.now().Sub(had.at) < keepUploads {
		return had.id, c.ready(ctx, had.id, u)
	}
	content, err := c.content(u, limit)
	if err != nil {
		return "", err
	}
	res, err := c.send(ctx, u, content)
	if err != nil {
		return "", err
	}
	var m medium
	if err := lenient(res.Body, &m); err != nil || !sound(m.ID) {
		return "", res.Unreadable(errors.New("it names no file"))
	}
	c.mu.Lock()
	c.uploads[name] = uploaded{m.ID, c.now()}
	c.mu.Unlock()
	if res.Status != http.StatusAccepted && m.URL != "" {
		return m.ID, nil
	}
	return m.ID, c.ready(ctx, m.ID, u)
}

// content reads a file from the shelf, once it is known to be one that the
// server takes.
func (c *connector) content(u inbox.Upload, limit inbox.MediaLimit) ([]byte, error) {
	most := limit.Bytes
	c.mu.Lock()
	if images := c.server.Configuration.Media.ImageBytes; images > 0 && strings.HasPrefix(u.Type, "image/") {
		most = images
	}
	c.mu.Unlock()
	switch n := utf8.RuneCountInString(u.Alt); {
	case !slices.Contains(limit.Types, u.Type):
		return nil, unfit(u, u.Type)
	case u.Size > most:
		return nil, unfit(u, fmt.Sprintf("%d > %d kB", u.Size/1000, most/1000))
	case limit.Alt > 0 && n > limit.Alt:
		return nil, unfit(u, fmt.Sprintf("alt: %d > %d", n, limit.Alt))
	case c.env.Shelf == nil:
		return nil, unfit(u, "?")
	}
	r, err := c.env.Shelf.Open(u.Sum)
	if errors.Is(err, inbox.ErrNotFound) {
		return nil, unfit(u, "?")
	}
	if err != nil {
		return nil, &inbox.RetryError{Err: fmt.Errorf("open a file: %w", err)}
	}
	defer func() { _ = r.Close() }() // it was read only
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, &inbox.RetryError{Err: fmt.Errorf("read a file: %w", err)}
	case int64(len(b)) > most:
		return nil, unfit(u, fmt.Sprintf("> %d kB", most/1000))
	}
	return b, nil
}

// send uploads a file, by the older call where the server lacks the newer.
func (c *connector) send(ctx context.Context, u inbox.Upload, content []byte) (*httpx.Response, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {mime.FormatMediaType("form-data", map[string]string{"name": "file", "filename": u.Name})},
		"Content-Type":        {u.Type},
	})
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil && u.Alt != "" {
		err = form.WriteField("description", u.Alt)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encode a file: %w", err)
	}
	for _, path := range []string{"/api/v2/media", "/api/v1/media"} {
		var res *httpx.Response
		res, err = c.write(ctx, scopeMedia, httpx.Request{
			Method: http.MethodPost, Path: path, Body: body.Bytes(), Bucket: "media", Timeout: uploadTime,
			Header: http.Header{"Content-Type": {form.FormDataContentType()}},
		})
		if err == nil {
			return res, nil
		}
		if !errors.Is(err, inbox.ErrGone) {
			break
		}
	}
	if errors.Is(err, inbox.ErrInvalid) {
		return nil, unfit(u, err.Error())
	}
	return nil, err
}

// ready waits until the server has worked a file over, but not for long.
func (c *connector) ready(ctx context.Context, id remoteID, u inbox.Upload) error {
	rest := mediaRest
	for range mediaLooks {
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("wait for a file: %w", ctx.Err())
		}
		rest = min(2*rest, maxMediaRest)
		res, err := c.call(ctx, httpx.Request{Path: "/api/v1/media/" + string(id)})
		var m medium
		switch {
		case errors.Is(err, inbox.ErrInvalid), errors.Is(err, inbox.ErrGone):
			return unfit(u, err.Error())
		case err != nil:
			return err
		case res.Status != http.StatusPartialContent && lenient(res.Body, &m) == nil && m.URL != "":
			return nil
		}
	}
	return &inbox.RetryError{After: 30 * time.Second, Err: errors.New("the server still works on a file")}
}

// unfit says that the server does not take a file, and why in a word.
func unfit(u inbox.Upload, why string) error {
	return refusedBy(inbox.Problem{Code: inbox.CodeMedia, Args: []string{u.Name, why}, Detail: "attach a file: " + why}, inbox.ErrInvalid)
}

// harmless is an error from before anything was posted: a doubt is none.
func harmless(err error) error {
	var doubt *inbox.UncertainError
	if errors.As(err, &doubt) {
		return &inbox.RetryError{Err: errors.New(err.Error())}
	}
	return unsent(err)
}
