package rules

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Owners is a CODEOWNERS file: which people and teams own which paths.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
type Owners struct {
	lines []ownerLine
}

type ownerLine struct {
	globs  []string
	owners []string // "ana", "acme/core", in lower case
}

// maxOwners is the size from which on GitHub does not load a CODEOWNERS file.
const maxOwners = 3 << 20

// ParseOwners reads a CODEOWNERS file as GitHub does: of the patterns that match a path the last one decides, a pattern
// without owners takes ownership away, and a line that GitHub calls invalid is passed over. An owner by e-mail address
// counts for the line and is nobody whom we know.
func ParseOwners(text string) *Owners {
	o := &Owners{}
	if len(text) >= maxOwners {
		return o
	}
	for _, line := range strings.Split(text, "\n") {
		fields := ownerFields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "!") || strings.HasPrefix(fields[0], `\#`) || strings.ContainsAny(fields[0], "[]") {
			continue
		}
		if owners, ok := ownerNames(fields[1:]); ok {
			o.lines = append(o.lines, ownerLine{globs: ownerGlobs(fields[0]), owners: owners})
		}
	}
	return o
}

// ownerNames are the logins and teams among owners; not ok if one of them is no owner at all.
func ownerNames(owners []string) (names []string, ok bool) {
	for _, owner := range owners {
		switch name, after, _ := strings.Cut(owner, "@"); {
		case after == "":
			return nil, false
		case name == "":
			names = append(names, strings.ToLower(after))
		}
	}
	return names, true
}

// ownerFields splits a line at spaces that are not escaped, and cuts comments.
func ownerFields(line string) []string {
	const escaped = "\x00"
	fields := strings.Fields(strings.ReplaceAll(line, `\ `, escaped))
	for i := range fields {
		if strings.HasPrefix(fields[i], "#") {
			return fields[:i]
		}
		fields[i] = strings.ReplaceAll(fields[i], escaped, " ")
	}
	return fields
}

// ownerGlobs turns a pattern of CODEOWNERS, which follows gitignore, into path globs.
func ownerGlobs(pattern string) []string {
	anchored := strings.HasPrefix(pattern, "/") || strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	p := literal.Replace(strings.TrimPrefix(pattern, "/"))
	if !anchored && !strings.HasPrefix(p, "**") {
		p = "**/" + p
	}
	if dir, ok := strings.CutSuffix(p, "/"); ok {
		return []string{dir + "/**/*"}
	}
	if strings.HasSuffix(pattern, "/*") {
		return []string{p} // docs/* owns the files in docs, not those deeper
	}
	return []string{p, p + "/**/*"}
}

// Braces mean nothing in gitignore.
var literal = strings.NewReplacer("{", `\{`, "}", `\}`)

// Of gives the owners of a path: logins and teams ("acme/core"), in lower case.
func (o *Owners) Of(path string) []string {
	if o == nil {
		return nil
	}
	for i := len(o.lines) - 1; i >= 0; i-- {
		for _, glob := range o.lines[i].globs {
			if ok, err := doublestar.Match(glob, path); err == nil && ok {
				return o.lines[i].owners
			}
		}
	}
	return nil
}
