package measures

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"vigie/bench/peers"
	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// imported is what imports of one size took.
type imported struct {
	rate       stat.Samples // messages per CPU second
	peak, anon stat.Samples // bytes
}

func (i *imported) add(n int, u run.Used) {
	i.rate = append(i.rate, float64(n)/u.CPU.Seconds())
	i.peak = append(i.peak, float64(u.Peak))
	i.anon = append(i.anon, float64(u.PeakAnon))
}

// imports times "vigie import" into a new store beside "notmuch new" and "mu
// index" of the same messages, as processes from start to end; the biggest
// once.
func imports(ctx context.Context, b *Bench) ([]table.Row, error) {
	var ours, big, nm, mu imported
	mine := &subject{do: func(ctx context.Context) error { return b.importAnew(ctx, b.Index, &ours) }}
	theirs := b.indexing(peers.Notmuch, &nm)
	turns(ctx, b.Imports, mine, theirs)
	second := b.indexing(peers.Mu, &mu)
	largest := &subject{do: func(ctx context.Context) error { return b.importAnew(ctx, b.Big, &big) }}
	turns(ctx, 1, largest, second)

	rate := func(i imported, err error) figure {
		return figure{table.Figure{Value: i.rate.Median(), Unit: table.PerSecond}, err}
	}
	peak := func(i imported, err error) figure { return size(i.peak.Median(), err) }
	anon := func(i imported, err error) figure { return size(i.anon.Median(), err) }
	against := func(name string) string { return fmt.Sprintf("%s %s", name, count(b.Index)) }
	return []table.Row{
		row("messages per CPU second, "+count(b.Index), rate(ours, mine.err), against("notmuch"), rate(nm, theirs.err), atLeast(10)),
		row("messages per CPU second, "+count(b.Big), rate(big, largest.err), against("notmuch"), rate(nm, theirs.err), atLeast(10)),
		row("messages per CPU second, "+count(b.Index), rate(ours, mine.err), against("mu"), rate(mu, second.err), table.Goal{}),
		row("peak memory (RSS), "+count(b.Big), peak(big, largest.err), against("notmuch"), peak(nm, theirs.err), atMost(1.5)),
		row("of it not backed by the file, "+count(b.Big), anon(big, largest.err), against("notmuch"), anon(nm, theirs.err), atMost(1.5)),
		row(fmt.Sprintf("peak memory, %s ÷ %s", count(b.Big), count(b.Index)), peak(big, largest.err), "vigie "+count(b.Index), peak(ours, mine.err), atMost(1.2)),
		row(fmt.Sprintf("of it not backed by the file, %s ÷ %s", count(b.Big), count(b.Index)), anon(big, largest.err), "vigie "+count(b.Index), anon(ours, mine.err), atMost(1.2)),
	}, nil
}

// importAnew imports into a store that the other measures then use.
func (b *Bench) importAnew(ctx context.Context, n int, into *imported) error {
	path := b.storePath(n)
	part := path + ".part"
	if err := errors.Join(os.RemoveAll(path), os.RemoveAll(part)); err != nil {
		return err
	}
	u, err := b.importInto(ctx, part, n)
	if err != nil {
		return err
	}
	into.add(n, u)
	return os.Rename(part, path)
}

func (b *Bench) indexing(name string, into *imported) *subject {
	return &subject{do: func(ctx context.Context) error {
		s, err := b.set(b.Index)
		if err != nil {
			return err
		}
		if !s.Has(name) {
			return b.absent(name)
		}
		u, err := s.Index(ctx, name)
		if err == nil {
			into.add(b.Index, u)
		}
		return err
	}}
}

// unknown is the exit code of vigie for a command that it does not know.
const unknown = 2

// disk compares what lies on the disk a message, after compaction.
func disk(ctx context.Context, b *Bench) ([]table.Row, error) {
	dir, err := b.data(ctx, b.Big)
	if err != nil {
		return nil, err
	}
	note := "compacted"
	var exit *exec.ExitError
	_, err = b.vigie(dir, "compact").Run(ctx)
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == unknown:
		note = "not compacted: this vigie cannot"
	case err != nil:
		return nil, err
	}
	ours, err := run.DiskBytes(filepath.Join(dir, "vigie.db"))
	theirs, perr := b.mailBytes(ctx)
	per := func(v int64, n int, err error) figure { return size(float64(v)/float64(n), err) }
	rows := []table.Row{
		row("a message: "+count(b.Big), per(ours, b.Big, err), "notmuch + Maildir "+count(b.Index), per(theirs, b.Index, perr), atMost(0.25)),
	}
	rows[0].Note = note
	return rows, nil
}

func (b *Bench) mailBytes(ctx context.Context) (int64, error) {
	s, err := b.indexed(ctx, peers.Notmuch, b.Index)
	if err != nil {
		return 0, err
	}
	index, err := s.DatabaseBytes(peers.Notmuch)
	if err != nil {
		return 0, err
	}
	mails, err := s.MailBytes()
	return index + mails, err
}

// binary is the size of the program measured.
func binary(_ context.Context, b *Bench) ([]table.Row, error) {
	info, err := os.Stat(b.Vigie)
	if err != nil {
		return nil, err
	}
	return []table.Row{
		alone("the program, stripped", size(float64(info.Size()), nil), table.Goal{AtMost: 25e6, Figure: true}),
	}, nil
}

// count writes a number of messages: 10k, 1M.
func count(n int) string {
	switch {
	case n >= 1_000_000 && n%100_000 == 0:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + "M"
	case n >= 1000 && n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}
