package ghsim

import (
	"slices"
	"strings"
)

// filePair is a file before and after: added, removed, changed or renamed. The names are whole paths; a side without sha has none.
type filePair struct{ old, new treeEntry }

func (p filePair) path() string {
	if p.new.sha == "" {
		return p.old.name
	}
	return p.new.name
}

func (p filePair) renamed() bool {
	return p.old.sha != "" && p.new.sha != "" && p.old.name != p.new.name
}

// status is GitHub's word for what happened to the file.
func (p filePair) status() string {
	switch {
	case p.old.sha == "":
		return "added"
	case p.new.sha == "":
		return "removed"
	case p.renamed():
		return "renamed"
	case p.old.mode[:3] != p.new.mode[:3]: // a file became a link, or the like
		return "changed"
	}
	return "modified"
}

// texts are what is compared of a pair: of a submodule, git's sentence about it.
func (g *gitRepo) texts(p filePair) (before, after []byte, err error) {
	if before, err = g.textOf(p.old); err != nil {
		return nil, nil, err
	}
	after, err = g.textOf(p.new)
	return before, after, err
}

func (g *gitRepo) textOf(e treeEntry) ([]byte, error) {
	switch {
	case e.sha == "":
		return nil, nil
	case e.kind() == "commit":
		return []byte("Subproject commit " + e.sha + "\n"), nil
	}
	return g.blob(e.sha)
}

// pairs are the files that differ between two commits or trees, renames put together, in the order of git: by path.
// empty says whether an empty file can be renamed: in a diff it can, in a merge it cannot.
func (g *gitRepo) pairs(a, b string, empty bool) ([]filePair, error) {
	x, err := g.lookup(a, "")
	if err != nil {
		return nil, err
	}
	y, err := g.lookup(b, "")
	if err != nil {
		return nil, err
	}
	list, err := g.differing(x.sha, y.sha, "")
	if err != nil {
		return nil, err
	}
	if list, err = g.findRenames(list, empty); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(p, q filePair) int { return strings.Compare(p.path(), q.path()) })
	return list, nil
}

// differing walks two trees side by side ("" is empty) and lists the files that are not the same.
func (g *gitRepo) differing(a, b, dir string) ([]filePair, error) {
	if a == b {
		return nil, nil
	}
	both := map[string]filePair{}
	var names []string
	for i, tree := range []string{a, b} {
		if tree == "" || tree == emptyTree {
			continue
		}
		entries, err := g.treeEntries(tree)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			p, known := both[e.name]
			if !known {
				names = append(names, e.name)
			}
			if i == 0 {
				p.old = e
			} else {
				p.new = e
			}
			both[e.name] = p
		}
	}
	var list []filePair
	for _, name := range names {
		more, err := g.differ(both[name], dir+name)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// differ lists the files at and below one name of two trees.
func (g *gitRepo) differ(p filePair, name string) ([]filePair, error) {
	if p.old == p.new {
		return nil, nil
	}
	var trees [2]string
	for i, e := range []*treeEntry{&p.old, &p.new} {
		if e.sha == "" {
			continue
		}
		if e.name = name; e.kind() == "tree" {
			trees[i], *e = e.sha, treeEntry{}
		}
	}
	below, err := g.differing(trees[0], trees[1], name+"/")
	if p.old.sha != "" || p.new.sha != "" {
		below = append(below, p)
	}
	return below, err
}
