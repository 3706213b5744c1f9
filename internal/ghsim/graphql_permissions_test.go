package ghsim

import (
	"strings"
	"testing"
)

// Each permission that a snapshot needs, and what becomes of it without.
func TestGraphQLPermissions(t *testing.T) {
	w := newGQLWorld(t)
	pr := func(s string) string { return inAPI(`pullRequest(number:1){number ` + s + `}`) }
	for _, c := range []struct {
		without, query string
		path           string // of the first error
		kept           []any  // what is still there
	}{
		{"checks statuses", pr(`statusCheckRollup{state}`), "repository pullRequest statusCheckRollup", []any{"repository", "pullRequest", "number"}},
		{"statuses", pr(`statusCheckRollup{contexts(first:9){nodes{...on CheckRun{name}}}}`), "repository pullRequest statusCheckRollup contexts nodes 2", []any{"repository", "pullRequest", "statusCheckRollup", "contexts", "nodes", 0, "name"}},
		{"checks", pr(`statusCheckRollup{contexts(first:9){nodes{...on StatusContext{context}}}}`), "repository pullRequest statusCheckRollup contexts nodes 0", []any{"repository", "pullRequest", "statusCheckRollup", "contexts", "nodes", 2, "context"}},
		{"actions", pr(`statusCheckRollup{contexts(first:9){nodes{...on CheckRun{checkSuite{app{slug} workflowRun{event}}}}}}`), "repository pullRequest statusCheckRollup contexts nodes 0 checkSuite workflowRun", []any{"repository", "pullRequest", "statusCheckRollup", "contexts", "nodes", 0, "checkSuite", "app", "slug"}},
		{"members", pr(`reviewRequests(first:9){nodes{asCodeOwner requestedReviewer{__typename}}}`), "repository pullRequest reviewRequests nodes 0 requestedReviewer", []any{"repository", "pullRequest", "reviewRequests", "nodes", 0, "asCodeOwner"}},
		{"members", pr(`timelineItems(first:9,itemTypes:[REVIEW_REQUESTED_EVENT]){nodes{...on ReviewRequestedEvent{createdAt requestedReviewer{__typename}}}}`), "repository pullRequest timelineItems nodes 0 requestedReviewer", []any{"repository", "pullRequest", "timelineItems", "nodes", 0, "createdAt"}},
		{"administration", pr(`baseRef{name branchProtectionRule{pattern}}`), "repository pullRequest baseRef branchProtectionRule", []any{"repository", "pullRequest", "baseRef", "name"}},
		{"contents", inAPI(`name object(expression:"main:README.md"){oid}`), "repository object", []any{"repository", "name"}},
		{"pull_requests", inAPI(`name pullRequest(number:1){title}`), "repository pullRequest", []any{"repository", "name"}},
	} {
		w.p.requested = []*reviewRequest{{id: w.id(), team: w.core}}
		w.data(w.app(), c.query, nil)
		w.data(&caller{user: w.ana}, c.query, nil)
		out := w.post(w.app(strings.Fields(c.without)...), c.query, nil)
		if typ, message := firstError(out); typ != "FORBIDDEN" || message != "Resource not accessible by integration" {
			t.Errorf("without %s: %s %q", c.without, typ, message)
		}
		if got := pathOf(out); got != c.path {
			t.Errorf("without %s: error at %q, want %q", c.without, got, c.path)
		}
		if get(out["data"], c.kept...) == nil {
			t.Errorf("without %s: %v is gone too: %v", c.without, c.kept, out)
		}
	}
}

// pathOf is the place of the first error.
func pathOf(out map[string]any) string {
	var words []string
	list, _ := get(out, "errors", 0, "path").([]any)
	for _, p := range list {
		if n, ok := p.(float64); ok {
			p = itoa(int64(n))
		}
		words = append(words, p.(string))
	}
	return strings.Join(words, " ")
}

// The App's own permissions decide, whatever the organisation's are.
func TestGraphQLPermissionsWithout(t *testing.T) {
	w := newGQLWorld(t)
	d := w.data(w.app(), inAPI(`viewerPermission pullRequest(number:1){baseRef{refUpdateRule{viewerCanPush}}}`), nil)
	if get(d, "repository", "viewerPermission") != nil {
		t.Error("viewerPermission is null for an App")
	}
	w.r.people[w.eve.id] = "admin"
	d = w.data(&caller{user: w.eve}, inAPI(`viewerPermission pullRequest(number:1){baseRef{refUpdateRule{viewerCanPush}}}`), nil)
	if get(d, "repository", "viewerPermission") != "ADMIN" || get(d, "repository", "pullRequest", "baseRef", "refUpdateRule") != nil {
		t.Errorf("an administrator: %v", d)
	}
}

// What a token may not know of is not there, under any name.
func TestGraphQLVisibility(t *testing.T) {
	w := newGQLWorld(t)
	other := w.newAccount("other", "Organization")
	secret, err := w.newRepo(other, "secret", nil)
	if err != nil {
		t.Fatal(err)
	}
	secret.labels = []*label{{id: w.id(), name: "l"}}
	for _, who := range []*caller{w.app(), {user: w.ana}} {
		out := w.post(who, `{repository(owner:"other",name:"secret"){name}}`, nil)
		if typ, m := firstError(out); typ != "NOT_FOUND" || m != "Could not resolve to a Repository with the name 'other/secret'." {
			t.Errorf("by name: %s %q", typ, m)
		}
		for _, id := range []string{gqlID(secret), gqlID(gqlLabel{secret, secret.labels[0]})} {
			if typ, _ := firstError(w.post(who, `query($i:ID!){node(id:$i){id}}`, map[string]any{"i": id})); typ != "NOT_FOUND" {
				t.Errorf("by id %s: %q", id, typ)
			}
		}
		d := w.data(who, `{organization(login:"other"){repositories(first:9){totalCount}} search(type:ISSUE,first:9,query:"repo:other/secret"){issueCount}}`, nil)
		if get(d, "organization", "repositories", "totalCount") != 0.0 {
			t.Errorf("in a list: %v", d)
		}
	}
	some := w.app()
	some.token.repos = map[int64]bool{}
	if typ, _ := firstError(w.post(some, inAPI(`name`), nil)); typ != "NOT_FOUND" {
		t.Errorf("a token for other repositories: %q", typ)
	}
	secret.private = false
	w.data(w.app(), `{repository(owner:"other",name:"secret"){name}}`, nil)
}

func TestGraphQLRenames(t *testing.T) {
	w := newGQLWorld(t)
	w.r.oldNames = []string{"acme/old"}
	query := `query($f:Boolean!){repository(owner:"acme",name:"old",followRenames:$f){name}}`
	if d := w.data(w.app(), query, map[string]any{"f": true}); get(d, "repository", "name") != "api" {
		t.Error(d)
	}
	if typ, _ := firstError(w.post(w.app(), query, map[string]any{"f": false})); typ != "NOT_FOUND" {
		t.Errorf("followed: %q", typ)
	}
}
