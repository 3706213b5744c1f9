package ghsim

import (
	"errors"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/diff"
)

// gitMem keeps repositories in memory, without git: objects are in the memo of their gitRepo, refs are GitHub's business alone. It
// merges and compares by git's rules for three-way merges (of "ort"), renames and diffs; git's protocol is not spoken.
// https://git-scm.com/docs/merge-strategies
type gitMem struct{}

func (gitMem) put(string, []byte) error      { return nil }
func (gitMem) get(string) (gitObject, error) { return gitObject{}, errNoObject }
func (gitMem) setRef(string, string) error   { return nil }
func (m gitMem) fork(int64) (keeper, error)  { return m, nil }
func (gitMem) base(g *gitRepo, a, b string) string {
	all := g.bases(a, b)
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

var errNoText = errors.New("only git prints diffs and mails")

func (gitMem) print(*gitRepo, string, string, string) (string, error) { return "", errNoText }

// bases are the best common ancestors of two commits, the newest first: those that no other common ancestor has.
func (g *gitRepo) bases(a, b string) []string {
	ours := g.ancestors(a)
	var best []string
	seen := map[string]bool{}
	for todo := []string{b}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		if ours[at] {
			best = append(best, at)
			continue
		}
		if c, err := g.commit(at); err == nil {
			todo = append(todo, c.parents...)
		}
	}
	best = slices.DeleteFunc(best, func(at string) bool {
		return slices.ContainsFunc(best, func(other string) bool { return other != at && g.contains(other, at) })
	})
	slices.SortStableFunc(best, g.newerFirst)
	return best
}

func (g *gitRepo) newerFirst(a, b string) int {
	x, errX := g.commit(a)
	y, errY := g.commit(b)
	if errX != nil || errY != nil {
		return 0
	}
	return y.committer.at.Compare(x.committer.at)
}

// compare lists the files that differ, in the order of their paths.
func (gitMem) compare(g *gitRepo, a, b string) ([]fileChange, error) {
	pairs, err := g.pairs(a, b, true)
	if err != nil {
		return nil, err
	}
	var list []fileChange
	for _, p := range pairs {
		c := fileChange{path: p.path(), status: p.status(), blob: p.new.sha}
		if p.new.sha == "" {
			c.blob = p.old.sha
		}
		if p.renamed() {
			c.previous = p.old.name
		}
		before, after, err := g.texts(p)
		if err != nil {
			return nil, err
		}
		if c.binary = diff.Binary(before) || diff.Binary(after); !c.binary {
			for _, x := range diff.Changes(diff.Lines(before), diff.Lines(after)) {
				c.additions, c.deletions = c.additions+x.Add, c.deletions+x.Del
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// hunks are the patches of the files that differ.
func (gitMem) hunks(g *gitRepo, a, b string) (map[string]string, error) {
	pairs, err := g.pairs(a, b, true)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, p := range pairs {
		before, after, err := g.texts(p)
		if err != nil {
			return nil, err
		}
		if diff.Binary(before) || diff.Binary(after) {
			continue
		}
		if p.status() == "changed" { // git removes the one and adds the other: the second is what is shown
			before = nil
		}
		if text := diff.Unified(diff.Lines(before), diff.Lines(after)); text != "" {
			texts[p.path()] = strings.TrimRight(text, "\n")
		}
	}
	return texts, nil
}
