package bluesky

import "strings"

const (
	// maxURI is how long an address or id may be to be taken, in bytes. The
	// at-uri specification allows 8 kB; real ones have under 100.
	maxURI = 2048
	// maxDID and maxKey are the specifications' own limits, in bytes
	// (atproto.com/specs/did, /record-key).
	maxDID = 2048
	maxKey = 512
)

const (
	postCollection  = "app.bsky.feed.post"
	likeCollection  = "app.bsky.feed.like"
	gateCollection  = "app.bsky.feed.threadgate"
	quoteCollection = "app.bsky.feed.postgate"
	blockCollection = "app.bsky.graph.block"
)

// atURI is the address of a record: at://DID/COLLECTION/KEY.
type atURI struct{ DID, Collection, Key string }

func (u atURI) String() string { return "at://" + u.DID + "/" + u.Collection + "/" + u.Key }

// parseURI reads the address of a record of an account known by DID.
func parseURI(s string) (atURI, bool) {
	rest, ok := strings.CutPrefix(s, "at://")
	parts := strings.Split(rest, "/")
	if !ok || len(s) > maxURI || len(parts) != 3 {
		return atURI{}, false
	}
	u := atURI{DID: parts[0], Collection: parts[1], Key: parts[2]}
	return u, validDID(u.DID) && validCollection(u.Collection) && validKey(u.Key)
}

// postDID is the account that a post's address belongs to; "" when it is no
// post's address.
func postDID(uri string) string {
	u, ok := parseURI(uri)
	if !ok || u.Collection != postCollection {
		return ""
	}
	return u.DID
}

// postURL is where a post is read in a browser.
func postURL(u atURI) string { return web + "/profile/" + u.DID + "/post/" + u.Key }

func validDID(s string) bool {
	rest, ok := strings.CutPrefix(s, "did:")
	method, id, two := strings.Cut(rest, ":")
	if !ok || !two || len(s) > maxDID || method == "" || id == "" {
		return false
	}
	return all(method, func(c byte) bool { return c >= 'a' && c <= 'z' }) &&
		all(id, func(c byte) bool { return alnum(c) || strings.IndexByte("._:%-", c) >= 0 }) &&
		!strings.HasSuffix(id, ":") && !strings.HasSuffix(id, "%")
}

func validCollection(s string) bool {
	return s != "" && len(s) <= 317 && all(s, func(c byte) bool { return alnum(c) || c == '.' || c == '-' })
}

func validKey(s string) bool {
	return s != "" && s != "." && s != ".." && len(s) <= maxKey &&
		all(s, func(c byte) bool { return alnum(c) || strings.IndexByte("._:~-", c) >= 0 })
}

func alnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}
