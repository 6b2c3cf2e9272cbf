package wordpress

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"vigie/connectors/blog"
	"vigie/inbox"
	"vigie/inbox/text"
)

// author is who wrote a comment: a user of the blog by number, a visitor by
// mail address or name, neither of which can be read back from the id.
func (c *connector) author(m comment) inbox.Author {
	a := inbox.Author{Name: text.CleanLine(plain(m.Name)), URL: blog.Address(m.Site)}
	mail := strings.ToLower(strings.TrimSpace(m.Email))
	switch {
	case m.Author > 0:
		a.ID = "user-" + number(m.Author)
	case m.ping():
		a.ID = "site-" + c.hash(text.Host(m.Site)+"\x00"+m.Name)
	case mail != "":
		a.ID = "mail-" + c.hash(mail)
	default:
		a.ID = "name-" + c.hash(m.Name)
	}
	if a.Name.Empty() {
		a.Name = text.CleanLine("Anonymous") // the blog's own word
	}
	return a
}

// hash is a keyed hash, 80 bits of it.
func (c *connector) hash(s string) string {
	c.mu.Lock()
	key := c.key
	c.mu.Unlock()
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(s)) // a hash never fails
	return hex.EncodeToString(h.Sum(nil)[:10])
}

// keyName is what the vault calls the key of the hash.
const keyName = "visitors"

// unlock gets the key of the hash, once: one that only this installation has,
// or, without a vault to keep it, the blog's address.
func (c *connector) unlock() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key != nil {
		return nil
	}
	if c.env.Vault == nil {
		c.key = []byte("visitors of " + c.client.Base().Host + c.client.Base().Path)
		return nil
	}
	kept, ok, err := c.env.Vault.Get(c.setup.Account.ID, keyName)
	if err == nil && (!ok || kept.Empty()) {
		fresh := make([]byte, sha256.Size)
		_, _ = rand.Read(fresh) // never fails
		kept = inbox.NewSecret(hex.EncodeToString(fresh))
		err = c.env.Vault.Put(c.setup.Account.ID, keyName, kept)
	}
	if err != nil {
		return fmt.Errorf("keep the key that visitors are told apart by: %w", err)
	}
	c.key = []byte(kept.Reveal())
	return nil
}
