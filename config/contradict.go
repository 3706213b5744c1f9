package config

import (
	"slices"
	"strings"
)

// Clash is a key of one matcher that another one always stops: {label: hold} under when, and {label: [hold, wip]} under never.
type Clash struct {
	Key     string
	Want    string // what the one asks for
	Stopped Place  // where the other says so
}

// Clashes are the keys of m, read as when, that stop, read as unless or never, takes all of: nothing can pass both.
func (m Matcher) Clashes(stop Matcher) []Clash {
	var clashes []Clash
	for _, want := range m.conds {
		for _, s := range stop.conds {
			if want.name == s.name && want.coveredBy(s) {
				row, _ := matchKeyNamed(want.name)
				clashes = append(clashes, Clash{want.name, row.want(want), Place{s.file, s.line}})
			}
		}
	}
	return clashes
}

// Asks reports whether a flag (draft, fork) is asked to be true.
func (m Matcher) Asks(flag string) bool {
	return slices.ContainsFunc(m.conds, func(c cond) bool { return c.name == flag && c.flag })
}

// String is what the matcher says, on one line: "label hold or wip, draft true". Two that say the same have the same.
func (m Matcher) String() string {
	words := make([]string, 0, len(m.conds))
	for _, c := range m.conds {
		row, _ := matchKeyNamed(c.name)
		words = append(words, c.name+" "+row.want(c))
	}
	return strings.Join(words, ", ")
}

// coveredBy reports whether whatever the key lets pass, s names as well. False where it cannot be told.
func (c cond) coveredBy(s cond) bool {
	switch {
	case len(s.except) > 0 || len(s.spare) > 0:
		return false
	case len(c.any) > 0:
		return s.any.Cover(c.any)
	case len(c.globs) > 0:
		return coverGlobs(s.globs, c.globs)
	case c.size != Size{}:
		return c.size.Over > 0 && s.size.Over > 0 && c.size.Over >= s.size.Over || c.size.Under > 0 && c.size.Under <= s.size.Under
	case c.name == "draft" || c.name == "fork":
		return c.flag == s.flag
	}
	return false
}

// Cover reports whether each text that one of others matches is matched by one of v too; false where it cannot be told.
func (v Patterns) Cover(others Patterns) bool {
	return !slices.ContainsFunc(others, func(p Pattern) bool {
		return !slices.ContainsFunc(v, func(q Pattern) bool { return q.covers(p) })
	})
}

// covers is true for the same pattern, for * alone, and for one that matches a text without stars.
func (p Pattern) covers(other Pattern) bool {
	return slices.Equal(p.parts, other.parts) || p.text == "*" || len(other.parts) == 1 && p.Match(other.text)
}

func coverGlobs(globs, others []Glob) bool {
	return !slices.ContainsFunc(others, func(g Glob) bool {
		return !slices.ContainsFunc(globs, func(h Glob) bool { return h.text == g.text || h.text == "**" })
	})
}

// left reports whether except leaves anything of what the key names.
func (c cond) left() bool {
	if len(c.spare) > 0 {
		named := c.globs
		if len(named) == 0 {
			named = []Glob{{text: "**"}}
		}
		return !coverGlobs(c.spare, named)
	}
	named := c.any
	if len(named) == 0 {
		named = Patterns{{text: "*", parts: []string{"", ""}}}
	}
	return len(c.except) == 0 || !c.except.Cover(named)
}
