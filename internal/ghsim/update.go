package ghsim

import "fmt"

// updateBranch brings a pull request's head up to date with its base: it answers at once, and the new head comes later.
// method is "merge" or "rebase" (GraphQL only).
// https://docs.github.com/rest/pulls/pulls#update-a-pull-request-branch
func (s *Sim) updateBranch(p *pull, who *caller, expectedHead, method string) *apiError {
	if e := s.mayUpdate(p, who, expectedHead); e != nil {
		return e
	}
	head := p.head
	p.updating = true
	s.after(s.delays.update, func() {
		p.updating = false
		if p.open && p.head == head {
			s.internal(s.updateNow(p, who, method))
		}
	})
	return nil
}

func (s *Sim) mayUpdate(p *pull, who *caller, expectedHead string) *apiError {
	unprocessable := func(text string) *apiError {
		return &apiError{Status: 422, Message: text, GraphQLType: "UNPROCESSABLE"}
	}
	switch {
	case p.repo.archived:
		return archivedError()
	case !p.open:
		return unprocessable("Pull request is closed")
	case expectedHead != "" && expectedHead != p.head:
		return unprocessable("expected head sha didn’t match current head ref.")
	case p.headRepo == nil:
		return unprocessable("Head repository was deleted")
	case !s.mayEditHead(p, who):
		return &apiError{Status: 403, Message: "Resource not accessible by integration", GraphQLType: "FORBIDDEN"}
	case s.behind(p) == 0:
		return unprocessable("There are no new commits on the base branch.")
	}
	if _, ok, err := p.repo.git.mergeTree(p.head, p.repo.branches[p.base]); err != nil {
		return s.internal(err)
	} else if !ok {
		return unprocessable("merge conflict between base and head")
	}
	return s.mayTouchWorkflows(who, s.incoming(p))
}

// incoming are the files that an update would bring to the head.
func (s *Sim) incoming(p *pull) []string {
	tip := p.repo.branches[p.base]
	list, err := p.repo.git.changes(p.repo.git.mergeBase(p.head, tip), tip)
	s.internal(err)
	var paths []string
	for _, c := range list {
		paths = append(paths, c.path)
	}
	return paths
}

// mayEditHead: the head is in the base's repository, or in a person's fork that allows maintainers to edit. Forks of organisations
// never do.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
func (s *Sim) mayEditHead(p *pull, who *caller) bool {
	if p.headRepo == p.repo {
		return who.user == nil || s.mayWrite(who.user, p.repo)
	}
	if who.user != nil && s.mayWrite(who.user, p.headRepo) {
		return true
	}
	if who.user == nil && s.closedForks {
		return false
	}
	return p.maintainerEdit && p.headRepo.owner.kind == "User"
}

// updateNow makes the new head. It is no reviewable push: approvals stay, unless it is a rebase.
func (s *Sim) updateNow(p *pull, who *caller, method string) error {
	g := p.repo.git
	tip, head := p.repo.branches[p.base], p.head
	var next string
	if method == "rebase" {
		to, ok, err := g.rebase(tip, head, s.sign(who.actor()))
		if err != nil || !ok {
			return err
		}
		next = to
	} else {
		tree, ok, err := g.mergeTree(head, tip)
		if err != nil || !ok {
			return err
		}
		next, err = s.commitSigned(g, gitCommit{
			tree: tree, parents: []string{head, tip}, author: s.sign(who.actor()), committer: s.github(),
			message: fmt.Sprintf("Merge branch '%s' into %s", p.base, p.headRef),
		})
		if err != nil {
			return err
		}
	}
	s.nameCommit(s.nameOrShort(head)+"+"+s.nameOrShort(tip), next)
	return s.move(p.headRepo, movement{branch: p.headRef, after: next, by: who.actor(), quiet: method != "rebase"})
}
