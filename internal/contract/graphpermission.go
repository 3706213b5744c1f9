package contract

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// graphNeeds is what GraphQL fields ask of an installation; GitHub publishes
// no table for them. Reads answer FORBIDDEN, or null, where the permission is
// missing. What is named is the REST operation that does the same, or the
// public report that shows the refusal. Fields that only administration: read
// would show (branchProtectionRule) are not here: they come null, which a
// program has to bear anyway.
var graphNeeds = map[string]struct{ permission, source string }{
	"Repository.object":          {"contents:read", "repos/contents#get-repository-content"},
	"Repository.ref":             {"contents:read", "git/refs#get-a-reference"},
	"Repository.refs":            {"contents:read", "git/refs#list-matching-references"},
	"Repository.latestRelease":   {"contents:read", "releases/releases#get-the-latest-release"},
	"Repository.release":         {"contents:read", "releases/releases#get-a-release-by-tag-name"},
	"Repository.releases":        {"contents:read", "releases/releases#list-releases"},
	"Repository.pullRequest":     {"pull_requests:read", "pulls/pulls#get-a-pull-request"},
	"Repository.pullRequests":    {"pull_requests:read", "pulls/pulls#list-pull-requests"},
	"Repository.issue":           {"issues:read", "issues/issues#get-an-issue"},
	"Repository.issues":          {"issues:read", "issues/issues#list-repository-issues"},
	"CheckSuite.checkRuns":       {"checks:read", "checks/runs#list-check-runs-in-a-check-suite"},
	"Commit.checkSuites":         {"checks:read", "checks/suites#list-check-suites-for-a-git-reference"},
	"Commit.status":              {"statuses:read", "commits/statuses"},
	"StatusCheckRollup.state":    {"checks:read", "poseidon/wait-for-status-checks#63"},
	"StatusCheckRollup.contexts": {"statuses:read", "facebook/sapling#993"},
	"CheckSuite.workflowRun":     {"actions:read", "ag-grid/ag-charts#7916"},
	"Organization.team":          {"members:read", "teams/teams#get-a-team-by-name"},
	"Organization.teams":         {"members:read", "teams/teams#list-teams"},

	"ReviewRequest.requestedReviewer": {"members:read", "cli/cli#14317"},

	"Mutation.mergePullRequest":              {"contents:write", "pulls/pulls#merge-a-pull-request"},
	"Mutation.enablePullRequestAutoMerge":    {"contents:write", "pulls/pulls#merge-a-pull-request"},
	"Mutation.disablePullRequestAutoMerge":   {"pull_requests:write", "pulls/pulls#update-a-pull-request"},
	"Mutation.enqueuePullRequest":            {"contents:write", "pulls/pulls#merge-a-pull-request"},
	"Mutation.dequeuePullRequest":            {"contents:write", "pulls/pulls#merge-a-pull-request"},
	"Mutation.createCommitOnBranch":          {"contents:write", "git/commits#create-a-commit"},
	"Mutation.createRef":                     {"contents:write", "git/refs#create-a-reference"},
	"Mutation.updateRef":                     {"contents:write", "git/refs#update-a-reference"},
	"Mutation.updateRefs":                    {"contents:write", "git/refs#update-a-reference"},
	"Mutation.deleteRef":                     {"contents:write", "git/refs#delete-a-reference"},
	"Mutation.createPullRequest":             {"pull_requests:write", "pulls/pulls#create-a-pull-request"},
	"Mutation.updatePullRequest":             {"pull_requests:write", "pulls/pulls#update-a-pull-request"},
	"Mutation.closePullRequest":              {"pull_requests:write", "pulls/pulls#update-a-pull-request"},
	"Mutation.updatePullRequestBranch":       {"pull_requests:write", "pulls/pulls#update-a-pull-request-branch"},
	"Mutation.requestReviews":                {"pull_requests:write", "pulls/review-requests#request-reviewers-for-a-pull-request"},
	"Mutation.markPullRequestReadyForReview": {"pull_requests:write", "pulls/pulls#update-a-pull-request"},
	"Mutation.convertPullRequestToDraft":     {"pull_requests:write", "pulls/pulls#update-a-pull-request"},
	"Mutation.createIssue":                   {"issues:write", "issues/issues#create-an-issue"},
	"Mutation.addComment":                    {"pull_requests:write", "issues/comments#create-an-issue-comment"},
	"Mutation.addLabelsToLabelable":          {"pull_requests:write", "issues/labels#add-labels-to-an-issue"},
	"Mutation.removeLabelsFromLabelable":     {"pull_requests:write", "issues/labels#remove-a-label-from-an-issue"},
	"Mutation.createCheckRun":                {"checks:write", "checks/runs#create-a-check-run"},
	"Mutation.updateCheckRun":                {"checks:write", "checks/runs#update-a-check-run"},
}

// QueryPermission judges whether the permissions granted suffice for all that
// a GraphQL document asks. A mutation that is not in the table is refused: its
// permission must be looked up first.
func (r *Referee) QueryPermission(document string, granted map[string]string) error {
	doc, err := r.document(document)
	if err != nil {
		return err
	}
	found := map[string]error{}
	for _, op := range doc.Operations {
		visit(op.SelectionSet, func(f *ast.Field) {
			key := f.ObjectDefinition.Name + "." + f.Name
			if err := graphPermission(key, f.ObjectDefinition.Name, granted); err != nil {
				found[key] = err
			}
		})
	}
	var list []error
	for _, key := range sortedKeys(found) {
		list = append(list, found[key])
	}
	return errors.Join(list...)
}

func graphPermission(key, onType string, granted map[string]string) error {
	n, known := graphNeeds[key]
	if !known && onType == "Mutation" {
		return fmt.Errorf("graphql: permission of %s is not known; add it to graphNeeds", key)
	}
	if !known {
		return nil
	}
	p := need{any: []string{n.permission}}.anyOf()[0]
	if !covers(granted[p.Name], p.Access) {
		return fmt.Errorf("graphql: %s needs %s (%s)", key, p, n.source)
	}
	return nil
}

// visit calls f for each field of a selection, fragments included.
func visit(set ast.SelectionSet, f func(*ast.Field)) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			f(s)
			visit(s.SelectionSet, f)
		case *ast.InlineFragment:
			visit(s.SelectionSet, f)
		case *ast.FragmentSpread:
			visit(s.Definition.SelectionSet, f)
		}
	}
}
