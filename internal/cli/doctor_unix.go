//go:build linux || darwin || freebsd

package cli

import "syscall"

// writable asks the system whether this user may write to a directory, and writes nothing.
func writable(dir string) error {
	const writeAndSearch = 2 | 1 // W_OK, X_OK of access(2)
	return syscall.Access(dir, writeAndSearch)
}

// freeSpace is what this user may still write where dir is, in bytes; false: the system does not say.
func freeSpace(dir string) (uint64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true
}
