package ghsim

import (
	"strings"
)

// What the state keeps in a list of its owner has no way back to it; GraphQL can always go back. These are the state's
// objects together with where they are.
type (
	gqlCommit struct {
		r *repo
		*gitCommit
	}
	gqlTree struct {
		r   *repo
		sha string
	}
	gqlBlob struct {
		r   *repo
		sha string
	}
	gqlEntry struct {
		r *repo
		treeEntry
		dir string // path of the tree, "" or with a slash at the end
	}
	gqlRef struct {
		r            *repo
		prefix, name string // "refs/heads/", "main"; as it was asked for: "refs/heads/pitcrew/", "bump" is the same as "refs/heads/", "pitcrew/bump"
	}
	gqlComparison struct {
		r          *repo
		base, head gqlCommit
	}
	gqlRelease struct {
		r *repo
		*release
	}
	gqlLabel struct {
		r *repo
		*label
	}
	gqlIssue struct {
		r *repo
		*issue
	}
	gqlComment struct { // of an issue or, with p, of a pull request
		r *repo
		p *pull
		i *issue
		*comment
	}
	gqlPullCommit struct {
		p *pull
		gqlCommit
	}
	gqlReview struct {
		p *pull
		*review
	}
	gqlThread struct {
		p *pull
		*thread
	}
	gqlThreadComment struct {
		gqlThread
		c *comment
	}
	gqlReviewRequest struct {
		p *pull
		*reviewRequest
	}
	gqlAutoMerge struct {
		p *pull
		*autoMerge
	}
	gqlQueueEntry struct {
		p *pull
		*queueEntry
	}
	gqlEvent struct {
		p *pull
		*timelineItem
	}
	gqlRollup struct {
		r   *repo
		sha string
	}
	gqlCheck struct {
		r *repo
		*checkRun
	}
	gqlSuite struct {
		r *repo
		*checkSuite
	}
	gqlStatus struct {
		r *repo
		*status
	}
	gqlProtection struct {
		r *repo
		*protection
	}
	gqlRuleset struct {
		r *repo
		*ruleset
	}
	gqlRule struct {
		gqlRuleset
		kind   string // RepositoryRuleType
		params any
	}
	gqlSignature struct{ signature }
)

// commitAt is a commit of a repository; nil if there is none.
func commitAt(r *repo, sha string) any {
	if r == nil || sha == "" {
		return nil
	}
	c, err := r.git.commit(sha)
	if err != nil {
		return nil
	}
	return gqlCommit{r, c}
}

// objectAt is a git object of any kind; nil if there is none.
func objectAt(r *repo, sha string) any {
	o, err := r.git.read(sha)
	if err != nil {
		return nil
	}
	switch o.kind {
	case "commit":
		return commitAt(r, sha)
	case "tree":
		return gqlTree{r, sha}
	case "blob":
		return gqlBlob{r, sha}
	}
	return nil
}

// branchRef is a branch; nil if there is none.
func branchRef(r *repo, name string) any {
	if r == nil {
		return nil
	}
	if _, ok := r.branches[name]; !ok {
		return nil
	}
	return gqlRef{r, "refs/heads/", name}
}

func tagRef(r *repo, name string) any {
	if _, ok := r.tags[name]; !ok {
		return nil
	}
	return gqlRef{r, "refs/tags/", name}
}

// sha is what the ref points to now.
func (f gqlRef) sha() string {
	sha, _ := f.r.ref(f.prefix + f.name)
	return sha
}

// branch is the name of a branch without refs/heads/; false: the ref is none.
func (f gqlRef) branch() (string, bool) { return strings.CutPrefix(f.prefix+f.name, "refs/heads/") }

// findRef finds a ref by its full name, or a branch, then a tag, by its short one.
func findRef(r *repo, name string) any {
	if b, ok := strings.CutPrefix(name, "refs/heads/"); ok {
		return branchRef(r, b)
	}
	if t, ok := strings.CutPrefix(name, "refs/tags/"); ok {
		return tagRef(r, t)
	}
	if b := branchRef(r, strings.TrimPrefix(name, "heads/")); b != nil {
		return b
	}
	return tagRef(r, strings.TrimPrefix(name, "tags/"))
}

// eventPrefixes are the prefixes of node ids of timeline items.
var eventPrefixes = map[string]string{
	"ReviewRequestedEvent": "RRE", "ReviewRequestRemovedEvent": "RRRE", "ReadyForReviewEvent": "RFRE",
	"ConvertToDraftEvent": "CTDE", "HeadRefForcePushedEvent": "HRFPE", "BaseRefChangedEvent": "BRCE",
	"ReopenedEvent": "REE", "ClosedEvent": "CE", "MergedEvent": "ME", "LabeledEvent": "LE", "UnlabeledEvent": "UNLE",
	"AddedToMergeQueueEvent": "ATMQE", "RemovedFromMergeQueueEvent": "RFMQE", "HeadRefDeletedEvent": "HRDE", "RenamedTitleEvent": "RTE",
}

var accountPrefixes = map[string]string{"User": "U", "Organization": "O", "Bot": "BOT"}

// gqlID is the global node id of an object; "" if its type has none.
func gqlID(v any) string {
	switch v := v.(type) {
	case *account:
		return globalID(accountPrefixes[v.kind], v.id)
	case *repo:
		return globalID("R", v.id)
	case *pull:
		return globalID("PR", v.repo.id, v.id)
	case *team:
		return globalID("T", v.org.id, v.id)
	case *app:
		return globalID("A", v.id)
	case gqlCommit:
		return globalID("C", v.r.id, v.gitCommit.sha)
	case gqlTree:
		return globalID("TR", v.r.id, v.sha)
	case gqlBlob:
		return globalID("B", v.r.id, v.sha)
	case gqlRef:
		return globalID("REF", v.r.id, v.prefix+v.name)
	case gqlComparison:
		return globalID("COMP", v.r.id, v.base.sha, v.head.sha)
	case gqlRelease:
		return globalID("RE", v.r.id, v.id)
	case gqlLabel:
		return globalID("LA", v.r.id, v.id)
	case gqlIssue:
		return globalID("I", v.r.id, v.id)
	case gqlComment:
		return globalID("IC", v.r.id, v.id)
	}
	return gqlPullID(v)
}

// gqlPullID is the node id of what belongs to a pull request, a commit's checks or a branch's rules.
func gqlPullID(v any) string {
	switch v := v.(type) {
	case gqlPullCommit:
		return globalID("PURC", v.p.repo.id, v.p.id, v.gitCommit.sha)
	case gqlReview:
		return globalID("PRR", v.p.repo.id, v.id)
	case gqlThread:
		return globalID("PRRT", v.p.repo.id, v.id)
	case gqlThreadComment:
		return globalID("PRRC", v.p.repo.id, v.c.id)
	case gqlReviewRequest:
		return globalID("REVR", v.p.repo.id, v.id)
	case gqlQueueEntry:
		return globalID("MQE", v.p.repo.id, v.id)
	case gqlEvent:
		return globalID(eventPrefixes[v.kind], v.p.repo.id, v.id)
	case gqlRollup:
		return globalID("SCR", v.r.id, v.sha)
	case gqlCheck:
		return globalID("CR", v.r.id, v.id)
	case gqlSuite:
		return globalID("CS", v.r.id, v.id)
	case gqlStatus:
		return globalID("SC", v.r.id, v.id)
	case gqlProtection:
		return globalID("BPR", v.r.id, v.id)
	case gqlRuleset:
		return globalID("RRS", v.r.id, v.id)
	case gqlRule:
		return globalID("RRU", v.r.id, v.id, v.kind)
	}
	return ""
}

// gqlKey tells the members of one connection apart.
func gqlKey(v any) string {
	switch v := v.(type) {
	case fileChange:
		return v.path
	case gqlHidden:
		return v.key
	case gqlRecord:
		key, _ := v["cursorKey"].(string)
		return key
	}
	return gqlID(v)
}
