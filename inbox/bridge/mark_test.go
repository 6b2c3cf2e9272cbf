package bridge

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestSkip goes on from every place of a stream, and notices every change
// before it.
func TestSkip(t *testing.T) {
	in := "\xef\xbb\xbf" + full + "\n\nrubbish\r\n" + strings.Repeat("x", MaxLine+1) + "\n" + least + "\n{\n" + full
	type step struct {
		line int
		id   string
		mark Mark
	}
	steps := func(r *Reader) (list []step) {
		for {
			l, n, err := r.Next()
			if errors.Is(err, io.EOF) {
				return list
			}
			s := step{line: n, mark: r.Mark()}
			if l.Message != nil {
				s.id = l.Message.Message.Remote
			}
			list = append(list, s)
		}
	}
	all := steps(NewReader(strings.NewReader(in)))
	if len(all) != 6 || all[5].mark.Offset != int64(len(in)) {
		t.Fatalf("%+v", all)
	}
	for i, s := range all {
		r := NewReader(iotest.HalfReader(strings.NewReader(in)))
		if err := r.Skip(s.mark); err != nil {
			t.Fatal(err)
		}
		rest := steps(r)
		if len(rest) != len(all)-i-1 {
			t.Fatalf("behind step %d: %+v", i, rest)
		}
		for j, got := range rest {
			if got != all[i+1+j] {
				t.Errorf("got %+v, want %+v", got, all[i+1+j])
			}
		}
		at := int(s.mark.Offset) - 1
		for _, other := range []string{in[:at], in[:at] + "~" + in[at+1:], "~" + in[1:], ""} {
			if err := NewReader(strings.NewReader(other)).Skip(s.mark); !errors.Is(err, ErrOther) {
				t.Errorf("step %d, another stream: %v", i, err)
			}
		}
	}
	broken := NewReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(in))))
	if err := broken.Skip(all[0].mark); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("a stream that breaks: %v", err)
	}
}
