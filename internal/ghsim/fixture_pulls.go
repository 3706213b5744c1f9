package ghsim

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// loadPulls makes the pull requests of a repository. Those that shall be behind branch off first, then the default branch goes on,
// then the others branch off; so each is as far behind as it says and no further.
func (s *Sim) loadPulls(r *repo, specs map[int]prSpec) error {
	numbers := make([]int, 0, len(specs))
	for n := range specs {
		numbers = append(numbers, n)
	}
	sort.Ints(numbers)
	lag := func(n int) int {
		if specs[n].Conflict {
			return max(1, specs[n].Behind)
		}
		return specs[n].Behind
	}
	deepest := 0
	for _, n := range numbers {
		deepest = max(deepest, lag(n))
	}
	for depth := deepest; depth >= 0; depth-- {
		conflicts := map[string]string{}
		for _, n := range numbers {
			if lag(n) != depth {
				continue
			}
			if err := s.pushHead(r, n, specs[n]); err != nil {
				return fmt.Errorf("pull request %d: %w", n, err)
			}
			if specs[n].Conflict {
				for path := range s.headFiles(n, specs[n]) {
					conflicts[path] = "changed on the base\n"
				}
			}
		}
		if depth > 0 {
			conflicts[fmt.Sprintf("base-%d.txt", depth)] = "the base goes on\n"
			if _, err := s.pushFiles(r, r.defaultBranch, conflicts, s.maintainer(r), ""); err != nil {
				return err
			}
		}
	}
	for _, n := range numbers {
		if err := s.loadPull(r, n, specs[n]); err != nil {
			return fmt.Errorf("pull request %d: %w", n, err)
		}
	}
	return nil
}

// headBranch is the branch of a pull request in a story.
func headBranch(n int, x prSpec) string { return orDefault(x.Branch, fmt.Sprintf("feature-%d", n)) }

func (s *Sim) headFiles(n int, x prSpec) map[string]string {
	if x.Files != nil {
		return x.Files
	}
	return map[string]string{fmt.Sprintf("pr-%d.txt", n): fmt.Sprintf("pull request %d\n", n)}
}

// headRepo is where the head lives: the repository, or the author's fork of it.
func (s *Sim) headRepo(r *repo, x prSpec) (*repo, error) {
	if !x.Fork {
		return r, nil
	}
	owner := s.forkOwner(x)
	if f := s.findRepo(owner.login, r.name); f != nil {
		return f, nil
	}
	f, err := s.newRepo(owner, r.name, r)
	if err != nil {
		return nil, err
	}
	f.private, f.defaultBranch = r.private, r.defaultBranch
	return f, nil
}

// forkOwner is whose fork the head of a pull request lives in.
func (s *Sim) forkOwner(x prSpec) *account {
	if x.ForkOwner != "" {
		return s.organization(x.ForkOwner)
	}
	return s.person(orDefault(x.Author, "ana"))
}

// pushHead makes the head branch of a pull request with its commit.
func (s *Sim) pushHead(r *repo, n int, x prSpec) error {
	headRepo, err := s.headRepo(r, x)
	if err != nil {
		return err
	}
	base, author := orDefault(x.Base, r.defaultBranch), s.person(orDefault(x.Author, "ana"))
	if r.branches[base] == "" {
		if err := s.move(r, movement{branch: base, after: r.branches[r.defaultBranch], by: s.maintainer(r)}); err != nil {
			return err
		}
	}
	branch := headBranch(n, x)
	if headRepo.branches[branch] != "" {
		return nil
	}
	if err := s.branchOff(headRepo, branch, r.branches[base], author); err != nil {
		return err
	}
	name := orDefault(x.Head, fmt.Sprintf("h%d", n))
	in := filesInput(s.headFiles(n, x), name)
	in.message = orDefault(x.Message, in.message)
	_, err = s.pushCommit(headRepo, branch, in, author, name, x.Signed)
	return err
}

func (s *Sim) branchOff(r *repo, branch, from string, by *account) error {
	return s.move(r, movement{branch: branch, after: from, by: by})
}

// pushFiles commits files to a branch as a person does who pushes, and names the commit.
func (s *Sim) pushFiles(r *repo, branch string, files map[string]string, by *account, name string) (string, error) {
	return s.pushCommit(r, branch, filesInput(files, name), by, name, false)
}

// filesInput is a commit of files that says which they are.
func filesInput(files map[string]string, name string) changeInput {
	in := changeInput{message: "Change " + strings.Join(sortedKeys(files), ", ") + "\n", additions: map[string][]byte{}}
	if name != "" {
		in.message = name + ": change " + strings.Join(sortedKeys(files), ", ") + "\n"
	}
	for path, text := range files {
		in.additions[path] = []byte(text)
	}
	return in
}

// pushCommit makes a commit on a branch: a person's own, or one that GitHub makes and signs for an App.
func (s *Sim) pushCommit(r *repo, branch string, in changeInput, by *account, name string, signed bool) (string, error) {
	committer, write := s.sign(by), r.git.writeCommit
	if signed {
		committer, write = s.github(), func(c gitCommit) (string, error) { return s.commitSigned(r.git, c) }
	}
	c, err := s.filesCommit(r, r.branches[branch], in, s.sign(by), committer)
	if err != nil {
		return "", err
	}
	sha, err := write(c)
	if err != nil {
		return "", err
	}
	if name != "" {
		if s.names.shas[s.local(r, name)] != "" {
			return "", fmt.Errorf("a commit is called %s already", name)
		}
		s.nameCommit(s.local(r, name), sha)
	}
	return sha, s.move(r, movement{branch: branch, after: sha, by: by})
}

// loadPull opens the pull request and gives it what the story says it has.
func (s *Sim) loadPull(r *repo, n int, x prSpec) error {
	if _, err := s.openSpec(r, n, x); err != nil {
		return err
	}
	p := r.pull(n)
	switch x.Mergeable {
	case "stuck":
		p.keepState = "unknown"
	case "unknown":
	case "":
		s.computeMergeability(p)
	default:
		return fmt.Errorf("mergeable is %q, not unknown or stuck", x.Mergeable)
	}
	return nil
}

// openSpec opens a pull request as a story describes it; its head branch is there.
func (s *Sim) openSpec(r *repo, n int, x prSpec) (*pull, error) {
	author := s.person(orDefault(x.Author, "ana"))
	head := headBranch(n, x)
	if x.Fork {
		head = s.forkOwner(x).login + ":" + head
	}
	who := s.callerFor(author, r)
	ci := s.ci
	if x.Checks != nil {
		s.ci = nil
	}
	p, e := s.openPull(r, who, openInput{number: n, title: orDefault(x.Title, fmt.Sprintf("Pull request %d", n)), body: x.Body, head: head,
		base: orDefault(x.Base, r.defaultBranch), draft: x.Draft, maintainerEdit: x.MaintainerEdit == nil || *x.MaintainerEdit})
	s.ci = ci
	if e != nil {
		return nil, fmt.Errorf("open: %w", explained(e))
	}
	if e := s.addLabels(r, n, who, x.Labels); e != nil {
		return nil, explained(e)
	}
	if x.Requested != nil {
		p.requested = nil
		if err := s.askAll(p, x.Requested, who); err != nil {
			return nil, err
		}
	}
	if err := s.reportAll(p, x); err != nil {
		return nil, err
	}
	for _, login := range sortedKeys(x.Reviews) {
		if err := s.reviewAs(p, login, x.Reviews[login], ""); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// explained is an answer of the API as an error of a script: with the details.
func explained(e *apiError) error {
	text := e.Message
	for _, f := range e.Errors {
		text += "; " + strings.TrimSpace(f.Field+" "+f.Code+" "+f.Message)
	}
	for _, p := range e.Plain {
		text += "; " + p
	}
	return fmt.Errorf("GitHub answers %d %s", e.Status, text)
}

// askAll requests people, and teams written @org/team.
func (s *Sim) askAll(p *pull, names []string, by *caller) error {
	var users, teams []string
	for _, n := range names {
		if _, slug, ok := strings.Cut(strings.TrimPrefix(n, "@"), "/"); ok {
			teams = append(teams, slug)
		} else {
			users = append(users, n)
		}
	}
	if e := s.requestReviewers(p, by, users, teams); e != nil {
		return explained(e)
	}
	return nil
}

func (s *Sim) reportAll(p *pull, x prSpec) error {
	for _, name := range sortedKeys(x.Checks) {
		c := x.Checks[name]
		if err := s.reportCheck(p.repo, p.head, name, c.Conclusion, orDefault(c.App, "ci")); err != nil {
			return err
		}
	}
	for _, context := range sortedKeys(x.Statuses) {
		if _, e := s.createStatus(p.repo, s.appNamed("ci").bot, status{sha: p.head, context: context, state: x.Statuses[context]}); e != nil {
			return explained(e)
		}
	}
	return nil
}

// reportCheck reports a check as CI does: an App's run of that name that is still going is completed, else there is a new one.
func (s *Sim) reportCheck(r *repo, sha, name, conclusion, slug string) error {
	a := s.appNamed(slug)
	in := runInput{name: &name, sha: &sha}
	status := conclusion
	switch conclusion {
	case "pending":
		status = "in_progress"
		in.status = &status
	case "queued", "in_progress":
		in.status = &status
	default:
		in.conclusion = &conclusion
	}
	for _, c := range r.latestRuns(sha) {
		if c.app == a && c.name == name && c.status != "completed" {
			if e := s.updateRun(r, a, c, in); e != nil {
				return explained(e)
			}
			return nil
		}
	}
	if _, e := s.createRun(r, a, in); e != nil {
		return explained(e)
	}
	return nil
}

// reviewAs submits the review of a person: approved, changes, commented; dismissed dismisses the person's latest opinion.
func (s *Sim) reviewAs(p *pull, login, word, at string) error {
	a := s.findAccount(login)
	if a == nil {
		return fmt.Errorf("nobody is called %s", login)
	}
	events := map[string]reviewInput{"approved": {event: "APPROVE"}, "changes": {event: "REQUEST_CHANGES", body: "Please change this."}, "commented": {event: "COMMENT", body: "I have read it."}}
	if word == "dismissed" {
		for _, rv := range p.latestOpinions() {
			if rv.author == a {
				if e := s.dismissReview(p, &caller{user: s.maintainer(p.repo)}, rv, "dismissed"); e != nil {
					return explained(e)
				}
				return nil
			}
		}
		return fmt.Errorf("%s has no review to dismiss", login)
	}
	in, ok := events[word]
	if !ok {
		return fmt.Errorf("a review is approved, changes, commented or dismissed, not %q", word)
	}
	if p.repo.private && s.permission(a, p.repo) == "none" {
		return fmt.Errorf("%s cannot see %s", login, p.repo.fullName())
	}
	in.commit = at
	if _, e := s.submitReview(p, s.callerFor(a, p.repo), in); e != nil {
		return explained(e)
	}
	return nil
}

// policyOf turns the words of a story into a policy.
func (s *Sim) policyOf(x policySpec) (policy, error) {
	q := policy{owners: x.Owners, dismissStale: x.DismissStale, lastPush: x.LastPush, conversations: x.Conversations, strict: x.Strict,
		linear: x.Linear, signatures: x.Signatures, queue: x.Queue, queueMethod: x.QueueMethod, methods: x.Methods, locked: x.Locked, deletion: x.Deletion}
	if x.Approvals != nil {
		q.approvals = *x.Approvals
	}
	q.reviews = x.Approvals != nil || x.Owners || x.DismissStale || x.LastPush
	for _, c := range x.Checks {
		r := requiredCheck{context: c.Context}
		if c.App != "" {
			id, err := strconv.ParseInt(c.App, 10, 64)
			if err != nil {
				id = s.appNamed(c.App).id
			}
			r.app = id
		}
		q.checks = append(q.checks, r)
	}
	return q, nil
}

// protect sets the classic protection of a pattern of branches.
func (s *Sim) protect(r *repo, pattern string, x policySpec) error {
	q, err := s.policyOf(x)
	if err != nil {
		return err
	}
	action := "created"
	c := &protection{id: s.id(), pattern: pattern}
	for _, old := range r.protections {
		if old.pattern == pattern {
			c, action = old, "edited"
		}
	}
	c.policy, c.admins, c.limited = q, x.Admins, x.Push != nil
	c.restrict = nil
	for _, name := range x.Push {
		if a := s.findAccount(name); a != nil {
			c.restrict = append(c.restrict, a)
		} else {
			c.restrict = append(c.restrict, s.appNamed(name).bot)
		}
	}
	if action == "created" {
		r.protections = append(r.protections, c)
	}
	s.protectionEvent(r, c, action, s.maintainer(r))
	return nil
}

// addRuleset sets the ruleset of a pattern of branches; it is called by the pattern.
func (s *Sim) addRuleset(r *repo, pattern string, x policySpec) error {
	q, err := s.policyOf(x)
	if err != nil {
		return err
	}
	action := "created"
	set := &ruleset{id: s.id(), name: pattern, created: s.now()}
	for _, old := range r.rulesets {
		if old.name == pattern {
			set, action = old, "edited"
		}
	}
	set.policy, set.enforcement, set.bypassApps = q, orDefault(x.Enforcement, "active"), map[int64]bool{}
	set.include = []string{"refs/heads/" + pattern}
	for _, b := range x.Bypass {
		if b == "admin" {
			set.bypassAdmin = true
		} else {
			set.bypassApps[s.appNamed(b).id] = true
		}
	}
	if action == "created" {
		r.rulesets = append(r.rulesets, set)
	}
	s.rulesetEvent(r, set, action, s.maintainer(r))
	return nil
}
