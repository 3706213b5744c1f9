package ghsim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// rollup is what was reported on a commit; nil where nothing was.
func (x *gqlRun) rollup(r *repo, sha string) any {
	if x.s.rollup(r, sha) == "" {
		return nil
	}
	return gqlRollup{r, sha}
}

// rollupTable answers StatusCheckRollup.
// https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
var rollupTable = gqlTable{
	"state":    val(func(x *gqlRun, u gqlRollup) any { return x.s.rollup(u.r, u.sha) }),
	"commit":   val(func(_ *gqlRun, u gqlRollup) any { return commitAt(u.r, u.sha) }),
	"contexts": ask(rollupContexts),
}

// rollupContexts lists check runs and statuses. Runs that a newer one of the same name superseded stay, and the order
// says nothing about age: clients that take the first or the last were seen to be wrong (kunchenguid/gh-axi#156).
// A caller that may not read one of the two kinds gets an error in the place of each.
func rollupContexts(x *gqlRun, u gqlRollup, _ gqlArgs) (any, error) {
	var out []any
	for _, c := range u.r.runsOf(u.sha) {
		out = append(out, gqlCheck{u.r, c})
	}
	slices.SortStableFunc(out, func(a, b any) int {
		return cmp.Compare(scatter(a.(gqlCheck).id), scatter(b.(gqlCheck).id))
	})
	runs := len(out)
	for _, s := range u.r.latestStatuses(u.sha) {
		out = append(out, gqlStatus{u.r, s})
	}
	c := connect(out)
	c.extra = gqlRecord{"checkRunCount": runs, "statusContextCount": len(out) - runs}
	x.hide(c)
	return c, nil
}

// scatter puts ids into an order that is always the same and means nothing.
func scatter(id int64) uint32 { return uint32(id) * 2654435761 }

// hide puts an error in the place of each member that the caller's permissions do not show.
func (x *gqlRun) hide(c *gqlConnection) {
	for i, it := range c.items {
		if p := contextPermission[gqlTypeOf(it)]; p != "" && !x.who.has(p, "read") {
			c.items[i] = gqlHidden{notAccessible, gqlKey(it)}
		}
	}
}

// gqlHidden is a member of a list that the caller may not see; it keeps its place and its cursor.
type gqlHidden struct {
	error
	key string
}

// Unwrap gives the error that is shown.
func (h gqlHidden) Unwrap() error { return h.error }

// contextPermission is what an App needs to see the members of a rollup.
var contextPermission = map[string]string{"CheckRun": "checks", "StatusContext": "statuses"}

// checkRunTable answers CheckRun.
var checkRunTable = gqlTable{
	"databaseId":   val(func(_ *gqlRun, c gqlCheck) any { return c.id }),
	"name":         val(func(_ *gqlRun, c gqlCheck) any { return c.name }),
	"status":       val(func(_ *gqlRun, c gqlCheck) any { return strings.ToUpper(c.status) }),
	"conclusion":   val(func(_ *gqlRun, c gqlCheck) any { return optional(strings.ToUpper(c.conclusion)) }),
	"startedAt":    val(func(_ *gqlRun, c gqlCheck) any { return c.started }),
	"completedAt":  val(func(_ *gqlRun, c gqlCheck) any { return c.completed }),
	"detailsUrl":   val(func(_ *gqlRun, c gqlCheck) any { return optional(c.detailsURL) }),
	"externalId":   val(func(_ *gqlRun, c gqlCheck) any { return optional(c.externalID) }),
	"title":        val(func(_ *gqlRun, c gqlCheck) any { return optional(c.title) }),
	"summary":      val(func(_ *gqlRun, c gqlCheck) any { return optional(c.summary) }),
	"text":         val(func(_ *gqlRun, c gqlCheck) any { return optional(c.text) }),
	"checkSuite":   val(func(_ *gqlRun, c gqlCheck) any { return gqlSuite{c.r, c.suite} }),
	"repository":   val(func(_ *gqlRun, c gqlCheck) any { return c.r }),
	"url":          val(func(x *gqlRun, c gqlCheck) any { return x.s.base + c.path() }),
	"permalink":    val(func(x *gqlRun, c gqlCheck) any { return x.s.base + c.path() }),
	"resourcePath": val(func(_ *gqlRun, c gqlCheck) any { return c.path() }),
	"isRequired": ask(func(x *gqlRun, c gqlCheck, a gqlArgs) (any, error) {
		return x.required(c.r, a, func(q requiredCheck) bool {
			return q.context == c.name && (q.app == 0 || q.app == c.app.id)
		})
	}),
	"annotations": val(gqlAnnotations), "steps": none,
}

func (c gqlCheck) path() string { return fmt.Sprintf("/%s/runs/%d", c.r.fullName(), c.id) }

// required says whether a context is required for the pull request that the arguments name.
func (x *gqlRun) required(r *repo, a gqlArgs, match func(requiredCheck) bool) (any, error) {
	var p *pull
	if n, ok := a.number("pullRequestNumber"); ok {
		p = r.pull(n)
	} else if id := a.text("pullRequestId"); id != "" {
		v, err := x.node(id)
		if err != nil {
			return nil, err
		}
		p, _ = v.(*pull)
	} else {
		return nil, &gqlError{Type: "ARGUMENT_ERROR", Message: "Either pullRequestId or pullRequestNumber must be provided."}
	}
	if p == nil {
		return nil, unresolved("Could not resolve to a PullRequest.")
	}
	return slices.ContainsFunc(x.s.requirements(r, p.base).required(), match), nil
}

// checkSuiteTable answers CheckSuite. Only those that wait come from a workflow of GitHub Actions: workflowRun is null else, as it
// is for every other App's.
var checkSuiteTable = gqlTable{
	"databaseId": val(func(_ *gqlRun, u gqlSuite) any { return u.id }),
	"app":        val(func(_ *gqlRun, u gqlSuite) any { return u.app }),
	"status": val(func(_ *gqlRun, u gqlSuite) any {
		status, _ := u.r.suiteState(u.checkSuite)
		return strings.ToUpper(status)
	}),
	"conclusion": val(func(_ *gqlRun, u gqlSuite) any {
		_, conclusion := u.r.suiteState(u.checkSuite)
		return optional(strings.ToUpper(conclusion))
	}),
	"commit":     val(func(_ *gqlRun, u gqlSuite) any { return commitAt(u.r, u.sha) }),
	"branch":     val(func(_ *gqlRun, u gqlSuite) any { return branchRef(u.r, u.branch) }),
	"createdAt":  val(func(_ *gqlRun, u gqlSuite) any { return u.created }),
	"updatedAt":  val(func(_ *gqlRun, u gqlSuite) any { return u.updated }),
	"repository": val(func(_ *gqlRun, u gqlSuite) any { return u.r }),
	"workflowRun": val(func(_ *gqlRun, u gqlSuite) any {
		if u.workflow == 0 {
			return nil
		}
		return gqlRecord{"databaseId": u.workflow, "event": "pull_request", "workflow": gqlRecord{"databaseId": u.workflow}}
	}),
	"checkRuns": val(func(_ *gqlRun, u gqlSuite) any {
		var out []gqlCheck
		for _, c := range u.r.runsOf(u.sha) {
			if c.suite == u.checkSuite {
				out = append(out, gqlCheck{u.r, c})
			}
		}
		return connect(out)
	}),
	"url": val(func(x *gqlRun, u gqlSuite) any {
		return fmt.Sprintf("%s/%s/commit/%s/checks?check_suite_id=%d", x.s.base, u.r.fullName(), u.sha, u.id)
	}),
	"matchingPullRequests": ask(func(x *gqlRun, u gqlSuite, a gqlArgs) (any, error) {
		var out []*pull
		for _, p := range u.r.pulls {
			if p.open && p.head == u.sha {
				out = append(out, p)
			}
		}
		return x.pulls(out, a)
	}),
}

// statusTable answers StatusContext.
var statusTable = gqlTable{
	"context":     val(func(_ *gqlRun, s gqlStatus) any { return s.context }),
	"state":       val(func(_ *gqlRun, s gqlStatus) any { return strings.ToUpper(s.state) }),
	"description": val(func(_ *gqlRun, s gqlStatus) any { return optional(s.description) }),
	"targetUrl":   val(func(_ *gqlRun, s gqlStatus) any { return optional(s.targetURL) }),
	"createdAt":   val(func(_ *gqlRun, s gqlStatus) any { return s.created }),
	"creator":     val(func(_ *gqlRun, s gqlStatus) any { return s.creator }),
	"commit":      val(func(_ *gqlRun, s gqlStatus) any { return commitAt(s.r, s.sha) }),
	"isRequired": ask(func(x *gqlRun, s gqlStatus, a gqlArgs) (any, error) {
		return x.required(s.r, a, func(q requiredCheck) bool {
			return q.context == s.context && (q.app == 0 || s.creator.app != nil && s.creator.app.id == q.app)
		})
	}),
}

// gqlCombined is Status: the statuses of a commit without its check runs.
type gqlCombined struct {
	r    *repo
	sha  string
	list []*status
}

// combinedStatus is nil where no status was reported.
func (x *gqlRun) combinedStatus(r *repo, sha string) any {
	list := r.latestStatuses(sha)
	if len(list) == 0 {
		return nil
	}
	return gqlCombined{r, sha, list}
}

var combinedStatusTable = gqlTable{
	"id":     val(func(_ *gqlRun, c gqlCombined) any { return globalID("S", c.r.id, c.sha) }),
	"commit": val(func(_ *gqlRun, c gqlCombined) any { return commitAt(c.r, c.sha) }),
	"contexts": val(func(_ *gqlRun, c gqlCombined) any {
		var out []gqlStatus
		for _, s := range c.list {
			out = append(out, gqlStatus{c.r, s})
		}
		return out
	}),
	"state": val(func(_ *gqlRun, c gqlCombined) any {
		worst := "SUCCESS"
		for _, s := range c.list {
			if rank := []string{"success", "pending", "error", "failure"}; indexOf(rank, s.state) > indexOf(rank, strings.ToLower(worst)) {
				worst = strings.ToUpper(s.state)
			}
		}
		return worst
	}),
}
