package ghsim

import (
	"errors"
	"path"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/diff"
)

// merge merges two commits by their best common ancestor. Where there are several, these are merged first, conflicts and all.
func (gitMem) merge(g *gitRepo, ours, theirs string) (merged, error) {
	base, err := g.mergedBase(ours, theirs)
	if err != nil {
		return merged{}, err
	}
	if m, err := g.mergeThree(base, ours, theirs); err != nil || m.ok {
		return m, err
	}
	return merged{}, nil
}

// mergedBase is the commit or tree from which both sides' changes are counted.
func (g *gitRepo) mergedBase(ours, theirs string) (string, error) {
	all := g.bases(ours, theirs)
	if len(all) == 0 {
		return g.write("tree", nil)
	}
	at := all[len(all)-1]
	for i := len(all) - 2; i >= 0; i-- {
		below, err := g.mergedBase(at, all[i])
		if err != nil {
			return "", err
		}
		m, err := g.mergeThree(below, at, all[i])
		if err != nil {
			return "", err
		}
		if at, err = g.writeCommit(gitCommit{tree: m.tree, parents: []string{at, all[i]}, message: "merged common ancestors"}); err != nil {
			return "", err
		}
	}
	return at, nil
}

// mergeThree merges commits or trees. The tree has conflicts in it where ok is false.
func (g *gitRepo) mergeThree(base, ours, theirs string) (merged, error) {
	m := treeMerge{g: g, ok: true}
	root, err := g.lookup(ours, "")
	if err != nil {
		return merged{}, err
	}
	m.root = root.sha
	a, err := g.pairs(base, ours, false)
	if err != nil {
		return merged{}, err
	}
	b, err := g.pairs(base, theirs, false)
	if err != nil {
		return merged{}, err
	}
	m.ours, m.theirs = index(a), index(b)
	for _, side := range []struct {
		mover, other []filePair
		after        string
	}{{a, b, ours}, {b, a, theirs}} {
		into, err := g.intoMoved(side.mover, side.other, base, side.after)
		if err != nil {
			return merged{}, err
		}
		m.ok = m.ok && !into
	}
	for _, p := range b {
		if err := m.take(p); err != nil {
			return merged{}, err
		}
	}
	if err := m.places(); err != nil {
		return merged{}, err
	}
	tree, err := g.editTree(m.root, m.edits)
	return merged{tree, m.ok}, err
}

// treeMerge puts what the other side did into our tree.
type treeMerge struct {
	g            *gitRepo
	root         string // our tree
	ours, theirs sideIndex
	edits        []edit
	ok           bool
}

// sideIndex finds what a side did: with a file of the base, by its name there, and what it put where the base has nothing.
type sideIndex struct {
	changed map[string]filePair
	arrived map[string]treeEntry
}

func index(list []filePair) sideIndex {
	x := sideIndex{map[string]filePair{}, map[string]treeEntry{}}
	for _, p := range list {
		if p.old.sha != "" {
			x.changed[p.old.name] = p
		}
		if p.new.sha != "" && p.new.name != p.old.name {
			x.arrived[p.new.name] = p.new
		}
	}
	return x
}

func (m *treeMerge) set(e treeEntry) {
	m.edits = append(m.edits, edit{path: e.name, mode: e.mode, sha: e.sha})
}
func (m *treeMerge) drop(name string) { m.edits = append(m.edits, edit{path: name}) }

// take takes over one thing that the other side did.
func (m *treeMerge) take(theirs filePair) error {
	if theirs.old.sha == "" {
		m.arrive(theirs.new)
		return nil
	}
	ours, changed := m.ours.changed[theirs.old.name]
	if !changed {
		ours = filePair{theirs.old, theirs.old}
	}
	switch {
	case ours.new.sha == "" && theirs.new.sha == "":
	case ours.new.sha == "": // they changed what we removed
		m.ok = false
		m.set(theirs.old)
	case theirs.new.sha == "" && changed:
		m.ok = false
	case theirs.new.sha == "":
		m.drop(ours.new.name)
	default:
		return m.both(ours, theirs)
	}
	return nil
}

// arrive takes a new file; two different ones at the same place conflict.
func (m *treeMerge) arrive(e treeEntry) {
	here, taken := m.ours.arrived[e.name]
	switch {
	case !taken:
		m.set(e)
	case here != e:
		m.ok = false
	}
}

// both merges a file that both sides still have, under whatever name.
func (m *treeMerge) both(ours, theirs filePair) error {
	to, ok, err := m.content(theirs.old, ours.new, theirs.new)
	if err != nil {
		return err
	}
	to.name = ours.new.name
	renamer, other := ours, m.theirs
	if theirs.renamed() && !ours.renamed() {
		to.name, renamer, other = theirs.new.name, theirs, m.ours
	}
	there, taken := other.arrived[to.name]
	switch {
	case ours.renamed() && theirs.renamed():
		ok = ok && ours.new.name == theirs.new.name
	case taken && there == renamer.new: // both put the same there: git asks no further
		to, ok = there, true
	case taken:
		ok = false
	}
	m.ok = m.ok && ok
	if to.name != ours.new.name {
		m.drop(ours.new.name)
	}
	if to != ours.new {
		m.set(to)
	}
	return nil
}

// content merges modes and texts. Where it cannot, ok is false: a text then has both versions in it, anything else is as before.
func (m *treeMerge) content(base, ours, theirs treeEntry) (to treeEntry, ok bool, err error) {
	mode, modeOK := three(base.mode, ours.mode, theirs.mode)
	sha, ok := three(base.sha, ours.sha, theirs.sha)
	if ok || !base.regular() || !ours.regular() || !theirs.regular() {
		return treeEntry{mode: mode, sha: sha}, ok && modeOK, nil
	}
	var texts [3][]byte
	for i, e := range []treeEntry{base, ours, theirs} {
		if texts[i], err = m.g.blob(e.sha); err != nil {
			return treeEntry{}, false, err
		}
		if diff.Binary(texts[i]) {
			return base, false, nil
		}
	}
	lines, ok := diff.Merge(diff.Lines(texts[0]), diff.Lines(texts[1]), diff.Lines(texts[2]))
	sha, err = m.g.write("blob", []byte(strings.Join(lines, "")))
	return treeEntry{mode: mode, sha: sha}, ok && modeOK, err
}

// three is what becomes of a value that two sides may have changed; ok is false where both did, and differently.
func three(base, ours, theirs string) (string, bool) {
	switch {
	case ours == theirs, theirs == base:
		return ours, true
	case ours == base:
		return theirs, true
	}
	return base, false
}

// places finds files that would have to be where a directory is, or a directory where a file is.
func (m *treeMerge) places() error {
	gone := map[string]bool{}
	for _, e := range m.edits {
		gone[e.path] = e.sha == ""
	}
	for _, e := range m.edits {
		if e.sha == "" {
			continue
		}
		clash, err := m.clashes(e.path, gone)
		if err != nil {
			return err
		}
		if clash {
			m.ok = false
		}
	}
	return nil
}

func (m *treeMerge) clashes(name string, gone map[string]bool) (bool, error) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		at, err := m.g.lookup(m.root, dir)
		if err == nil && at.kind() != "tree" && !gone[dir] {
			return true, nil
		}
	}
	at, err := m.g.lookup(m.root, name)
	if errors.Is(err, errNoObject) || err == nil && at.kind() != "tree" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	files, err := m.g.allEntries(at.sha, name+"/", true)
	for _, f := range files {
		if f.kind() != "tree" && !gone[f.name] {
			return true, err
		}
	}
	return false, err
}
