package config

import (
	"fmt"
	"slices"
	"strings"
)

// Level says what a Problem stops.
type Level int

// The levels, the heaviest first.
const (
	Error  Level = iota // the file is wrong: what it governs stops
	Hold                // known and not built yet, and would hold something back: its section stops
	Notice              // worth saying; nothing stops
)

// String is the level in lower case.
func (l Level) String() string {
	switch l {
	case Error:
		return "error"
	case Hold:
		return "hold"
	case Notice:
		return "notice"
	}
	return "unknown"
}

// Problem is one thing that the reader has to say about a file, with its place.
type Problem struct {
	File         string
	Line, Column int    // counted from 1, the column in characters
	Path         string // merge.policies[0].aprovals; empty for the file as a whole
	Message      string // what is wrong
	Hint         string // what would be right; may be empty
	Level        Level
}

// String is the problem as people read it, in one line:
//
//	.platform.yml:3:5: merge: unknown key "aprovals"; did you mean "approvals"?
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	if top := topKey(p.Path); top != "" {
		b.WriteString(top + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

func topKey(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// Stops reports whether anything in the list keeps a section, or for Read a file, from being acted on.
func Stops(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Level != Notice })
}

// sortProblems orders by position. What was found first stays first where two have the same.
func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}
