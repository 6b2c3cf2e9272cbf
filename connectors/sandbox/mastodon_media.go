package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"vigie/inbox"
)

const (
	mastodonMaxFiles = 4
	mastodonMaxAlt   = 1500
	mastodonMaxImage = 1 << 20 // bytes; small, so that a test can go over it
	mastodonMaxVideo = 4 << 20
)

// mastodonTypes are the types of files that the server takes.
func mastodonTypes() []string {
	return []string{"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "audio/ogg"}
}

// MastodonFile is a file that was given to the server.
type MastodonFile struct {
	Account inbox.AccountID
	ID      string
	Name    string
	Type    string
	Alt     string
	Sum     string // SHA-256 of the content, hexadecimal
	looks   int    // how often it is still being worked on
	item    ItemID // the status it hangs on; 0: none yet
}

// mastodonMedia is what was given to the server. Its mutex guards it.
type mastodonMedia struct{ files []MastodonFile }

// Files lists what was given to the server, oldest first.
func (m *Mastodon) Files() []MastodonFile {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.media.files)
}

func (m *Mastodon) upload(c mastodonCall) {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, mastodonMaxVideo+1<<16)
	file, head, err := c.r.FormFile("file")
	if err != nil {
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: File can't be blank")
		return
	}
	defer func() { _ = file.Close() }() // it was read only
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	kind, alt := head.Header.Get("Content-Type"), c.r.FormValue("description")
	most := int64(mastodonMaxVideo)
	if strings.HasPrefix(kind, "image/") {
		most = mastodonMaxImage
	}
	switch {
	case err != nil || !slices.Contains(mastodonTypes(), kind):
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: File content type is invalid, File is invalid")
		return
	case size > most:
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: File file size must be less than 1 MB")
		return
	case utf8.RuneCountInString(alt) > mastodonMaxAlt:
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Description character limit of 1500 exceeded")
		return
	}
	m.mu.Lock()
	f := MastodonFile{
		Account: c.brand.Account, ID: m.spell(800_000 + uint64(len(m.media.files))), Name: head.Filename, Type: kind, Alt: alt,
		Sum: hex.EncodeToString(sum.Sum(nil)), looks: m.MediaLooks,
	}
	m.media.files = append(m.media.files, f)
	m.mu.Unlock()
	if f.looks > 0 {
		c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		c.w.WriteHeader(http.StatusAccepted)
	}
	c.answer(f.render())
}

// render is a file as a MediaAttachment: without an address while it is being
// worked on.
func (f MastodonFile) render() obj {
	kind, _, _ := strings.Cut(f.Type, "/")
	out := obj{"id": f.ID, "type": kind, "url": nil, "preview_url": nil, "remote_url": nil, "description": f.Alt}
	if f.looks <= 0 {
		out["url"] = "https://files." + mastodonHost + "/" + f.ID
	}
	return out
}

func (m *Mastodon) uploaded(c mastodonCall) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.media.files, func(f MastodonFile) bool { return f.ID == c.r.PathValue("id") && f.Account == c.brand.Account })
	if i < 0 {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	f := &m.media.files[i]
	if f.looks--; f.looks > 0 {
		c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		c.w.WriteHeader(http.StatusPartialContent)
	}
	c.answer(f.render())
}

// takes says why a status cannot carry files; "": it can. The caller holds the
// mutex.
func (m *Mastodon) takes(c mastodonCall, ids []string, on ItemID) string {
	if len(ids) > mastodonMaxFiles {
		return "Validation failed: Cannot attach more than 4 files"
	}
	for _, id := range ids {
		i := slices.IndexFunc(m.media.files, func(f MastodonFile) bool { return f.ID == id && f.Account == c.brand.Account })
		switch {
		case i < 0 || m.media.files[i].item != 0 && m.media.files[i].item != on:
			return "Validation failed: Media attachments not found"
		case m.media.files[i].looks > 0:
			return "Cannot attach files that have not finished processing. Try again in a moment!"
		}
	}
	return ""
}

// hang puts files on a status, and takes all others off it. The caller holds
// the mutex.
func (m *Mastodon) hang(ids []string, on ItemID) {
	for i, f := range m.media.files {
		switch {
		case slices.Contains(ids, f.ID):
			m.media.files[i].item = on
		case f.item == on:
			m.media.files[i].item = -1
		}
	}
}

// hanging are the files of a status, as MediaAttachments.
func (m *Mastodon) hanging(it Item) []any {
	out := []any{}
	for _, f := range m.Files() {
		if f.item == it.ID {
			out = append(out, f.render())
		}
	}
	return out
}
