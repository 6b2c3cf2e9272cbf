package ghost

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// tokenLife is how long a token is signed for; Ghost takes five minutes at
	// most (services/auth/api-key/admin.js).
	tokenLife = 4 * time.Minute
	// minSkew is how far the blog's clock may be from ours before it is
	// reckoned with.
	minSkew = 20 * time.Second
)

// key is an integration's admin key, as its page shows it: "id:secret".
type key struct {
	id     string
	secret []byte
}

var errKey = errors.New("it is not an admin key: 24 digits, a colon and 64 digits, each 0-9 or a-f")

func readKey(s string) (key, error) {
	id, secret, ok := strings.Cut(strings.TrimSpace(s), ":")
	raw, err := hex.DecodeString(secret)
	if !ok || err != nil || !isID(id) || len(raw) < 16 {
		return key{}, errKey
	}
	return key{id, raw}, nil
}

// sign makes a JSON Web Token (RFC 7519) of the key: HS256, for a few minutes
// from now.
func (k key) sign(now time.Time) string {
	part := func(v any) string {
		b, _ := json.Marshal(v) // words and numbers only
		return base64.RawURLEncoding.EncodeToString(b)
	}
	head := part(map[string]string{"alg": "HS256", "typ": "JWT", "kid": k.id})
	claims := part(map[string]any{"iat": now.Unix(), "exp": now.Add(tokenLife).Unix(), "aud": "/admin/"})
	h := hmac.New(sha256.New, k.secret)
	_, _ = h.Write([]byte(head + "." + claims)) // a hash never fails
	return head + "." + claims + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// authorization is the header of a call that is made now, by the blog's clock.
func (c *connector) authorization(ctx context.Context) (string, error) {
	k, err := c.theKey(ctx)
	if err != nil {
		return "", err
	}
	now := c.env.Clock.Now()
	c.mu.Lock()
	if c.skew > minSkew || c.skew < -minSkew {
		now = now.Add(c.skew)
	}
	c.mu.Unlock()
	return "Ghost " + k.sign(now), nil
}

// theKey resolves the key, once.
func (c *connector) theKey(ctx context.Context) (key, error) {
	c.mu.Lock()
	k := c.key
	c.mu.Unlock()
	if k.id != "" {
		return k, nil
	}
	missing := inbox.Problem{Code: inbox.CodeMissing, Args: []string{"token"}}
	kept, err := c.setup.Secret(ctx, "token")
	switch {
	case err != nil && ctx.Err() != nil:
		return key{}, ctx.Err()
	case err != nil:
		missing.Detail = "resolve the admin key: " + text.CleanLine(err.Error()).String()
		return key{}, missing
	case kept.Empty():
		return key{}, missing
	}
	if k, err = readKey(kept.Reveal()); err != nil {
		return key{}, inbox.Problem{Code: inbox.CodeAuth, Detail: err.Error()}
	}
	c.mu.Lock()
	c.key = k
	c.mu.Unlock()
	return k, nil
}
