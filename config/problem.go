package config

import (
	"cmp"
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

// MarshalText is the level as a word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Problem is one thing that the reader has to say about a file, with its place.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // counted from 1
	Column  int    `json:"column"` // counted from 1, in characters
	Path    string `json:"path"`   // merge.policies[0].aprovals; empty for the file as a whole
	Message string `json:"message"`
	Hint    string `json:"hint"` // what would be right; may be empty
	Level   Level  `json:"level"`
}

// String is the problem as people read it, in one line:
//
//	.platform.yml:3:5: merge: unknown key "aprovals"; did you mean "approvals"?
func (p Problem) String() string {
	return p.Place() + ": " + p.Sentence()
}

// Place is where the problem is, as compilers write it.
func (p Problem) Place() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Sentence is the problem without its place.
func (p Problem) Sentence() string {
	var b strings.Builder
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

// Sort orders problems by file and position, as people read them. What was found first stays first where two have the same.
func Sort(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
}
