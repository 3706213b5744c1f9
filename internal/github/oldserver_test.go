package github_test

import "testing"

// onOldServer makes labs in front of a GitHub Enterprise Server of 2021.
var onOldServer bool

// On a server whose GraphQL lacks what came since 2021, everything goes another way to the same end.
func TestOldServer(t *testing.T) {
	onOldServer = true
	defer func() { onOldServer = false }()
	for name, test := range map[string]func(*testing.T){
		"pull request": TestPullRequest, "fork and draft": TestForkAndDraft, "release": TestRelease,
		"propose": TestPropose, "propose again": TestProposeAgain, "locks": TestLocks, "fork's proposal": TestProposalOfFork,
		"updated parents": TestUpdatedParents, "reviewers": TestRequestReviewers,
	} {
		t.Run(name, test)
	}
}
