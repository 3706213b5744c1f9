package ghsim

import (
	"fmt"
	"slices"
	"strings"
)

// reactions are the eight kinds of reaction; nobody ever reacts here.
var reactions = func() []gqlRecord {
	var out []gqlRecord
	for _, c := range []string{"THUMBS_UP", "THUMBS_DOWN", "LAUGH", "HOORAY", "CONFUSED", "HEART", "ROCKET", "EYES"} {
		out = append(out, gqlRecord{"content": c, "createdAt": nil, "viewerHasReacted": false, "users": connect([]any{}), "reactors": connect([]any{})})
	}
	return out
}()

// pullTable answers what PullRequest says of itself.
// https://docs.github.com/en/graphql/reference/objects#pullrequest
var pullTable = gqlTable{
	"databaseId":       val(func(_ *gqlRun, p *pull) any { return p.id }),
	"fullDatabaseId":   val(func(_ *gqlRun, p *pull) any { return fmt.Sprint(p.id) }),
	"number":           val(func(_ *gqlRun, p *pull) any { return p.number }),
	"title":            val(func(_ *gqlRun, p *pull) any { return p.title }),
	"body":             val(func(_ *gqlRun, p *pull) any { return p.body }),
	"bodyText":         val(func(_ *gqlRun, p *pull) any { return p.body }),
	"state":            val(func(_ *gqlRun, p *pull) any { return p.stateWord() }),
	"closed":           val(func(_ *gqlRun, p *pull) any { return !p.open }),
	"merged":           val(func(_ *gqlRun, p *pull) any { return p.merged() }),
	"isDraft":          val(func(_ *gqlRun, p *pull) any { return p.draft }),
	"locked":           val(func(_ *gqlRun, p *pull) any { return p.locked }),
	"activeLockReason": always(nil),
	"createdAt":        val(func(_ *gqlRun, p *pull) any { return p.created }),
	"publishedAt":      val(func(_ *gqlRun, p *pull) any { return p.created }),
	"updatedAt":        val(func(_ *gqlRun, p *pull) any { return p.updated }),
	"closedAt":         val(func(_ *gqlRun, p *pull) any { return p.closed }),
	"mergedAt":         val(func(_ *gqlRun, p *pull) any { return p.mergedAt }),
	"url":              val(func(x *gqlRun, p *pull) any { return x.s.base + p.path() }),
	"permalink":        val(func(x *gqlRun, p *pull) any { return x.s.base + p.path() }),
	"resourcePath":     val(func(_ *gqlRun, p *pull) any { return p.path() }),
	"checksUrl":        val(func(x *gqlRun, p *pull) any { return x.s.base + p.path() + "/checks" }),
	"repository":       val(func(_ *gqlRun, p *pull) any { return p.repo }),
	"baseRepository":   val(func(_ *gqlRun, p *pull) any { return p.repo }),

	"labels": ask(func(x *gqlRun, p *pull, a gqlArgs) (any, error) { return x.labels(p.repo, p.labels, a) }),
	"comments": ask(func(x *gqlRun, p *pull, a gqlArgs) (any, error) {
		var out []gqlComment
		for _, c := range p.comments {
			out = append(out, gqlComment{r: p.repo, p: p, comment: c})
		}
		return ordered(x, out, a, commentOrder)
	}),
	"totalCommentsCount": val(func(_ *gqlRun, p *pull) any {
		n := len(p.comments)
		for _, t := range p.threads {
			n += len(t.comments)
		}
		return n
	}),
	"timelineItems": ask(pullTimeline),
	"milestone":     always(nil), "projectCards": none, "projectItems": none, "projectsV2": none,
	"closingIssuesReferences": none, "userContentEdits": none,
	"reactions": none, "reactionGroups": always(reactions),
	"includesCreatedEdit": always(false), "createdViaEmail": always(false), "lastEditedAt": always(nil), "editor": always(nil),
}

func (p *pull) path() string { return fmt.Sprintf("/%s/pull/%d", p.repo.fullName(), p.number) }

// pullBranchTable answers what PullRequest says of its branches, commits, and of being merged.
var pullBranchTable = gqlTable{
	"baseRefName":         val(func(_ *gqlRun, p *pull) any { return p.base }),
	"baseRefOid":          val(func(_ *gqlRun, p *pull) any { return p.baseSHA }),
	"baseRef":             val(func(_ *gqlRun, p *pull) any { return branchRef(p.repo, p.base) }),
	"headRefName":         val(func(_ *gqlRun, p *pull) any { return p.headRef }),
	"headRefOid":          val(func(_ *gqlRun, p *pull) any { return p.head }),
	"headRef":             val(func(_ *gqlRun, p *pull) any { return branchRef(p.headRepo, p.headRef) }),
	"headRepository":      val(func(x *gqlRun, p *pull) any { return x.visible(p.headRepo) }),
	"headRepositoryOwner": val(func(_ *gqlRun, p *pull) any { return ownerOf(p.headRepo) }),
	"isCrossRepository":   val(func(_ *gqlRun, p *pull) any { return p.headRepo != p.repo }),
	"maintainerCanModify": val(func(_ *gqlRun, p *pull) any { return p.maintainerEdit }),

	"additions": val(func(x *gqlRun, p *pull) any {
		return totalOf(x.changes(p), func(f fileChange) int { return f.additions })
	}),
	"deletions": val(func(x *gqlRun, p *pull) any {
		return totalOf(x.changes(p), func(f fileChange) int { return f.deletions })
	}),
	"changedFiles": val(func(x *gqlRun, p *pull) any { return len(x.changes(p)) }),
	"files":        val(func(x *gqlRun, p *pull) any { return connect(x.changes(p)) }),
	"commits": val(func(x *gqlRun, p *pull) any {
		return connectAll(x.s.commitsOf(p), func(sha string) gqlPullCommit {
			c, _ := commitAt(p.repo, sha).(gqlCommit)
			return gqlPullCommit{p, c}
		})
	}),
	"statusCheckRollup": val(func(x *gqlRun, p *pull) any { return x.rollup(p.repo, p.head) }),

	"mergeable":        val(func(_ *gqlRun, p *pull) any { return p.mergeableWord() }),
	"mergeStateStatus": val(func(x *gqlRun, p *pull) any { return x.s.mergeState(p) }),
	"canBeRebased":     val(func(_ *gqlRun, p *pull) any { return p.mergeability.known && p.mergeability.mergeable }),
	"mergeCommit":      val(func(_ *gqlRun, p *pull) any { return commitAt(p.repo, p.mergeCommit) }),
	"potentialMergeCommit": val(func(_ *gqlRun, p *pull) any {
		if !p.open || !p.mergeability.known {
			return nil
		}
		return commitAt(p.repo, p.mergeability.testMerge)
	}),
	"mergedBy": val(func(_ *gqlRun, p *pull) any { return p.mergedBy }),
	"autoMergeRequest": val(func(_ *gqlRun, p *pull) any {
		if p.autoMerge == nil {
			return nil
		}
		return gqlAutoMerge{p, p.autoMerge}
	}),
	"isInMergeQueue":      val(func(_ *gqlRun, p *pull) any { return p.queued != nil }),
	"isMergeQueueEnabled": val(func(x *gqlRun, p *pull) any { return x.s.requirements(p.repo, p.base).queue() }),
	"mergeQueueEntry": val(func(_ *gqlRun, p *pull) any {
		if p.queued == nil {
			return nil
		}
		return gqlQueueEntry{p, p.queued}
	}),
}

// gqlDiff is what a pull request's changes depend on.
type gqlDiff struct{ base, tip, head string }

// changes are the files of a pull request, found once for a request: four fields ask for them, and git takes its time.
func (x *gqlRun) changes(p *pull) []fileChange {
	key := gqlDiff{p.baseSHA, p.repo.branches[p.base], p.head}
	list, ok := x.diffs[key]
	if !ok {
		list = x.s.changes(p)
		x.diffs[key] = list
	}
	return list
}

// visible is a repository if the caller may know of it; nil for one that is gone.
func (x *gqlRun) visible(r *repo) any {
	if r == nil || !x.s.sees(x.who, r) {
		return nil
	}
	return r
}

func ownerOf(r *repo) any {
	if r == nil {
		return nil
	}
	return r.owner
}

func totalOf[T any](list []T, of func(T) int) int {
	n := 0
	for _, e := range list {
		n += of(e)
	}
	return n
}

// pullViewerTable answers what the caller may do with a PullRequest.
var pullViewerTable = gqlTable{
	"viewerDidAuthor": val(func(x *gqlRun, p *pull) any { return p.author == x.who.actor() }),
	"viewerCanUpdate": val(func(x *gqlRun, p *pull) any { return x.canWrite(p.repo) || p.author == x.who.actor() }),
	"viewerCanClose":  val(func(x *gqlRun, p *pull) any { return p.open && (x.canWrite(p.repo) || p.author == x.who.actor()) }),
	"viewerCanReopen": val(func(x *gqlRun, p *pull) any {
		return !p.open && !p.merged() && (x.canWrite(p.repo) || p.author == x.who.actor())
	}),
	// The schema's text: "Whether or not the viewer can update the head ref of this PR, by merging or rebasing the
	// base ref. If the head ref is up to date or unable to be updated by this user, this will return false."
	"viewerCanUpdateBranch": val(func(x *gqlRun, p *pull) any {
		return p.open && x.canPushHead(p) && x.s.behind(p) > 0
	}),
	"viewerCanDeleteHeadRef": val(func(x *gqlRun, p *pull) any {
		return !p.open && branchRef(p.headRepo, p.headRef) != nil && x.canWrite(p.headRepo) && p.headRef != p.headRepo.defaultBranch
	}),
	"viewerCanEnableAutoMerge": val(func(x *gqlRun, p *pull) any {
		return p.open && p.repo.allowAutoMerge && p.autoMerge == nil && x.canWrite(p.repo) && x.s.mergeState(p) == "BLOCKED"
	}),
	"viewerCanDisableAutoMerge": val(func(x *gqlRun, p *pull) any { return p.autoMerge != nil && x.canWrite(p.repo) }),
	"viewerCanMergeAsAdmin": val(func(x *gqlRun, p *pull) any {
		return p.open && x.who.user != nil && x.s.permission(x.who.user, p.repo) == "admin"
	}),
	"viewerSubscription": always("UNSUBSCRIBED"), "viewerCanSubscribe": always(true), "viewerCanReact": always(true),
	"viewerLatestReview": val(func(x *gqlRun, p *pull) any {
		for i := len(p.reviews) - 1; i >= 0; i-- {
			if p.reviews[i].author == x.who.actor() {
				return gqlReview{p, p.reviews[i]}
			}
		}
		return nil
	}),
	"viewerLatestReviewRequest": val(func(x *gqlRun, p *pull) any {
		for _, q := range p.requested {
			if q.user == x.who.actor() {
				return gqlReviewRequest{p, q}
			}
		}
		return nil
	}),
}

// canWrite says whether the caller may push to a repository.
func (x *gqlRun) canWrite(r *repo) bool {
	if r == nil || r.archived {
		return false
	}
	if x.who.user != nil {
		return x.s.mayWrite(x.who.user, r)
	}
	return x.who.inst != nil && x.who.inst.covers(r) && x.who.has("contents", "write")
}

// canPushHead says whether the caller may push to the pull request's head; a fork lets in whom its author let in.
func (x *gqlRun) canPushHead(p *pull) bool {
	if p.headRepo == nil {
		return false
	}
	return x.canWrite(p.headRepo) || p.maintainerEdit && x.canWrite(p.repo)
}

var pullCommitTable = gqlTable{
	"commit":       val(func(_ *gqlRun, c gqlPullCommit) any { return c.gqlCommit }),
	"pullRequest":  val(func(_ *gqlRun, c gqlPullCommit) any { return c.p }),
	"url":          val(func(x *gqlRun, c gqlPullCommit) any { return x.s.base + c.p.path() + "/commits/" + c.sha }),
	"resourcePath": val(func(_ *gqlRun, c gqlPullCommit) any { return c.p.path() + "/commits/" + c.sha }),
}

// patchWords are GraphQL's words for what REST calls a file's status.
var patchWords = map[string]string{
	"added": "ADDED", "modified": "MODIFIED", "removed": "DELETED", "renamed": "RENAMED", "copied": "COPIED", "changed": "CHANGED",
}

var changedFileTable = gqlTable{
	"path":              val(func(_ *gqlRun, f fileChange) any { return f.path }),
	"additions":         val(func(_ *gqlRun, f fileChange) any { return f.additions }),
	"deletions":         val(func(_ *gqlRun, f fileChange) any { return f.deletions }),
	"changeType":        val(func(_ *gqlRun, f fileChange) any { return patchWords[f.status] }),
	"viewerViewedState": always("UNVIEWED"),
}

var autoMergeTable = gqlTable{
	"enabledAt":      val(func(_ *gqlRun, m gqlAutoMerge) any { return m.at }),
	"enabledBy":      val(func(_ *gqlRun, m gqlAutoMerge) any { return m.by }),
	"mergeMethod":    val(func(_ *gqlRun, m gqlAutoMerge) any { return strings.ToUpper(m.method) }),
	"commitHeadline": val(func(_ *gqlRun, m gqlAutoMerge) any { return optional(m.headline) }),
	"commitBody":     val(func(_ *gqlRun, m gqlAutoMerge) any { return optional(m.body) }),
	"authorEmail":    always(nil),
	"pullRequest":    val(func(_ *gqlRun, m gqlAutoMerge) any { return m.p }),
}

var queueEntryTable = gqlTable{
	"position":    val(func(_ *gqlRun, e gqlQueueEntry) any { return slices.Index(e.p.repo.queueOf(e.p.base), e.p) + 1 }),
	"state":       always("AWAITING_CHECKS"),
	"enqueuedAt":  val(func(_ *gqlRun, e gqlQueueEntry) any { return e.at }),
	"enqueuer":    val(func(_ *gqlRun, e gqlQueueEntry) any { return e.by }),
	"pullRequest": val(func(_ *gqlRun, e gqlQueueEntry) any { return e.p }),
	"headCommit":  val(func(_ *gqlRun, e gqlQueueEntry) any { return commitAt(e.p.repo, e.p.head) }),
	"baseCommit":  val(func(_ *gqlRun, e gqlQueueEntry) any { return commitAt(e.p.repo, e.p.repo.branches[e.p.base]) }),
	"jump":        always(false), "solo": always(false), "estimatedTimeToMerge": always(nil),
}

// pullTimeline lists what happened to a pull request, of the kinds that are asked for.
func pullTimeline(x *gqlRun, p *pull, a gqlArgs) (any, error) {
	if a.has("since") || a.has("skip") {
		return nil, x.notSimulated("PullRequest.timelineItems(since:, skip:)")
	}
	kinds := map[string]bool{}
	for _, k := range a.texts("itemTypes") {
		kinds[typeName(k)] = true
	}
	if len(kinds) == 0 {
		return nil, x.notSimulated("PullRequest.timelineItems without itemTypes")
	}
	for k := range kinds {
		if eventPrefixes[k] == "" {
			return nil, x.notSimulated("timeline item " + k)
		}
	}
	var out []gqlEvent
	for _, t := range p.timeline {
		if kinds[t.kind] {
			out = append(out, gqlEvent{p, t})
		}
	}
	c := connect(out)
	c.extra = gqlRecord{"updatedAt": p.updated, "filteredCount": len(out)}
	return c, nil
}

// eventTable answers every kind of timeline item: the schema says which fields each of them has.
var eventTable = gqlTable{
	"createdAt":         val(func(_ *gqlRun, e gqlEvent) any { return e.at }),
	"actor":             val(func(_ *gqlRun, e gqlEvent) any { return e.actor }),
	"pullRequest":       val(func(_ *gqlRun, e gqlEvent) any { return e.p }),
	"requestedReviewer": val(func(_ *gqlRun, e gqlEvent) any { return reviewer(e.user, e.team) }),
	"beforeCommit":      val(func(_ *gqlRun, e gqlEvent) any { return commitAt(e.p.repo, e.from) }),
	"afterCommit":       val(func(_ *gqlRun, e gqlEvent) any { return commitAt(e.p.repo, e.to) }),
	"previousRefName":   val(func(_ *gqlRun, e gqlEvent) any { return e.from }),
	"currentRefName":    val(func(_ *gqlRun, e gqlEvent) any { return e.to }),
	"previousTitle":     val(func(_ *gqlRun, e gqlEvent) any { return e.from }),
	"currentTitle":      val(func(_ *gqlRun, e gqlEvent) any { return e.to }),
	"label": val(func(_ *gqlRun, e gqlEvent) any {
		if e.label == nil {
			return nil
		}
		return gqlLabel{e.p.repo, e.label}
	}),
	"labelable":    val(func(_ *gqlRun, e gqlEvent) any { return e.p }),
	"closable":     val(func(_ *gqlRun, e gqlEvent) any { return e.p }),
	"headRefName":  val(func(_ *gqlRun, e gqlEvent) any { return e.p.headRef }),
	"headRef":      val(func(_ *gqlRun, e gqlEvent) any { return branchRef(e.p.headRepo, e.p.headRef) }),
	"commit":       val(func(_ *gqlRun, e gqlEvent) any { return commitAt(e.p.repo, e.p.mergeCommit) }),
	"mergeRefName": val(func(_ *gqlRun, e gqlEvent) any { return e.p.base }),
	"reason":       val(func(_ *gqlRun, e gqlEvent) any { return optional(e.word) }),
}
