package ghsim

import (
	"fmt"
	"slices"
)

// mutateOpen opens a pull request; headRefName is branch, or owner:branch of a fork.
func mutateOpen(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	r, err := x.targetRepo(in)
	if err != nil {
		return nil, err
	}
	head := in.text("headRefName")
	if in.has("headRepositoryId") {
		v, err := x.node(in.text("headRepositoryId"))
		if err != nil {
			return nil, err
		}
		if fork, ok := v.(*repo); ok && fork != r {
			head = fork.owner.login + ":" + head
		}
	}
	p, e := x.s.openPull(r, x.who, openInput{
		title: in.text("title"), body: in.text("body"), head: head, base: in.text("baseRefName"), draft: in.yes("draft"),
		maintainerEdit: !in.has("maintainerCanModify") || in.yes("maintainerCanModify"),
	})
	if e != nil {
		return nil, e
	}
	return gqlRecord{"pullRequest": p}, nil
}

func mutateEdit(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"assigneeIds", "milestoneId"} {
		if in.has(key) {
			return nil, x.notSimulated("updatePullRequest(" + key + ":)")
		}
	}
	edit := editInput{title: textOf(in, "title"), body: textOf(in, "body"), base: textOf(in, "baseRefName")}
	if s := in.text("state"); s != "" {
		state := map[string]string{"OPEN": "open", "CLOSED": "closed"}[s]
		edit.state = &state
	}
	if in.has("maintainerCanModify") {
		may := in.yes("maintainerCanModify")
		edit.maintainerEdit = &may
	}
	labels, err := named(x, in.texts("labelIds"), "Label", func(l gqlLabel) string { return l.name })
	if err != nil {
		return nil, err
	}
	if e := x.s.editPull(p, x.who, edit); e != nil {
		return nil, e
	}
	if in.has("labelIds") { // all that it shall have
		return gqlRecord{"pullRequest": p}, refusalOf(x.s.setLabels(p.repo, p.number, x.who, p.labels, labels))
	}
	return gqlRecord{"pullRequest": p}, nil
}

func mutateState(state string) func(*gqlRun, gqlArgs) (gqlRecord, error) {
	return func(x *gqlRun, in gqlArgs) (gqlRecord, error) {
		p, err := x.targetPull(in)
		if err != nil {
			return nil, err
		}
		return gqlRecord{"pullRequest": p}, refusalOf(x.s.editPull(p, x.who, editInput{state: &state}))
	}
}

func mutateDraft(draft bool) func(*gqlRun, gqlArgs) (gqlRecord, error) {
	return func(x *gqlRun, in gqlArgs) (gqlRecord, error) {
		p, err := x.targetPull(in)
		if err != nil {
			return nil, err
		}
		return gqlRecord{"pullRequest": p}, refusalOf(x.s.setDraft(p, x.who, draft))
	}
}

// mutateRequests asks for reviews. Without union those who are asked already and not named again are no longer asked.
func mutateRequests(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	users, err := named(x, in.texts("userIds"), "User", func(a *account) string { return a.login })
	if err != nil {
		return nil, err
	}
	teams, err := named(x, in.texts("teamIds"), "Team", func(t *team) string { return t.slug })
	if err != nil {
		return nil, err
	}
	if e := x.s.requestReviewers(p, x.who, users, teams); e != nil {
		return nil, e
	}
	if !in.yes("union") {
		if e := x.keepOnly(p, users, teams); e != nil {
			return nil, e
		}
	}
	return gqlRecord{"pullRequest": p, "requestedReviewersEdge": x.lastRequested(p)}, nil
}

// named turns node ids into the names of what they stand for.
func named[T any](x *gqlRun, ids []string, kind string, name func(T) string) ([]string, error) {
	var out []string
	for _, id := range ids {
		v, err := x.node(id)
		if err != nil {
			return nil, err
		}
		o, ok := v.(T)
		if !ok {
			return nil, unresolved(fmt.Sprintf("Could not resolve to %s node with the global id of '%s'.", kind, id))
		}
		out = append(out, name(o))
	}
	return out, nil
}

// keepOnly takes back the requests of everybody else.
func (x *gqlRun) keepOnly(p *pull, users, teams []string) *apiError {
	var dropUsers, dropTeams []string
	for _, q := range p.requested {
		if q.user != nil && !slices.Contains(users, q.user.login) {
			dropUsers = append(dropUsers, q.user.login)
		}
		if q.team != nil && !slices.Contains(teams, q.team.slug) {
			dropTeams = append(dropTeams, q.team.slug)
		}
	}
	return x.s.removeReviewers(p, x.who, dropUsers, dropTeams)
}

// lastRequested is the edge of the person asked last; nil if nobody is.
func (x *gqlRun) lastRequested(p *pull) any {
	for i := len(p.requested) - 1; i >= 0; i-- {
		if u := p.requested[i].user; u != nil {
			return gqlRecord{"node": u, "cursor": connect([]*account{u}).cursor(0)}
		}
	}
	return nil
}

func mutateReview(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	event := in.text("event")
	if event == "" || event == "DISMISS" || in.has("comments") || in.has("threads") {
		return nil, x.notSimulated("addPullRequestReview with event " + event + ", comments or threads")
	}
	rv, e := x.s.submitReview(p, x.who, reviewInput{event: event, body: in.text("body"), commit: in.text("commitOID")})
	if e != nil {
		return nil, e
	}
	v := gqlReview{p, rv}
	return gqlRecord{"pullRequestReview": v, "reviewEdge": gqlRecord{"node": v, "cursor": connect([]gqlReview{v}).cursor(0)}}, nil
}

// gqlSubject is what labels and comments are put on.
type gqlSubject struct {
	r      *repo
	number int
	node   any
}

// subject finds a pull request or issue. An App needs the permission for the one that it is: issues: write alone was
// seen to be refused at a pull request (NVIDIA/Megatron-LM#6641).
func (x *gqlRun) subject(in gqlArgs, key string) (gqlSubject, error) {
	v, err := x.node(in.text(key))
	if err != nil {
		return gqlSubject{}, err
	}
	s, needs := gqlSubject{node: v}, "issues"
	switch v := v.(type) {
	case *pull:
		s.r, s.number, needs = v.repo, v.number, "pull_requests"
	case gqlIssue:
		s.r, s.number = v.r, v.number
	default:
		return s, unresolved(fmt.Sprintf("Could not resolve to Labelable node with the global id of '%s'.", in.text(key)))
	}
	if err := x.mayChange(s.r); err != nil {
		return s, err
	}
	if !x.who.has(needs, "write") {
		return s, notAccessible
	}
	return s, nil
}

func mutateLabels(add bool) func(*gqlRun, gqlArgs) (gqlRecord, error) {
	return func(x *gqlRun, in gqlArgs) (gqlRecord, error) {
		s, err := x.subject(in, "labelableId")
		if err != nil {
			return nil, err
		}
		names, err := named(x, in.texts("labelIds"), "Label", func(l gqlLabel) string { return l.name })
		if err != nil {
			return nil, err
		}
		if add {
			return gqlRecord{"labelable": s.node}, refusalOf(x.s.addLabels(s.r, s.number, x.who, names))
		}
		for _, n := range names {
			if e := x.s.removeLabel(s.r, s.number, x.who, n); e != nil && e.Status != 404 {
				return nil, e
			}
		}
		return gqlRecord{"labelable": s.node}, nil
	}
}

func mutateComment(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	s, err := x.subject(in, "subjectId")
	if err != nil {
		return nil, err
	}
	c, e := x.s.addComment(s.r, s.number, x.who, in.text("body"))
	if e != nil {
		return nil, e
	}
	node := gqlComment{r: s.r, comment: c}
	if p, ok := s.node.(*pull); ok {
		node.p = p
	} else {
		node.i = s.node.(gqlIssue).issue
	}
	return gqlRecord{"subject": s.node, "commentEdge": gqlRecord{"node": node, "cursor": connect([]gqlComment{node}).cursor(0)}}, nil
}
