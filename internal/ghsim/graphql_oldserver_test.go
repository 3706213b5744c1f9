package ghsim

import (
	"encoding/json"
	"testing"
)

// An old GitHub Enterprise Server refuses by codes what it lacks; what it has, it answers.
func TestGraphQLOldServer(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
	l.exec("old-server on")
	ask := func(document string) map[string]any {
		body, err := json.Marshal(map[string]any{"query": document})
		if err != nil {
			t.Fatal(err)
		}
		return l.as(l.token, "POST", "/graphql", string(body)).want(200).obj
	}
	pull := func(field string) string {
		return `{repository(owner:"acme",name:"api"){pullRequest(number:7){` + field + `}}}`
	}
	commit := `mutation{createCommitOnBranch(input:{branch:{repositoryNameWithOwner:"acme/api",branchName:"feature-7"},message:{headline:"m"},
expectedHeadOid:"` + l.s.SHA("a1") + `",fileChanges:{additions:[{path:"x",contents:"eA=="}]}}){commit{oid}}}`
	for _, tt := range []struct {
		document, code string
		names          map[string]string
	}{
		{pull("isMergeQueueEnabled"), "undefinedField", map[string]string{"typeName": "PullRequest", "fieldName": "isMergeQueueEnabled"}},
		{`{repository(owner:"acme",name:"api",followRenames:false){id}}`, "argumentNotAccepted", map[string]string{"name": "repository", "argumentName": "followRenames"}},
		{pull(`reviewRequests(first:1){nodes{requestedReviewer{...on Bot{login}}}}`), "cannotSpreadFragment",
			map[string]string{"parentName": "RequestedReviewer", "typeName": "Bot"}},
		{commit, "undefinedField", map[string]string{"typeName": "Mutation", "fieldName": "createCommitOnBranch"}},
	} {
		out := ask(tt.document)
		if _, executed := out["data"]; executed || get(out, "errors", 0, "extensions", "code") != tt.code {
			t.Errorf("%s: %v", tt.document, out)
			continue
		}
		for key, want := range tt.names {
			if got := get(out, "errors", 0, "extensions", key); got != want {
				t.Errorf("%s: %s is %v, want %s", tt.document, key, got, want)
			}
		}
	}
	if head := get(ask(pull("headRefOid")), "data", "repository", "pullRequest", "headRefOid"); head != l.s.SHA("a1") {
		t.Errorf("head %v after what was refused, want %s", head, l.s.SHA("a1"))
	}
	l.exec("old-server off")
	if out := ask(commit); out["errors"] != nil {
		t.Errorf("of a new one: %v", out)
	}
	l.noErrs()
}
