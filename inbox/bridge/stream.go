package bridge

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"vigie/inbox"
)

// Reader reads lines. It is for one goroutine.
type Reader struct {
	r    *bufio.Reader
	mark Mark
	buf  []byte
	q    quick
}

// NewReader returns a Reader on r. It holds at most MaxLine bytes of it, and a
// small buffer.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10)}
}

// Next returns the next line and its number, counted from 1; blank lines are
// passed over. A line that is refused gives a *LineError, and Next goes on
// after it. At the end it returns io.EOF; any other error is r's.
func (r *Reader) Next() (Line, int, error) {
	for {
		b, err := r.raw()
		var l Line
		switch {
		case errors.Is(err, bufio.ErrTooLong):
			err = tooLong()
		case err != nil:
			return Line{}, r.mark.Line, err
		default:
			if r.mark.Line == 1 {
				b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
			}
			if blank(b) {
				continue
			}
			l, err = r.q.decode(b)
		}
		var bad *LineError
		if errors.As(err, &bad) {
			bad.Line = r.mark.Line
			return Line{}, r.mark.Line, bad
		}
		return l, r.mark.Line, err
	}
}

// raw returns the next line without its line feed, valid until the next call,
// or ErrTooLong after passing over a line that is too long.
func (r *Reader) raw() ([]byte, error) {
	r.buf = r.buf[:0]
	over, any := false, false
	for {
		part, err := r.r.ReadSlice('\n')
		any = any || len(part) > 0
		r.mark.pass(part)
		full := err == nil
		part = bytes.TrimSuffix(part, []byte("\n"))
		if over = over || len(r.buf)+len(part) > MaxLine; !over {
			r.buf = append(r.buf, part...)
		}
		switch {
		case full || (any && errors.Is(err, io.EOF)):
			r.mark.Line++
			if over {
				return nil, bufio.ErrTooLong
			}
			return r.buf, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// Writer writes lines. It is for one goroutine and buffers nothing.
type Writer struct{ w io.Writer }

// NewWriter returns a Writer on w.
func NewWriter(w io.Writer) *Writer { return &Writer{w} }

// Write writes one line. A *LineError means that the line cannot be spelled
// and nothing was written; any other error is w's.
func (w *Writer) Write(l Line) error {
	b, err := Encode(l)
	if err != nil {
		return err
	}
	_, err = w.w.Write(append(b, '\n'))
	return err
}

// WriteThread writes a thread as an export has it: its messages by time and
// id, then its triage, then its notes and events by their number. Threads of
// an export follow each other by account, then conversation. What cannot be
// spelled is left out and told; the error is w's.
func (w *Writer) WriteThread(t inbox.Thread, messages []inbox.Message, events []inbox.Event) ([]inbox.Refusal, error) {
	lines := make([]Line, 0, len(messages)+1+len(events))
	messages = slices.Clone(messages)
	slices.SortFunc(messages, func(a, b inbox.Message) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Remote, b.Remote))
	})
	for _, m := range messages {
		m.Account, m.Conversation = t.Account, t.Remote
		lines = append(lines, Line{Message: &MessageLine{Client: t.Client, Network: t.Network, Message: m}})
	}
	lines = append(lines, Line{Thread: &ThreadLine{
		Account: t.Account, Conversation: t.Remote, Triage: t.Triage, Tags: t.Tags, Priority: t.Priority,
		Feeling: t.Feeling,
	}})
	events = slices.Clone(events)
	slices.SortFunc(events, func(a, b inbox.Event) int { return cmp.Compare(a.N, b.N) })
	for _, e := range events {
		lines = append(lines, Line{Event: &EventLine{Account: t.Account, Conversation: t.Remote, Event: e}})
	}
	var refused []inbox.Refusal
	for _, l := range lines {
		err := w.Write(l)
		var bad *LineError
		switch {
		case errors.As(err, &bad):
			refused = append(refused, inbox.Refusal{Item: l.item(), Reason: bad.Reason})
		case err != nil:
			return refused, err
		}
	}
	return refused, nil
}

// item names a line in a refusal.
func (l Line) item() string {
	switch {
	case l.Message != nil:
		return line(l.Message.Message.Remote)
	case l.Event != nil:
		return fmt.Sprintf("event %d of %s", l.Event.Event.N, line(l.Event.Conversation))
	}
	return line(l.Thread.Conversation)
}
