package contract

import (
	"encoding/json"
	"testing"
)

func TestQuery(t *testing.T) {
	in := func(selection string) string {
		return `query { repository(owner: "acme", name: "api") { ` + selection + ` } }`
	}
	for _, tt := range []struct {
		name, document string
		want           string
	}{
		{"good", in(`pullRequest(number: 7) { headRefOid labels(first: 100) { nodes { name } } }`), ""},
		{"field misspelt", in(`pullRequest(number: 7) { headRefOidd }`), `graphql:1:`},
		{"argument missing", in(`pullRequest { id }`), `argument "number"`},
		{"no such enum value", in(`pullRequests(first: 1, states: OPENED) { totalCount }`), "OPENED"},
		{"no page size", in(`pullRequests { nodes { id } }`), "repository.pullRequests: a connection needs first or last"},
		{"count only", in(`pullRequests { totalCount }`), ""},
		{"count only, by a fragment", in(`pullRequests { ... on PullRequestConnection { totalCount nodes { id } } }`), "needs first or last"},
		{"page too large", in(`pullRequests(first: 101) { nodes { id } }`), "first is 101, not 1 to 100"},
		{"page of none", in(`pullRequests(last: 0) { nodes { id } }`), "last is 0, not 1 to 100"},
		{"both ends", in(`pullRequests(first: 1, last: 1) { nodes { id } }`), "first and last together"},
		{"page size null", in(`pullRequests(first: null) { nodes { id } }`), "is null"},
		{"alias names the place", in(`open: pullRequests { nodes { id } }`), "repository.open: a connection"},
		{"within a fragment", `query { viewer { ...f } } fragment f on User { repositories { nodes { id } } }`, "viewer.repositories: a connection"},
		{"within an inline fragment", in(`pullRequest(number: 7) { ... on PullRequest { labels { nodes { id } } } }`), "repository.pullRequest.labels: a connection"},
		{"500,000 nodes are too many", in(`pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { comments(first: 50) { nodes { id } } } } } }`), "the limit is 500000"},
		{"just fewer", in(`pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { comments(first: 48) { nodes { id } } } } } }`), ""},
		{"variable without default counts as 100", `query($n: Int) { repository(owner: "a", name: "b") { pullRequests(first: $n) { nodes { reviews(first: 100) { nodes { comments(first: 50) { nodes { id } } } } } } } }`, "the limit is 500000"},
		{"variable with a default", `query($n: Int = 10) { repository(owner: "a", name: "b") { pullRequests(first: $n) { nodes { reviews(first: 100) { nodes { comments(first: 50) { nodes { id } } } } } } } }`, ""},
		{"mutation", `mutation { mergePullRequest(input: {pullRequestId: "x", expectedHeadOid: "a1"}) { pullRequest { merged } } }`, ""},
		{"mutation, unknown input", `mutation { mergePullRequest(input: {pullRequestId: "x", expectedHeadOld: "a1"}) { clientMutationId } }`, "expectedHeadOld"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, referee(t).Query(tt.document), tt.want)
		})
	}
}

func TestGraphQLRequest(t *testing.T) {
	const query = `query($n: Int!) { repository(owner: "a", name: "b") { pullRequests(first: $n) { nodes { id } } } }`
	type vars = map[string]any
	for _, tt := range []struct {
		name, target string
		body         map[string]any
		want         string
	}{
		{"good", "/graphql", vars{"query": query, "variables": vars{"n": 50}}, ""},
		{"GitHub Enterprise Server", "/api/graphql", vars{"query": query, "variables": vars{"n": 50}}, ""},
		{"page size by variable", "/graphql", vars{"query": query, "variables": vars{"n": 150}}, "first is 150"},
		{"variable missing", "/graphql", vars{"query": query}, "variables: "},
		{"variable of another type", "/graphql", vars{"query": query, "variables": vars{"n": "x"}}, "variables: "},
		{"variable that nobody declared", "/graphql", vars{"query": query, "variables": vars{"n": 1, "m": 2}}, `variable "m" is sent and not declared`},
		{"unknown property", "/graphql", vars{"query": query, "variable": vars{"n": 1}}, `unknown field "variable"`},
		{"no query", "/graphql", vars{"variables": vars{}}, "has no query"},
		{"several operations, none named", "/graphql", vars{"query": "query a { viewer { id } } query b { viewer { id } }"}, "no operation"},
		{"several operations, one named", "/graphql", vars{"query": "query a { viewer { id } } query b { viewer { id } }", "operationName": "b"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body, err := json.Marshal(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			req := request(t, "POST", tt.target, string(body))
			check(t, referee(t).Request(req, body), tt.want)
		})
	}
	t.Run("by GET", func(t *testing.T) {
		check(t, referee(t).Request(request(t, "GET", "/graphql", ""), nil), "by POST")
	})
}

func TestQueryPermission(t *testing.T) {
	const read = `query { repository(owner: "a", name: "b") { pullRequest(number: 1) { statusCheckRollup { contexts(first: 1) { nodes { __typename } } } } } }`
	const merge = `mutation { mergePullRequest(input: {pullRequestId: "x"}) { clientMutationId } }`
	for _, tt := range []struct {
		name, document string
		granted        map[string]string
		want           string
	}{
		{"read", read, map[string]string{"pull_requests": "write", "statuses": "read"}, ""},
		{"read, statuses missing", read, map[string]string{"pull_requests": "write"}, "StatusCheckRollup.contexts needs statuses: read"},
		{"merge", merge, map[string]string{"contents": "write"}, ""},
		{"merge, reading alone", merge, map[string]string{"contents": "read"}, "Mutation.mergePullRequest needs contents: write"},
		{"mutation that nobody looked up", `mutation { addStar(input: {starrableId: "x"}) { clientMutationId } }`, nil, "Mutation.addStar is not known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, referee(t).QueryPermission(tt.document, tt.granted), tt.want)
		})
	}
}

// Each field of the table is one of GitHub's.
func TestGraphNeedsExist(t *testing.T) {
	graph := referee(t).graph
	for _, key := range sortedKeys(graphNeeds) {
		typeName, field := cut(key)
		if d := graph.Types[typeName]; d == nil || d.Fields.ForName(field) == nil {
			t.Errorf("%s is not in GitHub's schema", key)
		}
	}
}
