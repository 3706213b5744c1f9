package ghsim

import (
	"slices"
	"strings"
	"time"
)

func has(list []string, s string) bool { return slices.Contains(list, s) }

// repositoryTable answers Repository.
// https://docs.github.com/en/graphql/reference/objects#repository
var repositoryTable = gqlTable{
	"databaseId":    val(func(_ *gqlRun, r *repo) any { return r.id }),
	"name":          val(func(_ *gqlRun, r *repo) any { return r.name }),
	"nameWithOwner": val(func(_ *gqlRun, r *repo) any { return r.fullName() }),
	"owner":         val(func(_ *gqlRun, r *repo) any { return r.owner }),
	"description":   val(func(_ *gqlRun, r *repo) any { return optional(r.description) }),
	"createdAt":     val(func(_ *gqlRun, r *repo) any { return r.created }),
	"updatedAt":     val(func(_ *gqlRun, r *repo) any { return r.updated }),
	"pushedAt":      val(func(_ *gqlRun, r *repo) any { return r.pushed }),
	"url":           val(func(x *gqlRun, r *repo) any { return x.s.base + "/" + r.fullName() }),
	"resourcePath":  val(func(_ *gqlRun, r *repo) any { return "/" + r.fullName() }),
	"sshUrl":        val(func(x *gqlRun, r *repo) any { return "git@" + host(x.s.base) + ":" + r.fullName() + ".git" }),

	"isArchived": val(func(_ *gqlRun, r *repo) any { return r.archived }),
	"isDisabled": always(false), "isLocked": always(false), "isMirror": always(false), "isTemplate": always(false),
	"isFork":           val(func(_ *gqlRun, r *repo) any { return r.parent != nil }),
	"parent":           val(func(_ *gqlRun, r *repo) any { return r.parent }),
	"isPrivate":        val(func(_ *gqlRun, r *repo) any { return r.private }),
	"isEmpty":          val(func(_ *gqlRun, r *repo) any { return len(r.branches) == 0 }),
	"isInOrganization": val(func(_ *gqlRun, r *repo) any { return r.owner.kind == "Organization" }),
	"visibility": val(func(_ *gqlRun, r *repo) any {
		if r.private {
			return "PRIVATE"
		}
		return "PUBLIC"
	}),
	"hasIssuesEnabled": always(true), "hasProjectsEnabled": always(false), "hasWikiEnabled": always(false),
	"hasDiscussionsEnabled": always(false), "webCommitSignoffRequired": always(false),

	"mergeCommitAllowed":       val(func(_ *gqlRun, r *repo) any { return has(r.mergeMethods, "merge") }),
	"squashMergeAllowed":       val(func(_ *gqlRun, r *repo) any { return has(r.mergeMethods, "squash") }),
	"rebaseMergeAllowed":       val(func(_ *gqlRun, r *repo) any { return has(r.mergeMethods, "rebase") }),
	"autoMergeAllowed":         val(func(_ *gqlRun, r *repo) any { return r.allowAutoMerge }),
	"allowUpdateBranch":        val(func(_ *gqlRun, r *repo) any { return r.allowUpdateBranch }),
	"deleteBranchOnMerge":      val(func(_ *gqlRun, r *repo) any { return r.deleteBranchOnMerge }),
	"squashMergeCommitTitle":   val(func(_ *gqlRun, r *repo) any { return r.squashTitle }),
	"squashMergeCommitMessage": val(func(_ *gqlRun, r *repo) any { return r.squashMessage }),
	"mergeCommitTitle":         val(func(_ *gqlRun, r *repo) any { return r.mergeTitle }),
	"mergeCommitMessage":       val(func(_ *gqlRun, r *repo) any { return r.mergeMessage }),

	"viewerDefaultMergeMethod": val(func(_ *gqlRun, r *repo) any {
		if len(r.mergeMethods) == 0 {
			return "MERGE"
		}
		return strings.ToUpper(r.mergeMethods[0])
	}),
	// The schema's text: "Will return null when authenticated as an GitHub App."
	"viewerPermission":    val(func(x *gqlRun, r *repo) any { return x.viewerRole(r) }),
	"viewerCanAdminister": val(func(x *gqlRun, r *repo) any { return x.viewerRole(r) == "ADMIN" }),

	"defaultBranchRef": val(func(_ *gqlRun, r *repo) any { return branchRef(r, r.defaultBranch) }),
	"ref":              ask(func(_ *gqlRun, r *repo, a gqlArgs) (any, error) { return findRef(r, a.text("qualifiedName")), nil }),
	"refs":             ask(repoRefs),
	"object":           ask(repoObject),
	"label": ask(func(_ *gqlRun, r *repo, a gqlArgs) (any, error) {
		name := a.text("name")
		for _, l := range r.labels {
			if strings.EqualFold(l.name, name) {
				return gqlLabel{r, l}, nil
			}
		}
		return nil, nil
	}),
	"labels": ask(func(x *gqlRun, r *repo, a gqlArgs) (any, error) { return x.labels(r, r.labels, a) }),

	"pullRequest":        ask(repoPull),
	"pullRequests":       ask(func(x *gqlRun, r *repo, a gqlArgs) (any, error) { return x.pulls(r.pulls, a) }),
	"issue":              ask(repoIssue),
	"issueOrPullRequest": ask(repoIssueOrPull),
	"issues":             ask(repoIssues),

	"release":       ask(repoRelease),
	"releases":      ask(repoReleases),
	"latestRelease": val(func(_ *gqlRun, r *repo) any { return latestOf(r) }),

	"branchProtectionRules": val(func(_ *gqlRun, r *repo) any {
		return connectAll(r.protections, func(p *protection) gqlProtection { return gqlProtection{r, p} })
	}),
	"rulesets": val(func(_ *gqlRun, r *repo) any {
		return connectAll(r.rulesets, func(s *ruleset) gqlRuleset { return gqlRuleset{r, s} })
	}),
	"ruleset": ask(func(_ *gqlRun, r *repo, a gqlArgs) (any, error) {
		n, _ := a.number("databaseId")
		for _, s := range r.rulesets {
			if s.id == int64(n) {
				return gqlRuleset{r, s}, nil
			}
		}
		return nil, nil
	}),
	"collaborators":   ask(repoCollaborators),
	"assignableUsers": ask(repoAssignable),
	"forks":           ask(repoForks),
	"forkCount":       val(func(x *gqlRun, r *repo) any { return len(x.forks(r)) }),
	"milestones":      none, "projectsV2": none, "repositoryTopics": none,
}

// viewerRole is what a person may do in the repository; nil for an App.
func (x *gqlRun) viewerRole(r *repo) any {
	if x.who.user == nil {
		return nil
	}
	if role := x.s.permission(x.who.user, r); role != "none" {
		return strings.ToUpper(role)
	}
	return nil
}

// optional is a text that is null where it is empty.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func host(base string) string {
	_, rest, ok := strings.Cut(base, "://")
	if !ok {
		return "github.com"
	}
	return rest
}

func repoRefs(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	prefix := a.text("refPrefix")
	if !strings.HasPrefix(prefix, "refs/") || !strings.HasSuffix(prefix, "/") {
		return nil, x.notSimulated("Repository.refs: refPrefix " + prefix + ", which is not refs/…/")
	}
	query := a.text("query")
	var out []gqlRef
	for _, ref := range r.refsUnder(prefix) {
		if f := (gqlRef{r, prefix, strings.TrimPrefix(ref, prefix)}); strings.Contains(f.name, query) {
			out = append(out, f)
		}
	}
	if a.text("direction") == "DESC" {
		slices.Reverse(out)
	}
	return ordered(x, out, a, refOrder)
}

// repoObject finds a git object by its id, or by an expression as git rev-parse knows it: main, main:dir/file, refs/heads/main, <sha>:file.
func repoObject(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	if oid := a.text("oid"); oid != "" {
		return objectAt(r, oid), nil
	}
	rev, path, inTree := strings.Cut(a.text("expression"), ":")
	sha := revision(r, rev)
	if sha == "" {
		return nil, nil
	}
	if !inTree {
		return objectAt(r, sha), nil
	}
	e, err := r.git.lookup(sha, path)
	if err != nil {
		return nil, nil
	}
	return objectAt(r, e.sha), nil
}

// revision is the object that a revision names; "" if it names none.
func revision(r *repo, rev string) string {
	if rev == "HEAD" {
		rev = "refs/heads/" + r.defaultBranch
	}
	if f, ok := findRef(r, rev).(gqlRef); ok {
		return f.sha()
	}
	if len(rev) == 40 {
		if _, err := r.git.read(rev); err == nil {
			return rev
		}
	}
	return ""
}

// unresolved is GitHub's answer for what does not exist, and for what a token may not know of.
func unresolved(message string) error { return &gqlError{Type: "NOT_FOUND", Message: message} }

func repoPull(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	n, _ := a.number("number")
	if p := r.pull(n); p != nil {
		return p, nil
	}
	return nil, unresolved("Could not resolve to a PullRequest with the number of " + itoa(int64(n)) + ".")
}

func repoIssue(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	n, _ := a.number("number")
	if i := r.issue(n); i != nil {
		return gqlIssue{r, i}, nil
	}
	return nil, unresolved("Could not resolve to an Issue with the number of " + itoa(int64(n)) + ".")
}

func repoIssueOrPull(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	n, _ := a.number("number")
	if p := r.pull(n); p != nil {
		return p, nil
	}
	if i := r.issue(n); i != nil {
		return gqlIssue{r, i}, nil
	}
	return nil, unresolved("Could not resolve to an issue or pull request with the number of " + itoa(int64(n)) + ".")
}

func repoIssues(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	states, labels := a.texts("states"), a.texts("labels")
	var out []gqlIssue
	for _, i := range r.issues {
		if (len(states) == 0 || has(states, issueState(i))) && wears(i.labels, labels) {
			out = append(out, gqlIssue{r, i})
		}
	}
	c := connect(out)
	return c, c.order(a.object("orderBy"), func(v any) (created, updated time.Time, comments int) {
		i := v.(gqlIssue)
		return i.created, i.updated, len(i.comments)
	})
}

func issueState(i *issue) string {
	if i.open {
		return "OPEN"
	}
	return "CLOSED"
}

// wears says whether a list of labels has one of the names; no names ask for nothing.
func wears(labels []*label, names []string) bool {
	if len(names) == 0 {
		return true
	}
	return slices.ContainsFunc(labels, func(l *label) bool { return has(names, l.name) })
}

// pulls filters and orders pull requests as Repository.pullRequests is asked to.
func (x *gqlRun) pulls(list []*pull, a gqlArgs) (any, error) {
	states, labels := a.texts("states"), a.texts("labels")
	base, head := a.text("baseRefName"), a.text("headRefName")
	var out []*pull
	for _, p := range list {
		if len(states) > 0 && !has(states, p.stateWord()) || !wears(p.labels, labels) {
			continue
		}
		if base != "" && p.base != base || head != "" && p.headRef != head {
			continue
		}
		out = append(out, p)
	}
	c := connect(out)
	return c, c.order(a.object("orderBy"), func(v any) (created, updated time.Time, comments int) {
		p := v.(*pull)
		return p.created, p.updated, len(p.comments)
	})
}

// stateWord is PullRequest.state.
func (p *pull) stateWord() string {
	switch {
	case p.merged():
		return "MERGED"
	case p.open:
		return "OPEN"
	}
	return "CLOSED"
}

// order sorts a connection as an IssueOrder asks; without one it stays in the order of creation.
func (c *gqlConnection) order(by gqlArgs, of func(any) (created, updated time.Time, comments int)) error {
	sign := 1
	if by.text("direction") == "DESC" {
		sign = -1
	}
	slices.SortStableFunc(c.items, func(a, b any) int {
		ac, au, an := of(a)
		bc, bu, bn := of(b)
		switch by.text("field") {
		case "CREATED_AT":
			return sign * ac.Compare(bc)
		case "UPDATED_AT":
			return sign * au.Compare(bu)
		case "COMMENTS":
			return sign * (an - bn)
		}
		return 0
	})
	c.moves = by.text("field") == "UPDATED_AT" || by.text("field") == "COMMENTS"
	return nil
}

func repoRelease(_ *gqlRun, r *repo, a gqlArgs) (any, error) {
	tag := a.text("tagName")
	for _, l := range r.releases {
		if l.tag == tag {
			return gqlRelease{r, l}, nil
		}
	}
	return nil, nil
}

func repoReleases(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	var out []gqlRelease
	for _, l := range r.releases {
		if !l.draft || x.seesDrafts(r) {
			out = append(out, gqlRelease{r, l})
		}
	}
	if a.object("orderBy").text("direction") != "ASC" {
		slices.Reverse(out)
	}
	return connect(out), nil
}

// seesDrafts: draft releases are for those who can push.
func (x *gqlRun) seesDrafts(r *repo) bool {
	if x.who.user == nil {
		return x.who.has("contents", "write")
	}
	return x.s.mayWrite(x.who.user, r)
}

// latestOf is the newest release that is neither a draft nor a prerelease; nil if there is none.
func latestOf(r *repo) any {
	var best *release
	for _, l := range r.releases {
		if !l.draft && !l.prerelease && (best == nil || !l.published.Before(best.published)) {
			best = l
		}
	}
	if best == nil {
		return nil
	}
	return gqlRelease{r, best}
}

var releaseTable = gqlTable{
	"databaseId":   val(func(_ *gqlRun, l gqlRelease) any { return l.id }),
	"name":         val(func(_ *gqlRun, l gqlRelease) any { return optional(l.name) }),
	"description":  val(func(_ *gqlRun, l gqlRelease) any { return optional(l.body) }),
	"tagName":      val(func(_ *gqlRun, l gqlRelease) any { return l.tag }),
	"tag":          val(func(_ *gqlRun, l gqlRelease) any { return tagRef(l.r, l.tag) }),
	"tagCommit":    val(func(_ *gqlRun, l gqlRelease) any { return commitAt(l.r, l.r.tags[l.tag]) }),
	"isDraft":      val(func(_ *gqlRun, l gqlRelease) any { return l.draft }),
	"isPrerelease": val(func(_ *gqlRun, l gqlRelease) any { return l.prerelease }),
	"isLatest": val(func(_ *gqlRun, l gqlRelease) any {
		latest, ok := latestOf(l.r).(gqlRelease)
		return ok && latest.release == l.release
	}),
	"author":        val(func(_ *gqlRun, l gqlRelease) any { return l.author }),
	"createdAt":     val(func(_ *gqlRun, l gqlRelease) any { return l.created }),
	"updatedAt":     val(func(_ *gqlRun, l gqlRelease) any { return l.created }),
	"publishedAt":   val(func(_ *gqlRun, l gqlRelease) any { return l.published }),
	"repository":    val(func(_ *gqlRun, l gqlRelease) any { return l.r }),
	"resourcePath":  val(func(_ *gqlRun, l gqlRelease) any { return "/" + l.r.fullName() + "/releases/tag/" + l.tag }),
	"url":           val(func(x *gqlRun, l gqlRelease) any { return x.s.base + "/" + l.r.fullName() + "/releases/tag/" + l.tag }),
	"releaseAssets": none,
}

var labelTable = gqlTable{
	"name":         val(func(_ *gqlRun, l gqlLabel) any { return l.name }),
	"color":        val(func(_ *gqlRun, l gqlLabel) any { return l.color }),
	"description":  val(func(_ *gqlRun, l gqlLabel) any { return optional(l.description) }),
	"isDefault":    always(false),
	"repository":   val(func(_ *gqlRun, l gqlLabel) any { return l.r }),
	"url":          val(func(x *gqlRun, l gqlLabel) any { return x.s.base + "/" + l.r.fullName() + "/labels/" + l.name }),
	"resourcePath": val(func(_ *gqlRun, l gqlLabel) any { return "/" + l.r.fullName() + "/labels/" + l.name }),
	"pullRequests": ask(func(x *gqlRun, l gqlLabel, a gqlArgs) (any, error) {
		return x.pulls(l.r.pulls, a.with("labels", []string{l.name}))
	}),
}

func repoCollaborators(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	query, login := a.text("query"), a.text("login")
	var out []*account
	for _, u := range x.s.w.accounts {
		if u.kind == "User" && x.s.collaborates(u, r) && strings.Contains(u.login, query) && (!a.has("login") || equalFold(u.login, login)) {
			out = append(out, u)
		}
	}
	c := connect(out)
	c.edge = func(v any) gqlRecord {
		return gqlRecord{"permission": strings.ToUpper(x.s.permission(v.(*account), r))}
	}
	return c, nil
}

func repoAssignable(x *gqlRun, r *repo, a gqlArgs) (any, error) {
	query := a.text("query")
	var out []*account
	for _, u := range x.s.w.accounts {
		if u.kind == "User" && x.s.collaborates(u, r) && strings.Contains(u.login, query) {
			out = append(out, u)
		}
	}
	return connect(out), nil
}

func repoForks(x *gqlRun, r *repo, _ gqlArgs) (any, error) { return connect(x.forks(r)), nil }

// forks are those that the caller may know of.
func (x *gqlRun) forks(r *repo) []*repo {
	var out []*repo
	for _, f := range x.s.w.repos {
		if f.parent == r && x.s.sees(x.who, f) {
			out = append(out, f)
		}
	}
	return out
}
