package ghsim

import (
	"fmt"
	"strings"
)

func execOpen(s *Sim, l *line) error {
	w, err := l.next("the number")
	if err != nil {
		return err
	}
	r, n, err := s.numbered(w)
	if err != nil {
		return err
	}
	if r.pull(n) != nil || r.issue(n) != nil {
		return fmt.Errorf("%s has a number %d already", r.fullName(), n)
	}
	var x prSpec
	if err := l.decode(&x); err != nil {
		return err
	}
	if x.Behind > 0 || x.Conflict || x.Mergeable != "" {
		return fmt.Errorf("behind, conflict and mergeable are only for github.yml: let the base go on instead")
	}
	if err := s.pushHead(r, n, x); err != nil {
		return err
	}
	if _, err := s.openSpec(r, n, x); err != nil {
		return err
	}
	return l.end()
}

// target is the branch that push means: a pull request's head, or a branch by its name.
func (s *Sim) target(word string) (*repo, string, *account, error) {
	if r, n, err := s.numbered(word); err == nil {
		p := r.pull(n)
		switch {
		case p == nil:
			return nil, "", nil, fmt.Errorf("%s has no pull request %d", r.fullName(), n)
		case p.headRepo == nil || p.headRepo.branches[p.headRef] == "":
			return nil, "", nil, fmt.Errorf("the head branch of pull request %d is gone", n)
		}
		return p.headRepo, p.headRef, p.author, nil
	}
	name, branch, ok := strings.Cut(word, ":")
	if !ok {
		name, branch = s.names.home, word
	}
	r, err := s.repoNamed(name)
	if err != nil {
		return nil, "", nil, err
	}
	if r.branches[branch] == "" {
		return nil, "", nil, fmt.Errorf("%s has no branch %s", name, branch)
	}
	return r, branch, s.maintainer(r), nil
}

// pushInput is what push and force have in common.
func (s *Sim) pushInput(l *line) (r *repo, branch string, by *account, name string, files map[string]string, err error) {
	w, err := l.next("where to")
	if err != nil {
		return nil, "", nil, "", nil, err
	}
	if r, branch, by, err = s.target(w); err != nil {
		return nil, "", nil, "", nil, err
	}
	if by, err = s.byOr(l, by); err != nil {
		return nil, "", nil, "", nil, err
	}
	if name, err = l.next("the commit's name"); err != nil {
		return nil, "", nil, "", nil, err
	}
	if err = l.decode(&files); err != nil {
		return nil, "", nil, "", nil, err
	}
	if files == nil {
		files = map[string]string{"push-" + name + ".txt": name + "\n"}
	}
	return r, branch, by, name, files, l.end()
}

func execPush(s *Sim, l *line) error {
	r, branch, by, name, files, err := s.pushInput(l)
	if err != nil {
		return err
	}
	_, err = s.pushFiles(r, branch, files, by, name)
	return err
}

// execMove pushes a commit that renames files.
func execMove(s *Sim, l *line) error {
	r, branch, by, name, paths, err := s.pushInput(l)
	if err != nil {
		return err
	}
	in := changeInput{message: name + ": move\n", additions: map[string][]byte{}}
	for _, from := range sortedKeys(paths) {
		file, err := r.git.lookup(r.branches[branch], from)
		if err != nil {
			return fmt.Errorf("move %s: %w", from, err)
		}
		body, err := r.git.blob(file.sha)
		if err != nil {
			return fmt.Errorf("move %s: %w", from, err)
		}
		in.additions[paths[from]], in.deletions = body, append(in.deletions, from)
	}
	sha, err := s.writeFiles(r, r.branches[branch], in, s.sign(by), s.sign(by))
	if err != nil {
		return err
	}
	s.nameCommit(s.local(r, name), sha)
	return s.move(r, movement{branch: branch, after: sha, by: by})
}

// execForce replaces the commits of a branch by one on top of the default branch's common ancestor with it.
func execForce(s *Sim, l *line) error {
	r, branch, by, name, files, err := s.pushInput(l)
	if err != nil {
		return err
	}
	if s.names.shas[s.local(r, name)] != "" {
		return fmt.Errorf("a commit is called %s already", name)
	}
	base := r
	if r.parent != nil {
		base = r.parent
	}
	from := r.git.mergeBase(base.branches[base.defaultBranch], r.branches[branch])
	in := changeInput{message: name + ": again\n", additions: map[string][]byte{}}
	for path, text := range files {
		in.additions[path] = []byte(text)
	}
	sha, err := s.writeFiles(r, from, in, s.sign(by), s.sign(by))
	if err != nil {
		return err
	}
	s.nameCommit(s.local(r, name), sha)
	return s.move(r, movement{branch: branch, after: sha, by: by})
}

func execReview(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	login, err := l.next("the reviewer")
	if err != nil {
		return err
	}
	word, err := l.next("what the review says")
	if err != nil {
		return err
	}
	at, err := s.shaAt(l, p)
	if err != nil {
		return err
	}
	if err := s.reviewAs(p, login, word, at); err != nil {
		return err
	}
	return l.end()
}

func execCheck(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	name, err := l.next("the check's name")
	if err != nil {
		return err
	}
	word, err := l.next("its conclusion")
	if err != nil {
		return err
	}
	sha, err := s.shaAt(l, p)
	if err != nil {
		return err
	}
	if err := s.reportCheck(p.repo, sha, name, word, orDefault(l.named["app"], "ci")); err != nil {
		return err
	}
	return l.end()
}

func execStatus(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	context, err := l.next("the context")
	if err != nil {
		return err
	}
	state, err := l.next("the state")
	if err != nil {
		return err
	}
	sha, err := s.shaAt(l, p)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, s.appNamed("ci").bot)
	if err != nil {
		return err
	}
	if _, e := s.createStatus(p.repo, by, status{sha: sha, context: context, state: state}); e != nil {
		return explained(e)
	}
	return l.end()
}

// signed takes the words +x and -y of a line.
func (l *line) signed() (plus, minus []string, err error) {
	for len(l.words) > 0 {
		w, err := l.next("a name")
		if err != nil {
			return nil, nil, err
		}
		if name, ok := strings.CutPrefix(w, "+"); ok {
			plus = append(plus, name)
		} else if name, ok := strings.CutPrefix(w, "-"); ok {
			minus = append(minus, name)
		} else {
			return nil, nil, errUsage{fmt.Sprintf("%q starts with neither + nor -", w)}
		}
	}
	if len(plus)+len(minus) == 0 {
		return nil, nil, errUsage{"+name or -name is missing"}
	}
	return plus, minus, nil
}

func execLabel(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, p.author)
	if err != nil {
		return err
	}
	plus, minus, err := l.signed()
	if err != nil {
		return err
	}
	if e := s.addLabels(p.repo, p.number, &caller{user: by}, plus); e != nil {
		return explained(e)
	}
	for _, name := range minus {
		if e := s.removeLabel(p.repo, p.number, &caller{user: by}, name); e != nil {
			return explained(e)
		}
	}
	return nil
}

func execDraft(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	word, err := l.next("on or off")
	if err != nil {
		return err
	}
	if word != "on" && word != "off" {
		return errUsage{fmt.Sprintf("draft is on or off, not %q", word)}
	}
	if e := s.setDraft(p, &caller{user: p.author}, word == "on"); e != nil {
		return explained(e)
	}
	return l.end()
}

func execState(s *Sim, l *line, state string) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, p.author)
	if err != nil {
		return err
	}
	if p.state() == state {
		return fmt.Errorf("pull request %d is %s already", p.number, state)
	}
	if e := s.setState(p, state, by); e != nil {
		return explained(e)
	}
	return l.end()
}

// execMerge merges as a person does; the page computes mergeability first.
func execMerge(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, s.maintainer(p.repo))
	if err != nil {
		return err
	}
	method := p.repo.mergeMethods[0]
	if len(l.words) > 0 {
		if method, err = l.next("the method"); err != nil {
			return err
		}
	}
	if !p.mergeability.known {
		s.computeMergeability(p)
	}
	if _, e := s.mergePull(p, &caller{user: by}, mergeInput{method: method, sha: p.head}); e != nil {
		return explained(e)
	}
	return l.end()
}

func execUpdate(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, p.author)
	if err != nil {
		return err
	}
	method := "merge"
	if len(l.words) > 0 {
		if method, err = l.next("the method"); err != nil {
			return err
		}
		if method != "merge" && method != "rebase" {
			return errUsage{fmt.Sprintf("an update is by merge or rebase, not %q", method)}
		}
	}
	if e := s.updateBranch(p, &caller{user: by}, p.head, method); e != nil {
		return explained(e)
	}
	return l.end()
}

func execComment(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	login, err := l.next("who comments")
	if err != nil {
		return err
	}
	by, err := s.known(login)
	if err != nil {
		return err
	}
	text, err := l.next("the text")
	if err != nil {
		return err
	}
	if _, e := s.addComment(p.repo, p.number, &caller{user: by}, text); e != nil {
		return explained(e)
	}
	return l.end()
}

func execEdit(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	var x struct {
		Title *string `yaml:"title"`
		Body  *string `yaml:"body"`
		Base  *string `yaml:"base"`
		Edits *bool   `yaml:"maintainer-edit"`
	}
	if err := l.decode(&x); err != nil {
		return err
	}
	by, err := s.byOr(l, p.author)
	if err != nil {
		return err
	}
	if e := s.editPull(p, &caller{user: by}, editInput{title: x.Title, body: x.Body, base: x.Base, maintainerEdit: x.Edits}); e != nil {
		return explained(e)
	}
	return l.end()
}

func execRequest(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, p.author)
	if err != nil {
		return err
	}
	plus, minus, err := l.signed()
	if err != nil {
		return err
	}
	who := &caller{user: by}
	if err := s.askAll(p, plus, who); err != nil {
		return err
	}
	var slugs []string
	for _, m := range minus {
		if _, slug, ok := strings.Cut(m, "/"); ok {
			slugs = append(slugs, slug)
		}
	}
	return asError(s.removeReviewers(p, who, minus, slugs))
}
