package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/bridge"
	"vigie/tui/lang"
)

// checkpointEvery is how much of an import may have to be read again after
// the machine stopped.
const checkpointEvery = time.Second

// progressName is the file beside the store that says how far the newest
// import came that is not finished.
const progressName = "import.json"

// progressRecord is that file. What is before Mark is durably in the store
// that has ID and Epoch, as it had Messages at least.
type progressRecord struct {
	Mark     bridge.Mark `json:"mark"`
	Create   bool        `json:"create"`
	Archive  bool        `json:"archive"`
	Store    string      `json:"store"`
	Epoch    string      `json:"epoch"`
	Messages uint64      `json:"messages"`
}

// flags are those that the import was given.
func (r progressRecord) flags() string {
	var flags []string
	if r.Create {
		flags = append(flags, "--create")
	}
	if r.Archive {
		flags = append(flags, "--archive")
	}
	return strings.Join(flags, " ")
}

// begin looks where to begin.
func (im *importer) begin(ctx context.Context, r *bridge.Reader) error {
	if !im.o.resume {
		return nil
	}
	info, err := im.d.repo.Info(ctx)
	if err != nil {
		return fmt.Errorf("look at the store: %w", err)
	}
	rec, err := readProgress(progressPath(info))
	switch {
	case err != nil:
		return err
	case rec.Mark.Offset == 0:
		fmt.Fprintln(im.d.err, im.d.p.T("import.nothing-begun"))
		return nil
	case rec.Create != im.o.create || rec.Archive != im.o.archive:
		return usage("import.other-flags", cmp.Or(rec.flags(), im.d.p.T("import.no-flags")))
	case rec.Store != info.ID || rec.Epoch != info.Epoch || rec.Messages > info.Messages:
		return fail(exitFailure, "import.other-store")
	}
	err = r.Skip(rec.Mark)
	if errors.Is(err, bridge.ErrOther) {
		return fail(exitFailure, "import.other-input", rec.Mark.Line)
	}
	if err != nil {
		return fmt.Errorf("read what is imported already: %w", err)
	}
	im.at, im.record = rec.Mark, rec
	fmt.Fprintln(im.d.err, im.d.p.T("import.resumed", lang.Count(rec.Mark.Line+1)))
	return nil
}

// checkpoint stores what is held, from time to time, and says how far that is.
func (im *importer) checkpoint(ctx context.Context) error {
	if im.d.now().Sub(im.saved) < checkpointEvery {
		return nil
	}
	if err := im.flushAll(ctx); err != nil {
		return err
	}
	return im.save(ctx)
}

// save says beside the store how far the import is. All messages that were
// taken are stored; the triage that is held is not.
func (im *importer) save(ctx context.Context) error {
	mark := im.at
	if len(im.triage.threads) > 0 {
		mark = im.triage.from
	}
	im.saved = im.d.now()
	if mark.Offset == 0 {
		return nil
	}
	info, err := im.d.repo.Info(ctx)
	if err != nil {
		return fmt.Errorf("look at the store: %w", err)
	}
	rec := progressRecord{
		Mark: mark, Create: im.o.create, Archive: im.o.archive, Store: info.ID, Epoch: info.Epoch, Messages: info.Messages,
	}
	if err := writeProgress(progressPath(info), rec); err != nil {
		return fmt.Errorf("note how far the import is: %w", err)
	}
	im.record = rec
	return nil
}

// forget removes the note of an import that is finished, if it is its own.
func (im *importer) forget(ctx context.Context) error {
	if im.record.Mark.Offset == 0 {
		return nil
	}
	info, err := im.d.repo.Info(ctx)
	if err != nil {
		return fmt.Errorf("look at the store: %w", err)
	}
	if rec, err := readProgress(progressPath(info)); err != nil || rec != im.record {
		return nil // another import's
	}
	if err := os.Remove(progressPath(info)); err != nil {
		return fmt.Errorf("the import is whole, but its note: %w", err)
	}
	return nil
}

func progressPath(info inbox.StoreInfo) string {
	return filepath.Join(filepath.Dir(info.Path), progressName)
}

// readProgress reads the note; the zero one when there is none, or none that
// can be read.
func readProgress(path string) (rec progressRecord, err error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return rec, nil
	}
	if err != nil {
		return rec, fmt.Errorf("read how far the import is: %w", err)
	}
	if json.Unmarshal(raw, &rec) != nil || rec.Mark.Offset < 0 || rec.Mark.Line < 0 {
		return progressRecord{}, nil
	}
	return rec, nil
}

// writeProgress writes the note in one piece: a machine that stops leaves the
// old one or the new one.
func writeProgress(path string, rec progressRecord) error {
	raw, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+progressName+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(raw, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
