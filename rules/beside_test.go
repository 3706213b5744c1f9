package rules_test

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/rules"
)

// TestBeside says of which changes one can land after the other without a new test merge.
func TestBeside(t *testing.T) {
	file := func(path, change string) []rules.File { return []rules.File{{Path: path, Change: change}} }
	for _, c := range []struct {
		name string
		a, b []rules.File
		want bool
	}{
		{"other files", file("a.txt", "MODIFIED"), file("b.txt", "ADDED"), true},
		{"one file", file("a.txt", "MODIFIED"), file("a.txt", "MODIFIED"), false},
		{"a name that begins alike", file("a", "ADDED"), file("ab/c", "ADDED"), true},
		{"a file where the other has a directory", file("a", "ADDED"), file("a/b", "ADDED"), false},
		{"a directory where the other has a file", file("a/b", "ADDED"), file("a", "ADDED"), false},
		{"a file that moved", file("a.txt", rules.Renamed), file("b.txt", "MODIFIED"), false},
		{"a file that moved there", file("b.txt", "MODIFIED"), file("a.txt", rules.Renamed), false},
		{"a server that does not say what changed", file("a.txt", ""), file("b.txt", "MODIFIED"), false},
		{"nothing", nil, file("b.txt", "MODIFIED"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rules.Beside(c.a, c.b); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
