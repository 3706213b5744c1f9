//go:build !(linux || darwin || freebsd)

package cli

// writable cannot be told here without writing: serve will say.
func writable(string) error { return nil }

// freeSpace cannot be told here.
func freeSpace(string) (uint64, bool) { return 0, false }
