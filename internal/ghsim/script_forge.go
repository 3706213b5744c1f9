package ghsim

import "fmt"

// execForge pushes what somebody who may push can make at home: a merge of the base into the head, with the names of our bot
// and of GitHub in it, and with files of their own. GitHub's signature is all that it lacks.
func execForge(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, p.author)
	if err != nil {
		return err
	}
	name, err := l.next("the commit's name")
	if err != nil {
		return err
	}
	in := changeInput{additions: map[string][]byte{}}
	var files map[string]string
	if err := l.decode(&files); err != nil {
		return err
	}
	for path, text := range files {
		in.additions[path] = []byte(text)
	}
	tip := p.repo.branches[p.base]
	tree, ok, err := p.repo.git.mergeTree(p.head, tip)
	if err != nil || !ok {
		return fmt.Errorf("merge %s into %s: conflict or error: %v", p.base, p.headRef, err)
	}
	sha, err := p.repo.git.writeCommit(gitCommit{tree: tree, parents: []string{p.head, tip}, message: "merge",
		author: s.sign(s.ours.bot), committer: s.github()})
	if err != nil {
		return err
	}
	if len(files) > 0 { // the same parents, with another tree
		c, err := s.filesCommit(p.repo, sha, in, s.sign(s.ours.bot), s.github())
		if err != nil {
			return err
		}
		c.parents = []string{p.head, tip}
		if sha, err = p.repo.git.writeCommit(c); err != nil {
			return err
		}
	}
	s.nameCommit(s.local(p.repo, name), sha)
	if err := s.move(p.headRepo, movement{branch: p.headRef, after: sha, by: by}); err != nil {
		return err
	}
	return l.end()
}
