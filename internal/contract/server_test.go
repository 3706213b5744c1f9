package contract

import (
	"fmt"
	"strings"
	"testing"
)

const previewed = "application/vnd.github.merge-info-preview+json"

// What github.com takes and a server does not know is a fault, with the server's name.
func TestServers(t *testing.T) {
	graph := func(document, variables string) string {
		return fmt.Sprintf(`{"query":%q,"variables":%s}`, document, variables)
	}
	for _, tt := range []struct {
		name, method, target, body string
		want                       string
	}{
		{"all of them know it", "PUT", "/repos/acme/api/pulls/7/merge", `{"sha":"a1","merge_method":"squash"}`, ""},
		{"with a server's prefix", "PUT", "/api/v3/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`, ""},
		{"a parameter that they lack", "GET", "/orgs/acme/teams?team_type=all", "", `GHES 3.17: GET /orgs/{org}/teams knows no query parameter "team_type"`},
		{"a property that they lack", "POST", "/repos/acme/api/releases", `{"tag_name":"v1","discussion_category_name":"x"}`, "GHES 3.19: body/discussion_category_name: unknown property"},
		{"a field that none of them knows", "POST", "/graphql", graph(`{viewer{isEmployee socialAccounts(first:1){totalCount}}}`, "{}"), `GHES of 2021: Cannot query field "socialAccounts" on type "User".`},
		{"a field that the program does without", "POST", "/graphql", graph(`{repository(owner:"a",name:"b",followRenames:false){pullRequest(number:7){isMergeQueueEnabled}}}`, "{}"), ""},
		{"a mutation that the program does without", "POST", "/graphql",
			graph(`mutation($c:CreateCommitOnBranchInput!){createCommitOnBranch(input:$c){commit{oid}}}`,
				`{"c":{"branch":{"branchName":"x"},"expectedHeadOid":"0000000000000000000000000000000000000000","message":{"headline":"m"}}}`), ""},
		{"a property of a variable", "POST", "/graphql",
			graph(`mutation($m:MergePullRequestInput!){mergePullRequest(input:$m){clientMutationId}}`, `{"m":{"pullRequestId":"x","authorEmail":"a@b.example"}}`), ""},
		{"a preview that was not asked for", "POST", "/graphql", graph(`{node(id:"x"){...on PullRequest{mergeStateStatus}}}`, "{}"),
			"PullRequest.mergeStateStatus needs the header Accept: " + previewed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, referee(t).Request(request(t, tt.method, tt.target, tt.body), []byte(tt.body)), tt.want)
		})
	}
	body := graph(`{node(id:"x"){...on PullRequest{mergeStateStatus}}}`, "{}")
	req := request(t, "POST", "/graphql", body)
	req.Header.Set("Accept", previewed)
	check(t, referee(t).Request(req, []byte(body)), "")
}

// A row of otherWays excuses what the old schema really lacks.
func TestOtherWaysAreNeeded(t *testing.T) {
	graph := referee(t).old.graph
	for _, what := range OtherWays() {
		typ, field, isField := strings.Cut(what, ".")
		has := graph.Types[typ] != nil
		switch {
		case isField:
			has = has && graph.Types[typ].Fields.ForName(field) != nil
		case strings.Contains(what, "("):
			name, argument, _ := strings.Cut(strings.TrimSuffix(what, ")"), "(")
			has = graph.Query.Fields.ForName(name).Arguments.ForName(argument) != nil
		case strings.Contains(what, ":"):
			union, member, _ := strings.Cut(what, ":")
			for _, possible := range graph.PossibleTypes[union] {
				has = has || possible.Name == member
			}
		}
		if has {
			t.Errorf("the old schema has %s", what)
		}
	}
}
