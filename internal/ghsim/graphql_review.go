package ghsim

import (
	"fmt"
	"slices"
)

// pullPeopleTable answers who wrote, reviews and discusses a PullRequest.
var pullPeopleTable = gqlTable{
	"author":            val(func(_ *gqlRun, p *pull) any { return p.author }),
	"authorAssociation": val(func(x *gqlRun, p *pull) any { return x.s.association(p.author, p.repo) }),
	"assignees":         val(func(_ *gqlRun, p *pull) any { return connect(p.assignees) }),
	"participants": val(func(_ *gqlRun, p *pull) any {
		out := []*account{p.author}
		for _, rv := range p.reviews {
			if !slices.Contains(out, rv.author) {
				out = append(out, rv.author)
			}
		}
		return connect(slices.DeleteFunc(out, func(a *account) bool { return a.kind != "User" }))
	}),
	"reviewDecision": val(func(x *gqlRun, p *pull) any { return optional(x.s.reviewDecision(p)) }),
	"reviews":        ask(pullReviews),
	"latestReviews": val(func(_ *gqlRun, p *pull) any {
		return connectAll(latestReviews(p, func(rv *review) bool { return rv.state != "PENDING" }), reviewsOf(p))
	}),
	"latestOpinionatedReviews": ask(pullOpinions),
	"reviewRequests": val(func(_ *gqlRun, p *pull) any {
		return connectAll(p.requested, func(q *reviewRequest) gqlReviewRequest { return gqlReviewRequest{p, q} })
	}),
	"reviewThreads": val(func(_ *gqlRun, p *pull) any {
		return connectAll(p.threads, func(t *thread) gqlThread { return gqlThread{p, t} })
	}),
	"suggestedReviewers": always([]any{}),
}

func reviewsOf(p *pull) func(*review) gqlReview {
	return func(rv *review) gqlReview { return gqlReview{p, rv} }
}

// pullReviews lists submitted reviews; a pending one is its author's alone.
func pullReviews(x *gqlRun, p *pull, a gqlArgs) (any, error) {
	states, author := a.texts("states"), a.text("author")
	var out []*review
	for _, rv := range p.reviews {
		if rv.state == "PENDING" && rv.author != x.who.actor() {
			continue
		}
		if len(states) > 0 && !has(states, rv.state) || a.has("author") && !equalFold(gqlLogin(rv.author), author) {
			continue
		}
		out = append(out, rv)
	}
	return connectAll(out, reviewsOf(p)), nil
}

// pullOpinions are the latest reviews of each person that approve, ask for changes, or did so until dismissed; a
// comment never replaces one.
func pullOpinions(x *gqlRun, p *pull, a gqlArgs) (any, error) {
	list := slices.Clone(p.latestOpinions())
	if a.yes("writersOnly") {
		list = slices.DeleteFunc(list, func(rv *review) bool { return !x.s.mayWrite(rv.author, p.repo) })
	}
	return connectAll(list, reviewsOf(p)), nil
}

// latestReviews keeps the last of each author's reviews that count, in the order of submission.
func latestReviews(p *pull, counts func(*review) bool) []*review {
	last := map[*account]*review{}
	for _, rv := range p.reviews {
		if counts(rv) {
			last[rv.author] = rv
		}
	}
	var out []*review
	for _, rv := range p.reviews {
		if last[rv.author] == rv {
			out = append(out, rv)
		}
	}
	return out
}

// reviewTable answers PullRequestReview.
// https://docs.github.com/en/graphql/reference/objects#pullrequestreview
var reviewTable = gqlTable{
	"databaseId":                val(func(_ *gqlRun, v gqlReview) any { return v.id }),
	"fullDatabaseId":            val(func(_ *gqlRun, v gqlReview) any { return fmt.Sprint(v.id) }),
	"state":                     val(func(_ *gqlRun, v gqlReview) any { return v.state }),
	"body":                      val(func(_ *gqlRun, v gqlReview) any { return v.body }),
	"author":                    val(func(_ *gqlRun, v gqlReview) any { return v.author }),
	"authorAssociation":         val(func(x *gqlRun, v gqlReview) any { return x.s.association(v.author, v.p.repo) }),
	"authorCanPushToRepository": val(func(x *gqlRun, v gqlReview) any { return x.s.mayWrite(v.author, v.p.repo) }),
	"commit":                    val(func(_ *gqlRun, v gqlReview) any { return commitAt(v.p.repo, v.commit) }),
	"submittedAt":               val(func(_ *gqlRun, v gqlReview) any { return v.submitted }),
	"publishedAt":               val(func(_ *gqlRun, v gqlReview) any { return v.submitted }),
	"createdAt":                 val(func(_ *gqlRun, v gqlReview) any { return v.submitted }),
	"updatedAt":                 val(func(_ *gqlRun, v gqlReview) any { return v.submitted }),
	"pullRequest":               val(func(_ *gqlRun, v gqlReview) any { return v.p }),
	"repository":                val(func(_ *gqlRun, v gqlReview) any { return v.p.repo }),
	"viewerDidAuthor":           val(func(x *gqlRun, v gqlReview) any { return v.author == x.who.actor() }),
	"url": val(func(x *gqlRun, v gqlReview) any {
		return fmt.Sprintf("%s%s#pullrequestreview-%d", x.s.base, v.p.path(), v.id)
	}),
	"comments": none, "onBehalfOf": none, "reactionGroups": always(reactions), "isMinimized": always(false),
	"minimizedReason": always(nil), "includesCreatedEdit": always(false), "lastEditedAt": always(nil),
}

var reviewRequestTable = gqlTable{
	"databaseId":        val(func(_ *gqlRun, q gqlReviewRequest) any { return q.id }),
	"asCodeOwner":       val(func(_ *gqlRun, q gqlReviewRequest) any { return q.asOwner }),
	"pullRequest":       val(func(_ *gqlRun, q gqlReviewRequest) any { return q.p }),
	"requestedReviewer": val(func(_ *gqlRun, q gqlReviewRequest) any { return reviewer(q.user, q.team) }),
}

// reviewer is who was asked: a person or a team.
func reviewer(user *account, team *team) any {
	if team != nil {
		return team
	}
	return user
}

var threadTable = gqlTable{
	"isResolved":  val(func(_ *gqlRun, t gqlThread) any { return t.resolved }),
	"isOutdated":  val(func(_ *gqlRun, t gqlThread) any { return t.outdated }),
	"isCollapsed": val(func(_ *gqlRun, t gqlThread) any { return t.resolved || t.outdated }),
	"resolvedBy":  val(func(_ *gqlRun, t gqlThread) any { return t.resolvedBy }),
	"path":        val(func(_ *gqlRun, t gqlThread) any { return t.path }),
	"line": val(func(_ *gqlRun, t gqlThread) any {
		if t.outdated {
			return nil
		}
		return t.line
	}),
	"originalLine": val(func(_ *gqlRun, t gqlThread) any { return t.line }),
	"startLine":    always(nil), "diffSide": always("RIGHT"), "subjectType": always("LINE"),
	"pullRequest": val(func(_ *gqlRun, t gqlThread) any { return t.p }),
	"repository":  val(func(_ *gqlRun, t gqlThread) any { return t.p.repo }),
	"comments": val(func(_ *gqlRun, t gqlThread) any {
		return connectAll(t.comments, func(c *comment) gqlThreadComment { return gqlThreadComment{t, c} })
	}),
	"viewerCanResolve":   val(func(x *gqlRun, t gqlThread) any { return !t.resolved && x.canWrite(t.p.repo) }),
	"viewerCanUnresolve": val(func(x *gqlRun, t gqlThread) any { return t.resolved && x.canWrite(t.p.repo) }),
	"viewerCanReply":     always(true),
}

var threadCommentTable = gqlTable{
	"databaseId":     val(func(_ *gqlRun, c gqlThreadComment) any { return c.c.id }),
	"fullDatabaseId": val(func(_ *gqlRun, c gqlThreadComment) any { return fmt.Sprint(c.c.id) }),
	"author":         val(func(_ *gqlRun, c gqlThreadComment) any { return c.c.author }),
	"body":           val(func(_ *gqlRun, c gqlThreadComment) any { return c.c.body }),
	"createdAt":      val(func(_ *gqlRun, c gqlThreadComment) any { return c.c.created }),
	"updatedAt":      val(func(_ *gqlRun, c gqlThreadComment) any { return c.c.updated }),
	"path":           val(func(_ *gqlRun, c gqlThreadComment) any { return c.path }),
	"outdated":       val(func(_ *gqlRun, c gqlThreadComment) any { return c.outdated }),
	"pullRequest":    val(func(_ *gqlRun, c gqlThreadComment) any { return c.p }),
	"repository":     val(func(_ *gqlRun, c gqlThreadComment) any { return c.p.repo }),
	"url": val(func(x *gqlRun, c gqlThreadComment) any {
		return fmt.Sprintf("%s%s#discussion_r%d", x.s.base, c.p.path(), c.c.id)
	}),
}

var issueTable = gqlTable{
	"databaseId":        val(func(_ *gqlRun, i gqlIssue) any { return i.id }),
	"number":            val(func(_ *gqlRun, i gqlIssue) any { return i.number }),
	"title":             val(func(_ *gqlRun, i gqlIssue) any { return i.title }),
	"body":              val(func(_ *gqlRun, i gqlIssue) any { return i.body }),
	"state":             val(func(_ *gqlRun, i gqlIssue) any { return issueState(i.issue) }),
	"closed":            val(func(_ *gqlRun, i gqlIssue) any { return !i.open }),
	"author":            val(func(_ *gqlRun, i gqlIssue) any { return i.author }),
	"authorAssociation": val(func(x *gqlRun, i gqlIssue) any { return x.s.association(i.author, i.r) }),
	"createdAt":         val(func(_ *gqlRun, i gqlIssue) any { return i.created }),
	"updatedAt":         val(func(_ *gqlRun, i gqlIssue) any { return i.updated }),
	"closedAt":          val(func(_ *gqlRun, i gqlIssue) any { return i.closed }),
	"url":               val(func(x *gqlRun, i gqlIssue) any { return x.s.base + i.path() }),
	"resourcePath":      val(func(_ *gqlRun, i gqlIssue) any { return i.path() }),
	"repository":        val(func(_ *gqlRun, i gqlIssue) any { return i.r }),
	"labels":            ask(func(x *gqlRun, i gqlIssue, a gqlArgs) (any, error) { return x.labels(i.r, i.labels, a) }),
	"comments": ask(func(x *gqlRun, i gqlIssue, a gqlArgs) (any, error) {
		var out []gqlComment
		for _, c := range i.comments {
			out = append(out, gqlComment{r: i.r, i: i.issue, comment: c})
		}
		return ordered(x, out, a, commentOrder)
	}),
	"assignees": none, "milestone": always(nil), "projectCards": none, "projectItems": none,
	"reactionGroups": always(reactions), "locked": always(false), "stateReason": always(nil),
}

func (i gqlIssue) path() string { return fmt.Sprintf("/%s/issues/%d", i.r.fullName(), i.number) }

var issueCommentTable = gqlTable{
	"databaseId":        val(func(_ *gqlRun, c gqlComment) any { return c.id }),
	"fullDatabaseId":    val(func(_ *gqlRun, c gqlComment) any { return fmt.Sprint(c.id) }),
	"author":            val(func(_ *gqlRun, c gqlComment) any { return c.author }),
	"authorAssociation": val(func(x *gqlRun, c gqlComment) any { return x.s.association(c.author, c.r) }),
	"body":              val(func(_ *gqlRun, c gqlComment) any { return c.body }),
	"createdAt":         val(func(_ *gqlRun, c gqlComment) any { return c.created }),
	"publishedAt":       val(func(_ *gqlRun, c gqlComment) any { return c.created }),
	"updatedAt":         val(func(_ *gqlRun, c gqlComment) any { return c.updated }),
	"repository":        val(func(_ *gqlRun, c gqlComment) any { return c.r }),
	"pullRequest":       val(func(_ *gqlRun, c gqlComment) any { return c.p }),
	"viewerDidAuthor":   val(func(x *gqlRun, c gqlComment) any { return c.author == x.who.actor() }),
	"url": val(func(x *gqlRun, c gqlComment) any {
		return fmt.Sprintf("%s%s#issuecomment-%d", x.s.base, c.path(), c.id)
	}),
	"isMinimized": always(false), "minimizedReason": always(nil), "includesCreatedEdit": always(false),
	"lastEditedAt": always(nil), "reactionGroups": always(reactions),
}

func (c gqlComment) path() string {
	if c.p != nil {
		return c.p.path()
	}
	return gqlIssue{c.r, c.i}.path()
}
