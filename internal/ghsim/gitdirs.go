package ghsim

import (
	"errors"
	"path"
)

// intoMoved says that one side moved a whole directory while the other put a file into it. git does not guess where the file
// belongs and calls it a conflict, unless somebody has set merge.directoryRenames otherwise.
// https://git-scm.com/docs/git-config#Documentation/git-config.txt-mergedirectoryRenames
func (g *gitRepo) intoMoved(mover, other []filePair, base, after string) (bool, error) {
	gone, err := g.movedDirs(mover, after)
	if err != nil || len(gone) == 0 {
		return false, err
	}
	for _, p := range other {
		if p.new.sha == "" || p.new.name == p.old.name {
			continue
		}
		parent := path.Dir(p.new.name)
		if _, err := g.lookup(base, parent); err != nil { // what stands in a directory that is new itself stays there
			continue
		}
		for dir := parent; dir != "."; dir = path.Dir(dir) {
			if gone[dir] {
				return true, nil
			}
		}
	}
	return false, nil
}

// movedDirs are the directories out of which files were renamed and of which nothing is left after.
func (g *gitRepo) movedDirs(list []filePair, after string) (map[string]bool, error) {
	gone := map[string]bool{}
	for dir := range renamedDirs(list) {
		if _, err := g.lookup(after, dir); errors.Is(err, errNoObject) {
			gone[dir] = true
		} else if err != nil {
			return nil, err
		}
	}
	return gone, nil
}

// renamedDirs are the directories that renames speak for: a/b/f that became a/c/f speaks for a/b, and so does a/b/d/f that became
// a/c/d/f, besides for a/b/d.
func renamedDirs(list []filePair) map[string]bool {
	dirs := map[string]bool{}
	for _, p := range list {
		if !p.renamed() {
			continue
		}
		from, to := path.Dir(p.old.name), path.Dir(p.new.name)
		for from != to && from != "." {
			dirs[from] = true
			if path.Base(from) != path.Base(to) {
				break
			}
			from, to = path.Dir(from), path.Dir(to)
		}
	}
	return dirs
}
