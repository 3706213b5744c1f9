package ghsim

import (
	"net/http"
	"sort"
	"strings"
)

// issueMoreRoutes are lists of issues, their history, assignees and reactions.
var issueMoreRoutes = []route{
	{method: "GET", path: "/repos/{owner}/{repo}/issues", need: readIssues, run: listIssues},
	{method: "PATCH", path: issuePath, need: writeIssues, body: "title body state labels", run: patchIssue},
	{method: "POST", path: issuePath + "/assignees", need: writeIssues, body: "assignees", run: postAssignees},
	{method: "GET", path: issuePath + "/events", need: readIssues, run: listIssueEvents},
	{method: "GET", path: issuePath + "/timeline", need: readIssues, run: listTimeline},
	{method: "DELETE", path: "/repos/{owner}/{repo}/issues/comments/{id}", need: writeIssues, run: deleteComment},
	{method: "POST", path: "/repos/{owner}/{repo}/issues/comments/{id}/reactions", need: writeIssues, body: "content", run: postReaction},
}

// listIssues lists issues and pull requests alike, newest first: every pull request is an issue.
// https://docs.github.com/rest/issues/issues#list-repository-issues
func listIssues(q *request) (int, any, *apiError) {
	type hit struct {
		number int
		show   object
		labels []*label
		open   bool
		author *account
	}
	var hits []hit
	for _, i := range q.repo.issues {
		hits = append(hits, hit{i.number, q.s.issueJSON(q.repo, i), i.labels, i.open, i.author})
	}
	for _, p := range q.repo.pulls {
		hits = append(hits, hit{p.number, q.s.issueOfPull(p), p.labels, p.open, p.author})
	}
	q.query.oneOf("sort", "created")
	up := q.query.oneOf("direction", "desc", "asc") == "asc"
	sort.Slice(hits, func(i, j int) bool { return hits[i].number > hits[j].number != up })
	state := q.query.oneOf("state", "open", "closed", "all")
	creator, labels := q.query.Get("creator"), q.query.Get("labels")
	var shown []object
	for _, h := range hits {
		if (state == "all" || h.open == (state == "open")) && hasLabels(h.labels, labels) && (creator == "" || equalFold(creator, h.author.login)) {
			shown = append(shown, h.show)
		}
	}
	return done(list(page(q, shown), func(o object) object { return o }), nil)
}

// hasLabels: all of the names, which are separated by commas.
func hasLabels(have []*label, names string) bool {
	for name := range strings.SplitSeq(names, ",") {
		found := name == ""
		for _, l := range have {
			found = found || equalFold(l.name, name)
		}
		if !found {
			return false
		}
	}
	return true
}

// patchIssue changes an issue, or a pull request as an issue: labels are then the whole set.
// https://docs.github.com/rest/issues/issues#update-an-issue
func patchIssue(q *request) (int, any, *apiError) {
	var in struct {
		Title, Body, State *string
		Labels             *[]string
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	p, i := q.repo.pull(q.number()), q.repo.issue(q.number())
	var have []*label
	switch {
	case p != nil:
		have = p.labels
		if e := q.s.editPull(p, q.who, editInput{title: in.Title, body: in.Body, state: in.State}); e != nil {
			return 0, nil, e
		}
	case i != nil:
		have = i.labels
		q.s.editIssue(q.repo, i, q.who.actor(), in.Title, in.Body, in.State)
	default:
		return 0, nil, notFound()
	}
	if in.Labels != nil {
		if e := q.s.setLabels(q.repo, q.number(), q.who, have, *in.Labels); e != nil {
			return 0, nil, e
		}
	}
	return getIssue(q)
}

func (s *Sim) editIssue(r *repo, i *issue, by *account, title, body, state *string) {
	if title != nil {
		i.title = *title
	}
	if body != nil {
		i.body = *body
	}
	i.updated = s.now()
	switch {
	case state != nil && *state == "closed" && i.open:
		i.open, i.closed = false, s.now()
		s.issueEvent(r, i, "closed", by)
	case state != nil && *state == "open" && !i.open:
		i.open = true
		s.issueEvent(r, i, "reopened", by)
	}
}

// setLabels makes the names the whole set.
func (s *Sim) setLabels(r *repo, number int, who *caller, have []*label, names []string) *apiError {
	for _, l := range append([]*label(nil), have...) {
		if !contains(names, l.name) {
			if e := s.removeLabel(r, number, who, l.name); e != nil {
				return e
			}
		}
	}
	return s.addLabels(r, number, who, names)
}

// maxAssignees is how many an issue may have; who may not be assigned is dropped in silence.
// https://docs.github.com/rest/issues/assignees#add-assignees-to-an-issue
const maxAssignees = 10

func postAssignees(q *request) (int, any, *apiError) {
	var in struct{ Assignees []string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	p := q.repo.pull(q.number())
	if p == nil {
		if q.repo.issue(q.number()) == nil {
			return 0, nil, notFound()
		}
		return 0, nil, q.s.notSimulated(422, "assignees of an issue")
	}
	for _, login := range in.Assignees {
		a := q.s.findAccount(login)
		if a == nil || !q.s.collaborates(a, q.repo) || contains(p.assignees, a) || len(p.assignees) >= maxAssignees {
			continue
		}
		p.assignees, p.updated = append(p.assignees, a), q.s.now()
		q.s.note(p, timelineItem{kind: "AssignedEvent", actor: q.who.actor(), user: a})
		q.s.pullEvent(p, "assigned", q.who.actor(), object{"assignee": q.s.user(a)})
	}
	return http.StatusCreated, q.s.issueOfPull(p), nil
}

// eventWords are REST's names for the entries of a timeline.
var eventWords = map[string]string{
	"LabeledEvent": "labeled", "UnlabeledEvent": "unlabeled", "AssignedEvent": "assigned", "MergedEvent": "merged", "ClosedEvent": "closed", "ReopenedEvent": "reopened",
	"HeadRefForcePushedEvent": "head_ref_force_pushed", "BaseRefChangedEvent": "base_ref_changed", "ReadyForReviewEvent": "ready_for_review",
	"AddedToMergeQueueEvent": "added_to_merge_queue", "RemovedFromMergeQueueEvent": "removed_from_merge_queue",
	"ConvertToDraftEvent": "convert_to_draft", "ReviewRequestedEvent": "review_requested", "ReviewRequestRemovedEvent": "review_request_removed",
}

// eventJSON is an entry as issue events show it; nil for what only the timeline has.
func (q *request) eventJSON(t *timelineItem) object {
	word := eventWords[t.kind]
	if word == "" {
		return nil
	}
	o := object{"id": t.id, "node_id": globalID("E", q.repo.id, t.id), "url": q.s.repoURL(q.repo) + "/issues/events/" + itoa(t.id), "actor": q.s.user(t.actor),
		"event": word, "commit_id": nil, "commit_url": nil, "created_at": stamp(t.at), "performed_via_github_app": nil}
	switch {
	case word == "merged" || word == "head_ref_force_pushed":
		o["commit_id"], o["commit_url"] = t.to, q.s.repoURL(q.repo)+"/commits/"+t.to
	case t.label != nil:
		o["label"] = object{"name": t.label.name, "color": t.label.color}
	case word == "assigned":
		o["assignee"], o["assigner"] = q.s.user(t.user), q.s.user(t.actor)
	case t.team != nil:
		o["requested_team"], o["review_requester"] = q.s.teamJSON(t.team), q.s.user(t.actor)
	case t.user != nil:
		o["requested_reviewer"], o["review_requester"] = q.s.user(t.user), q.s.user(t.actor)
	}
	return o
}

func listIssueEvents(q *request) (int, any, *apiError) {
	p := q.repo.pull(q.number())
	if p == nil {
		if q.repo.issue(q.number()) != nil {
			return 0, nil, q.s.notSimulated(404, "events of an issue")
		}
		return 0, nil, notFound()
	}
	var all []object
	for _, t := range p.timeline {
		if o := q.eventJSON(t); o != nil {
			all = append(all, o)
		}
	}
	return done(list(page(q, all), func(o object) object { return o }), nil)
}

// listTimeline is the events with comments and reviews between them, in the order of time.
// https://docs.github.com/rest/issues/timeline#list-timeline-events-for-an-issue
func listTimeline(q *request) (int, any, *apiError) {
	p := q.repo.pull(q.number())
	if p == nil {
		if q.repo.issue(q.number()) != nil {
			return 0, nil, q.s.notSimulated(404, "timeline of an issue")
		}
		return 0, nil, notFound()
	}
	type entry struct {
		id   int64
		show object
	}
	var all []entry
	for _, t := range p.timeline {
		if o := q.eventJSON(t); o != nil {
			delete(o, "assigner")
			all = append(all, entry{t.id, o})
		}
	}
	for _, c := range p.comments {
		o := q.commentJSON(p.number, c)
		o["event"], o["actor"] = "commented", q.s.user(c.author)
		all = append(all, entry{c.id, o})
	}
	for _, rv := range p.reviews {
		o := q.s.reviewJSON(p, rv)
		o["event"], o["state"] = "reviewed", strings.ToLower(rv.state)
		all = append(all, entry{rv.id, o})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].id < all[j].id })
	return done(list(page(q, all), func(e entry) object { return e.show }), nil)
}

func deleteComment(q *request) (int, any, *apiError) {
	c, number := q.comment()
	if c == nil {
		return 0, nil, notFound()
	}
	q.vars["number"] = itoa(int64(number))
	issue, all, _, e := q.asIssue()
	if e != nil {
		return 0, nil, e
	}
	var left []*comment
	for _, x := range all {
		if x != c {
			left = append(left, x)
		}
	}
	if p := q.repo.pull(number); p != nil {
		p.comments, p.updated = left, q.s.now()
	} else {
		i := q.repo.issue(number)
		i.comments, i.updated = left, q.s.now()
	}
	q.s.commentEvent(q.repo, issue, c, "deleted", q.who.actor())
	return http.StatusNoContent, nil, nil
}

// reactionWords are all that there are.
// https://docs.github.com/rest/reactions/reactions#about-reactions
var reactionWords = []string{"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"}

// react adds a reaction once: again answers with the one that is there.
func (s *Sim) react(c *comment, by *account, content string) (x reaction, again bool, e *apiError) {
	if !contains(reactionWords, content) {
		return x, false, validation("Reaction", fieldError{Code: "invalid", Field: "content"})
	}
	for _, x := range c.reactions {
		if x.by == by && x.content == content {
			return x, true, nil
		}
	}
	x = reaction{s.id(), by, content, s.now()}
	c.reactions = append(c.reactions, x)
	return x, false, nil
}

// postReaction answers 201 for a new one and 200 for one that was there.
// https://docs.github.com/rest/reactions/reactions#create-reaction-for-an-issue-comment
func postReaction(q *request) (int, any, *apiError) {
	var in struct{ Content string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	c, _ := q.comment()
	if c == nil {
		return 0, nil, notFound()
	}
	x, again, e := q.s.react(c, q.who.actor(), in.Content)
	if e != nil {
		return 0, nil, e
	}
	status := http.StatusCreated
	if again {
		status = http.StatusOK
	}
	return status, object{"id": x.id, "node_id": globalID("REA", q.repo.id, x.id), "user": q.s.user(x.by), "content": x.content, "created_at": stamp(x.at)}, nil
}
