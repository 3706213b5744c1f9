package ghsim

import (
	"strings"
)

// reviewInput is a review as it is submitted.
type reviewInput struct {
	event  string // APPROVE, REQUEST_CHANGES, COMMENT
	body   string
	commit string // "" is the head
}

var reviewStates = map[string]string{"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}

// submitReview adds a review; it answers the reviewer's request, whatever it says.
// https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
func (s *Sim) submitReview(p *pull, who *caller, in reviewInput) (*review, *apiError) {
	by := who.actor()
	state, ok := reviewStates[in.event]
	switch {
	case !ok:
		return nil, s.notSimulated(422, "review event %q", in.event)
	case by == p.author && state == "APPROVED":
		return nil, unprocessableText("Can not approve your own pull request")
	case by == p.author && state == "CHANGES_REQUESTED":
		return nil, unprocessableText("Can not request changes on your own pull request")
	case in.body == "" && state != "APPROVED":
		return nil, unprocessableText("Body can't be blank")
	}
	if in.commit == "" {
		in.commit = p.head
	}
	if _, err := p.repo.git.commit(in.commit); err != nil {
		return nil, unprocessableText("The commit " + in.commit + " is not part of the pull request")
	}
	rv := &review{id: s.id(), author: by, state: state, body: in.body, commit: in.commit, submitted: s.now(),
		base: p.repo.git.mergeBase(p.repo.branches[p.base], in.commit)}
	p.reviews = append(p.reviews, rv)
	p.updated = rv.submitted
	s.answered(p, by)
	s.note(p, timelineItem{kind: "PullRequestReview", actor: by})
	s.reviewEvent(p, rv, "submitted", by)
	s.tryAutoMerge(p)
	return rv, nil
}

func unprocessableText(text string) *apiError {
	return &apiError{Status: 422, Message: "Unprocessable Entity", Plain: []string{text}, GraphQLType: "UNPROCESSABLE"}
}

// answered clears the requests of a person, and of the teams that the person is in.
func (s *Sim) answered(p *pull, by *account) {
	var left []*reviewRequest
	for _, q := range p.requested {
		if q.user == by || q.team != nil && q.team.has(by) {
			continue
		}
		left = append(left, q)
	}
	p.requested = left
}

// dismissReview takes the effect from an approval or a request for changes.
// https://docs.github.com/rest/pulls/reviews#dismiss-a-review-for-a-pull-request
func (s *Sim) dismissReview(p *pull, who *caller, rv *review, message string) *apiError {
	if rv.state != "APPROVED" && rv.state != "CHANGES_REQUESTED" {
		return unprocessableText("Can not dismiss a " + strings.ToLower(rv.state) + " pull request review")
	}
	rv.state, rv.dismissed, p.updated = "DISMISSED", message, s.now()
	s.note(p, timelineItem{kind: "ReviewDismissedEvent", actor: who.actor()})
	s.reviewEvent(p, rv, "dismissed", who.actor())
	return nil
}

// dismissStale dismisses the approvals whose diff is no longer that of the pull request, where a rule asks for it; all of them after
// a push that is no fast-forward, or a change of base.
// https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
func (s *Sim) dismissStale(p *pull, by *account, all bool) {
	if !s.requirements(p.repo, p.base).any(func(q policy) bool { return q.reviews && q.dismissStale }) {
		return
	}
	for _, rv := range p.reviews {
		if rv.state == "APPROVED" && (all || !s.sameDiff(p, rv)) {
			rv.state = "DISMISSED"
			s.note(p, timelineItem{kind: "ReviewDismissedEvent", actor: by})
			s.reviewEvent(p, rv, "dismissed", by)
		}
	}
}

// sameDiff reports whether what was approved is what would be merged: the same text, wherever it stands.
func (s *Sim) sameDiff(p *pull, rv *review) bool {
	was, err := p.repo.git.patches(rv.base, rv.commit)
	s.internal(err)
	is, err := p.repo.git.patches(s.mergeBase(p), p.head)
	s.internal(err)
	if len(was) != len(is) {
		return false
	}
	for path, text := range was {
		if other, ok := is[path]; !ok || withoutPlaces(other) != withoutPlaces(text) {
			return false
		}
	}
	return true
}

// withoutPlaces takes the line numbers from a patch.
func withoutPlaces(patch string) string {
	lines := strings.Split(patch, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "@@ ") {
			lines[i] = "@@"
		}
	}
	return strings.Join(lines, "\n")
}

// opinions folds the reviews of those who may write: the latest of each that is more than a comment.
func (s *Sim) opinions(p *pull) (approvals, blockers []*review) {
	for _, rv := range p.latestOpinions() {
		if !s.mayWrite(rv.author, p.repo) {
			continue
		}
		switch rv.state {
		case "APPROVED":
			approvals = append(approvals, rv)
		case "CHANGES_REQUESTED":
			blockers = append(blockers, rv)
		}
	}
	return approvals, blockers
}

// latestOpinions is for each reviewer the latest review that is no comment, in the order of submission.
func (p *pull) latestOpinions() []*review {
	var list []*review
	for _, rv := range p.reviews {
		if rv.state == "COMMENTED" || rv.state == "PENDING" {
			continue
		}
		for i, old := range list {
			if old.author == rv.author {
				list = append(list[:i], list[i+1:]...)
				break
			}
		}
		list = append(list, rv)
	}
	return list
}

// reviewDecision is GraphQL's reviewDecision; "" (null) where no rule asks for reviews.
func (s *Sim) reviewDecision(p *pull) string {
	d := s.requirements(p.repo, p.base)
	if !d.reviews() {
		return ""
	}
	if _, blockers := s.opinions(p); len(blockers) > 0 {
		return "CHANGES_REQUESTED"
	}
	for _, q := range d.policies() {
		if q.reviews && len(s.unmetReviews(p, q)) > 0 {
			return "REVIEW_REQUIRED"
		}
	}
	return "APPROVED"
}

func (p *pull) openThreads() int {
	n := 0
	for _, t := range p.threads {
		if !t.resolved {
			n++
		}
	}
	return n
}

// requestReviewers asks people and teams, besides those who are asked already.
// https://docs.github.com/rest/pulls/review-requests#request-reviewers-for-a-pull-request
func (s *Sim) requestReviewers(p *pull, who *caller, users, teams []string) *apiError {
	var ask []*reviewRequest
	for _, login := range users {
		a := s.findAccount(login)
		switch {
		case a == p.author:
			return unprocessableText("Review cannot be requested from pull request author.")
		case a == nil || a.kind != "User" || !s.collaborates(a, p.repo):
			return &apiError{Status: 422, GraphQLType: "UNPROCESSABLE",
				Message: "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the " + p.repo.fullName() + " repository."}
		}
		ask = append(ask, &reviewRequest{user: a})
	}
	for _, slug := range teams {
		t := s.findTeam(p.repo.owner, slug)
		if t == nil || p.repo.teams[t.id] == "" {
			return unprocessableText("Could not resolve to a node with the global id of '" + slug + "'.")
		}
		ask = append(ask, &reviewRequest{team: t})
	}
	for _, q := range ask {
		s.ask(p, q, who.actor())
	}
	return nil
}

// collaborates: access of its own or through a team; everybody reading a public repository does not count.
func (s *Sim) collaborates(a *account, r *repo) bool {
	if r.people[a.id] != "" || a == r.owner {
		return true
	}
	for _, t := range s.w.teams {
		if r.teams[t.id] != "" && t.has(a) {
			return true
		}
	}
	return false
}

func (s *Sim) ask(p *pull, q *reviewRequest, by *account) {
	for _, old := range p.requested {
		if old.user == q.user && old.team == q.team {
			return
		}
	}
	q.id, q.at, q.by = s.id(), s.now(), by
	p.requested = append(p.requested, q)
	p.updated = q.at
	s.note(p, timelineItem{kind: "ReviewRequestedEvent", actor: by, user: q.user, team: q.team})
	s.pullEvent(p, "review_requested", by, s.requestFields(q))
	s.wakeReviewer(p, q)
}

// removeReviewers takes requests back; who is not asked is ignored.
// https://docs.github.com/rest/pulls/review-requests#remove-requested-reviewers-from-a-pull-request
func (s *Sim) removeReviewers(p *pull, who *caller, users, teams []string) *apiError {
	gone := func(q *reviewRequest) bool {
		for _, u := range users {
			if q.user != nil && equalFold(q.user.login, u) {
				return true
			}
		}
		for _, t := range teams {
			if q.team != nil && equalFold(q.team.slug, t) {
				return true
			}
		}
		return false
	}
	var left, out []*reviewRequest
	for _, q := range p.requested {
		if gone(q) {
			out = append(out, q)
		} else {
			left = append(left, q)
		}
	}
	p.requested = left
	for _, q := range out {
		p.updated = s.now()
		s.note(p, timelineItem{kind: "ReviewRequestRemovedEvent", actor: who.actor(), user: q.user, team: q.team})
		s.pullEvent(p, "review_request_removed", who.actor(), s.requestFields(q))
	}
	return nil
}
