package ghsim

// mergeBase is the best common ancestor of two commits, "" if they have none.
func (g *gitRepo) mergeBase(a, b string) string {
	switch {
	case g.contains(b, a):
		return a
	case g.contains(a, b):
		return b
	}
	return g.keeper.base(g, a, b)
}

// merged is the outcome of a merge: the tree, or a conflict.
type merged struct {
	tree string
	ok   bool
}

// mergeTree is the tree of the merge of two commits; ok is false where they conflict.
func (g *gitRepo) mergeTree(ours, theirs string) (tree string, ok bool, err error) {
	key := ours + ".." + theirs
	m, known := g.merges[key]
	if !known {
		if m, err = g.keeper.merge(g, ours, theirs); err != nil {
			return "", false, err
		}
		g.merges[key] = m
	}
	return m.tree, m.ok, nil
}

// rebase replays the commits of head that base lacks onto base, with committer; merge commits are left out, as GitHub does.
// ok is false where a commit conflicts.
func (g *gitRepo) rebase(base, head string, committer signature) (tip string, ok bool, err error) {
	tip = base
	for _, sha := range g.between(base, head) {
		c, err := g.commit(sha)
		if err != nil {
			return "", false, err
		}
		if len(c.parents) != 1 {
			continue
		}
		tip, ok, err = g.pick(tip, c, committer)
		if err != nil || !ok {
			return "", false, err
		}
	}
	return tip, true, nil
}

// pick applies one commit to tip. git 2.39's merge-tree takes no base of its own, so tip's tree is given as a child of the
// commit's parent: the merge base is then the right one.
func (g *gitRepo) pick(tip string, c *gitCommit, committer signature) (string, bool, error) {
	at, err := g.commit(tip)
	if err != nil {
		return "", false, err
	}
	ours, err := g.writeCommit(gitCommit{tree: at.tree, parents: c.parents, author: c.author, committer: committer, message: "pick"})
	if err != nil {
		return "", false, err
	}
	tree, ok, err := g.mergeTree(ours, c.sha)
	if err != nil || !ok {
		return "", false, err
	}
	next, err := g.writeCommit(gitCommit{tree: tree, parents: []string{tip}, author: c.author, committer: committer, message: c.message})
	return next, true, err
}

// fileChange is a changed file between two trees, renames found as git finds them.
type fileChange struct {
	path, previous       string
	status               string // added, modified, removed, renamed, copied, changed: GitHub's words
	additions, deletions int
	binary               bool
	blob                 string // after the change; before it where the file was removed
}

// changes lists what changed from commit or tree a to b.
func (g *gitRepo) changes(a, b string) ([]fileChange, error) {
	key := a + ".." + b
	list, known := g.diffs[key]
	if !known {
		var err error
		if list, err = g.keeper.compare(g, a, b); err != nil {
			return nil, err
		}
		g.diffs[key] = list
	}
	return list, nil
}

// patches is the text of the diff from a to b for each path, hunks only, as GitHub shows it.
func (g *gitRepo) patches(a, b string) (map[string]string, error) { return g.keeper.hunks(g, a, b) }

// print is a comparison as git prints it: form "diff", from the common ancestor, or "patch", the commits as mails.
func (g *gitRepo) print(form, base, head string) (string, error) {
	return g.keeper.print(g, form, base, head)
}
