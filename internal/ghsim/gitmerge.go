package ghsim

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// mergeBase is the best common ancestor of two commits, "" if they have none.
func (g *gitRepo) mergeBase(a, b string) string {
	if g.contains(b, a) {
		return a
	}
	if g.contains(a, b) {
		return b
	}
	out, err := g.run("merge-base", a, b)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// mergeTree is the tree of the merge of two commits; ok is false where they conflict.
func (g *gitRepo) mergeTree(ours, theirs string) (tree string, ok bool, err error) {
	out, err := g.run("merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	tree, _, _ = strings.Cut(out, "\n")
	return tree, true, nil
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

var changeWords = map[byte]string{'A': "added", 'M': "modified", 'D': "removed", 'R': "renamed", 'C': "copied", 'T': "changed"}

// changes lists what changed from commit or tree a to b.
func (g *gitRepo) changes(a, b string) ([]fileChange, error) {
	key := a + ".." + b
	if list, ok := g.diffs[key]; ok {
		return list, nil
	}
	out, err := g.run("diff-tree", "-r", "-M", "--raw", "--numstat", "-z", "--no-abbrev", a, b)
	if err != nil {
		return nil, err
	}
	list, err := parseChanges(out)
	if err != nil {
		return nil, fmt.Errorf("diff %s: %w", key, err)
	}
	g.diffs[key] = list
	return list, nil
}

// parseChanges reads the output of diff-tree --raw --numstat -z: first the raw lines, then the counts in the same order.
func parseChanges(out string) ([]fileChange, error) {
	parts := strings.Split(out, "\x00")
	var list []fileChange
	i := 0
	for i < len(parts) && strings.HasPrefix(parts[i], ":") {
		f := strings.Fields(parts[i])
		if len(f) != 5 {
			return nil, fmt.Errorf("raw line %q", parts[i])
		}
		c := fileChange{status: changeWords[f[4][0]], path: parts[i+1], blob: f[3]}
		i += 2
		switch f[4][0] {
		case 'R', 'C':
			c.previous, c.path = c.path, parts[i]
			i++
		case 'D':
			c.blob = f[2]
		}
		list = append(list, c)
	}
	for n := range list {
		f := strings.SplitN(parts[i], "\t", 3)
		if len(f) != 3 {
			return nil, fmt.Errorf("count line %q", parts[i])
		}
		i++
		if f[2] == "" {
			i += 2 // a rename: both names follow
		}
		if f[0] == "-" {
			list[n].binary = true
			continue
		}
		var err error
		if list[n].additions, err = strconv.Atoi(f[0]); err != nil {
			return nil, err
		}
		if list[n].deletions, err = strconv.Atoi(f[1]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// patches is the text of the diff from a to b for each path, hunks only, as GitHub shows it.
func (g *gitRepo) patches(a, b string) (map[string]string, error) {
	out, err := g.run("diff-tree", "-r", "-M", "-p", "--no-color", "-z", a, b)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, part := range strings.Split("\n"+out, "\ndiff --git ")[1:] {
		head, hunks, ok := strings.Cut(part, "\n@@ ")
		if !ok {
			continue
		}
		name := ""
		for line := range strings.SplitSeq(head, "\n") {
			if v, ok := strings.CutPrefix(line, "+++ b/"); ok {
				name = v
			} else if v, ok := strings.CutPrefix(line, "--- a/"); ok && name == "" {
				name = v
			}
		}
		texts[strings.TrimRight(name, "\t")] = strings.TrimRight("@@ "+hunks, "\n")
	}
	return texts, nil
}
