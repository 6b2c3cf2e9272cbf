package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"vigie/inbox"
)

// outImages is what shows pictures in a post (lexicon app.bsky.embed.images).
type outImages struct {
	Type   string     `json:"$type"`
	Images []outImage `json:"images"`
}

type outImage struct {
	Image json.RawMessage `json:"image"` // the blob as the server named it
	Alt   string          `json:"alt"`
	Ratio ratio           `json:"aspectRatio"`
}

// picture is a file on its way.
type picture struct {
	content []byte
	kind    string
	size    ratio
	alt     string
}

// refused says that a file is not taken, and why, in one clause.
func refused(u inbox.Upload, why string) error {
	return fmt.Errorf("%w: %w", inbox.Problem{Code: inbox.CodeMedia, Args: []string{u.Name, why}, Detail: why}, inbox.ErrInvalid)
}

// pictures reads the files of an action from the shelf and makes them ready.
// Nothing leaves before all are.
func (c *Connector) pictures(a inbox.Action) ([]picture, error) {
	var out []picture
	for i, u := range a.Media {
		if i == maxImages {
			return nil, refused(u, fmt.Sprintf("max. %d", maxImages))
		}
		if !utf8.ValidString(u.Alt) || utf8.RuneCountInString(u.Alt) > maxAlt {
			return nil, refused(u, fmt.Sprintf("alt > %d", maxAlt))
		}
		raw, err := c.content(u)
		if err != nil {
			return nil, err
		}
		p := picture{alt: u.Alt}
		p.content, p.size, p.kind, err = bare(raw)
		switch {
		case err != nil:
			return nil, refused(u, u.Type)
		case len(p.content) > maxImage:
			return nil, refused(u, "> 2 MB")
		}
		out = append(out, p)
	}
	return out, nil
}

// readMost is how much of a file is read, in bytes: what may be taken out of
// it comes on top of what may be sent.
const readMost = 2 * maxImage

// content reads a file from the shelf.
func (c *Connector) content(u inbox.Upload) ([]byte, error) {
	if c.shelf == nil {
		return nil, refused(u, "-")
	}
	r, err := c.shelf.Open(u.Sum)
	if errors.Is(err, inbox.ErrNotFound) {
		return nil, refused(u, "-")
	}
	if err != nil {
		return nil, &inbox.RetryError{Err: fmt.Errorf("open a file to send: %w", err)}
	}
	defer func() { _ = r.Close() }() // it was only read
	raw, err := io.ReadAll(io.LimitReader(r, readMost+1))
	switch {
	case err != nil:
		return nil, &inbox.RetryError{Err: fmt.Errorf("read a file to send: %w", err)}
	case len(raw) > readMost:
		return nil, refused(u, "> 2 MB")
	}
	return raw, nil
}

// upload lays pictures into our repository and returns what shows them; nil
// for none. Until a post shows them, nobody sees them and the server throws
// them away after a while: laid there again, they are the same.
func (c *Connector) upload(ctx context.Context, list []picture) (*outImages, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := &outImages{Type: "app.bsky.embed.images"}
	for _, p := range list {
		var blob struct {
			Blob json.RawMessage `json:"blob"`
		}
		err := c.call(ctx, call{method: "com.atproto.repo.uploadBlob", file: &p}, &blob)
		if err == nil && len(blob.Blob) == 0 {
			err = errors.New("the server names no blob")
		}
		if err != nil {
			return nil, fmt.Errorf("upload a picture: %w", err)
		}
		out.Images = append(out.Images, outImage{Image: blob.Blob, Alt: p.alt, Ratio: p.size})
	}
	return out, nil
}
