package contract

// otherWays are the parts of the GraphQL schema that an old GitHub Enterprise
// Server lacks and that the program asks for all the same, because it goes
// another way where it learns so: what it does then. Keys are Type.field,
// field(argument), Union:Type, or the type of a variable.
// TestOldServer in internal/github goes these ways.
var otherWays = map[string]string{
	"BranchProtectionRule.lockBranch":           "left out: there no branch can be locked",
	"BranchProtectionRule.requiredStatusChecks": "requiredStatusCheckContexts, of whichever App",
	"BranchProtectionRule.requiresDeployments":  "left out: there no deployment can be required",
	"Mutation.createCommitOnBranch":             "POST git/blobs, git/trees and git/commits, then updateRefs with beforeOid",
	"CreateCommitOnBranchInput":                 "goes with createCommitOnBranch",
	"PullRequest.isMergeQueueEnabled":           "left out: there is no merge queue",
	"PullRequest.statusCheckRollup":             "that of the last commit, if it is the head",
	"PullRequestChangedFile.changeType":         "GET pulls/{pull_number}/files",
	"Ref.compare":                               "GET compare/{basehead}",
	"RequestedReviewer:Bot":                     "left out: there a bot cannot be asked",
	"WorkflowRun.event":                         "the check suite tells runs apart",
	"repository(followRenames)":                 "a repository that has another id is not taken",
}

// OtherWays lists what an old server may lack, sorted.
func OtherWays() []string { return sortedKeys(otherWays) }
