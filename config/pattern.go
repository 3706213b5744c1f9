package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// maxPattern bounds a pattern, in bytes, and with it the time that a match can take.
const maxPattern = 256

// Pattern is a text in which * stands for any text, the empty one included, and case does not matter. Nothing else in it is
// special: `dependabot[bot]` and `what?` mean themselves. It must match the whole of a text.
type Pattern struct {
	text  string
	parts []string // what stands between the stars, in lower case
}

// NewPattern makes a Pattern; it refuses one longer than 256 bytes.
func NewPattern(text string) (Pattern, error) {
	if len(text) > maxPattern {
		return Pattern{}, fmt.Errorf("the text has %d bytes, and at most %d are matched", len(text), maxPattern)
	}
	return Pattern{text: text, parts: strings.Split(strings.ToLower(text), "*")}, nil
}

// String is the pattern as the file writes it.
func (p Pattern) String() string { return p.text }

// Match reports whether the pattern matches the whole of text.
func (p Pattern) Match(text string) bool {
	if len(p.parts) == 0 {
		return false
	}
	text = strings.ToLower(text)
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	if len(p.parts) == 1 {
		return text == first
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range p.parts[1 : len(p.parts)-1] {
		// The leftmost place leaves the most for the parts that follow.
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return true
}

// Glob matches paths of files: * and ? stay within one name, ** stands for any names, [ ] for one character of a set and
// { , } for alternatives. Case matters, as it does to git.
type Glob struct {
	text string
	alts []string // without { }
}

// maxAlternatives bounds what { } may multiply to: matching would otherwise take time exponential in their number.
const maxAlternatives = 32

// NewGlob makes a Glob; it refuses one that is malformed, too long, or empty.
func NewGlob(text string) (Glob, error) {
	switch {
	case len(text) > maxPattern:
		return Glob{}, fmt.Errorf("the path has %d bytes, and at most %d are matched", len(text), maxPattern)
	case !doublestar.ValidatePattern(text):
		return Glob{}, errors.New("the path is malformed: a bracket is open or something stands wrong in it")
	}
	alts, ok := expand(text)
	if !ok {
		return Glob{}, fmt.Errorf("the braces stand for more than %d paths", maxAlternatives)
	}
	if slices.Contains(alts, "") {
		return Glob{}, errors.New("an empty path matches nothing")
	}
	return Glob{text: text, alts: alts}, nil
}

// nothing says why no path in a repository looks like the glob; empty: one may.
func (g Glob) nothing() string {
	for _, path := range g.alts {
		if why := matchesNothing(path); why != "" {
			return why
		}
	}
	return ""
}

func matchesNothing(path string) string {
	switch {
	case strings.HasPrefix(path, "/") || strings.HasPrefix(path, "./"):
		return "paths begin at the top of the repository, without a slash"
	case strings.HasSuffix(path, "/"):
		return fmt.Sprintf("a folder is no file; write %q for all that is in it", path+"**")
	case strings.Contains(path, "//"):
		return "no path has two slashes in a row"
	}
	for name := range strings.SplitSeq(path, "/") {
		if name == ".." || name == "." {
			return fmt.Sprintf("no path has a part %q", name)
		}
	}
	return ""
}

// String is the glob as the file writes it.
func (g Glob) String() string { return g.text }

// Match reports whether the glob matches a path, which has slashes and no slash in front.
func (g Glob) Match(path string) bool {
	for _, alt := range g.alts {
		if doublestar.MatchUnvalidated(alt, path) {
			return true
		}
	}
	return false
}

// expand writes out the alternatives of a valid glob; false if there are too many.
func expand(glob string) ([]string, bool) {
	done, todo := []string(nil), []string{glob}
	for len(todo) > 0 {
		if len(done)+len(todo) > maxAlternatives {
			return nil, false
		}
		next := todo[0]
		todo = todo[1:]
		before, inner, after, found := cutBraces(next)
		if !found {
			done = append(done, next)
			continue
		}
		for _, alt := range inner {
			todo = append(todo, before+alt+after)
		}
	}
	return done, true
}

// cutBraces finds the first { } of a glob, and the alternatives that its commas part.
func cutBraces(glob string) (before string, alts []string, after string, found bool) {
	open, from, depth, class := -1, 0, 0, false
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '{':
			if depth++; depth == 1 {
				open, from = i, i+1
			}
		case c == ',' && depth == 1:
			alts = append(alts, glob[from:i])
			from = i + 1
		case c == '}' && depth > 0:
			if depth--; depth == 0 {
				return glob[:open], append(alts, glob[from:i]), glob[i+1:], true
			}
		}
	}
	return "", nil, "", false
}
