package rules

// What decides, in sentences: the reference page prints them beside the keys of each section, and stories quote the one that
// decides them. They must be true of the code beside them.

var reviewersText = []string{
	"Nobody is asked about a draft.",
	"Who is asked already or has reviewed counts towards `request`; only as many are asked as are missing.",
	"The author, bots, and whoever's request somebody took back are not asked.",
	"Whom `from` names first is asked first; among those whom one word names, whoever was asked the longest ago in this repository.",
	"`owners` are those whom CODEOWNERS on the base branch names for the changed files.",
}

var updateText = []string{
	"Without `when` and `unless`, every open pull request is meant.",
	"With `only: needed` a branch is updated when its base requires branches to be up to date and its turn in the line has come.",
	"With `only: always` a branch is updated whenever its base has moved.",
	"A draft and one that conflicts with its base are not updated.",
	"The branch of a fork is updated where its owner is a person who lets maintainers edit it; GitHub lets nobody update one of an organisation.",
	"With `only: always` a pull request with a red check or requested changes, or one that `merge.never` holds, is not updated until that is mended; and none while the checks of its last update run.",
	"With `only: always` at most three branches of a base are updated and tested at once.",
	"A branch of Dependabot or Renovate that nobody else pushed to is left to its bot, unless `when` names the bot as `author`.",
	"An approval of the commit before pitcrew's own update still counts after it, unless that is a rebase.",
	"Where approvals vanish after pitcrew's own update, `only: always` updates the pull request no more until it is approved again.",
	"With `method: rebase` nothing is updated where the base requires signed commits, for GitHub does not sign what it rebases.",
}

var mergeText = []string{
	"The first policy decides whose `when` holds and whose `unless` does not; the ones after it are not asked.",
	"A pull request that no policy matches is not merged by pitcrew.",
	"What GitHub itself requires of the base always counts as well.",
	"An approval counts if it is of the newest commit, by somebody who may push, is no bot and wrote none of the commits; with `approvals-at: any`, as GitHub counts.",
	"Who requested changes holds the pull request up until they approve it, or the review is dismissed.",
	"A check passes with success, neutral or skipped; one that has not reported is waited for.",
	"A check that turns red while its pull request stands in line costs the place after 90 seconds, unless it is run again by then.",
	"With `checks: all` at least one check must have reported, and all that have must have passed.",
	"Where nobody asks for a check and none has reported, a minute is waited for one, unless the policy says `checks: none`.",
	"A draft is not merged.",
	"A pull request from a fork lands only with an approval of its head by somebody who may push, whatever its policy says.",
	"Where GitHub lets a workflow wait until somebody with write access lets it run, a check that is asked for and has not reported waits for that, and so does `checks: all`.",
	"A pull request that changes `.platform*.yml`, a workflow or CODEOWNERS lands only with an approval of its head by one of the code owners of what it changes or, where none is named, by somebody with the role maintain, whatever its policy says.",
	"Of several that are ready for one base, the one that was ready first lands first.",
	"A method that the repository or the base does not allow holds the pull request up.",
	"Where the base has GitHub's merge queue, what is ready is put into it, and lands by the method and under the title of the queue; what may not land any more is taken out again.",
	"With `delete-branch` the branch goes once pitcrew has merged its pull request, unless it is protected, was pushed to since or belongs to another open pull request; what merges into it is pointed at the base first.",
}

var propagateText = []string{
	"A full release with a semantic version as its tag becomes a pull request in each repository that uses the package; a prerelease does not.",
	"A newer version moves the pull request of an older one, as long as all its commits are pitcrew's.",
	"A version that was proposed once and closed is not proposed again.",
	"`except` takes away from `packages`.",
}
