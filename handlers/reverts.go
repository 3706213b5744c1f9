package handlers

import (
	"regexp"
	"slices"
	"strconv"
)

// What was merged and is taken back, as a fact beside the text that says so, which is not kept: the number of a pull request, or
// the ids of commits.

// revertBranch is how GitHub's button calls the branch of a pull request that reverts another, and revertBody what it writes.
// https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/reverting-a-pull-request
var (
	revertBranch = regexp.MustCompile(`^revert-([0-9]{1,9})-`)
	revertBody   = regexp.MustCompile(`(?m)^Reverts (?:([A-Za-z0-9._-]+/[A-Za-z0-9._-]+))?#([0-9]{1,9})\s*$`)
)

// reverted is the number of the pull request that this one takes back, where it was made by GitHub's button: branch and text must
// name the same one, in this repository. 0: none.
func (r *reading) reverted(pull object) int {
	branch := revertBranch.FindStringSubmatch(pull.text("head.ref"))
	body := revertBody.FindStringSubmatch(pull.text("body"))
	if branch == nil || body == nil || branch[1] != body[2] {
		return 0
	}
	if body[1] != "" && body[1] != r.doc.text("repository.full_name") {
		return 0
	}
	n, err := strconv.Atoi(branch[1])
	if err != nil {
		return 0
	}
	return n
}

// revertedCommit is what git writes into the message of a commit that takes another back.
// https://git-scm.com/docs/git-revert
var revertedCommit = regexp.MustCompile(`(?m)^This reverts commit ([0-9a-f]{40})\b`)

// maxReverted bounds how many commits one push is believed to take back.
const maxReverted = 50

// revertedBy are the commits that the commits of a push take back.
func revertedBy(push object) []string {
	var list []string
	for _, commit := range push.objects("commits") {
		for _, m := range revertedCommit.FindAllStringSubmatch(commit.text("message"), maxReverted) {
			if !slices.Contains(list, m[1]) && len(list) < maxReverted {
				list = append(list, m[1])
			}
		}
	}
	return list
}
