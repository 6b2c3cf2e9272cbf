package store

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// unsafeKinds are the magic numbers of statfs(2).
var unsafeKinds = map[uint32]string{
	0x00006969: "nfs",
	0x0000517B: "smb",
	0xFE534D42: "smb",
	0xFF534D42: "cifs",
	0x65735546: "fuse",
	0x01021997: "9p",
	0x5346414F: "afs",
	0x6B414653: "afs",
	0x73757245: "coda",
	0x00C36400: "ceph",
	0x0000564C: "ncp",
	0x786F4256: "vboxsf",
	0xBACBACBC: "vmhgfs",
	0x0BD00BD0: "lustre",
	0x01161970: "gfs2",
	0x7461636F: "ocfs2",
}

func unsafeAt(path string) string {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return ""
	}
	return unsafeKinds[uint32(s.Type)]
}

// freeAt returns how many bytes this user may still write.
func freeAt(path string) (bytes uint64, ok bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}

// born tells when a file was made, in nanoseconds since 1970; 0 where that is
// not known or not to be relied on. Whatever is copied or unpacked is made
// anew.
func born(f *os.File) int64 {
	var s unix.Statx_t
	err := unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_BTIME, &s)
	if err != nil || s.Mask&unix.STATX_BTIME == 0 || unsafeAt(f.Name()) != "" {
		return 0
	}
	return s.Btime.Sec*1e9 + int64(s.Btime.Nsec)
}
