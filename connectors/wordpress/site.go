package wordpress

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"vigie/connectors/blog"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

// way is how a blog's API is reached.
type way int

const (
	unknown way = iota
	pretty      // /wp-json/…
	simple      // /index.php?rest_route=/…: a blog without pretty permalinks
)

// index is what a blog says of its API.
type index struct {
	Namespaces []string `json:"namespaces"`
	// Authentication names the ways to sign in that are open.
	Authentication json.RawMessage `json:"authentication"`
}

// passwords reports whether the blog takes application passwords.
func (i index) passwords() bool {
	var ways map[string]json.RawMessage // an empty list on a blog that has none
	_, ok := ways["application-passwords"]
	if json.Unmarshal(i.Authentication, &ways) == nil {
		_, ok = ways["application-passwords"]
	}
	return ok
}

// find asks once how the blog's API is reached.
func (c *connector) find(ctx context.Context) (way, error) {
	c.mu.Lock()
	w := c.way
	c.mu.Unlock()
	if w != unknown {
		return w, nil
	}
	var shut error
	for _, w := range []way{pretty, simple} {
		ok, err := c.speaks(ctx, w)
		switch {
		case ok:
			c.mu.Lock()
			c.way = w
			c.mu.Unlock()
			return w, nil
		case err != nil && !final(err):
			return unknown, err
		case err != nil:
			shut = err
		}
	}
	return unknown, noAPI(c.client.Base(), shut)
}

// noAPI says that a blog's API cannot be reached at its address.
func noAPI(base *url.URL, cause error) error {
	err := fmt.Errorf("%s%s has no REST API of WordPress: it is no WordPress, or a plug-in or the host shuts it: %w",
		base.Host, base.Path, inbox.ErrUnsupported)
	if cause != nil {
		err = fmt.Errorf("%w (%w)", err, cause)
	}
	return err
}

// speaks reports whether the API answers in a way. A refusal in its own words
// is an answer too.
func (c *connector) speaks(ctx context.Context, w way) (bool, error) {
	res, err := c.send(ctx, w, httpx.Request{Path: "/", Query: url.Values{"_fields": {"namespaces,authentication"}}})
	if errors.Is(err, inbox.ErrAuth) || errors.Is(err, inbox.ErrUnsupported) {
		return refusal(err) != "", err
	}
	if err != nil {
		return false, err
	}
	var in index
	if json.Unmarshal(res.Body, &in) != nil {
		return false, nil // a page for people
	}
	return slices.Contains(in.Namespaces, "wp/v2"), nil
}

// final reports whether the server has answered: another try changes nothing.
func final(err error) bool {
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrUnsupported, inbox.ErrInvalid} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// refusal is the API's own word for a refusal: "rest_not_logged_in".
func refusal(err error) string {
	var se *httpx.StatusError
	if !errors.As(err, &se) {
		return ""
	}
	if se.Code == "" {
		var said struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(withoutNoise(se.Body), &said) // what is no answer has none
		return text.CleanLine(said.Code).String()
	}
	return se.Code
}

// call sends a request below /wp/v2.
func (c *connector) call(ctx context.Context, r httpx.Request) (*httpx.Response, error) {
	w, err := c.find(ctx)
	if err != nil {
		return nil, err
	}
	r.Path = "/wp/v2" + r.Path
	return c.send(ctx, w, r)
}

// send sends a request with the password, in a way. A refused password is
// forgotten, so that it is asked for anew.
func (c *connector) send(ctx context.Context, w way, r httpx.Request) (*httpx.Response, error) {
	h, err := c.authorization(ctx)
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{"Authorization": {h}}
	if w == simple {
		q := url.Values{"rest_route": {r.Path}}
		for key, values := range r.Query {
			q[key] = values
		}
		r.Path, r.Query = "/index.php", q
	} else {
		r.Path = "/wp-json" + r.Path
	}
	res, err := c.client.Do(ctx, r)
	if err == nil {
		res.Body = withoutNoise(res.Body)
	}
	if errors.Is(err, inbox.ErrAuth) {
		c.mu.Lock()
		c.password = inbox.Secret{}
		c.mu.Unlock()
	}
	return res, err
}

// authorization is the header of Basic authentication.
func (c *connector) authorization(ctx context.Context) (string, error) {
	c.mu.Lock()
	password := c.password
	c.mu.Unlock()
	if password.Empty() {
		missing := inbox.Problem{Code: inbox.CodeMissing, Args: []string{"password"}}
		var err error
		password, err = c.setup.Secret(ctx, "password")
		switch {
		case err != nil && ctx.Err() != nil:
			return "", fmt.Errorf("resolve the password: %w", ctx.Err())
		case err != nil:
			missing.Detail = "resolve the password: " + text.CleanLine(err.Error()).String()
			return "", missing
		case password.Empty():
			return "", missing
		}
		c.mu.Lock()
		c.password = password
		c.mu.Unlock()
	}
	pair := c.setup.Settings["user"] + ":" + password.Reveal()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)), nil
}

// signIn asks the blog who we are and what we may do.
func (c *connector) signIn(ctx context.Context) (user, error) {
	res, err := c.call(ctx, httpx.Request{
		Path: "/users/me", Query: url.Values{"context": {"edit"}, "_fields": {"id,name,slug,link,capabilities"}},
	})
	if err != nil {
		return user{}, c.refused(ctx, err)
	}
	var me user
	if err := blog.Lenient(res.Body, &me); err != nil || me.ID <= 0 || me.Slug == "" {
		return user{}, res.Unreadable(errors.New("it names no user"))
	}
	me.role = me.may()
	c.mu.Lock()
	c.me, c.asked = me, c.env.Clock.Now()
	c.mu.Unlock()
	return me, nil
}

// refused says why a sign-in was refused. Without words of its own about the
// password, the blog has answered as if none had been sent: WordPress itself
// does so for a wrong one, and so does a host that keeps the header to itself.
func (c *connector) refused(ctx context.Context, err error) error {
	if !errors.Is(err, inbox.ErrAuth) || refusal(err) != "rest_not_logged_in" {
		return err
	}
	c.mu.Lock()
	w := c.way
	c.mu.Unlock()
	res, asked := c.send(ctx, w, httpx.Request{Path: "/", Query: url.Values{"_fields": {"authentication"}}})
	var in index
	if asked == nil && json.Unmarshal(res.Body, &in) == nil && !in.passwords() {
		return fmt.Errorf("the blog has application passwords switched off (by a plug-in, or for want of https): %w", err)
	}
	return fmt.Errorf("the blog answers as if nobody had signed in: the user or the application password is wrong, or its host strips the Authorization header: %w", err)
}

// roleKept is how long it is believed who we are and what we may do.
const roleKept = time.Hour

// self returns who we are, asking now and then: rights are given and taken.
func (c *connector) self(ctx context.Context) (user, error) {
	c.mu.Lock()
	me, asked := c.me, c.asked
	c.mu.Unlock()
	if me.ID != 0 && c.env.Clock.Now().Sub(asked) < roleKept {
		return me, nil
	}
	return c.signIn(ctx)
}
