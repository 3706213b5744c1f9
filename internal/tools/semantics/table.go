package main

// gitHub and ours head the columns of most groups.
var gitHub = [2]string{"GitHub", "pitcrew"}

// groups are all rows, in the order of the document.
var groups = []group{
	deciding,
	mergeability,
	checks,
	reviews,
	mergeReplies,
	updateReplies,
	branchReplies,
	queueReplies,
	races,
	forks,
	limits,
}

var mergeability = group{
	"Mergeability",
	"[get a pull request](https://docs.github.com/rest/pulls/pulls#get-a-pull-request), [MergeStateStatus](https://docs.github.com/graphql/reference/enums#mergestatestatus)",
	gitHub,
	[]row{
		{"S1", "does not know whether it can be merged until a background job has tried; reading the pull request alone starts it, and every push to the base takes the answer back from all of its pull requests", "holds it for unknown, which is neither yes nor no: starts the job with one read, asks again later and later up to a minute, and waits with the whole line meanwhile", ""},
		{"S2", "says with “mergeable” only that no text conflicts", "takes it for that alone; reviews and checks are its own business", ""},
		{"S3", "gives one merge state in one word, `BLOCKED` without a reason; `UNSTABLE` (something that is not required is red) can be merged", "compares it with its own verdict: lands what is clean or unstable; says that GitHub blocks for a reason that it does not tell, or names the rule that it does not evaluate; a word that contradicts, or that nobody knows, is waited out", ""},
		{"S4", "says `BEHIND` only where the base requires branches to be up to date", "compares head and base itself, and believes only a comparison of the very commits that it decides on", ""},
		{"S5", "refuses to merge a draft, and asks no code owner about it", "neither lands nor updates it, and asks nobody; both begin with *ready for review*, and end with *back to draft*", ""},
		{"S6", "may show a merged pull request as open for a while, or again", "remembers that it merged, and does not merge it again", ""},
		{"S7", "keeps a test merge under `refs/pull/N/merge`, which may be old", "never reads it: head and base are what it decides on and what it sends", ""},
	},
}

var checks = group{
	"Checks",
	"[status checks](https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks), [required ones and their troubles](https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/troubleshooting-required-status-checks)",
	gitHub,
	[]row{
		{"C1", "has commit statuses (the newest of a context counts), check runs and suites, all of one commit; a required name may be either, and where both have it both must pass", "reads both of the head and asks both; what is more than it reads holds the pull request back", ""},
		{"C2", "passes a required check with success, neutral or skipped, and with nothing else; what has no conclusion is running", "passes the same, and says of each other conclusion what it is", ""},
		{"C3", "never creates the checks of a workflow that a path, a branch or `[skip ci]` filters out: what is required stays expected for ever; a job skipped by `if` reports success", "does not merge; names the check that has not reported, and what may be the cause; holds nobody else up", ""},
		{"C4", "counts the newest of several runs of one name, for each App", "counts the newest of each App and workflow: an old green hides no red, an old red no green", ""},
		{"C5", "may pin a required check to an App", "counts no other App's result for it", ""},
		{"C6", "requires what the branch protection and every active ruleset of repository and organisation ask for together; protection may be unreadable for an App", "adds all of them up; what cannot be read holds the pull request back and says so", ""},
		{"C7", "shows nothing at all in the seconds before CI has begun, which looks green", "waits a minute for a check where none is known, unless the policy says `checks: none`", ""},
		{"C8", "shows only the old conclusion in the minutes between a red and its automatic run anew", "leaves a red check of the first in line its grace, and its place while it runs again", ""},
		{"C9", "shows a gate that fails early red, and then green", "the same grace; the line stands still instead of being shuffled", ""},
		{"C10", "sends events about our own checks as about anybody's", "does not wake itself in circles, and does not wait for itself; where the base requires its own check it reports that before the merge", ""},
		{"C11", "keeps at most a thousand statuses of a context at a commit", "writes one check run for each head, and again only when its words change", ""},
		{"C12", "keeps checks by commit: two pull requests of one head share them, and green says nothing of today's base", "judges each pull request by its head's checks; where the base requires branches to be up to date, green counts only on top of its tip", ""},
		{"C13", "lets the contexts `…/pr` and `…/push` of old Travis stand for the one above them", "knows no such alias, and waits for the name that is required; a pattern under `checks` asks for both", ""},
		{"C14", "lists pull requests of other repositories with a check run, and no branch with the status of a fork's commit", "looks only at pull requests of the repository that the event is of, and finds those of a commit by itself", ""},
		{"C15", "calls a run a success that took seconds because everything in it was skipped", "–", "later: a least duration is asked of the runs of batches, and there are no batches yet"},
	},
}

var reviews = group{
	"Reviews",
	"[about reviews](https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews), [protected branches](https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches), [code owners](https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners)",
	gitHub,
	[]row{
		{"R1", "counts of each reviewer the newest review that is no comment; a dismissed one counts for nothing", "folds them in the same way, in their order", ""},
		{"R2", "counts reviewers with write access alone, never the author", "the same, and no bot", ""},
		{"R3", "is stopped by one request for changes of somebody with write access, whatever others approve", "stops, names the person, and goes on when the same person approves or the review is dismissed; one of somebody without write access stops nothing", ""},
		{"R4", "joins count, code owners and newest push in one decision, which is null where no rule asks", "takes null for *nothing asked*, and any other but an approval for GitHub's own word against the merge", ""},
		{"R5", "dismisses approvals, where that is on, when a push changes the diff; its own update by merge leaves them", "counts an approval at its commit and through its own signed update with the same diff; GitHub's dismissal always wins, and where it comes by that update there is no second one", ""},
		{"R6", "may want the newest push approved by somebody else than who pushed", "waits for that person; its own approval never counts, for it gives none", ""},
		{"R7", "reads CODEOWNERS of the base, from `.github/`, the root or `docs/`; the last line that matches decides, and any one of its owners is enough", "reads the same file with the same rules; a pull request that edits it is judged by the base's", ""},
		{"R8", "takes a request for a review back when the person comments; a team's stays until a member reviews", "does not wait for requests: who is absent blocks nobody", ""},
		{"R9", "dismisses a bot’s approval like anybody’s", "counts no bot's, and gives none of its own that would have to be renewed or taken back", ""},
		{"R10", "sends events about reviews in no certain order", "is only woken by them: what counts is read", ""},
		{"R11", "may require every conversation to be resolved; collapsed or outdated is not resolved", "counts what is not resolved where the base requires it, and looks again just before it lands", ""},
	},
}
