package github

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// pull turns an answer about a pull request into what rules decide from. self is who we are; the protection is added by the
// caller.
func (r pullReply) pull(self rules.App) *rules.PR {
	p := &rules.PR{
		ID: r.ID, Title: r.Title, Body: r.Body, Number: r.Number, Author: r.Author.person(), State: r.State, Draft: r.IsDraft,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Head: r.HeadRefOID, HeadRef: r.HeadRefName, Fork: r.IsCrossRepository || r.HeadRepository == nil,
		BaseRef: r.BaseRefName, BaseTip: r.BaseRef.tip(), MergeState: r.MergeStateStatus, Decision: r.ReviewDecision,
		Queue: r.IsMergeQueueEnabled, Memory: &rules.Memory{},
	}
	if r.HeadRef.tip() == p.Head && p.Head != "" {
		for _, parent := range r.HeadRef.Target.Parents.Nodes {
			p.HeadParents = append(p.HeadParents, parent.OID)
		}
		if tree := r.HeadRef.Target.Tree; tree != nil {
			p.HeadTree = tree.OID
		}
		p.HeadBot, p.HeadSigned = r.HeadRef.Target.by(self), r.HeadRef.Target.signed()
		p.HeadMade = r.HeadRef.Target.made(self)
	}
	if r.MergedBy != nil {
		p.MergedBy = r.MergedBy.person()
	}
	if r.MergeCommit != nil {
		p.MergeCommit = r.MergeCommit.OID
	}
	p.Edits = r.edits()
	p.Landed, p.Branch = r.landed(), r.branch()
	p.Mergeable = mergeableOf(r.Mergeable)
	p.Behind = r.BaseRef.behind(p.Head)
	r.content(p)
	r.reviewing(p, self)
	r.written(p)
	r.checks(p)
	r.waiting(p)
	r.queue(p, self)
	return p
}

// mergeableOf keeps unknown what GitHub has not computed yet, and whatever it may say one day.
func mergeableOf(word string) rules.Tri {
	switch word {
	case "MERGEABLE":
		return rules.Yes
	case "CONFLICTING":
		return rules.No
	}
	return rules.Unknown
}

// behind says whether the base's tip is no ancestor of the head. Only a comparison of these two commits counts.
func (r *refReply) behind(head string) rules.Tri {
	if r == nil {
		return rules.Unknown
	}
	return r.Compare.behind(r.tip(), head)
}

func (c *compareReply) behind(tip, head string) rules.Tri {
	switch {
	case c == nil || c.HeadTarget.OID != head || c.BaseTarget.OID != tip || head == "" || tip == "":
		return rules.Unknown
	case c.BehindBy > 0:
		return rules.Yes
	}
	return rules.No
}

// content is what the pull request changes and how people sorted it.
func (r pullReply) content(p *rules.PR) {
	if r.Labels != nil {
		for _, l := range r.Labels.Nodes {
			p.Labels = append(p.Labels, l.Name)
		}
		truncated(p, "labels", r.Labels.PageInfo)
	}
	if r.Files == nil { // GitHub could not compute the difference
		p.Truncated = append(p.Truncated, "files")
	} else {
		p.Files = r.Files.Nodes
		truncated(p, "files", r.Files.PageInfo)
	}
	for _, t := range r.ReviewThreads.Nodes {
		if !t.IsResolved {
			p.Open++
		}
	}
	truncated(p, "conversations", r.ReviewThreads.PageInfo)
}

func truncated(p *rules.PR, what string, page pageInfo) {
	if page.more() {
		p.Truncated = append(p.Truncated, what)
	}
}

// reviewing is who was asked, who answered, and whom somebody else than us took off again.
func (r pullReply) reviewing(p *rules.PR, self rules.App) {
	if r.Reviews == nil || r.ReviewRequests == nil {
		p.Truncated = append(p.Truncated, "reviews")
		return
	}
	for _, v := range r.Reviews.Nodes {
		review := rules.Review{By: v.Author.person(), State: v.State, At: v.SubmittedAt, Writer: v.AuthorCanPushToRepository}
		if v.Commit != nil {
			review.Commit = v.Commit.OID
		}
		p.Reviews = append(p.Reviews, review)
	}
	slices.SortStableFunc(p.Reviews, func(a, b rules.Review) int { return a.At.Compare(b.At) })
	truncated(p, "reviews", r.Reviews.PageInfo)
	for _, q := range r.ReviewRequests.Nodes {
		if who := q.RequestedReviewer; who != nil && who.Typename == "Team" {
			p.Requests = append(p.Requests, rules.Request{Team: strings.ToLower(who.CombinedSlug)})
		} else {
			p.Requests = append(p.Requests, rules.Request{Person: who.person()})
		}
	}
	truncated(p, "review requests", r.ReviewRequests.PageInfo)
	p.Removed, p.ByUs = removed(r.TimelineItems.Nodes, self), byUs(r.TimelineItems.Nodes, self)
	truncated(p, "timeline", r.TimelineItems.PageInfo)
}

// removed are the people whose request was taken back by somebody else than us, and who were not asked again since.
func removed(events []requestEvent, self rules.App) []rules.Person {
	var people []rules.Person
	for _, e := range events {
		if e.RequestedReviewer == nil || e.RequestedReviewer.Typename == "Team" {
			continue
		}
		who := e.RequestedReviewer.person()
		people = slices.DeleteFunc(people, func(p rules.Person) bool { return p.ID == who.ID })
		if e.Typename == "ReviewRequestRemovedEvent" && e.Actor.person().ID != self.User {
			people = append(people, who)
		}
	}
	return people
}

// byUs are the people whom we asked, whatever became of it.
func byUs(events []requestEvent, self rules.App) []rules.Person {
	var people []rules.Person
	for _, e := range events {
		if e.RequestedReviewer != nil && e.Typename == "ReviewRequestedEvent" && e.Actor.person().ID == self.User {
			people = append(people, e.RequestedReviewer.person())
		}
	}
	return people
}

// checkKey tells the checks apart that supersede each other. The suite stands in for the event, where that is not told.
type checkKey struct {
	app, workflow, suite int64
	event, name          string
}

// checks keeps the newest of each check. Checks of another commit than the head say nothing, and then nothing that GitHub
// computed from them does either.
func (r pullReply) checks(p *rules.PR) {
	rollup := r.rollup()
	if rollup == nil {
		return
	}
	if c := rollup.Commit; c == nil || c.OID != p.Head {
		p.Mergeable = rules.Unknown
		return
	}
	newest := map[checkKey]int{}
	for _, reply := range rollup.Contexts.Nodes {
		key, check := reply.check()
		i, seen := newest[key]
		switch {
		case !seen:
			newest[key] = len(p.Checks)
			p.Checks = append(p.Checks, check)
		case check.ID > p.Checks[i].ID: // ids grow; times of runs that wait are missing
			p.Checks[i] = check
		}
	}
	slices.SortStableFunc(p.Checks, func(a, b rules.Check) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.App, b.App), cmp.Compare(a.ID, b.ID))
	})
	truncated(p, "checks", rollup.Contexts.PageInfo)
}

func (c contextReply) check() (checkKey, rules.Check) {
	if c.Typename == "StatusContext" {
		return checkKey{name: c.Context}, rules.Check{Name: c.Context, State: statusStates[c.State], Result: c.State, Required: c.IsRequired, At: c.CreatedAt}
	}
	check := rules.Check{ID: c.DatabaseID, Name: c.Name, State: rules.CheckPending, Result: c.Status, External: c.ExternalID, Required: c.IsRequired, At: c.CompletedAt}
	if c.Status == "COMPLETED" {
		check.State, check.Result = rules.CheckFailed, c.Conclusion
		if c.Conclusion == "SUCCESS" || c.Conclusion == "NEUTRAL" || c.Conclusion == "SKIPPED" {
			check.State = rules.CheckPassed
		}
	}
	if app := c.CheckSuite.App; app != nil {
		check.App, check.Slug = app.DatabaseID, app.Slug
	}
	key := checkKey{app: check.App, name: c.Name}
	if run := c.CheckSuite.WorkflowRun; run != nil {
		key.workflow, key.event, key.suite = run.Workflow.DatabaseID, run.Event, c.CheckSuite.DatabaseID
	}
	return key, check
}

// statusStates are the states of commit statuses; what is not listed is pending.
var statusStates = map[string]rules.CheckState{
	"SUCCESS": rules.CheckPassed, "FAILURE": rules.CheckFailed, "ERROR": rules.CheckFailed,
}
