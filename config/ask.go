package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// How each key is held against a pull request, and how what it wants is said.

// within reports whether a value is named by the key and not taken away. Without `any` everything is named.
func (c cond) within(text string) bool {
	return (len(c.any) == 0 || c.any.Match(text)) && !c.except.Match(text)
}

func askText(c cond, text string) Tri { return tri(c.within(text)) }

func askLabels(c cond, f Facts) (Tri, string) {
	got := strings.Join(f.Labels, ", ")
	if got == "" {
		got = "none"
	}
	return tri(slices.ContainsFunc(f.Labels, c.within)), got
}

func askAuthor(c cond, f Facts) (Tri, string) {
	login := strings.TrimSuffix(f.Author, "[bot]")
	if f.AuthorBot {
		login += "[bot]"
	}
	named := Yes
	if len(c.any) > 0 {
		named = isAuthor(c.any, login, f)
	}
	return and(named, not(isAuthor(c.except, login, f))), login
}

// isAuthor reports whether the author is among logins and teams.
func isAuthor(names Patterns, login string, f Facts) Tri {
	is := No
	for _, name := range names {
		switch {
		case !strings.HasPrefix(name.text, "@"):
			if name.Match(login) {
				return Yes
			}
		case slices.ContainsFunc(f.AuthorTeams, name.Match):
			return Yes
		case !f.TeamsComplete && !f.AuthorBot: // a bot is in no team
			is = Unknown
		}
	}
	return is
}

func not(t Tri) Tri { return [...]Tri{Unknown: Unknown, No: Yes, Yes: No}[t] }

func and(a, b Tri) Tri {
	switch {
	case a == No || b == No:
		return No
	case a == Unknown || b == Unknown:
		return Unknown
	}
	return Yes
}

// changed reports whether a path is named by the key and not taken away.
func (c cond) changed(path string) bool {
	match := func(g Glob) bool { return g.Match(path) }
	return (len(c.globs) == 0 || slices.ContainsFunc(c.globs, match)) && !slices.ContainsFunc(c.spare, match)
}

func askFiles(c cond, f Facts) (Tri, string) {
	if i := slices.IndexFunc(f.Files, c.changed); i >= 0 {
		return Yes, f.Files[i]
	}
	if !f.FilesComplete {
		return Unknown, "not all changed files are known"
	}
	return No, fmt.Sprintf("none of %d files", len(f.Files))
}

func askOnlyFiles(c cond, f Facts) (Tri, string) {
	i := slices.IndexFunc(f.Files, func(path string) bool { return !c.changed(path) })
	switch {
	case i >= 0:
		return No, f.Files[i]
	case !f.FilesComplete:
		return Unknown, "not all changed files are known"
	case len(f.Files) == 0:
		return No, "no changed files"
	}
	return Yes, fmt.Sprintf("all of %d files", len(f.Files))
}

func askSize(c cond, f Facts) (Tri, string) {
	if f.ChangedLines < 0 {
		return Unknown, "not known"
	}
	return tri(c.size.Match(f.ChangedLines)), fmt.Sprint(f.ChangedLines)
}

func askBump(c cond, f Facts) (Tri, string) {
	switch {
	case f.BumpUntold != "":
		return Unknown, f.BumpUntold
	case f.Bump == "":
		return No, "no dependency pull request"
	}
	return tri(c.any.Match(f.Bump)), f.Bump
}

func askIdle(c cond, f Facts) (Tri, string) {
	if f.Idle < 0 {
		return Unknown, "not known"
	}
	return tri(f.Idle >= time.Duration(c.span)), f.Idle.String()
}

func wantSpan(c cond) string { return c.span.String() }

func wantTexts(c cond) string { return wantParts(texts(c.any), texts(c.except)) }
func wantGlobs(c cond) string { return wantParts(texts(c.globs), texts(c.spare)) }
func wantFlag(c cond) string  { return fmt.Sprint(c.flag) }

func wantParts(any, except []string) string {
	switch {
	case len(except) == 0:
		return orList(any)
	case len(any) == 0:
		return "any but " + orList(except)
	}
	return orList(any) + " but not " + orList(except)
}

func texts[T fmt.Stringer](of []T) []string {
	out := make([]string, 0, len(of))
	for _, t := range of {
		out = append(out, t.String())
	}
	return out
}
