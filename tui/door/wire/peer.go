package wire

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// ErrPeer is returned for a peer that runs as another user, or whose user
// cannot be told.
var ErrPeer = errors.New("the other end belongs to another user")

// CheckPeer makes sure that the process at the other end of a Unix socket runs
// as the user uid. The answer is the kernel's; any other connection is refused.
func CheckPeer(conn net.Conn, uid int) error {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return fmt.Errorf("check the peer of a %T: %w", conn, ErrPeer)
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return fmt.Errorf("check the peer: %w", err)
	}
	var peer int
	var credErr error
	if err := raw.Control(func(fd uintptr) { peer, credErr = peerUID(int(fd)) }); err != nil {
		return fmt.Errorf("check the peer: %w", err)
	}
	if credErr != nil {
		return fmt.Errorf("check the peer: %w: %w", ErrPeer, credErr)
	}
	return matchUID(peer, uid)
}

func matchUID(peer, uid int) error {
	if peer != uid || peer < 0 {
		return fmt.Errorf("peer runs as uid %d, not %d: %w", peer, uid, ErrPeer)
	}
	return nil
}
