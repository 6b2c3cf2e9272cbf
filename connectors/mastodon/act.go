package mastodon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Do carries out an action. A text reads first what it answers: its
// visibility bounds that of the answer, and its author must be mentioned to be
// told of it.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	can := c.ThreadCaps(inbox.Thread{Kind: a.ThreadKind, PostID: a.PostID}).Acts[a.Kind]
	if !can.OK {
		why := inbox.Problem{Code: cmp.Or(can.Why, inbox.CodeUnsupported), Detail: fmt.Sprintf("%s in a %s thread", a.Kind, cmp.Or(a.ThreadKind, "public"))}
		return inbox.Receipt{}, refusedBy(why, inbox.ErrUnsupported)
	}
	if !sound(a.Target) {
		return inbox.Receipt{}, fmt.Errorf("%s: the target is no id of a status: %w", a.Kind, inbox.ErrInvalid)
	}
	ctx = httpx.ForPerson(ctx)
	path := "/api/v1/statuses/" + a.Target
	switch a.Kind {
	case inbox.ActReply, inbox.ActPrivate:
		return c.answer(ctx, a)
	case inbox.ActLike:
		return c.set(ctx, httpx.Request{Method: http.MethodPost, Path: path + "/favourite"}, a)
	case inbox.ActUnlike:
		return c.set(ctx, httpx.Request{Method: http.MethodPost, Path: path + "/unfavourite"}, a)
	case inbox.ActDelete:
		return c.set(ctx, httpx.Request{Method: http.MethodDelete, Path: path, Bucket: "delete"}, a)
	case inbox.ActRead:
		return c.markRead(ctx, a)
	case inbox.ActEdit:
		return c.edit(ctx, a)
	case inbox.ActLeave:
		r, err := c.set(ctx, httpx.Request{Method: http.MethodPost, Path: path + "/mute"}, a)
		return r, c.without(ctx, a.Kind, path, err)
	case inbox.ActRejoin:
		r, err := c.set(ctx, httpx.Request{Method: http.MethodPost, Path: path + "/unmute"}, a)
		return r, c.without(ctx, a.Kind, path, err)
	case inbox.ActReport:
		return c.report(ctx, a)
	case inbox.ActDetach:
		return c.detach(ctx, a)
	}
	return c.relate(ctx, a)
}

// answer posts a text. A private one is direct, whatever it answers, and goes
// nowhere when there is nobody to mention.
func (c *connector) answer(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	parent, err := c.one(ctx, remoteID(a.Target))
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	visibility, to := narrower(a.Visibility, parent.Visibility), addressees(parent, me)
	if a.Kind == inbox.ActPrivate {
		if visibility = "direct"; len(to) == 0 {
			return inbox.Receipt{}, fmt.Errorf("private: there is nobody to write to: %w", inbox.ErrInvalid)
		}
	}
	media, err := c.attach(ctx, a)
	if err != nil {
		return inbox.Receipt{}, err
	}
	c.proveKeys(ctx)
	form := map[string]any{"status": addressed(a.Text, to), "in_reply_to_id": a.Target, "visibility": visibility}
	if l := language(parent.Language); l != "" {
		form["language"] = l
	}
	if parent.Spoiler != "" { // who wanted a warning before a text wants one before its answers
		form["spoiler_text"] = parent.Spoiler
	}
	if parent.LocalOnly {
		form["local_only"] = true
	}
	if policy := c.setup.Settings["quotes"]; policy != "" && visibility != "direct" {
		form["quote_approval_policy"] = policy // docs: methods/statuses#create; older servers pass over it
	}
	if len(media) > 0 {
		form["media_ids"] = media
	}
	r := httpx.Request{Method: http.MethodPost, Path: "/api/v1/statuses", JSON: form, Header: c.keyHeader(a.Key)}
	res, err := c.write(ctx, scopeOf(a.Kind), r)
	if err != nil {
		return inbox.Receipt{}, err
	}
	s, err := readStatus(res.Body)
	if err != nil {
		return inbox.Receipt{}, res.Unreadable(err)
	}
	c.noteKey(a.Key, s.ID)
	c.attached(a)
	return receipt(a, s), nil
}

// set makes a call that sets a state.
func (c *connector) set(ctx context.Context, r httpx.Request, a inbox.Action) (inbox.Receipt, error) {
	_, err := c.write(ctx, scopeOf(a.Kind), r)
	return inbox.Receipt{Remote: a.Target}, err
}

// write sends what changes something, for which a token must allow a scope.
func (c *connector) write(ctx context.Context, scope string, r httpx.Request) (*httpx.Response, error) {
	r.Write = true
	if _, err := c.authorization(ctx); err != nil {
		return nil, unsent(err)
	}
	res, err := c.call(ctx, r)
	return res, c.deny(scope, err)
}

// receipt is what the network gave for a text. A direct status that answers a
// public one begins a conversation: the one that the feed will bring it in.
func receipt(a inbox.Action, s status) inbox.Receipt {
	r := inbox.Receipt{Remote: string(s.ID), URL: address(s), At: s.at}
	if s.direct() && a.ThreadKind != inbox.KindDM {
		r.Conversation = string(s.ID)
	}
	return r
}

// authorOf is the account that an action is about: never our own.
func (c *connector) authorOf(ctx context.Context, a inbox.Action) (remoteID, error) {
	who := remoteID(a.Author)
	if who == "" {
		s, err := c.one(ctx, remoteID(a.Target))
		if err != nil {
			return "", err
		}
		who = s.Account.ID
	}
	me, err := c.self(ctx)
	switch {
	case err != nil:
		return "", err
	case !sound(who) || who == me.ID:
		return "", fmt.Errorf("%s: it names nobody else: %w", a.Kind, inbox.ErrInvalid)
	}
	return who, nil
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

// addressees are whom an answer is for: the author of the parent, or of an own
// parent those it was for.
func addressees(parent status, me account) []string {
	if parent.Account.ID != me.ID {
		return []string{parent.Account.Acct}
	}
	var out []string
	for _, m := range parent.Mentions {
		if m.Acct != "" && m.Acct != me.Acct {
			out = append(out, m.Acct)
		}
	}
	return out
}

// addressed makes sure that a text mentions whom it is for.
func addressed(text string, to []string) string {
	var missing []string
	for _, acct := range to {
		if acct != "" && !mentions(text, acct) {
			missing = append(missing, "@"+acct)
		}
	}
	return strings.Join(append(missing, text), " ")
}

// mentions reports whether a text mentions an account as a word of its own.
func mentions(text, acct string) bool {
	text, name := strings.ToLower(text), "@"+strings.ToLower(acct)
	for {
		_, after, ok := strings.Cut(text, name)
		if !ok {
			return false
		}
		if after == "" || !strings.ContainsAny(after[:1], "abcdefghijklmnopqrstuvwxyz0123456789_@-") {
			return true
		}
		text = after
	}
}
