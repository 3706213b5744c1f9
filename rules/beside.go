package rules

import (
	"slices"
	"strings"
)

// Beside says that two changes touch no path in common, and that neither moves a file: one that could be merged before the other
// landed can be merged after it, for a merge takes each path by itself unless it follows a file that moved.
// https://git-scm.com/docs/merge-strategies
func Beside(a, b []File) bool {
	moved := func(f File) bool { return f.Change == "" || f.Change == Renamed || f.Change == "COPIED" }
	if slices.ContainsFunc(a, moved) || slices.ContainsFunc(b, moved) {
		return false
	}
	return !slices.ContainsFunc(a, func(x File) bool {
		return slices.ContainsFunc(b, func(y File) bool { return meets(x.Path, y.Path) })
	})
}

// meets says that two paths are the same, or that one is a directory of the other: a file in the one place forbids the other.
func meets(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}
