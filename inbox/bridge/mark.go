package bridge

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// ErrOther: a stream is not the one in which a Mark was set, or it changed
// before that place.
var ErrOther = errors.New("another stream, or a changed one")

// Mark is a place between two lines of a stream. The zero Mark is its
// beginning.
type Mark struct {
	Offset int64  `json:"offset"` // bytes before the place
	Line   int    `json:"line"`   // lines before the place
	Sum    uint32 `json:"sum"`    // CRC-32C of the bytes before the place
}

// castagnoli is the polynomial that processors compute themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m *Mark) pass(b []byte) {
	m.Offset += int64(len(b))
	m.Sum = crc32.Update(m.Sum, castagnoli, b)
}

// Mark is the place behind the line that Next returned last.
func (r *Reader) Mark() Mark { return r.mark }

// Skip reads on to a place, from the beginning of the stream. ErrOther means
// that other bytes stand before it than did then; how far it read is then
// undefined.
func (r *Reader) Skip(to Mark) error {
	for r.mark.Offset < to.Offset {
		part, err := r.r.Peek(int(min(to.Offset-r.mark.Offset, int64(r.r.Size()))))
		switch {
		case errors.Is(err, io.EOF) && len(part) == 0:
			return fmt.Errorf("it ends after %d bytes: %w", r.mark.Offset, ErrOther)
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		r.mark.pass(part)
		if _, err := r.r.Discard(len(part)); err != nil {
			return err
		}
	}
	if r.mark.Offset != to.Offset || r.mark.Sum != to.Sum {
		return fmt.Errorf("before byte %d: %w", to.Offset, ErrOther)
	}
	r.mark.Line = to.Line
	return nil
}
