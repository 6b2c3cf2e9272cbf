package ghost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

// site is what a blog says of itself to everybody.
type site struct {
	Title   string `json:"title"`
	URL     string `json:"url"`
	Version string `json:"version"`
	UUID    string `json:"site_uuid"`
}

// version is what the API is asked for: Ghost answers so that clients of that
// version understand it, or says that it cannot.
const version = "v6.0"

// maxContext is how much of Ghost's explanation goes into an error, in code
// points.
const maxContext = 200

// call sends a request below /ghost/api/admin. A token that was refused as too
// old or too young was signed by a clock that is wrong: the blog is asked for
// its own time, and the call made once more. Nothing was done by then.
func (c *connector) call(ctx context.Context, r httpx.Request) (*httpx.Response, error) {
	res, err := c.send(ctx, r)
	if errors.Is(err, inbox.ErrAuth) {
		if said := refusalOf(err); said.Code == "INVALID_JWT" && (said.says("expired") || said.says("maxAge")) {
			if _, asked := c.about(ctx); asked != nil {
				return nil, asked
			}
			res, err = c.send(ctx, r)
		}
	}
	said := refusalOf(err)
	if said.Context != "" { // where Ghost explains a general message
		words := []rune(text.CleanLine(said.Context).String())
		err = fmt.Errorf("%w (%s)", err, string(words[:min(len(words), maxContext)]))
	}
	switch {
	case said.Code == "INVALID_JWT", said.Code == "MISSING_ADMIN_API_KID", said.says("Unable to determine the authenticated user"):
		err = fmt.Errorf("%w: %w", inbox.ErrAuth, err) // told with 400 and 403 too
	case said.Code == "UPDATE_GHOST":
		err = fmt.Errorf("the blog's Ghost is older than 6: %w: %w", inbox.ErrUnsupported, err)
	case said.Code == "UPDATE_CLIENT":
		err = fmt.Errorf("the blog's Ghost has no such call: %w: %w", inbox.ErrUnsupported, err)
	}
	if errors.Is(err, inbox.ErrAuth) {
		c.mu.Lock()
		c.key = key{} // asked for anew
		c.mu.Unlock()
	}
	return res, err
}

// send sends a request with a token of its own.
func (c *connector) send(ctx context.Context, r httpx.Request) (*httpx.Response, error) {
	h, err := c.authorization(ctx)
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{"Authorization": {h}, "Accept-Version": {version}}
	r.Path = "/ghost/api/admin" + r.Path
	res, err := c.client.Do(ctx, r)
	if err == nil {
		c.heard(res)
	}
	return res, err
}

// heard notes what time it is where the blog is.
func (c *connector) heard(res *httpx.Response) {
	skew := httpx.Skew(res.Header, c.env.Clock.Now())
	c.mu.Lock()
	c.skew = skew
	c.mu.Unlock()
}

// about asks the blog what it is, which takes no key.
func (c *connector) about(ctx context.Context) (site, error) {
	res, err := c.client.Do(ctx, httpx.Request{
		Path: "/ghost/api/admin/site/", Header: http.Header{"Accept-Version": {version}},
	})
	if err != nil {
		if errors.Is(err, inbox.ErrGone) {
			err = fmt.Errorf("%s%s is no blog of Ghost: %w: %w", c.client.Base().Host, c.client.Base().Path, err, inbox.ErrUnsupported)
		}
		return site{}, err
	}
	var said struct {
		Site site `json:"site"`
	}
	if err := json.Unmarshal(res.Body, &said); err != nil || said.Site.Version == "" {
		return site{}, fmt.Errorf("%s%s is no blog of Ghost: %w", c.client.Base().Host, c.client.Base().Path, inbox.ErrUnsupported)
	}
	c.heard(res)
	return said.Site, nil
}

// signIn asks what the blog is, whether the key is good, whether comments are
// on, and who the configured member is.
func (c *connector) signIn(ctx context.Context) (site, member, error) {
	s, err := c.about(ctx)
	if err != nil {
		return site{}, member{}, err
	}
	if err := c.readEnabled(ctx); err != nil {
		return site{}, member{}, err
	}
	me, err := c.self(ctx)
	return s, me, err
}

// readEnabled asks whether the blog takes comments at all.
func (c *connector) readEnabled(ctx context.Context) error {
	res, err := c.call(ctx, httpx.Request{Path: "/settings/", Query: url.Values{"group": {"comments"}}})
	if err != nil {
		return err
	}
	var said struct {
		Settings []struct {
			Key   string `json:"key"`
			Value any    `json:"value"`
		} `json:"settings"`
	}
	if err := res.Decode(&said); err != nil {
		return err
	}
	for _, s := range said.Settings {
		if s.Key == "comments_enabled" {
			c.mu.Lock()
			c.shut, c.asked = s.Value == "off", c.env.Clock.Now()
			c.mu.Unlock()
		}
	}
	return nil
}

// self finds the configured member, once; the zero member where none is
// configured. That there is none with the address is remembered until the next
// Check, and is no error here.
func (c *connector) self(ctx context.Context) (member, error) {
	c.mu.Lock()
	me, lost := c.me, c.lost
	c.mu.Unlock()
	if c.address == "" || me.ID != "" || lost {
		return me, nil
	}
	list, res, err := c.registered(ctx, []string{c.address})
	if err != nil {
		return member{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(list) == 0 {
		c.lost = true
		return member{}, nil
	}
	if me = list[0]; !isID(me.ID) {
		return member{}, res.Unreadable(errors.New("the member has no usable id"))
	}
	c.me = me
	return me, nil
}

// quote writes a word of a filter (NQL).
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
