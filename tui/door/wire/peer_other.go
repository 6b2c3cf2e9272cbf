//go:build !linux && !darwin && !freebsd

package wire

import "errors"

func peerUID(int) (int, error) {
	return -1, errors.ErrUnsupported
}
