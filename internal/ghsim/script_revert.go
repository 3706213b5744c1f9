package ghsim

import "fmt"

// execRevert pushes the commit that git revert makes of what a pull request landed, which must be the newest of its base.
// https://git-scm.com/docs/git-revert
func execRevert(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, s.maintainer(p.repo))
	if err != nil {
		return err
	}
	r := p.repo
	if p.mergeCommit == "" || r.branches[p.base] != p.mergeCommit {
		return fmt.Errorf("#%d is not what landed last in %s", p.number, p.base)
	}
	landed, err := r.git.commit(p.mergeCommit)
	if err != nil {
		return err
	}
	tree, err := s.treeOf(r.git, landed.parents[0])
	if err != nil {
		return err
	}
	sha, err := s.commitSigned(r.git, gitCommit{tree: tree, parents: []string{p.mergeCommit}, author: s.sign(by), committer: s.sign(by),
		message: fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", landed.headline(), p.mergeCommit)})
	if err != nil {
		return err
	}
	if err := s.move(r, movement{branch: p.base, after: sha, by: by}); err != nil {
		return err
	}
	return l.end()
}
