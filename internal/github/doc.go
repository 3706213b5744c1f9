// Package github is the only door to GitHub: a snapshot comes in, an action goes out. Nothing else in pitcrew knows a route,
// a GraphQL document, a token or a limit.
//
// # Reading
//
// PR, Base, Release and Target load a rules.Snapshot, each by one GraphQL query where nothing exceeds a hundred. More requests
// are sent only for what is new: bodies of files that were never seen, a head that moved since (it is compared with its base),
// mergeability that GitHub has not computed yet (it is made to), the old paths of renamed files (GraphQL does not tell them). What GitHub has more of than was read is named in
// PR.Truncated. Any entry in a reply's errors makes the load fail, because partial data look like absent
// data; the few that are facts (no organisation's file, protection that we may not read) are listed where they are allowed.
// An error has one meaning, look again later; a caller may branch on ErrGone, *LimitedError and *PermissionError.
//
// Bodies of files come from a cache by installation and git id, and rulesets from one of five minutes, by repository and branch: GitHub
// itself enforces them at the merge.
//
// # Writing
//
// Do carries out one rules.Action and says by its Outcome what became of it. It never retries: what is to be done next is
// decided from what GitHub says then.
//
//	action             request                                       what it is pinned to, or what stands in for a pin
//	merge              PUT pulls/{n}/merge                           sha: the head; GitHub's own rules hold at the base
//	enqueue            enqueuePullRequest                            expectedHeadOid: the head; GitHub's own rules hold at the base
//	dequeue            dequeuePullRequest                            none: it is in the queue or not, and only what we put in is taken out
//	update-branch      PUT pulls/{n}/update-branch                   expected_head_sha: the head
//	(by rebase)        updatePullRequestBranch                       expectedHeadOid: the head
//	request-reviewers  POST pulls/{n}/requested_reviewers            none: its intent in the log; asking twice changes nothing
//	open-pull-request  createRef, or updateRefs                      must not exist, or beforeOid: the tip of the stale branch
//	                   createCommitOnBranch                          expectedHeadOid: the tip of the base
//	                   createPullRequest                             the branch, which is ours; GitHub takes one open one a branch
//	                   (closePullRequest)                            the one just opened, if the commit before it was refused
//	move-pull-request  updatePullRequest                             none: the same title again changes nothing
//	                   createCommitOnBranch                          expectedHeadOid: the head
//	(the two above,    POST git/blobs, git/trees, git/commits        nobody sees them yet
//	where GraphQL      updateRefs                                    beforeOid: must not exist, the stale tip, or the head
//	makes no commits)
//	delete-branch      updateRefs                                    beforeOid: the head that landed
//	retarget           PATCH pulls/{n}                               none: its intent; the same base again changes nothing
//	open-issue         createIssue                                   none: its intent, once for ever for each pull request
//	report-check       POST check-runs, PATCH check-runs/{id}        head_sha; patched by id; external_id is the digest of its text
//	comment            POST issues/{n}/comments                      none: GitHub has just shown that there is none, and its intent
//	                   PATCH issues/comments/{id}                    its id; the same text again changes nothing
//	(redelivery)       POST app/hook/deliveries/{id}/attempts        the delivery; the log takes a delivery once
//
// Everything that is sent for an installation goes through one limiter (limiter.go), which all copies of the program share by a
// row of the database: a second between writes, merges first, each of GitHub's limits, and nothing while GitHub asks for a pause.
// It never waits. A write that may not go now is not sent: its Outcome is Limited, with the slot kept for it. A read that may
// not is a *LimitedError. What can wait is read with Optional.
//
// # To add
//
// A field of a snapshot: its line in queries.go, its field in reply.go, its use in pull.go. A field that an older GitHub
// Enterprise Server may lack gets "# needs Type.field" at the end of its line, if its absence is safe or has another way, and
// a row in internal/contract/otherways.go. An action: a file with its request and the meaning of each reply, a case in do.go, a
// row above.
package github
