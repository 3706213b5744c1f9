package ghsim

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// mutate sends one mutation with its input and returns the payload, or the first error.
func (w *gqlWorld) mutate(who *caller, name, payload string, in map[string]any) (data any, failed string) {
	w.t.Helper()
	typ := strings.ToUpper(name[:1]) + name[1:] + "Input!"
	out := w.post(who, `mutation($i:`+typ+`){`+name+`(input:$i){`+payload+`}}`, map[string]any{"i": in})
	kind, message := firstError(out)
	if message != "" {
		return nil, kind + " " + message
	}
	return get(out, "data", name), ""
}

func TestGraphQLMutations(t *testing.T) {
	for _, c := range []struct {
		name, mutation, payload string
		who                     string // "" the App, else a person
		in                      func(w *gqlWorld) map[string]any
		fails                   string
		want                    any                      // the payload
		check                   func(w *gqlWorld) string // of the state afterwards
	}{
		{"a stale merge", "mergePullRequest", "pullRequest{merged}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p), "expectedHeadOid": w.main, "mergeMethod": "SQUASH"}
		}, "UNPROCESSABLE Head branch was modified. Review and try the merge again.", nil, nil},
		{"a merge", "mergePullRequest", "pullRequest{merged state} actor{login} clientMutationId", "", func(w *gqlWorld) map[string]any {
			w.mergeable()
			return map[string]any{"pullRequestId": gqlID(w.p), "expectedHeadOid": w.p.head, "mergeMethod": "SQUASH", "commitHeadline": "One", "clientMutationId": "m1"}
		}, "", map[string]any{"pullRequest": map[string]any{"merged": true, "state": "MERGED"}, "actor": map[string]any{"login": "pitcrew"}, "clientMutationId": "m1"},
			func(w *gqlWorld) string {
				c, err := w.r.git.commit(w.r.branches["main"])
				if err != nil {
					return err.Error()
				}
				return c.headline()
			}},
		{"a merge by a reader", "mergePullRequest", "pullRequest{merged}", "eve", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p)}
		}, "FORBIDDEN Must have push access to merge this pull request.", nil, nil},
		{"a label by a reader", "addLabelsToLabelable", "clientMutationId", "eve", func(w *gqlWorld) map[string]any {
			return map[string]any{"labelableId": gqlID(w.p), "labelIds": []string{gqlID(gqlLabel{w.r, w.r.labels[0]})}}
		}, "FORBIDDEN eve does not have the correct permissions to execute `AddLabelsToLabelable`", nil, nil},
		{"a stale update", "updatePullRequestBranch", "clientMutationId", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p), "expectedHeadOid": w.main}
		}, "UNPROCESSABLE expected head sha didn’t match current head ref.", nil, nil},
		{"a ref that exists", "createRef", "ref{name}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"repositoryId": gqlID(w.r), "name": "refs/heads/feature", "oid": w.main}
		}, `UNPROCESSABLE A ref named "refs/heads/feature" already exists in the repository.`, nil, nil},
		{"a ref", "createRef", "ref{name target{oid}}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"repositoryId": gqlID(w.r), "name": "refs/heads/n", "oid": w.main}
		}, "", nil, func(w *gqlWorld) string { return same(w.r.branches["n"], w.main) }},
		{"a ref backwards", "updateRef", "ref{name}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"refId": gqlID(branchRef(w.r, "feature")), "oid": w.main}
		}, "UNPROCESSABLE Update is not a fast forward", nil, nil},
		{"no ref any more", "deleteRef", "clientMutationId", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"refId": gqlID(branchRef(w.r, "feature"))}
		}, "", nil, func(w *gqlWorld) string { return same(w.r.branches["feature"], "") }},
		{"a commit on a branch that moved", "createCommitOnBranch", "commit{oid}", "", func(w *gqlWorld) map[string]any {
			in := w.proposal(w.main)["commit"].(map[string]any)
			in["branch"] = map[string]any{"id": gqlID(branchRef(w.r, "feature"))}
			return in
		}, `STALE_DATA Expected branch to point to "`, nil, nil},
		{"a commit", "createCommitOnBranch", "commit{message}", "", func(w *gqlWorld) map[string]any {
			in := w.proposal(w.p.head)["commit"].(map[string]any)
			in["branch"] = map[string]any{"id": gqlID(branchRef(w.r, "feature"))}
			return in
		}, "", map[string]any{"commit": map[string]any{"message": "Bump\n\nwhy"}}, func(w *gqlWorld) string {
			body, err := w.r.git.file(w.p.head, "go.mod")
			if err != nil {
				return err.Error()
			}
			return string(body)
		}},
		{"nothing to propose", "createPullRequest", "pullRequest{number}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"repositoryId": gqlID(w.r), "baseRefName": "main", "headRefName": "main", "title": "t"}
		}, "UNPROCESSABLE No commits between main and main", nil, nil},
		{"a title", "updatePullRequest", "pullRequest{title body}", "ana", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p), "title": "New"}
		}, "", map[string]any{"pullRequest": map[string]any{"title": "New", "body": "text"}}, nil},
		{"closed", "closePullRequest", "pullRequest{closed merged}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p)}
		}, "", map[string]any{"pullRequest": map[string]any{"closed": true, "merged": false}}, nil},
		{"a draft", "convertPullRequestToDraft", "pullRequest{isDraft}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p)}
		}, "", map[string]any{"pullRequest": map[string]any{"isDraft": true}}, nil},
		{"the author asked", "requestReviews", "clientMutationId", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p), "userIds": []string{gqlID(w.ana)}, "union": true}
		}, "UNPROCESSABLE Review cannot be requested from pull request author.", nil, nil},
		{"one more asked", "requestReviews", "pullRequest{reviewRequests{totalCount}}", "", func(w *gqlWorld) map[string]any {
			w.ok(w.requestReviewers(w.p, &caller{user: w.ana}, nil, []string{"core"}))
			return map[string]any{"pullRequestId": gqlID(w.p), "userIds": []string{gqlID(w.bob)}, "union": true}
		}, "", map[string]any{"pullRequest": map[string]any{"reviewRequests": map[string]any{"totalCount": 2.0}}}, nil},
		{"only one asked", "requestReviews", "pullRequest{reviewRequests{totalCount}} requestedReviewersEdge{node{login}}", "", func(w *gqlWorld) map[string]any {
			w.ok(w.requestReviewers(w.p, &caller{user: w.ana}, nil, []string{"core"}))
			return map[string]any{"pullRequestId": gqlID(w.p), "userIds": []string{gqlID(w.bob)}}
		}, "", map[string]any{"pullRequest": map[string]any{"reviewRequests": map[string]any{"totalCount": 1.0}}, "requestedReviewersEdge": map[string]any{"node": map[string]any{"login": "bob"}}}, nil},
		{"a review", "addPullRequestReview", "pullRequestReview{state author{login}}", "bob", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p), "event": "APPROVE"}
		}, "", map[string]any{"pullRequestReview": map[string]any{"state": "APPROVED", "author": map[string]any{"login": "bob"}}}, nil},
		{"a label off", "removeLabelsFromLabelable", "labelable{labels{totalCount}}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"labelableId": gqlID(w.p), "labelIds": []string{gqlID(gqlLabel{w.r, w.r.labels[0]})}}
		}, "", map[string]any{"labelable": map[string]any{"labels": map[string]any{"totalCount": 0.0}}}, nil},
		{"a comment", "addComment", "commentEdge{node{body pullRequest{number}}}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"subjectId": gqlID(w.p), "body": "hi"}
		}, "", map[string]any{"commentEdge": map[string]any{"node": map[string]any{"body": "hi", "pullRequest": map[string]any{"number": 1.0}}}}, nil},
		{"an issue", "createIssue", "issue{title number}", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"repositoryId": gqlID(w.r), "title": "Broken"}
		}, "", map[string]any{"issue": map[string]any{"title": "Broken", "number": 2.0}}, nil},
		{"no auto-merge here", "enablePullRequestAutoMerge", "clientMutationId", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.p)}
		}, "UNPROCESSABLE Auto merge is not allowed for this repository", nil, nil},
		{"auto-merge", "enablePullRequestAutoMerge", "pullRequest{autoMergeRequest{mergeMethod enabledBy{login}}}", "", func(w *gqlWorld) map[string]any {
			w.r.allowAutoMerge = true
			return map[string]any{"pullRequestId": gqlID(w.p), "mergeMethod": "REBASE", "expectedHeadOid": w.p.head}
		}, "", map[string]any{"pullRequest": map[string]any{"autoMergeRequest": map[string]any{"mergeMethod": "REBASE", "enabledBy": map[string]any{"login": "pitcrew"}}}}, nil},
		{"what is no pull request", "closePullRequest", "clientMutationId", "", func(w *gqlWorld) map[string]any {
			return map[string]any{"pullRequestId": gqlID(w.r)}
		}, "NOT_FOUND Could not resolve to PullRequest node with the global id of '", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newGQLWorld(t)
			who := w.app()
			if c.who != "" {
				who = &caller{user: w.findAccount(c.who)}
			}
			got, failed := w.mutate(who, c.mutation, c.payload, c.in(w))
			if c.fails == "" && failed != "" || !strings.HasPrefix(failed, c.fails) {
				t.Fatalf("failed with %q, want %q", failed, c.fails)
			}
			if c.want != nil {
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			}
			if c.check != nil {
				want := map[string]string{"a merge": "One", "a commit": "module a"}[c.name]
				if got := c.check(w); got != want {
					t.Errorf("state: %q, want %q", got, want)
				}
			}
			if errs := w.Errs(); len(errs) > 0 {
				t.Error(errs)
			}
		})
	}
}

// same is "" where two values are equal.
func same(got, want string) string {
	if got == want {
		return ""
	}
	return got + " instead of " + want
}

// mergeable takes everything away that refuses a merge.
func (w *gqlWorld) mergeable() {
	w.r.protections, w.r.rulesets = nil, nil
	w.computeMergeability(w.p)
}

// Mutations run in order and are not atomic: what failed leaves the rest to be tried, and is found by its alias.
func TestGraphQLMutationsAreNotAtomic(t *testing.T) {
	w := newGQLWorld(t)
	out := w.post(w.app(), readDocument(t, "propose"), w.proposal(w.tip)) // the commit's pin is wrong
	if get(out, "data", "ref", "ref", "name") != "pitcrew/bump" || get(out, "data", "commit") != nil || get(out, "data", "pr") != nil {
		t.Errorf("data %v", out["data"])
	}
	if pathOf(out) != "commit" || get(out, "errors", 1, "path", 0) != "pr" || get(out, "errors", 1, "message") != "No commits between main and pitcrew/bump" {
		t.Errorf("errors %v", out["errors"])
	}
	if w.r.branches["pitcrew/bump"] != w.main {
		t.Error("the ref was taken back")
	}
}

// Every mutation needs its permissions, and changes nothing without one of them.
func TestGraphQLMutationPermissions(t *testing.T) {
	w := newGQLWorld(t)
	label := gqlID(gqlLabel{w.r, w.r.labels[0]})
	pr := map[string]any{"pullRequestId": gqlID(w.p)}
	inputs := map[string]map[string]any{
		"createRef": {"repositoryId": gqlID(w.r), "name": "refs/heads/n", "oid": w.main}, "deleteRef": {"refId": gqlID(branchRef(w.r, "feature"))},
		"updateRef": {"refId": gqlID(branchRef(w.r, "feature")), "oid": w.main}, "updateRefs": {"repositoryId": gqlID(w.r), "refUpdates": []any{}},
		"createCommitOnBranch": {"branch": map[string]any{"repositoryNameWithOwner": "acme/api", "branchName": "feature"}, "expectedHeadOid": w.p.head, "message": map[string]any{"headline": "x"}},
		"createPullRequest":    {"repositoryId": gqlID(w.r), "baseRefName": "main", "headRefName": "feature", "title": "t"},
		"addLabelsToLabelable": {"labelableId": gqlID(w.p), "labelIds": []string{label}}, "removeLabelsFromLabelable": {"labelableId": gqlID(w.p), "labelIds": []string{label}},
		"addComment": {"subjectId": gqlID(w.p), "body": "x"}, "createIssue": {"repositoryId": gqlID(w.r), "title": "t"},
		"dequeuePullRequest": {"id": gqlID(w.p)},
	}
	for _, name := range sortedKeys(mutations) {
		in := inputs[name]
		if in == nil {
			in = pr
		}
		for _, need := range mutations[name].needs {
			less := strings.Split(need, "|")
			if _, failed := w.mutate(w.app(less...), name, "clientMutationId", in); failed != "FORBIDDEN Resource not accessible by integration" {
				t.Errorf("%s without %s: %q", name, need, failed)
			}
		}
	}
	if _, failed := w.mutate(w.app("pull_requests"), "addComment", "clientMutationId", inputs["addComment"]); failed != "FORBIDDEN Resource not accessible by integration" {
		t.Errorf("issues: write alone at a pull request: %q", failed)
	}
}

func TestGraphQLUpdateRefs(t *testing.T) {
	w := newGQLWorld(t)
	zeros := strings.Repeat("0", 40)
	update := func(u ...map[string]any) string {
		list := make([]any, len(u))
		for i, e := range u {
			list[i] = e
		}
		_, failed := w.mutate(w.app(), "updateRefs", "clientMutationId", map[string]any{"repositoryId": gqlID(w.r), "refUpdates": list})
		return failed
	}
	a, b := "refs/heads/a", "refs/heads/b"
	for _, c := range []struct {
		name    string
		updates []map[string]any
		fails   bool
		a       string
	}{
		{"must not exist", []map[string]any{{"name": a, "beforeOid": zeros, "afterOid": w.main}}, false, w.main},
		{"exists", []map[string]any{{"name": a, "beforeOid": zeros, "afterOid": w.tip}}, true, w.main},
		{"was elsewhere", []map[string]any{{"name": a, "beforeOid": w.tip, "afterOid": w.tip}}, true, w.main},
		{"all or none", []map[string]any{{"name": a, "afterOid": w.tip}, {"name": b, "beforeOid": w.tip, "afterOid": w.tip}}, true, w.main},
		{"all or none, one backwards", []map[string]any{{"name": a, "afterOid": w.tip}, {"name": "refs/heads/feature", "afterOid": w.main}}, true, w.main},
		{"forwards", []map[string]any{{"name": a, "beforeOid": w.main, "afterOid": w.tip}}, false, w.tip},
		{"backwards", []map[string]any{{"name": a, "afterOid": w.main}}, true, w.tip},
		{"by force", []map[string]any{{"name": a, "afterOid": w.main, "force": true}}, false, w.main},
		{"deleted", []map[string]any{{"name": a, "beforeOid": w.main, "afterOid": zeros}}, false, ""},
	} {
		if failed := update(c.updates...); (failed != "") != c.fails || w.r.branches["a"] != c.a || w.r.branches["b"] != "" {
			t.Errorf("%s: %q, a is at %q", c.name, failed, w.r.branches["a"])
		}
	}
}

// updatePullRequestBranch answers before the new head is there.
func TestGraphQLUpdateBranchIsAsynchronous(t *testing.T) {
	for method, parents := range map[string]int{"MERGE": 2, "REBASE": 1} {
		w := newGQLWorld(t)
		head := w.p.head
		if _, failed := w.mutate(w.app(), "updatePullRequestBranch", "pullRequest{headRefOid}", map[string]any{"pullRequestId": gqlID(w.p), "expectedHeadOid": head, "updateMethod": method}); failed != "" {
			t.Fatal(failed)
		}
		if w.p.head != head {
			t.Errorf("%s: the head moved at once", method)
		}
		w.Step(gqlStart.Add(time.Minute))
		c, err := w.r.git.commit(w.p.head)
		if err != nil || len(c.parents) != parents || w.behind(w.p) != 0 {
			t.Errorf("%s: %v parents %v, behind %d", method, err, c.parents, w.behind(w.p))
		}
	}
}
