package ghsim

import (
	"fmt"
	"regexp"
	"strings"
)

// movement is a change of a branch: before or after is "" where it is made or deleted.
type movement struct {
	branch        string
	before, after string
	by            *account
	quiet         bool // the pull request on this head was dealt with by the caller (update-branch keeps approvals)
	merging       *pull
}

// move points a branch at a commit and lets everything follow that GitHub does by itself: refs of pull requests, webhooks,
// mergeability thrown away, stale reviews dismissed, pull requests closed whose head has reached the base, CI started.
func (s *Sim) move(r *repo, m movement) error {
	m.before = r.branches[m.branch]
	if m.before == m.after {
		return nil
	}
	if err := r.git.setRef("refs/heads/"+m.branch, m.after); err != nil {
		return err
	}
	if m.after == "" {
		delete(r.branches, m.branch)
	} else {
		r.branches[m.branch] = m.after
		s.nameMoved(r, m)
	}
	r.pushed, r.updated = s.now(), s.now()
	s.pushEvents(r, m)
	for _, t := range s.w.repos {
		for _, p := range t.pulls {
			if p.open && p != m.merging {
				s.follow(p, r, m)
			}
		}
	}
	return nil
}

func (s *Sim) nameMoved(r *repo, m movement) {
	if m.branch == r.defaultBranch {
		s.nameTip(r, m.after)
		return
	}
	s.nameMade(r, m.after)
}

// follow lets one open pull request follow a branch.
func (s *Sim) follow(p *pull, r *repo, m movement) {
	switch {
	case p.headRepo == r && p.headRef == m.branch && m.after == "":
		s.closePull(p, m.by)
	case p.headRepo == r && p.headRef == m.branch:
		s.headMoved(p, m)
	case p.repo == r && p.base == m.branch && m.after == "":
		s.closePull(p, m.by)
	case p.repo == r && p.base == m.branch:
		s.forgetMergeability(p)
		if r.git.contains(m.after, p.head) {
			s.markMerged(p, m.by, m.after)
		}
	}
}

// headMoved follows a push to the head of a pull request.
func (s *Sim) headMoved(p *pull, m movement) {
	forced := !p.repo.git.contains(m.after, m.before)
	s.leaveQueue(p, "UNKNOWN_REMOVAL_REASON", m.by)
	p.head, p.pushedAt, p.updated = m.after, s.now(), s.now()
	p.baseSHA = p.repo.branches[p.base]
	s.setPullRef(p)
	s.forgetMergeability(p)
	if forced {
		s.note(p, timelineItem{kind: "HeadRefForcePushedEvent", actor: m.by, from: m.before, to: m.after})
	}
	for _, t := range p.threads {
		t.outdated = true
	}
	s.pullEvent(p, "synchronize", m.by, object{"before": m.before, "after": m.after})
	if !m.quiet {
		p.lastPusher, p.pushMark = m.by, s.id()
		s.dismissStale(p, m.by, forced)
	}
	if p.autoMerge != nil && !s.mayWrite(m.by, p.repo) {
		p.autoMerge = nil
	}
	s.startCI(p)
}

func (s *Sim) setPullRef(p *pull) {
	if err := p.repo.git.setRef(fmt.Sprintf("refs/pull/%d/head", p.number), p.head); err != nil {
		s.errs = append(s.errs, err)
	}
}

// note adds to a pull request's timeline.
func (s *Sim) note(p *pull, t timelineItem) {
	t.id, t.at = s.id(), s.now()
	p.timeline = append(p.timeline, &t)
}

var refForm = regexp.MustCompile(`^refs/[^/]+/.+$`)

// createRef makes a branch or tag; ref is refs/heads/… or refs/tags/….
// https://docs.github.com/rest/git/refs#create-a-reference
func (s *Sim) createRef(r *repo, who *caller, ref, sha string) *apiError {
	if !refForm.MatchString(ref) {
		return &apiError{Status: 422, Message: "Reference name must start with 'refs/'.", GraphQLType: "UNPROCESSABLE"}
	}
	if !goodRef(ref) {
		return &apiError{Status: 422, Message: ref + " is not a valid ref name.", GraphQLType: "UNPROCESSABLE"}
	}
	if _, err := r.git.commit(sha); err != nil {
		return &apiError{Status: 422, Message: "Object does not exist", GraphQLType: "UNPROCESSABLE"}
	}
	if _, ok := r.ref(ref); ok {
		return &apiError{Status: 422, Message: "Reference already exists", GraphQLType: "UNPROCESSABLE"}
	}
	return s.setRef(r, who, ref, sha)
}

// updateRef moves a branch or tag, forwards only unless forced.
// https://docs.github.com/rest/git/refs#update-a-reference
func (s *Sim) updateRef(r *repo, who *caller, ref, sha string, force bool) *apiError {
	old, ok := r.ref(ref)
	if !ok {
		return &apiError{Status: 422, Message: "Reference does not exist", GraphQLType: "UNPROCESSABLE"}
	}
	if _, err := r.git.commit(sha); err != nil {
		return &apiError{Status: 422, Message: "Object does not exist", GraphQLType: "UNPROCESSABLE"}
	}
	if !force && !r.git.contains(sha, old) {
		return &apiError{Status: 422, Message: "Update is not a fast forward", GraphQLType: "UNPROCESSABLE"}
	}
	if e := s.mayPush(r, who, ref, force); e != nil {
		return e
	}
	return s.setRef(r, who, ref, sha)
}

// deleteRef deletes a branch or tag. The default branch stays.
// https://docs.github.com/rest/git/refs#delete-a-reference
func (s *Sim) deleteRef(r *repo, who *caller, ref string) *apiError {
	if _, ok := r.ref(ref); !ok {
		return &apiError{Status: 422, Message: "Reference does not exist", GraphQLType: "UNPROCESSABLE"}
	}
	if ref == "refs/heads/"+r.defaultBranch {
		return &apiError{Status: 422, Message: "Cannot delete the default branch", GraphQLType: "UNPROCESSABLE"}
	}
	if e := s.mayDelete(r, who, ref); e != nil {
		return e
	}
	return s.setRef(r, who, ref, "")
}

// mayDelete asks whether a branch may be deleted: classic protection forbids it, a ruleset only by its rule "deletion".
// https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#restrict-deletions
func (s *Sim) mayDelete(r *repo, who *caller, ref string) *apiError {
	branch, ok := strings.CutPrefix(ref, "refs/heads/")
	if !ok {
		return nil
	}
	q := s.requirements(r, branch)
	if c := q.classic; c != nil && (c.admins || s.permission(who.actor(), r) != "admin") {
		return &apiError{Status: 422, Message: "Protected branch update failed", GraphQLType: "UNPROCESSABLE"}
	}
	for _, x := range q.rulesets {
		if x.deletion && !s.bypasses(x, who, r) {
			return &apiError{Status: 422, Message: "Repository rule violations found\n\nCannot delete this branch\n\n", GraphQLType: "UNPROCESSABLE"}
		}
	}
	return nil
}

// mayPush asks protection and rulesets whether a ref may be moved without a pull request.
func (s *Sim) mayPush(r *repo, who *caller, ref string, force bool) *apiError {
	branch, ok := strings.CutPrefix(ref, "refs/heads/")
	if !ok {
		return nil
	}
	q := s.requirements(r, branch)
	if c := q.classic; c != nil && (c.admins || s.permission(who.actor(), r) != "admin") {
		if force || c.reviews || len(c.checks) > 0 || c.locked || c.limited && !contains(c.restrict, who.actor()) {
			return &apiError{Status: 422, Message: "Protected branch update failed", GraphQLType: "UNPROCESSABLE"}
		}
	}
	for _, x := range q.rulesets {
		if !s.bypasses(x, who, r) {
			return &apiError{Status: 422, Message: "Repository rule violations found\n\nChanges must be made through a pull request.\n\n", GraphQLType: "UNPROCESSABLE"}
		}
	}
	return nil
}

func (s *Sim) setRef(r *repo, who *caller, ref, sha string) *apiError {
	if r.archived {
		return archivedError()
	}
	if branch, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		return s.internal(s.move(r, movement{branch: branch, after: sha, by: who.actor()}))
	}
	tag, ok := strings.CutPrefix(ref, "refs/tags/")
	if !ok {
		return s.notSimulated(422, "ref %s outside refs/heads and refs/tags", ref)
	}
	before := r.tags[tag]
	if err := r.git.setRef(ref, sha); err != nil {
		return s.internal(err)
	}
	delete(r.tagObjects, tag)
	if sha == "" {
		delete(r.tags, tag)
	} else {
		r.tags[tag] = sha
	}
	s.tagEvents(r, tag, before, sha, who.actor())
	return nil
}

// refsUnder are the full names of the branches and tags that start with a prefix, in order.
func (r *repo) refsUnder(prefix string) []string {
	var names []string
	for _, kind := range []struct {
		prefix string
		refs   map[string]string
	}{{"refs/heads/", r.branches}, {"refs/tags/", r.tags}} {
		for _, name := range sortedKeys(kind.refs) {
			if strings.HasPrefix(kind.prefix+name, prefix) {
				names = append(names, kind.prefix+name)
			}
		}
	}
	return names
}

// ref is the commit of a branch or tag.
func (r *repo) ref(ref string) (sha string, ok bool) {
	if b, is := strings.CutPrefix(ref, "refs/heads/"); is {
		sha, ok = r.branches[b]
	} else if t, is := strings.CutPrefix(ref, "refs/tags/"); is {
		sha, ok = r.tags[t]
	}
	return sha, ok
}

// goodRef follows git-check-ref-format.
func goodRef(ref string) bool {
	if strings.ContainsAny(ref, " ~^:?*[\\\x7f") || strings.Contains(ref, "..") || strings.Contains(ref, "@{") || strings.Contains(ref, "//") {
		return false
	}
	for part := range strings.SplitSeq(ref, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.HasSuffix(ref, ".")
}

// internal turns an error of the Sim itself into a 500 and keeps it.
func (s *Sim) internal(err error) *apiError {
	if err == nil {
		return nil
	}
	s.errs = append(s.errs, err)
	return &apiError{Status: 500, Message: "ghsim: " + err.Error()}
}

func archivedError() *apiError {
	return &apiError{Status: 403, Message: "Repository was archived so is read-only.", GraphQLType: "UNPROCESSABLE"}
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if y == x {
			return true
		}
	}
	return false
}
