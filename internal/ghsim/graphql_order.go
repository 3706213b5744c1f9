package ghsim

import (
	"cmp"
	"slices"
	"strings"
)

// inOrder sorts the members of a connection as orderBy asks: by one of the keys, which have GitHub's names. Members that are equal
// stay in the order in which they were made.
func inOrder[T any](x *gqlRun, items []T, by gqlArgs, keys map[string]func(a, b T) int) ([]T, error) {
	field := by.text("field")
	if field == "" {
		return items, nil
	}
	key := keys[field]
	if key == nil {
		return nil, x.notSimulated("order by " + field)
	}
	sign := 1
	if by.text("direction") == "DESC" {
		sign = -1
	}
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(a, b T) int { return sign * key(a, b) })
	return out, nil
}

// ordered is a connection in the order that its argument asks for.
func ordered[T any](x *gqlRun, items []T, a gqlArgs, keys map[string]func(a, b T) int) (any, error) {
	out, err := inOrder(x, items, a.object("orderBy"), keys)
	if err != nil {
		return nil, err
	}
	return connect(out), nil
}

func byName(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) }

var labelOrder = map[string]func(a, b gqlLabel) int{
	"NAME":       func(a, b gqlLabel) int { return byName(a.name, b.name) },
	"CREATED_AT": func(a, b gqlLabel) int { return cmp.Compare(a.id, b.id) },
}

var teamOrder = map[string]func(a, b *team) int{"NAME": func(a, b *team) int { return byName(a.name, b.name) }}

var refOrder = map[string]func(a, b gqlRef) int{"ALPHABETICAL": func(a, b gqlRef) int { return byName(a.name, b.name) }}

var commentOrder = map[string]func(a, b gqlComment) int{"UPDATED_AT": func(a, b gqlComment) int { return a.updated.Compare(b.updated) }}

var repositoryOrder = map[string]func(a, b *repo) int{
	"NAME":       func(a, b *repo) int { return byName(a.name, b.name) },
	"CREATED_AT": func(a, b *repo) int { return a.created.Compare(b.created) },
	"UPDATED_AT": func(a, b *repo) int { return a.updated.Compare(b.updated) },
	"PUSHED_AT":  func(a, b *repo) int { return a.pushed.Compare(b.pushed) },
	"STARGAZERS": func(a, b *repo) int { return 0 }, // nobody has starred any
}

// labels are those whose names contain what is asked for, in the order that is asked for.
func (x *gqlRun) labels(r *repo, list []*label, a gqlArgs) (any, error) {
	query := strings.ToLower(a.text("query"))
	var out []gqlLabel
	for _, l := range list {
		if strings.Contains(strings.ToLower(l.name), query) {
			out = append(out, gqlLabel{r, l})
		}
	}
	return ordered(x, out, a, labelOrder)
}

// repositories filters and orders repositories as RepositoryOwner.repositories is asked to.
func (x *gqlRun) repositories(list []*repo, a gqlArgs) (any, error) {
	affiliations := append(a.texts("ownerAffiliations"), a.texts("affiliations")...)
	if len(affiliations) > 0 && !has(affiliations, "OWNER") {
		return nil, x.notSimulated("repositories of others than the owner's")
	}
	fork, locked, archived := a.get("isFork"), a.get("isLocked"), a.get("isArchived")
	privacy, visibility := a.text("privacy"), a.text("visibility")
	is := func(want any, is bool) bool { return want == nil || want == is }
	var out []*repo
	for _, r := range list {
		word := map[bool]string{true: "PRIVATE", false: "PUBLIC"}[r.private]
		if is(fork, r.parent != nil) && is(locked, false) && is(archived, r.archived) &&
			(privacy == "" || privacy == word) && (visibility == "" || visibility == word) {
			out = append(out, r)
		}
	}
	return ordered(x, out, a, repositoryOrder)
}
