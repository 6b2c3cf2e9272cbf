package shelf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
)

// OpenFile opens a file of this machine, and says its size and its media type,
// as what it begins with tells. Only a regular file is opened, never a pipe or a
// device that could keep its reader for ever.
func (s *Shelf) OpenFile(path string) (io.ReadCloser, int64, string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("no regular file")}
	}
	if err != nil {
		return nil, 0, "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, "", err
	}
	kind, err := kindOf(f)
	if err != nil {
		return nil, 0, "", errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	return f, info.Size(), kind, nil
}

// kindOf is the media type of what begins so, without its parameters; the file
// is at its beginning again.
func kindOf(f *os.File) (string, error) {
	begin := make([]byte, 512)
	n, err := io.ReadFull(f, begin)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	kind, _, err := mime.ParseMediaType(http.DetectContentType(begin[:n]))
	return kind, err
}
