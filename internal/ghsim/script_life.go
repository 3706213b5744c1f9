package ghsim

import "fmt"

// execUnarchive opens a repository again.
// https://docs.github.com/repositories/archiving-a-github-repository/archiving-repositories
func execUnarchive(s *Sim, l *line) error {
	w, err := l.next("the repository")
	if err != nil {
		return err
	}
	r, err := s.repoNamed(w)
	if err != nil {
		return err
	}
	if !r.archived {
		return fmt.Errorf("%s is not archived", r.fullName())
	}
	r.archived = false
	s.repositoryEvent(r, "unarchived", s.maintainer(r), nil)
	return l.end()
}

// execVisibility shows a repository to everybody, or no longer.
// https://docs.github.com/webhooks/webhook-events-and-payloads#repository
func execVisibility(s *Sim, l *line) error {
	r, word, err := s.repoAnd(l, "public or private")
	if err != nil {
		return err
	}
	actions := map[string]string{"public": "publicized", "private": "privatized"}
	action, ok := actions[word]
	if !ok {
		return errUsage{fmt.Sprintf("a repository is public or private, not %q", word)}
	}
	if r.private == (word == "private") {
		return fmt.Errorf("%s is %s already", r.fullName(), word)
	}
	r.private = !r.private
	s.repositoryEvent(r, action, s.maintainer(r), nil)
	return l.end()
}

// execDefaultBranch makes another branch the default one; pull requests keep their base.
// https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/changing-the-default-branch
func execDefaultBranch(s *Sim, l *line) error {
	r, name, err := s.repoAnd(l, "the branch")
	if err != nil {
		return err
	}
	if r.branches[name] == "" {
		return fmt.Errorf("%s has no branch %s", r.fullName(), name)
	}
	was := r.defaultBranch
	r.defaultBranch = name
	s.repositoryEvent(r, "edited", s.maintainer(r), object{"changes": object{"default_branch": object{"from": was}}})
	return l.end()
}

// execInstall installs our App in all repositories of an account. After it was uninstalled the installation has another id.
// https://docs.github.com/webhooks/webhook-events-and-payloads#installation
func execInstall(s *Sim, l *line) error {
	login, err := l.next("the account")
	if err != nil {
		return err
	}
	by, err := s.known(login)
	if err != nil {
		return err
	}
	for _, i := range s.installationsOf(s.ours) {
		if i.account == by {
			return fmt.Errorf("the App is installed in %s already", login)
		}
	}
	i := s.install(s.ours, by)
	s.installationEvent(i, "installation", "created", by, object{"repositories": s.shortRepos(s.covered(i)), "requester": nil})
	return l.end()
}
