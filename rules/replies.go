package rules

import "strings"

// replies are GitHub's words when it refuses a write, as far as they are known, with ours. Only ours are kept: the log
// holds no free text. Whether a write is tried again comes from state read again, and not from the text; that chooses the
// words and, where GitHub shows it nowhere else, what a refused merge holds up beside itself (HoldOf).
var replies = []struct{ theirs, ours string }{
	{"head branch was modified", "the head moved"},
	{"base branch was modified", baseMoved},
	{"merge already in progress", "a merge is already in progress"},
	{"not mergeable", "it is not mergeable"},
	{"required status check", "a required status check is missing or red"},
	{"approving review", "an approving review is required"},
	{"review is required", "a review is required"},
	{"code owner", "a code owner's review is required"},
	{"conversation", "a conversation must be resolved"},
	{"repository rule violations", "a ruleset forbids it"},
	{"through the merge queue", "changes go through the merge queue"},
	{"are not allowed on this repository", "the merge method is not allowed"},
	{"rebase is not safe", notRebased},
	{"can't be rebased", notRebased},
	{"not authorized to push", mayNotPush},
	{"protected branch", protectedBase},
	{"draft", "it is a draft"},
	{"without `workflows` permission", "the App lacks the permission workflows, and the change touches a workflow"},
	{"resource not accessible", noPermission},
	{"was archived", "the repository is archived"},
	{"has been suspended", "the installation is suspended"},
	{"bad credentials", "the App is not installed here any more"},
	{"merge conflict between base and head", "base and head conflict"},
	{"no new commits on the base branch", "the branch is up to date already"},
	{"expected head sha", "the head moved"},
	{"expected_head_sha", "the head moved"},
	{"may only be requested from collaborators", "one of the people may not review here"},
	{"review cannot be requested from pull request author", "the author cannot be asked"},
	{"already exists", "it exists already"},
	{"not found", "GitHub does not find it"},
}

// Why gives our words for GitHub's answer to a write, and names the permission where that is what it lacks.
func Why(message string) string {
	words := known(message)
	if what := lacked(message); what != "" && words == noPermission {
		return "the App lacks the permission " + what
	}
	return first(words, "for a reason that pitcrew does not know")
}

// known are our words for an answer; empty: it is none of those that are known.
func known(message string) string {
	lower := strings.ToLower(message)
	for _, r := range replies {
		if strings.Contains(lower, r.theirs) {
			return r.ours
		}
	}
	return ""
}
