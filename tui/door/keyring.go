package door

import (
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// keyring is the file of keys, read again when it has changed.
//
// While the file cannot be read nobody new comes in. Sessions that are open
// stay at the first such look, for an editor may be writing it anew, and end
// at the second.
type keyring struct {
	path string
	log  *slog.Logger

	mu    sync.Mutex
	stamp stamp
	blind int // looks in a row that failed; 0: keys are good
	keys  map[string]Key
	last  map[string]Key // as of the newest good look
}

// stamp tells one version of the file from another.
type stamp struct {
	size  int64
	mtime time.Time
	inode uint64
}

func openKeyring(path string, log *slog.Logger) (*keyring, error) {
	k := &keyring{path: path, log: log}
	if err := k.read(); err != nil {
		return nil, fmt.Errorf("read the keys that may sign in: %w", err)
	}
	if len(k.keys) == 0 {
		return nil, fmt.Errorf("read %s: %w", path, ErrNoKeys)
	}
	return k, nil
}

// find returns the key that may sign in with this public half.
func (k *keyring) find(public gossh.PublicKey) (Key, bool) {
	k.refresh()
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[string(public.Marshal())]
	return key, ok
}

// holds returns what a key may do that signed in before.
func (k *keyring) holds(finger string) (Key, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	from := k.keys
	if k.blind == 1 {
		from = k.last
	}
	for _, key := range from {
		if key.Finger == finger {
			return key, true
		}
	}
	return Key{}, false
}

// refresh reads the file if it is not the one read last.
func (k *keyring) refresh() {
	now := stampOf(k.path)
	k.mu.Lock()
	same := now == k.stamp && k.blind == 0
	k.mu.Unlock()
	if !same {
		k.reload()
	}
}

// look is refresh by the clock: it counts looks that fail.
func (k *keyring) look() {
	k.mu.Lock()
	before := k.blind
	k.mu.Unlock()
	k.refresh()
	k.mu.Lock()
	defer k.mu.Unlock()
	if before > 0 && k.blind > 0 {
		k.blind++
	}
}

func (k *keyring) reload() {
	err := k.read()
	if err == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = nil
	if k.blind == 0 {
		k.blind = 1
		k.log.Error("door: the keys cannot be read, nobody new may sign in", "err", err)
	}
}

func (k *keyring) read() error {
	at := stampOf(k.path)
	raw, err := readPrivate(k.path)
	if err != nil {
		return err
	}
	list, refused := ParseKeys(raw)
	for _, r := range refused {
		k.log.Warn("door: a key is refused", "file", k.path, "line", r.Line, "reason", r.Reason)
	}
	keys := make(map[string]Key, len(list))
	for _, key := range list {
		keys[string(key.Public.Marshal())] = key
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stamp, k.blind, k.keys, k.last = at, 0, keys, keys
	return nil
}

// stampOf is zero for a file that is not there.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{size: info.Size(), mtime: info.ModTime(), inode: inode(info)}
}
