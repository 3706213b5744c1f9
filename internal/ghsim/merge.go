package ghsim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// mergeInput is what a caller asks of a merge. sha "" merges whatever is there; titles and messages nil are GitHub's defaults.
type mergeInput struct {
	sha            string
	method         string // merge, squash, rebase; "" is merge
	title, message *string
}

// notAllowed is the answer for a merge that GitHub refuses.
func notAllowed(message string) *apiError {
	return &apiError{Status: 405, Message: message, GraphQLType: "UNPROCESSABLE",
		Docs: "https://docs.github.com/rest/pulls/pulls#merge-a-pull-request"}
}

// mergePull merges a pull request and returns the commit that landed.
// https://docs.github.com/rest/pulls/pulls#merge-a-pull-request
func (s *Sim) mergePull(p *pull, who *caller, in mergeInput) (string, *apiError) {
	if in.method == "" {
		in.method = "merge"
	}
	if e := s.mayMerge(p, who, in); e != nil {
		return "", e
	}
	sha, e := s.mergeCommit(p, who, in)
	if e != nil {
		return "", e
	}
	s.land(p, who.actor(), sha)
	return sha, nil
}

// mayMerge goes through everything that can refuse a merge.
func (s *Sim) mayMerge(p *pull, who *caller, in mergeInput) *apiError {
	r := p.repo
	switch {
	case r.archived:
		return archivedError()
	case who.user != nil && !s.mayWrite(who.user, r):
		return &apiError{Status: 403, Message: "Must have push access to merge this pull request.", GraphQLType: "FORBIDDEN"}
	case !p.open:
		return notAllowed("Pull Request is not mergeable")
	case in.sha != "" && in.sha != p.head:
		return &apiError{Status: 409, Message: "Head branch was modified. Review and try the merge again.", GraphQLType: "UNPROCESSABLE"}
	case s.now().Before(p.busy):
		return notAllowed("Merge already in progress")
	case p.refusal != nil:
		return &apiError{Status: p.refusal.status, Message: p.refusal.message, GraphQLType: "UNPROCESSABLE"}
	case p.draft:
		return notAllowed("Pull Request is still a draft")
	case !contains(r.mergeMethods, in.method):
		return notAllowed(methodRefusals[in.method])
	}
	d := s.requirements(r, p.base)
	if e := s.branchRefuses(p, d, who, in.method); e != nil {
		return e
	}
	if e := s.stateRefuses(p); e != nil {
		return e
	}
	if e := refusedBy(s.obstacles(p, d, who, true)); e != nil {
		return e
	}
	var paths []string
	for _, c := range s.changes(p) {
		paths = append(paths, c.path)
	}
	return s.mayTouchWorkflows(who, paths)
}

var methodRefusals = map[string]string{
	"merge":  "Merge commits are not allowed on this repository.",
	"squash": "Squash merges are not allowed on this repository.",
	"rebase": "Rebase merges are not allowed on this repository.",
}

// branchRefuses is what the base branch says to any pull request.
func (s *Sim) branchRefuses(p *pull, d demands, who *caller, method string) *apiError {
	if c := d.classic; c != nil && c.limited && !contains(c.restrict, who.actor()) {
		return notAllowed("You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.")
	}
	if d.queue() {
		return notAllowed("Changes must be made through the merge queue")
	}
	if d.linear() && method == "merge" {
		return notAllowed("Merge commits are not allowed on this branch: it requires a linear history.")
	}
	for _, x := range d.rulesets {
		if len(x.methods) > 0 && !contains(x.methods, method) && !s.bypasses(x, who, p.repo) {
			return refusedBy([]obstacle{{"The merge method " + method + " is not allowed on this branch.", true}})
		}
	}
	return nil
}

// stateRefuses answers by mergeability: not computed, thrown away by a push to the base, conflicting.
func (s *Sim) stateRefuses(p *pull) *apiError {
	if s.delays.mergeable == 0 {
		s.wantMergeability(p)
	}
	m := p.mergeability
	switch {
	case !m.known && m.head == p.head && m.base != p.repo.branches[p.base]:
		s.wantMergeability(p)
		return notAllowed("Base branch was modified. Review and try the merge again.")
	case !m.known:
		s.wantMergeability(p)
		return notAllowed("Pull Request is not mergeable")
	case !m.mergeable:
		return notAllowed("Pull Request is not mergeable")
	}
	return nil
}

// refusedBy words the answer to unmet rules: classic protection names the first, rulesets list them all.
func refusedBy(list []obstacle) *apiError {
	var rules []string
	for _, o := range list {
		if !o.ruleset {
			return notAllowed(o.message)
		}
		rules = append(rules, o.message)
	}
	if len(rules) == 0 {
		return nil
	}
	return notAllowed("Repository rule violations found\n\n" + strings.Join(rules, "\n\n") + "\n\n")
}

// mergeCommit makes the commit or commits of a merge on top of the base, without moving it.
func (s *Sim) mergeCommit(p *pull, who *caller, in mergeInput) (string, *apiError) {
	g := p.repo.git
	base := p.repo.branches[p.base]
	if in.method == "rebase" {
		tip, ok, err := g.rebase(base, p.head, s.sign(who.actor()))
		if err != nil {
			return "", s.internal(err)
		}
		if !ok {
			return "", notAllowed("This branch can't be rebased")
		}
		return tip, nil
	}
	tree, ok, err := g.mergeTree(base, p.head)
	if err != nil {
		return "", s.internal(err)
	}
	if !ok {
		return "", notAllowed("Pull Request is not mergeable")
	}
	c := gitCommit{tree: tree, parents: []string{base, p.head}, author: s.sign(who.actor()), committer: s.github()}
	title, message := s.mergeText(p)
	if in.method == "squash" {
		c.parents, c.author = []string{base}, s.sign(p.author)
		title, message = s.squashText(p)
	}
	if p.undoes && in.method == "squash" {
		if c.tree, err = s.treeOf(g, p.head); err != nil {
			return "", s.internal(err)
		}
	}
	if in.title != nil && *in.title != "" {
		title = *in.title
	}
	if in.message != nil {
		message = *in.message
	}
	c.message = title
	if message != "" {
		c.message += "\n\n" + message
	}
	sha, err := s.commitSigned(g, c)
	return sha, s.internal(err)
}

// treeOf is the tree of a commit.
func (s *Sim) treeOf(g *gitRepo, sha string) (string, error) {
	c, err := g.commit(sha)
	if err != nil {
		return "", err
	}
	return c.tree, nil
}

// mergeText is the default message of a merge commit.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges
func (s *Sim) mergeText(p *pull) (title, message string) {
	owner := p.repo.owner.login
	if p.headRepo != nil {
		owner = p.headRepo.owner.login
	}
	title, message = fmt.Sprintf("Merge pull request #%d from %s/%s", p.number, owner, p.headRef), p.title
	if p.repo.mergeTitle == "PR_TITLE" {
		title = fmt.Sprintf("%s (#%d)", p.title, p.number)
	}
	switch p.repo.mergeMessage {
	case "PR_BODY":
		message = p.body
	case "BLANK":
		message = ""
	}
	return title, message
}

// squashText is the default message of a squash: of a single commit its own, else the title and a list of the commits.
func (s *Sim) squashText(p *pull) (title, message string) {
	title = p.title
	var lines []string
	commits := s.commitsOf(p)
	for _, sha := range commits {
		c, err := p.repo.git.commit(sha)
		if err != nil {
			continue
		}
		if len(commits) == 1 && p.repo.squashTitle == "COMMIT_OR_PR_TITLE" {
			title = c.headline()
			_, rest, _ := strings.Cut(c.message, "\n")
			message = strings.TrimSpace(rest)
		} else if len(c.parents) == 1 {
			lines = append(lines, "* "+strings.TrimSpace(c.message))
		}
	}
	switch p.repo.squashMessage {
	case "PR_BODY":
		message = p.body
	case "BLANK":
		message = ""
	default:
		if len(lines) > 0 {
			message = strings.Join(lines, "\n\n")
		}
	}
	return fmt.Sprintf("%s (#%d)", title, p.number), message
}

// land moves the base to a merge and closes the pull request as merged.
func (s *Sim) land(p *pull, by *account, sha string) {
	r := p.repo
	p.baseSHA = r.branches[p.base]
	s.markMerged(p, by, sha)
	s.internal(s.move(r, movement{branch: p.base, after: sha, by: by, merging: p}))
	if r.deleteBranchOnMerge && p.headRepo == r && p.headRef != r.defaultBranch {
		s.retarget(p, by)
		s.internal(s.move(r, movement{branch: p.headRef, by: by}))
	}
}

// markMerged closes a pull request as merged: by a merge, or because a push brought its head into the base.
func (s *Sim) markMerged(p *pull, by *account, sha string) {
	now := s.now()
	p.open, p.closed, p.mergedAt, p.updated, p.mergedBy, p.closedBy, p.mergeCommit = false, now, now, now, by, by, sha
	p.autoMerge = nil
	s.leaveQueue(p, "ALREADY_MERGED", by)
	s.note(p, timelineItem{kind: "MergedEvent", actor: by, to: sha})
	s.note(p, timelineItem{kind: "ClosedEvent", actor: by})
	s.pullEvent(p, "closed", by, nil)
	if p.base == p.repo.defaultBranch {
		s.closeKeywords(p, by, p.body)
		if c, err := p.repo.git.commit(p.mergeCommit); err == nil {
			s.closeKeywords(p, by, c.message)
		}
	}
}

// retarget points the pull requests based on a merged head at that pull request's base, as GitHub does when it deletes the branch.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/merging-a-pull-request
func (s *Sim) retarget(merged *pull, by *account) {
	for _, p := range merged.repo.pulls {
		if p.open && p.base == merged.headRef {
			s.changeBase(p, merged.base, by)
		}
	}
}

var closing = regexp.MustCompile(`(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)`)

// closeKeywords closes the issues that the description, or the commit that lands, names.
// https://docs.github.com/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue
func (s *Sim) closeKeywords(p *pull, by *account, text string) {
	for _, m := range closing.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			continue
		}
		if i := p.repo.issue(n); i != nil && i.open {
			i.open, i.closed, i.updated = false, s.now(), s.now()
			s.issueEvent(p.repo, i, "closed", by)
		}
	}
}
