package mail

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
	"vigie/inbox/text"
)

// settled reports whether an error says already what it means.
func settled(err error) bool {
	var retry *inbox.RetryError
	var doubt *inbox.UncertainError
	var problem inbox.Problem
	if errors.As(err, &retry) || errors.As(err, &doubt) || errors.As(err, &problem) {
		return true
	}
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrUnsupported, inbox.ErrInvalid, inbox.ErrNotFound} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// told says what a failure of the mailbox's server means, when nothing was
// changed.
func (c *connector) told(ctx context.Context, what string, err error) error {
	if err == nil || settled(err) {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return &inbox.RetryError{Err: fmt.Errorf("%s: %s: %w", c.imap, what, plainer(ctx, err))}
	}
	words := text.CleanLine(answer.Text).String()
	said := fmt.Errorf("%s: %s: %s %s", c.imap, what, strings.TrimSpace(string(answer.Type)+" "+string(answer.Code)), words)
	switch answer.Code {
	case imap.ResponseCodeAuthenticationFailed, imap.ResponseCodeAuthorizationFailed, imap.ResponseCodeExpired:
		return fmt.Errorf("%w: %w", inbox.ErrAuth, said)
	case imap.ResponseCodeNonExistent:
		return fmt.Errorf("%w: %w", inbox.ErrGone, said)
	case imap.ResponseCodeNoPerm, imap.ResponseCodeOverQuota, imap.ResponseCodeCannot, imap.ResponseCodeTooBig:
		return fmt.Errorf("%w: %w", inbox.ErrInvalid, said)
	}
	return &inbox.RetryError{After: backoff(words), Err: said}
}

// refused says what a failed sign-in means. The server's words are not
// repeated: they may hold ours.
func (c *connector) refused(ctx context.Context, err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) || answer.Type == imap.StatusResponseTypeBye {
		return c.told(ctx, "sign in", err)
	}
	switch answer.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug, imap.ResponseCodeContactAdmin:
		return &inbox.RetryError{After: backoff(answer.Text), Err: fmt.Errorf("%s: sign in: %s", c.imap, answer.Code)}
	}
	return fmt.Errorf("%w: %s", inbox.ErrAuth, c.imap)
}

// waits finds how long a server wants us to wait: neither IMAP nor SMTP has a
// field for it, but servers say it in words ("Suggested Backoff Time: 300000
// milliseconds", "try again in 60 seconds").
var waits = regexp.MustCompile(`(?i)\b(?:backoff time:|in|after|for)\s+(\d{1,9})\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|min)\b`)

// longestWait is the longest that a server's words are believed.
const longestWait = time.Hour

// backoff is what a server's words ask to wait; 0: nothing.
func backoff(words string) time.Duration {
	m := waits.FindStringSubmatch(words)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	unit := time.Second
	switch word := strings.ToLower(m[2]); {
	case strings.HasPrefix(word, "ms"), strings.HasPrefix(word, "mill"):
		unit = time.Millisecond
	case strings.HasPrefix(word, "min"):
		unit = time.Minute
	}
	return min(time.Duration(n)*unit, longestWait)
}
