package ghsim

import "fmt"

// execHold lets a pull request start a workflow that GitHub does not run before somebody who may write to the repository has looked at
// it, as it does for people who never contributed: its run is completed at once, with action_required, and reports no check.
// https://docs.github.com/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
func execHold(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	u := &checkSuite{id: s.id(), app: s.appNamed("ci"), sha: p.head, branch: p.headRef, created: s.now(), updated: s.now(), workflow: s.id(), held: true}
	p.repo.suites = append(p.repo.suites, u)
	s.suiteDone(p.repo, u)
	return l.end()
}

// execLet lets them run.
func execLet(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	any := false
	for _, u := range p.repo.suites {
		if u.sha == p.head && u.held {
			u.held, u.updated, any = false, s.now(), true
		}
	}
	if !any {
		return fmt.Errorf("no workflow of pull request %d waits", p.number)
	}
	return l.end()
}
