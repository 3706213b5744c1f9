package contract

// otherWays are the parts of the GraphQL schema that an old GitHub Enterprise
// Server lacks and that the program asks for all the same, because it goes
// another way where it learns so: what it does then. Keys are Type.field,
// field(argument), Union:Type, or the type of a variable.
// TestOldServer in internal/github goes these ways.
var otherWays = map[string]string{
	"BranchProtectionRule.lockBranch":                                 "left out: there no branch can be locked",
	"BranchProtectionRule.requiredStatusChecks":                       "requiredStatusCheckContexts, of whichever App",
	"BranchProtectionRule.requiresDeployments":                        "left out: there no deployment can be required",
	"Mutation.createCommitOnBranch":                                   "POST git/blobs, git/trees and git/commits, then updateRefs with beforeOid",
	"Mutation.updatePullRequestBranch":                                "nothing is updated by rebase there, and a reason says so",
	"UpdatePullRequestBranchInput":                                    "goes with updatePullRequestBranch",
	"CreateCommitOnBranchInput":                                       "goes with createCommitOnBranch",
	"DequeuePullRequestInput":                                         "goes with dequeuePullRequest",
	"EnqueuePullRequestInput":                                         "goes with enqueuePullRequest",
	"Mutation.dequeuePullRequest":                                     "not asked: there is no merge queue",
	"Mutation.enqueuePullRequest":                                     "not asked: there is no merge queue",
	"RemovedFromMergeQueueEvent":                                      "goes with mergeQueueEntry",
	"PullRequestTimelineItemsItemType.ADDED_TO_MERGE_QUEUE_EVENT":     "goes with mergeQueueEntry",
	"PullRequestTimelineItemsItemType.REMOVED_FROM_MERGE_QUEUE_EVENT": "goes with mergeQueueEntry",
	"PullRequest.isInMergeQueue":                                      "left out: there is no merge queue",
	"PullRequest.isMergeQueueEnabled":                                 "left out: there is no merge queue",
	"PullRequest.mergeQueueEntry":                                     "left out: there is no merge queue",
	"PullRequest.statusCheckRollup":                                   "that of the last commit, if it is the head",
	"PullRequestChangedFile.changeType":                               "GET pulls/{pull_number}/files",
	"Commit.changedFilesIfAvailable":                                  "left out: what a squash changed is not compared by numbers",
	"Ref.rules":                                                       "left out: the branch of what was merged stays",
	"Ref.compare":                                                     "GET compare/{basehead}",
	"RequestedReviewer:Bot":                                           "left out: there a bot cannot be asked",
	"WorkflowRun.event":                                               "the check suite tells runs apart",
	"repository(followRenames)":                                       "a repository that has another id is not taken",
}

// OtherWays lists what an old server may lack, sorted.
func OtherWays() []string { return sortedKeys(otherWays) }
