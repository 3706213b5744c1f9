package ghsim

import "fmt"

// forgetMergeability throws the test merge of a pull request away, as any push to its head or base does.
func (s *Sim) forgetMergeability(p *pull) {
	p.mergeability.known, p.mergeability.computing = false, false
}

// wantMergeability starts the test merge: reading a pull request by REST does that, lists and GraphQL do not (they only show it).
// https://docs.github.com/rest/pulls/pulls#get-a-pull-request
func (s *Sim) wantMergeability(p *pull) {
	m := &p.mergeability
	if m.known || m.computing || !p.open || s.lagged || p.keepState == "unknown" {
		return
	}
	if s.delays.mergeable == 0 { // as a test merge that is done while one waits for the answer
		s.computeMergeability(p)
		return
	}
	m.computing = true
	head, base := p.head, p.repo.branches[p.base]
	s.after(s.delays.mergeable, func() {
		if !m.computing || p.head != head || p.repo.branches[p.base] != base {
			return
		}
		s.computeMergeability(p)
	})
}

// computeMergeability does the test merge with git.
func (s *Sim) computeMergeability(p *pull) {
	base := p.repo.branches[p.base]
	m := mergeability{known: true, head: p.head, base: base}
	tree, ok, err := p.repo.git.mergeTree(base, p.head)
	if err != nil {
		s.internal(err)
	}
	if ok {
		m.mergeable = true
		m.testMerge, err = p.repo.git.writeCommit(gitCommit{
			tree: tree, parents: []string{base, p.head}, author: s.github(), committer: s.github(),
			message: fmt.Sprintf("Merge %s into %s", p.head, base),
		})
		if err == nil {
			err = p.repo.git.setRef(fmt.Sprintf("refs/pull/%d/merge", p.number), m.testMerge)
		}
		s.internal(err)
	}
	p.mergeability = m
	s.tryAutoMerge(p)
}

// mergeState is the mergeStateStatus of a pull request, in GraphQL's upper case; REST's mergeable_state is the same in lower case.
// One value hides those after it: UNKNOWN, DIRTY, DRAFT, BLOCKED, BEHIND, UNSTABLE, CLEAN.
// https://docs.github.com/graphql/reference/enums#mergestatestatus
func (s *Sim) mergeState(p *pull) string {
	switch {
	case !p.open || !p.mergeability.known:
		return "UNKNOWN"
	case !p.mergeability.mergeable:
		return "DIRTY"
	case p.draft:
		return "DRAFT"
	}
	q := s.requirements(p.repo, p.base)
	if q.queue() || len(s.obstacles(p, q, &caller{user: ghost}, false)) > 0 {
		return "BLOCKED"
	}
	if q.strict() && s.behind(p) > 0 {
		return "BEHIND"
	}
	if !s.allGreen(p) {
		return "UNSTABLE"
	}
	return "CLEAN"
}

// ghost is a caller without any bypass: what the merge box shows to everybody.
var ghost = &account{login: "ghost", kind: "User"}

// mergeableWord is PullRequest.mergeable of GraphQL.
func (p *pull) mergeableWord() string {
	switch {
	case !p.open || !p.mergeability.known:
		return "UNKNOWN"
	case p.mergeability.mergeable:
		return "MERGEABLE"
	}
	return "CONFLICTING"
}

// behind counts the base's commits that the head lacks.
func (s *Sim) behind(p *pull) int {
	tip, ok := p.repo.branches[p.base]
	if !ok {
		return 0
	}
	return len(p.repo.git.between(p.head, tip))
}

// mergeBase is the commit from which the pull request's changes are counted.
func (s *Sim) mergeBase(p *pull) string {
	base := p.baseSHA
	if tip, ok := p.repo.branches[p.base]; ok && p.open {
		base = tip
	}
	if b := p.repo.git.mergeBase(base, p.head); b != "" {
		return b
	}
	return base
}

// changes are the files that the pull request changes.
func (s *Sim) changes(p *pull) []fileChange {
	list, err := p.repo.git.changes(s.mergeBase(p), p.head)
	s.internal(err)
	return list
}

// commitsOf are the pull request's commits, oldest first.
func (s *Sim) commitsOf(p *pull) []string {
	base := p.baseSHA
	if tip, ok := p.repo.branches[p.base]; ok && p.open {
		base = tip
	}
	return p.repo.git.between(base, p.head)
}
