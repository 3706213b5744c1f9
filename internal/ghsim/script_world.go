package ghsim

import "fmt"

func execTags(s *Sim, l *line) error {
	r, err := s.homeRepo(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, s.maintainer(r))
	if err != nil {
		return err
	}
	if len(l.words) == 0 {
		return errUsage{"a tag is missing"}
	}
	for _, t := range l.words {
		if r.tags[t] != "" {
			return fmt.Errorf("%s has a tag %s already", r.fullName(), t)
		}
		if !goodRef("refs/tags/" + t) {
			return errUsage{fmt.Sprintf("%q is no name of a tag", t)}
		}
	}
	return s.pushTags(r, l.words, by)
}

// maxTags is how many tags of one push are announced: of more none is.
// https://docs.github.com/webhooks/webhook-events-and-payloads#push
const maxTags = 3

// pushTags makes tags at the default branch's tip in one push.
func (s *Sim) pushTags(r *repo, tags []string, by *account) error {
	for _, t := range tags {
		if err := r.git.setRef("refs/tags/"+t, r.branches[r.defaultBranch]); err != nil {
			return err
		}
		r.tags[t] = r.branches[r.defaultBranch]
		if len(tags) <= maxTags {
			s.tagEvents(r, t, "", r.tags[t], by)
		}
	}
	return nil
}

func execReact(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	login, err := l.next("who reacts")
	if err != nil {
		return err
	}
	by, err := s.known(login)
	if err != nil {
		return err
	}
	content, err := l.next("the reaction")
	if err != nil {
		return err
	}
	if len(p.comments) == 0 {
		return fmt.Errorf("pull request %d has no comment", p.number)
	}
	if _, _, e := s.react(p.comments[0], by, content); e != nil {
		return explained(e)
	}
	return l.end()
}

// execTransfer gives a repository to another account; its old name answers 301, and an installation of the old owner loses it.
// https://docs.github.com/repositories/creating-and-managing-repositories/transferring-a-repository
func execTransfer(s *Sim, l *line) error {
	r, to, err := s.repoAnd(l, "the new owner")
	if err != nil {
		return err
	}
	owner, err := s.known(to)
	if err != nil {
		return err
	}
	if s.findRepo(to, r.name) != nil {
		return fmt.Errorf("%s/%s exists already", to, r.name)
	}
	from, home := r.owner, s.names.home == r.fullName()
	r.oldNames = append(r.oldNames, r.fullName())
	r.owner, r.teams = owner, map[int64]string{}
	if home {
		s.names.home = r.fullName()
	}
	side := "organization"
	if from.kind == "User" {
		side = "user"
	}
	s.repositoryEvent(r, "transferred", s.maintainer(r), object{"changes": object{"owner": object{"from": object{side: s.ownerJSON(from)}}}})
	return l.end()
}

// ownerJSON is an account as the changes of a repository show it.
func (s *Sim) ownerJSON(a *account) object {
	if a.kind == "Organization" {
		return s.orgJSON(a)
	}
	return s.user(a)
}

// repoAnd takes a repository and a word.
func (s *Sim) repoAnd(l *line, what string) (*repo, string, error) {
	w, err := l.next("the repository")
	if err != nil {
		return nil, "", err
	}
	r, err := s.repoNamed(w)
	if err != nil {
		return nil, "", err
	}
	word, err := l.next(what)
	return r, word, err
}

// execDeleteRepo deletes a repository. The pull requests from a deleted fork stay, without their head's repository.
func execDeleteRepo(s *Sim, l *line) error {
	w, err := l.next("the repository")
	if err != nil {
		return err
	}
	r, err := s.repoNamed(w)
	if err != nil {
		return err
	}
	s.repositoryEvent(r, "deleted", s.maintainer(r), nil)
	for _, x := range s.w.repos {
		for _, p := range x.pulls {
			if p.headRepo == r && x != r {
				p.headRepo = nil // it stays open: "unknown repository"
			}
		}
		if x.parent == r {
			x.parent = nil
		}
	}
	for i, x := range s.w.repos {
		if x == r {
			s.w.repos = append(s.w.repos[:i:i], s.w.repos[i+1:]...)
			break
		}
	}
	return l.end()
}
