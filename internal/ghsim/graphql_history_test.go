package ghsim

import "testing"

// The history of a path has only what changed it, newest first, and says by which pull requests.
func TestGraphQLHistoryOfAPath(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, files: {x.txt: mine}}}\n")
	l.exec("merge 7 by ana squash")
	merged := l.s.w.repos[0].branches["main"]
	l.exec("push main n1 {y.txt: other}")
	ask := `{"query":"{repository(owner:\"acme\",name:\"api\"){ref(qualifiedName:\"main\"){target{...on Commit{history(first:1,path:\"x.txt\"){nodes{oid associatedPullRequests(first:1){nodes{number state}}}}}}}}}"}`
	last := get(l.as(l.token, "POST", "/graphql", ask).want(200).obj, "data", "repository", "ref", "target", "history", "nodes", 0)
	if get(last, "oid") != merged || get(last, "associatedPullRequests", "nodes", 0, "number") != 7.0 || get(last, "associatedPullRequests", "nodes", 0, "state") != "MERGED" {
		t.Errorf("x.txt was last changed by %v, want %s of #7", last, merged)
	}
	l.noErrs()
}
