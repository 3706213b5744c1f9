package main

var races = group{
	"Races and order",
	"[webhooks](https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks), [failed deliveries](https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks)",
	[2]string{"what happens", "pitcrew"},
	[]row{
		{"X1", "a push between the decision and the merge", "sends the head with every merge and update, so that GitHub refuses", ""},
		{"X2", "the base moves between the test and the landing", "where the base requires it, green counts only on top of its tip; after landing it compares what landed", ""},
		{"X3", "somebody pushes between two landings", "decides each landing anew, from what GitHub says after the one before", ""},
		{"X4", "a squash of GitHub's that is not what the pull request was", "compares each landing with what it evaluated; a difference stops the repository until a person resumes it", ""},
		{"X5", "two workers, or two copies, at one line", "one lease for each base, with a fence that a late worker cannot pass: one merge request", ""},
		{"X6", "a webhook is lost, doubled, out of order, or days late", "takes webhooks for a reason to look, knows each delivery once, asks again for those that failed, and sweeps", ""},
		{"X7", "a read shows the state before our own write, or before what a webhook told", "does not decide on it: reads again until it shows, or a minute has passed", ""},
		{"X8", "each landing makes every branch behind, and each update runs CI", "updates the first in line alone, within a budget a day; nobody that something else holds up", ""},
		{"X9", "a bot rebases its own branch while ours merges into it", "leaves such branches to their bot unless the file names it", ""},
		{"X10", "a push with a workflow's token starts no workflow", "writes as the App, whose pushes start them", ""},
		{"X11", "branches of a queue collide, or are left over", "keeps to `pitcrew/…`, and touches no other", ""},
		{"X12", "the result of a cancelled candidate arrives", "counts results of the head alone, whenever they come", ""},
		{"X13", "the program is killed in the middle of a merge", "has written its intent before: looks after the start whether it was done", ""},
		{"X14", "the base is forced back, renamed or deleted", "decides by the base that is there; what has none any more is not landed", ""},
		{"X15", "a pull request is pointed at another base while it is in line", "leaves the line, and is decided by the other base's file", ""},
		{"X16", "the configuration changes on the base, or in a pull request", "decides everything open anew by the new file; a pull request is judged by the file of its base; a broken file stops what it governs", ""},
		{"X17", "deleting a branch closes the pull requests that go to it", "deletes no branch that one goes to", ""},
		{"X18", "two pull requests of one head; a fork's branch called like the base", "goes by the ids of pull requests and repositories, never by names of branches", ""},
		{"X19", "a freeze begins between the decision and the landing, or the clock changes", "asks again at the moment of landing, and wakes at each boundary, in the file's time zone", ""},
		{"X20", "anybody with triage may label; comments may be edited or quoted", "lands by labels only what also has the approvals and checks of its policy; obeys no comment", ""},
	},
}

var forks = group{
	"Forks, permissions, protection",
	"[edits of a fork](https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork), [rulesets](https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets), [commit signatures](https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification)",
	gitHub,
	[]row{
		{"P1", "updates a fork's branch only where its owner allows edits, and never one of an organisation", "asks for both before the first try; what it cannot update it says, with who can, and it holds nobody up", ""},
		{"P2", "lets an App merge a change of a workflow only with the permission `workflows`", "says which permission is missing", ""},
		{"P3", "lets only some push to a base, or pass its rules", "lands by the merge API, and goes by its own evaluation of every rule: being allowed to pass one changes nothing", ""},
		{"P4", "forbids merge commits where the history must be linear", "says so before the first try", ""},
		{"P5", "signs merges and squashes that it makes, and no rebase", "a rule for signatures that GitHub does not find kept stops the merge, and is named", ""},
		{"P6", "names authors by noreply addresses, and bots in brackets", "tells people by their numbers; a bot is written with its brackets", ""},
		{"P7", "finds no member of a batch up to date where the base requires it", "lands one at a time, as the base requires", "later: only a batch has members, and there are no batches yet"},
	},
}

var limits = group{
	"Limits",
	"[rate limits](https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)",
	gitHub,
	[]row{
		{"L1", "gives each installation a budget an hour, and GraphQL one in points", "counts what it asks, stops what can wait first, and all before nothing is left", ""},
		{"L2", "gives points a minute, a hundred requests at once, and content a minute and an hour", "keeps below each of them, a second between writes", ""},
		{"L3", "answers 403 or 429 with `Retry-After`, or a reset", "asks nothing of that installation before, after a restart too", ""},
		{"L4", "answers so without a time", "waits a minute, and twice as long each time that it happens again", ""},
		{"L5", "does not count what has not changed since", "reads by GraphQL, where every answer counts; keeps texts of files by the names of their blobs, and asks for none twice", ""},
		{"L6", "takes texts of a certain length", "cuts them at a whole rune", ""},
	},
}
