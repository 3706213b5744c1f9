package ghsim

import (
	"net/http"
	"strings"
)

// notAccessible is GitHub's refusal to an App whose permissions do not reach.
var notAccessible error = &gqlError{Type: "FORBIDDEN", Message: "Resource not accessible by integration"}

// gqlNeeds says which permission of an App shows a field; what is not listed needs metadata: read, which all have. The
// people behind a token see what their role shows. One of several, in a list divided by |, is enough.
//
// The evidence for each is public: statuses and checks philips pull-request-report-action#557 and
// poseidon/wait-for-status-checks#63, actions ag-grid/ag-charts#7916, members cli/cli#14317, administration
// renovate#23885, contents and pull requests the permissions that GitHub's REST documentation lists for the same data.
var gqlNeeds = map[string]string{
	"Repository.object": "contents", "Repository.ref": "contents", "Repository.refs": "contents",
	"Repository.defaultBranchRef": "contents",
	"Repository.releases":         "contents", "Repository.release": "contents", "Repository.latestRelease": "contents",
	"PullRequest.headRef": "contents", "PullRequest.baseRef": "contents", "Ref.compare": "contents",
	"Commit.tree": "contents", "Commit.file": "contents", "Commit.history": "contents", "TreeEntry.object": "contents",

	"Repository.pullRequest": "pull_requests", "Repository.pullRequests": "pull_requests",
	"Repository.issue": "issues", "Repository.issues": "issues", "Repository.issueOrPullRequest": "issues|pull_requests",
	"Repository.labels": "issues|pull_requests", "Repository.label": "issues|pull_requests",

	"PullRequest.statusCheckRollup": "checks|statuses", "Commit.statusCheckRollup": "checks|statuses",
	"StatusCheckRollup.state": "checks|statuses", "StatusCheckRollup.contexts": "checks|statuses",
	"Commit.status": "statuses", "Commit.checkSuites": "checks",
	"CheckSuite.workflowRun": "actions",

	"ReviewRequest.requestedReviewer":             "members",
	"ReviewRequestedEvent.requestedReviewer":      "members",
	"ReviewRequestRemovedEvent.requestedReviewer": "members",
	"Organization.team":                           "members", "Organization.teams": "members",
	"Organization.membersWithRole": "members", "Team.members": "members",

	"Ref.branchProtectionRule": "administration", "Repository.branchProtectionRules": "administration",
	"PullRequest.mergeQueue": "merge_queues",
}

// permit refuses fields that the caller's permissions do not show.
func (x *gqlRun) permit(typ, field string, _ any) error {
	if x.who.user != nil {
		return nil
	}
	needs, ok := gqlNeeds[typ+"."+field]
	if !ok {
		return nil
	}
	for p := range strings.SplitSeq(needs, "|") {
		if x.who.has(p, "read") {
			return nil
		}
	}
	return notAccessible
}

// graphQLType is the error's type: what the state machine says, else what its HTTP status means.
func (e *apiError) graphQLType() string {
	if e.GraphQLType != "" {
		return e.GraphQLType
	}
	switch e.Status {
	case http.StatusForbidden:
		return "FORBIDDEN"
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusInternalServerError:
		return "INTERNAL"
	}
	return "UNPROCESSABLE"
}

// graphQLMessage is the error in one sentence; REST's "Validation Failed" says nothing without its list.
func (e *apiError) graphQLMessage() string {
	var parts []string
	for _, f := range e.Errors {
		switch {
		case f.Message != "":
			parts = append(parts, f.Message)
		case f.Code == "missing_field":
			parts = append(parts, capital(f.Field)+" can't be blank")
		default:
			parts = append(parts, capital(f.Field)+" is "+f.Code)
		}
	}
	parts = append(parts, e.Plain...)
	if len(parts) == 0 {
		return e.Message
	}
	return strings.Join(parts, ", ")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
