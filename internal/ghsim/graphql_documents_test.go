package ghsim

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// recordTypes are made for one answer, as gqlRecords or connections: what they lack shows when a document is run.
var recordTypes = []string{"PageInfo", "RateLimit", "RequiredStatusCheckDescription", "PushAllowance", "BypassPullRequestAllowance",
	"WorkflowRun", "Workflow", "StatusCheckConfiguration", "RepositoryRuleConditions", "RefNameConditionTarget", "ReactionGroup", "PullRequestParameters", "RequiredStatusChecksParameters"}

// absentTypes never arise here: nobody is a mannequin, there are no milestones or projects.
var absentTypes = []string{"Mannequin", "Milestone", "ProjectCard", "Project", "ProjectColumn",
	"RequiredDeploymentsParameters", "UpdateParameters", "WorkflowsParameters", "WorkflowFileReference"}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "graphql", name+".graphql"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestGraphQLEveryFieldOfTheDocumentsIsAnswered(t *testing.T) {
	files, err := filepath.Glob("testdata/graphql/*.graphql")
	if err != nil || len(files) < 7 {
		t.Fatalf("documents: %v %v", files, err)
	}
	for _, f := range files {
		text := readDocument(t, strings.TrimSuffix(filepath.Base(f), ".graphql"))
		doc, err := documents.load(text)
		if err != nil || len(doc.errs) > 0 {
			t.Fatalf("%s: %v %v", f, err, doc.errs)
		}
		for _, op := range doc.query.Operations {
			for _, field := range unanswered(doc.schema, op.SelectionSet) {
				t.Errorf("%s: nothing answers %s", f, field)
			}
		}
	}
}

func TestGraphQLUnansweredFindsAGap(t *testing.T) {
	doc, err := documents.load(`{ repository(owner:"a",name:"b"){ diskUsage owner{ login ...on User{ bio hovercard{ __typename } } } } }`)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(unanswered(doc.schema, doc.query.Operations[0].SelectionSet), " ")
	if want := "Repository.diskUsage User.hovercard"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// unanswered lists each Type.field of a selection that no table has, for every type that its object may be.
func unanswered(schema *ast.Schema, sel ast.SelectionSet) []string {
	var out []string
	for _, s := range sel {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name != "__typename" {
				out = append(out, missingIn(schema, s)...)
			}
			out = append(out, unanswered(schema, s.SelectionSet)...)
		case *ast.InlineFragment:
			out = append(out, unanswered(schema, s.SelectionSet)...)
		case *ast.FragmentSpread:
			out = append(out, unanswered(schema, s.Definition.SelectionSet)...)
		}
	}
	return out
}

func missingIn(schema *ast.Schema, f *ast.Field) []string {
	parent := f.ObjectDefinition.Name
	if schema.Types[parent].IsAbstractType() {
		var out []string
		for _, d := range schema.PossibleTypes[parent] {
			if t, ok := gqlTables[d.Name]; ok && t[f.Name] == nil {
				out = append(out, d.Name+"."+f.Name)
			}
		}
		return out
	}
	made := slices.Contains(recordTypes, parent) || slices.Contains(absentTypes, parent)
	for _, suffix := range []string{"Connection", "Edge", "Payload"} {
		made = made || strings.HasSuffix(parent, suffix)
	}
	if made || gqlTables[parent][f.Name] != nil {
		return nil
	}
	return []string{parent + "." + f.Name}
}

// variables are what each document needs over the test's world.
func (w *gqlWorld) variables(name string) map[string]any {
	r := map[string]any{"owner": "acme", "name": "api", "number": w.p.number}
	add := func(more map[string]any) map[string]any {
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	switch name {
	case "snapshot":
		return add(map[string]any{"headRef": w.p.head, "config": "main:.platform.yml", "co1": "main:CODEOWNERS", "co2": "main:none", "co3": "main:bin", "admin": true, "rules": true, "teams": true})
	case "page":
		return add(map[string]any{"c": true, "f": true, "r": true, "t": true})
	case "sweep":
		delete(r, "number")
		return add(map[string]any{"base": "main"})
	case "propose":
		return w.proposal(w.main)
	case "gh-pr-list":
		return map[string]any{"owner": "acme", "repo": "api", "limit": 30}
	case "gh-pr-view":
		return map[string]any{"owner": "acme", "repo": "api", "pr_number": w.p.number}
	case "objects":
		delete(r, "number")
		return add(map[string]any{"who": "bob", "head": w.p.head, "ids": []string{gqlID(w.p), gqlID(w.r), gqlID(w.bob), gqlID(w.core), gqlID(w.ours)}})
	}
	w.t.Fatalf("no variables for %s", name)
	return nil
}

// proposal is a branch with a commit on it and a pull request; at is what the branch is expected to be at.
func (w *gqlWorld) proposal(at string) map[string]any {
	return map[string]any{
		"ref": map[string]any{"repositoryId": gqlID(w.r), "name": "refs/heads/pitcrew/bump", "oid": w.main},
		"commit": map[string]any{
			"branch":          map[string]any{"repositoryNameWithOwner": "acme/api", "branchName": "pitcrew/bump"},
			"expectedHeadOid": at, "message": map[string]any{"headline": "Bump", "body": "why"},
			"fileChanges": map[string]any{"additions": []any{map[string]any{"path": "go.mod", "contents": "bW9kdWxlIGE="}}},
		},
		"pr": map[string]any{"repositoryId": gqlID(w.r), "baseRefName": "main", "headRefName": "pitcrew/bump", "title": "Bump"},
	}
}

func TestGraphQLDocumentsAreAnsweredWhole(t *testing.T) {
	for _, name := range []string{"snapshot", "page", "sweep", "propose", "gh-pr-list", "gh-pr-view", "objects"} {
		t.Run(name, func(t *testing.T) {
			w := newGQLWorld(t)
			w.data(w.app(), readDocument(t, name), w.variables(name))
			w.data(&caller{user: w.bob}, readDocument(t, name), w.again(name))
			if errs := w.Errs(); len(errs) > 0 {
				t.Error(errs)
			}
		})
	}
}

// again are variables with which a document can be sent a second time.
func (w *gqlWorld) again(name string) map[string]any {
	if name != "propose" {
		return w.variables(name)
	}
	v := w.proposal(w.main)
	v["ref"].(map[string]any)["name"] = "refs/heads/other"
	v["commit"].(map[string]any)["branch"].(map[string]any)["branchName"] = "other"
	v["pr"].(map[string]any)["headRefName"] = "other"
	return v
}

func TestGraphQLSnapshotValues(t *testing.T) {
	w := newGQLWorld(t)
	d := w.data(w.app(), readDocument(t, "snapshot"), w.variables("snapshot"))
	pr := func(path ...any) []any { return append([]any{"repository", "pullRequest"}, path...) }
	for _, c := range []struct {
		path []any
		want any
	}{
		{[]any{"rateLimit", "cost"}, 1.0},
		{[]any{"rateLimit", "nodeCount"}, 1121.0},
		{[]any{"repository", "config", "text"}, "version: 1\n"},
		{[]any{"repository", "co2"}, nil},
		{[]any{"repository", "co3", "text"}, nil},
		{[]any{"repository", "co3", "isBinary"}, true},
		{pr("headRefOid"), w.p.head},
		{pr("baseRefOid"), w.tip},
		{pr("reviewDecision"), "CHANGES_REQUESTED"},
		{pr("mergeable"), "UNKNOWN"},
		{pr("viewerCanUpdateBranch"), true},
		{pr("author", "login"), "ana"},
		{pr("files", "nodes", 0, "additions"), 2.0},
		{pr("files", "nodes", 0, "changeType"), "ADDED"},
		{pr("baseRef", "compare", "behindBy"), 1.0},
		{pr("baseRef", "compare", "status"), "DIVERGED"},
		{pr("baseRef", "branchProtectionRule", "requiresStrictStatusChecks"), true},
		{pr("baseRef", "rules", "totalCount"), 3.0},
		{pr("baseRef", "rules", "nodes", 2, "parameters", "requiredStatusChecks", 0, "integrationId"), 15368.0},
		{pr("statusCheckRollup", "state"), "PENDING"},
		{pr("statusCheckRollup", "contexts", "totalCount"), 3.0},
		{pr("timelineItems", "filteredCount"), 2.0},
		{pr("latestOpinionatedReviews", "nodes", 0, "state"), "CHANGES_REQUESTED"},
		{pr("reviewThreads", "nodes", 1, "isResolved"), true},
	} {
		if got := get(d, c.path...); got != c.want {
			t.Errorf("%v = %v, want %v", c.path, got, c.want)
		}
	}
}
