package main

var mergeReplies = group{
	"What GitHub answers to a merge",
	"[merge a pull request](https://docs.github.com/rest/pulls/pulls#merge-a-pull-request)",
	[2]string{"the answer, and what it means", "pitcrew then"},
	[]row{
		{"M1", "200: it landed", "counts it when it is seen to have landed", ""},
		{"M2", "405 *Base branch was modified*: something else landed at the same moment", "looks again; where the base requires it the branch is updated first, elsewhere it is tried again after 4, 8 and 16 seconds, and then holds nobody up", ""},
		{"M3", "405 *Merge already in progress*", "looks until it shows, and tries again only if it did not land", ""},
		{"M4", "405 *Pull Request is not mergeable*: a conflict, or not computed yet, or merged or closed already", "reads which of them it is: says the conflict, waits for GitHub, or is done", ""},
		{"M5", "405 for a check that is expected, pending or failing, a missing review, or a conversation: rules that changed", "reads the rules again, and waits for what they ask", ""},
		{"M6", "405 *Repository rule violations found*, with a list", "reads the rulesets again, and waits for what they ask", ""},
		{"M7", "405 *Changes must be made through the merge queue*", "does not merge into that base again by itself", ""},
		{"M8", "405 *Squash merges* (*Merge commits*, *Rebase merges*) *are not allowed*", "takes it for a mistake of the configuration, which stops until a setting changes", ""},
		{"M9", "405 *This branch can't be rebased*", "does not try that head again; another method or a push helps", ""},
		{"M10", "405 *not authorized to push*, or the branch is protected or locked", "says so to all that wait there, asks once an hour for all of them, and at once when the rules change", ""},
		{"M11", "405 *still a draft*", "leaves the line until it is ready for review", ""},
		{"M12", "409 *Head branch was modified*: somebody pushed", "decides anew from the new head; never sends the old decision with a new commit", ""},
		{"M13", "403 *Resource not accessible by integration*, or a missing `workflows`", "names the permission, and goes on when somebody accepts it", ""},
		{"M14", "403 or 429 with a secondary limit", "stops every writer of the installation until the time that GitHub named", ""},
		{"M15", "404, 301, 401: deleted, renamed, taken away or uninstalled", "follows the new name; otherwise leaves it, and takes it up again where it comes back", ""},
		{"M16", "422: something in the request is not taken", "says so, and tries less and less often; a title or text that is not taken is not sent again", ""},
		{"M17", "5xx, or no answer: it may have landed", "looks first: done if it landed, tried again if it did not", ""},
	},
}

var updateReplies = group{
	"What GitHub answers to an update of a branch",
	"[update a pull request branch](https://docs.github.com/rest/pulls/pulls#update-a-pull-request-branch)",
	[2]string{"the answer, and what it means", "pitcrew then"},
	[]row{
		{"U1", "202: it will be done, and does not show at once", "waits for the new head, and sends no second update before", ""},
		{"U2", "422 *expected head sha didn't match*: somebody pushed", "decides anew from the new head", ""},
		{"U3", "422 *no new commits on the base branch*: it is up to date", "is done", ""},
		{"U4", "422 *merge conflict between base and head*", "says the conflict", ""},
		{"U5", "403: the fork allows no edits, or the App lacks `workflows`", "names what is missing, lets the next one go first, and asks again after an hour", ""},
		{"U6", "an update of what is up to date may make an empty merge", "compares first: what is up to date is never updated", ""},
		{"U7", "5xx, or no answer", "looks first whether it happened", ""},
	},
}

var branchReplies = group{
	"What GitHub answers about branches",
	"[merge a branch](https://docs.github.com/rest/branches/branches#merge-a-branch), [references](https://docs.github.com/rest/git/refs)",
	[2]string{"the answer, and what it means", "pitcrew then"},
	[]row{
		{"B1", "merging branches: 201 done, 204 nothing to do, 409 a conflict, 404 no such branch", "the simulated GitHub answers so, for the batches to come", ""},
		{"B2", "moving a branch: 422 where it is no fast forward, or the branch is protected", "moves no branch but those of its own, each from the commit that it saw", ""},
		{"B3", "making a branch: 422 where it is there already", "takes the branch that is there, if it is its own", ""},
		{"B4", "deleting a branch: 422 or 404 where it is gone", "is done", ""},
		{"B5", "deleting a branch that its protection, a ruleset or being the default one keeps: 422", "does not try, and says why", ""},
	},
}

var queueReplies = group{
	"GitHub's own queue and auto-merge",
	"[merge queue](https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue), [enqueuePullRequest](https://docs.github.com/graphql/reference/mutations#enqueuepullrequest), [auto-merge](https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/automatically-merging-a-pull-request)",
	gitHub,
	[]row{
		{"Q1", "takes a pull request into the queue with `enqueuePullRequest`, pinned to its head, whether or not auto-merge is allowed", "hands over what is ready, with the head that it decided on", ""},
		{"Q2", "throws out of the queue what is red there", "says so, and does not put the same head in again until what was wrong has changed", ""},
		{"Q3", "switches auto-merge off when somebody without write access pushes or the base changes, and never updates a branch for it", "does not use it: lands by itself, and updates what is first in line", ""},
		{"Q4", "refuses to take one in: the head moved, it is not ready, it is there already, or the App may not", "looks again, and says why", ""},
		{"Q5", "keeps in its queue what people no longer want: it looks only at its own rules", "takes out again what it put in and may not land any more", ""},
		{"Q6", "shows what leaves the queue to land as in no queue for a moment", "waits until it shows, and does not put it in again", ""},
	},
}
