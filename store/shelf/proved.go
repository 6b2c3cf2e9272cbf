package shelf

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"vigie/inbox"
)

// proved is a file that is read, and what was read of it so far.
type proved struct {
	f    *os.File
	hash hash.Hash
	sum  string
}

// Read implements io.Reader.
func (p *proved) Read(b []byte) (int, error) {
	n, err := p.f.Read(b)
	p.hash.Write(b[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(p.hash.Sum(nil)) != p.sum {
		err = fmt.Errorf("the file %s: %w", p.sum, inbox.ErrDamaged)
	}
	return n, err
}

// Close implements io.Closer.
func (p *proved) Close() error { return p.f.Close() }
