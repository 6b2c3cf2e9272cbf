package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// authorize finds who makes a request.
func (b *Bluesky) authorize(r *http.Request, refresh bool) (bskyToken, error) {
	raw, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return bskyToken{}, &xrpcError{http.StatusUnauthorized, "AuthMissing", "Authentication Required"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	token, ok := b.tokens[raw]
	switch {
	case !ok || token.refresh != refresh:
		return bskyToken{}, &xrpcError{http.StatusBadRequest, "InvalidToken", "Token could not be verified"}
	case !b.world.Now().Before(token.until):
		return bskyToken{}, &xrpcError{http.StatusBadRequest, "ExpiredToken", "Token has expired"}
	}
	if refresh { // good for one use
		token.until = time.Time{}
		b.tokens[raw] = token
	}
	return token, nil
}

func (b *Bluesky) createSession(r *http.Request, body []byte) (any, error) {
	var in struct{ Identifier, Password string }
	if json.Unmarshal(body, &in) != nil || in.Identifier == "" {
		return nil, invalidRequest("Input must have the property %q", "identifier")
	}
	for _, brand := range b.world.Brands("bluesky") {
		if in.Identifier != brandHandle(brand) && in.Identifier != brandDID(brand) {
			continue
		}
		for _, messages := range []bool{true, false} {
			if in.Password == b.Password(brand, messages) {
				return b.grant(r, brand, messages), nil
			}
		}
	}
	return nil, &xrpcError{http.StatusUnauthorized, "AuthenticationRequired", "Invalid identifier or password"}
}

func (b *Bluesky) refreshSession(r *http.Request) (any, error) {
	token, err := b.authorize(r, true)
	if err != nil {
		return nil, err
	}
	return b.grant(r, token.brand, token.messages), nil
}

func (b *Bluesky) grant(r *http.Request, brand Brand, messages bool) object {
	b.mu.Lock()
	defer b.mu.Unlock()
	give := func(refresh bool, life time.Duration) string {
		b.serial++
		t := "token." + word(fmt.Sprintf("%s/%d", brand.Account, b.serial), 48)
		b.tokens[t] = bskyToken{brand: brand, refresh: refresh, messages: messages, until: b.world.Now().Add(life)}
		return t
	}
	did := brandDID(brand)
	return object{
		"did": did, "handle": brandHandle(brand), "active": true, "email": brand.Handle + "@bsky.example",
		"accessJwt": give(false, accessLife), "refreshJwt": give(true, refreshLife),
		"didDoc": object{"id": did, "service": []object{{
			"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "http://" + r.Host,
		}}},
	}
}

func (c *bskyCall) getSession() (any, error) {
	return object{"did": c.did, "handle": brandHandle(c.me), "active": true}, nil
}
