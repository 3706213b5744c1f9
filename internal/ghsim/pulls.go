package ghsim

import (
	"fmt"
	"strings"
)

// openInput is a pull request to be opened. head is branch, or owner:branch of a fork.
type openInput struct {
	title, body    string
	head, base     string
	draft          bool
	maintainerEdit bool
	number         int // a story's own; 0: the next
}

func validation(resource string, errs ...fieldError) *apiError {
	for i := range errs {
		errs[i].Resource = resource
	}
	return &apiError{Status: 422, Message: "Validation Failed", Errors: errs, GraphQLType: "UNPROCESSABLE"}
}

// openPull opens a pull request.
// https://docs.github.com/rest/pulls/pulls#create-a-pull-request
func (s *Sim) openPull(r *repo, who *caller, in openInput) (*pull, *apiError) {
	headRepo, headRef, e := s.headOf(r, in.head)
	if e != nil {
		return nil, e
	}
	base, ok := r.branches[in.base]
	head := headRepo.branches[headRef]
	switch {
	case r.archived:
		return nil, archivedError()
	case in.title == "":
		return nil, validation("PullRequest", fieldError{Code: "missing_field", Field: "title"})
	case !ok:
		return nil, validation("PullRequest", fieldError{Code: "invalid", Field: "base"})
	case head == "":
		return nil, validation("PullRequest", fieldError{Code: "invalid", Field: "head"})
	case len(r.git.between(base, head)) == 0:
		return nil, validation("PullRequest", fieldError{Code: "custom", Message: fmt.Sprintf("No commits between %s and %s", in.base, in.head)})
	}
	for _, p := range r.pulls {
		if p.open && p.headRepo == headRepo && p.headRef == headRef && p.base == in.base {
			return nil, validation("PullRequest", fieldError{Code: "custom", Message: fmt.Sprintf("A pull request already exists for %s:%s.", headRepo.owner.login, headRef)})
		}
	}
	now := s.now()
	p := &pull{
		id: s.id(), number: s.number(r, in.number), repo: r, author: who.actor(), title: in.title, body: in.body, open: true, draft: in.draft,
		headRepo: headRepo, headRef: headRef, head: head, base: in.base, baseSHA: base, maintainerEdit: in.maintainerEdit && lends(headRepo, r),
		created: now, updated: now, pushedAt: now, lastPusher: who.actor(), pushMark: s.id(),
	}
	r.pulls = append(r.pulls, p)
	s.setPullRef(p)
	s.pullEvent(p, "opened", p.author, nil)
	s.askOwners(p)
	s.startCI(p)
	return p, nil
}

// headOf finds the branch that "branch" or "owner:branch" means: in the repository, or in a fork of it.
func (s *Sim) headOf(r *repo, head string) (*repo, string, *apiError) {
	owner, branch, ok := strings.Cut(head, ":")
	if !ok {
		return r, head, nil
	}
	for _, x := range s.w.repos {
		if equalFold(x.owner.login, owner) && (x == r || x.parent == r) {
			return x, branch, nil
		}
	}
	return nil, "", validation("PullRequest", fieldError{Code: "invalid", Field: "head"})
}

// number gives the next number of a repository, or the one that a story wants.
func (s *Sim) number(r *repo, want int) int {
	if want == 0 {
		want = r.lastNumber + 1
	}
	r.lastNumber = max(r.lastNumber, want)
	return want
}

// editInput changes a pull request; nil fields stay.
type editInput struct {
	title, body, base, state *string // state: open, closed
	maintainerEdit           *bool
}

// editPull changes title, body, base or state.
// https://docs.github.com/rest/pulls/pulls#update-a-pull-request
func (s *Sim) editPull(p *pull, who *caller, in editInput) *apiError {
	by := who.actor()
	if in.title != nil && *in.title == "" {
		return validation("PullRequest", fieldError{Code: "missing_field", Field: "title"})
	}
	if in.base != nil && p.repo.branches[*in.base] == "" {
		return validation("PullRequest", fieldError{Code: "invalid", Field: "base"})
	}
	if in.state != nil {
		if e := s.setState(p, *in.state, by); e != nil {
			return e
		}
	}
	changes := object{}
	if in.title != nil && *in.title != p.title {
		changes["title"] = object{"from": p.title}
		p.title = *in.title
	}
	if in.body != nil && *in.body != p.body {
		changes["body"] = object{"from": p.body}
		p.body = *in.body
	}
	if in.maintainerEdit != nil {
		p.maintainerEdit = *in.maintainerEdit && lends(p.headRepo, p.repo)
	}
	if len(changes) > 0 {
		p.updated = s.now()
		s.pullEvent(p, "edited", by, object{"changes": changes})
	}
	if in.base != nil && *in.base != p.base {
		s.changeBase(p, *in.base, by)
	}
	return nil
}

// lends says whether a head may be lent to the maintainers of the base at all: a person's fork may. For one of an organisation the
// answer stays false, and there is no box to tick.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
func lends(head, base *repo) bool { return head != nil && head != base && head.owner.kind == "User" }

// changeBase retargets: mergeability is thrown away, approvals that a rule calls stale are dismissed, auto-merge is off.
func (s *Sim) changeBase(p *pull, base string, by *account) {
	s.leaveQueue(p, "UNKNOWN_REMOVAL_REASON", by)
	from, fromSHA := p.base, p.baseSHA
	p.base, p.baseSHA, p.updated, p.autoMerge = base, p.repo.branches[base], s.now(), nil
	s.forgetMergeability(p)
	s.note(p, timelineItem{kind: "BaseRefChangedEvent", actor: by, from: from, to: base})
	s.pullEvent(p, "edited", by, object{"changes": object{"base": object{"ref": object{"from": from}, "sha": object{"from": fromSHA}}}})
	s.dismissStale(p, by, true)
}

func (s *Sim) setState(p *pull, state string, by *account) *apiError {
	switch {
	case state == "closed" && p.open:
		s.closePull(p, by)
	case state == "open" && p.merged():
		return validation("PullRequest", fieldError{Code: "custom", Message: "state cannot be changed. The pull request cannot be reopened."})
	case state == "open" && !p.open:
		if p.headRepo == nil || p.headRepo.branches[p.headRef] == "" {
			return validation("PullRequest", fieldError{Code: "custom", Message: fmt.Sprintf("state cannot be changed. The %s branch has been deleted.", p.headRef)})
		}
		p.open, p.closedBy, p.updated = true, nil, s.now()
		p.closed = p.mergedAt
		p.head = p.headRepo.branches[p.headRef]
		s.forgetMergeability(p)
		s.note(p, timelineItem{kind: "ReopenedEvent", actor: by})
		s.pullEvent(p, "reopened", by, nil)
	case state != "open" && state != "closed":
		return validation("PullRequest", fieldError{Code: "invalid", Field: "state"})
	}
	return nil
}

// closePull closes a pull request unmerged.
func (s *Sim) closePull(p *pull, by *account) {
	s.leaveQueue(p, "UNKNOWN_REMOVAL_REASON", by)
	p.open, p.closed, p.updated, p.closedBy, p.autoMerge = false, s.now(), s.now(), by, nil
	s.note(p, timelineItem{kind: "ClosedEvent", actor: by})
	s.pullEvent(p, "closed", by, nil)
}

// setDraft turns a pull request into a draft, or makes it ready for review; then the owners are asked.
// https://docs.github.com/graphql/reference/mutations#markpullrequestreadyforreview
func (s *Sim) setDraft(p *pull, who *caller, draft bool) *apiError {
	if !p.open {
		return &apiError{Status: 422, Message: "Pull request is closed", GraphQLType: "UNPROCESSABLE"}
	}
	if p.draft == draft {
		return nil
	}
	by := who.actor()
	p.draft, p.updated = draft, s.now()
	if draft {
		p.autoMerge = nil
		s.leaveQueue(p, "UNKNOWN_REMOVAL_REASON", by)
		s.note(p, timelineItem{kind: "ConvertToDraftEvent", actor: by})
		s.pullEvent(p, "converted_to_draft", by, nil)
		return nil
	}
	s.note(p, timelineItem{kind: "ReadyForReviewEvent", actor: by})
	s.pullEvent(p, "ready_for_review", by, nil)
	s.askOwners(p)
	return nil
}

// labelNamed is a label of the repository, made where it is missing: adding an unknown label creates it.
func (s *Sim) labelNamed(r *repo, name string) *label {
	for _, l := range r.labels {
		if equalFold(l.name, name) {
			return l
		}
	}
	l := &label{id: s.id(), name: name, color: "ededed"}
	r.labels = append(r.labels, l)
	return l
}

// maxLabel is the longest name of a label.
const maxLabel = 50

// addLabels puts labels on a pull request or issue.
// https://docs.github.com/rest/issues/labels#add-labels-to-an-issue
func (s *Sim) addLabels(r *repo, number int, who *caller, names []string) *apiError {
	for _, n := range names {
		if n == "" || len([]rune(n)) > maxLabel {
			return validation("Label", fieldError{Code: "invalid", Field: "name"})
		}
	}
	p, i := r.pull(number), r.issue(number)
	if p == nil && i == nil {
		return notFound()
	}
	for _, n := range names {
		l := s.labelNamed(r, n)
		switch {
		case p != nil && !contains(p.labels, l):
			p.labels, p.updated = append(p.labels, l), s.now()
			s.note(p, timelineItem{kind: "LabeledEvent", actor: who.actor(), label: l})
			s.pullEvent(p, "labeled", who.actor(), object{"label": s.labelJSON(r, l)})
		case i != nil && !contains(i.labels, l):
			i.labels, i.updated = append(i.labels, l), s.now()
			s.issueEvent(r, i, "labeled", who.actor())
		}
	}
	return nil
}

// removeLabel takes a label off.
// https://docs.github.com/rest/issues/labels#remove-a-label-from-an-issue
func (s *Sim) removeLabel(r *repo, number int, who *caller, name string) *apiError {
	p, i := r.pull(number), r.issue(number)
	if p == nil && i == nil {
		return notFound()
	}
	list := &[]*label{}
	if p != nil {
		list = &p.labels
	} else {
		list = &i.labels
	}
	for n, l := range *list {
		if !equalFold(l.name, name) {
			continue
		}
		*list = append(append([]*label(nil), (*list)[:n]...), (*list)[n+1:]...)
		if p != nil {
			p.updated = s.now()
			s.note(p, timelineItem{kind: "UnlabeledEvent", actor: who.actor(), label: l})
			s.pullEvent(p, "unlabeled", who.actor(), object{"label": s.labelJSON(r, l)})
		} else {
			i.updated = s.now()
			s.issueEvent(r, i, "unlabeled", who.actor())
		}
		return nil
	}
	return &apiError{Status: 404, Message: "Label does not exist", GraphQLType: "NOT_FOUND"}
}

// maxComment is the longest body of a comment.
const maxComment = 65536

// addComment comments on a pull request or issue.
// https://docs.github.com/rest/issues/comments#create-an-issue-comment
func (s *Sim) addComment(r *repo, number int, who *caller, body string) (*comment, *apiError) {
	if body == "" {
		return nil, validation("IssueComment", fieldError{Code: "unprocessable", Field: "data", Message: "Body cannot be blank"})
	}
	if len(body) > maxComment {
		return nil, validation("IssueComment", fieldError{Code: "unprocessable", Field: "data", Message: "Body is too long (maximum is 65536 characters)"})
	}
	p := r.pull(number)
	if p != nil && p.locked && who.app != nil {
		return nil, &apiError{Status: 403, Message: "Unable to create comment because issue is locked.", GraphQLType: "FORBIDDEN"}
	}
	c := &comment{id: s.id(), author: who.actor(), body: body, created: s.now(), updated: s.now()}
	if p != nil {
		p.comments, p.updated = append(p.comments, c), s.now()
		s.commentEvent(r, s.issueOfPull(p), c, "created", who.actor())
	} else if i := r.issue(number); i != nil {
		i.comments, i.updated = append(i.comments, c), s.now()
		s.commentEvent(r, s.issueJSON(r, i), c, "created", who.actor())
	} else {
		return nil, notFound()
	}
	return c, nil
}

// createIssue opens an issue; issues and pull requests share their numbers.
// https://docs.github.com/rest/issues/issues#create-an-issue
func (s *Sim) createIssue(r *repo, who *caller, title, body string) (*issue, *apiError) {
	if title == "" {
		return nil, validation("Issue", fieldError{Code: "missing_field", Field: "title"})
	}
	i := &issue{id: s.id(), number: s.number(r, 0), author: who.actor(), title: title, body: body, open: true, created: s.now(), updated: s.now()}
	r.issues = append(r.issues, i)
	s.issueEvent(r, i, "opened", who.actor())
	return i, nil
}

func notFound() *apiError {
	return &apiError{Status: 404, Message: "Not Found", GraphQLType: "NOT_FOUND"}
}
