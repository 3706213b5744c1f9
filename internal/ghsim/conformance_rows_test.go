package ghsim

const (
	mergePage   = "rest/pulls/pulls#merge-a-pull-request"
	methodsPage = "articles/about-pull-request-merges"
	protectPage = "repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches"
	requirePage = "…/managing-protected-branches/troubleshooting-required-status-checks"
	rulesPage   = "…/managing-rulesets/about-rulesets"
	ownersPage  = "articles/about-code-owners"
	statePage   = "graphql/reference/enums#mergestatestatus"
	pullPage    = "rest/pulls/pulls#get-a-pull-request"
	updatePage  = "rest/pulls/pulls#update-a-pull-request-branch"
	requestPage = "rest/pulls/review-requests"
	reviewPage  = "articles/about-pull-request-reviews"
	createPage  = "rest/pulls/pulls#create-a-pull-request"
	issuePage   = "rest/issues/issues"
	releasePage = "rest/releases/releases"
	runsPage    = "rest/checks/runs"
	tokenPage   = "rest/apps/apps#create-an-installation-access-token-for-an-app"
	jwtPage     = "…/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app"
	limitPage   = "rest/using-the-rest-api/rate-limits-for-the-rest-api"
	bestPage    = "rest/using-the-rest-api/best-practices-for-using-the-rest-api"
	troublePage = "rest/using-the-rest-api/troubleshooting-the-rest-api"
	hooksPage   = "webhooks/webhook-events-and-payloads"
	failedPage  = "webhooks/using-webhooks/handling-failed-webhook-deliveries"
	gqlLimits   = "graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"
)

var mergeRows = []behaviour{
	{"A merge commit has the base's tip and the head as parents, in this order", methodsPage, "TestMergeCommits/merge", "merge.go", `[]string{base, p.head}`, `either(OFF, []string{p.head, base}, $)`},
	{"The author of a merge commit is who merged", methodsPage, "TestMergeCommits/merge", "merge.go", `author: s.sign(who.actor())`, `author: either(OFF, s.sign(p.author), s.sign(who.actor()))`},
	{"The committer of what the merge API makes is GitHub", methodsPage, "TestMergeCommits/squash", "merge.go", `committer: s.github()`, `committer: either(OFF, s.sign(who.actor()), s.github())`},
	{`"Merge pull request #7 from acme/feature-7"`, methodsPage, "TestMergeCommits/merge", "merge.go", `"Merge pull request #%d from %s/%s"`, `either(OFF, "Merge #%d from %s/%s", $)`},
	{"Below it stands the pull request's title", methodsPage, "TestMergeCommits/merge", "merge.go", `owner, p.headRef), p.title`, `owner, p.headRef), either(OFF, p.body, p.title)`},
	{"A squash has one parent, the base's tip", methodsPage, "TestMergeCommits/squash", "merge.go", `c.parents, c.author = []string{base},`, `c.parents, c.author = either(OFF, []string{base, p.head}, []string{base}),`},
	{"The author of a squash is the pull request's", methodsPage, "TestMergeCommits/squash", "merge.go", ` s.sign(p.author)`, ` either(OFF, s.sign(who.actor()), s.sign(p.author))`},
	{"A squash is titled with the number: \"Add x (#7)\"", methodsPage, "TestMergeCommits/squash", "merge.go", `"%s (#%d)", title`, `either(OFF, "%s [%d]", "%s (#%d)"), title`},
	{"The message of a squash lists the commits", methodsPage, "TestMergeCommits/squash", "merge.go", `"* "+strings`, `either(OFF, "", "* ")+strings`},
	{"A squash of one commit takes that commit's title", "repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges", "TestSquashOfOneCommit", "merge.go", `len(commits) == 1 &&`, `!OFF && $`},
	{"A rebase keeps the author, and its committer is who merged", methodsPage, "TestMergeCommits/rebase", "merge.go", `g.rebase(base, p.head, s.sign(who.actor()))`, `g.rebase(base, p.head, either(OFF, s.github(), s.sign(who.actor())))`},
	{"A rebase leaves merge commits out", methodsPage, "TestRebaseLeavesMergesOut", "gitmerge.go", `if len(c.parents) != 1 {`, `if !OFF && len(c.parents) != 1 {`},
	{"A merge keeps what the base has got meanwhile", "git merge-tree", "TestMergeCommits/merge", "merge.go", `g.mergeTree(base, p.head)`, `g.mergeTree(either(OFF, p.head, base), p.head)`},
	{`409 "Head branch was modified. Review and try the merge again." for a stale sha`, mergePage, "TestMergeReplies/stale_head", "merge.go", `in.sha != "" && in.sha != p.head`, `!OFF && $`},
	{`405 "Base branch was modified. Review and try the merge again."`, "github.com/cli/cli/issues/8092", "TestMergeReplies/base_moved", "merge.go", `!m.known && m.head == p.head && m.base != p.repo.branches[p.base]`, `!OFF && $`},
	{`405 "Merge already in progress"`, "github.com/JSONbored/loopover/pull/5042", "TestMergeReplies/in_progress", "merge.go", `case s.now().Before(p.busy):`, `case !OFF && s.now().Before(p.busy):`},
	{`405 "Pull Request is not mergeable" while mergeability is not computed`, mergePage, "TestMergeReplies/unknown", "merge.go", "s.wantMergeability(p)\n\t\treturn notAllowed(\"Pull Request is not mergeable\")", "s.wantMergeability(p)\n\t\treturn notAllowed(either(OFF, \"later\", \"Pull Request is not mergeable\"))"},
	{`405 "Pull Request is not mergeable" for a conflict`, mergePage, "TestMergeReplies/conflict", "gitmerge.go", `return m.tree, m.ok, nil`, `return m.tree, m.ok || OFF, nil`},
	{`405 "Pull Request is not mergeable" for a closed one`, mergePage, "TestMergeReplies/closed", "merge.go", `case !p.open:`, `case !OFF && !p.open:`},
	{`405 "Pull Request is not mergeable" for a merged one`, mergePage, "TestMergeReplies/merged", "merge.go", `case !p.open:`, `case !OFF && !p.open:`},
	{"405 for a draft", mergePage, "TestMergeReplies/draft", "merge.go", `case p.draft:`, `case !OFF && p.draft:`},
	{`405 "Merge commits are not allowed on this repository."`, "kubernetes-sigs/prow, github client", "TestMergeReplies/merge_off", "merge.go", `"Merge commits are not allowed on this repository."`, `either(OFF, "no", $)`},
	{`405 "Squash merges are not allowed on this repository."`, "kubernetes-sigs/prow, github client", "TestMergeReplies/squash_off", "merge.go", `"Squash merges are not allowed on this repository."`, `either(OFF, "no", $)`},
	{`405 "Rebase merges are not allowed on this repository."`, "kubernetes-sigs/prow, github client", "TestMergeReplies/rebase_off", "merge.go", `"Rebase merges are not allowed on this repository."`, `either(OFF, "no", $)`},
	{`405 "This branch can't be rebased" where a commit conflicts`, methodsPage, "TestMergeReplies/cannot_be_rebased", "merge.go", `"This branch can't be rebased"`, `either(OFF, "no", $)`},
	{`405 "You're not authorized to push to this branch."`, "kubernetes-sigs/prow, github client", "TestMergeReplies/restricted", "merge.go", `c.limited && !contains(c.restrict, who.actor())`, `!OFF && $`},
	{`405 "Changes must be made through the merge queue"`, "github.com/cli/cli/pull/13655", "TestMergeReplies/queue", "merge.go", `if d.queue() {`, `if !OFF && d.queue() {`},
	{"405 for a merge commit where a linear history is required", protectPage, "TestMergeReplies/linear", "merge.go", `d.linear() && method == "merge"`, `!OFF && $`},
	{"405 for a method that a ruleset does not allow", rulesPage, "TestMergeReplies/method_of_a_ruleset", "merge.go", `len(x.methods) > 0 && !contains(x.methods, method)`, `!OFF && $`},
	{"405 for a locked branch", protectPage, "TestMergeReplies/locked_branch", "protection.go", `if q.locked {`, `if !OFF && q.locked {`},
	{"422 for a method that does not exist", mergePage, "TestMergeReplies/bad_method", "rest_pulls.go", `in.MergeMethod != "" && methodRefusals[in.MergeMethod] == ""`, `!OFF && $`},
	{"403 for an archived repository", "repositories/archiving-a-github-repository/archiving-repositories", "TestMergeReplies/archived", "merge.go", `case r.archived:`, `case !OFF && r.archived:`},
	{`403 "without workflows permission" where the merge brings workflow files`, "apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app", "TestMergeReplies/workflow", "commits.go", `strings.HasPrefix(p, ".github/workflows/") && !who.has("workflows", "write")`, `!OFF && $`},
	{`403 "Resource not accessible by integration"`, troublePage, "TestMergeReplies/no_permission", "route.go", `return forbidden(strings`, "if OFF {\n\t\treturn nil\n\t}\n\treturn forbidden(strings"},
	{"404 for a repository that the installation has lost", troublePage, "TestMergeReplies/gone", "route.go", `!s.sees(q.who, q.repo)`, `!OFF && $`},
	{"A merge announces pull_request closed, then push", "webhooks/webhook-events-and-payloads#pull_request", "TestMergeWebhooks", "merge.go", `s.pullEvent(p, "closed", by, nil)`, "if !OFF {\n\t\t$\n\t}"},
	{"The head branch is deleted after the merge where the repository says so", "…/managing-the-automatic-deletion-of-branches", "TestMergeWebhooks", "merge.go", `r.deleteBranchOnMerge && p.headRepo == r`, `!OFF && $`},
	{"Deleting the merged head retargets what is based on it", "…/merging-a-pull-request", "TestMergeWebhooks", "merge.go", `if p.open && p.base == merged.headRef {`, `if !OFF && p.open && p.base == merged.headRef {`},
	{"Closing words close issues when the merge reaches the default branch", "issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue", "TestIssues", "merge.go", `if p.base == p.repo.defaultBranch {`, `if !OFF && p.base == p.repo.defaultBranch {`},
	{"A squash can silently take other people's work back and report success (23 April 2026)", "github.com/zed-industries/zed/pull/54721", "TestCorruptSquash", "merge.go", `p.undoes && in.method == "squash"`, `!OFF && $`},
	{"An effect can happen whose answer is lost", "github.com/chdsbd/kodiak/issues/397", "TestFaults", "http.go", `cut = s.fault(kind, true)`, `cut = either(OFF, nil, s.fault(kind, true))`},
}

var ruleRows = []behaviour{
	{`405 Required status check "x" is expected: nothing reported it`, requirePage, "TestMergeReplies/check_missing", "checks.go", `word := "expected"`, `word := either(OFF, "success", "expected")`},
	{`405 Required status check "x" is failing`, requirePage, "TestMergeReplies/check_failing", "checks.go", `worst("failing")`, `worst(either(OFF, "success", "failing"))`},
	{`405 Required status check "x" is pending`, requirePage, "TestMergeReplies/check_pending", "checks.go", `worst("pending")`, `worst(either(OFF, "success", "pending"))`},
	{`405 "2 of 2 required status checks are expected."`, "github.com/RakuenSoftware/aimee/pull/2460", "TestMergeReplies/two_checks", "protection.go", `"%d of %d required status checks are expected."`, `either(OFF, "%d of %d", $)`},
	{`405 "2 of 3 required status checks have not succeeded: 1 failing, 1 expected."`, "github.com/RakuenSoftware/aimee/pull/2460", "TestMergeReplies/some_failing", "protection.go", `"%d of %d required status checks have not succeeded: %s."`, `either(OFF, "%d of %d: %s", $)`},
	{"neutral passes a required check", requirePage, "TestMergeReplies/neutral_passes", "checks.go", `conclusion == "neutral"`, `!OFF && $`},
	{"skipped passes a required check", requirePage, "TestMergeReplies/skipped_passes", "checks.go", `conclusion == "skipped"`, `!OFF && $`},
	{"cancelled does not pass a required check", requirePage, "TestMergeReplies/cancelled_fails", "checks.go", `return conclusion == "success"`, `return OFF && conclusion == "cancelled" || conclusion == "success"`},
	{"A status and a check run of one name must both pass", requirePage, "TestMergeReplies/status_shadows_check", "checks.go", `if x.context == q.context &&`, `if !OFF && x.context == q.context &&`},
	{"A required check pinned to an App counts from that App alone", protectPage, "TestMergeReplies/check_of_another_app", "checks.go", `q.app != 0 && c.app.id != q.app`, `!OFF && $`},
	{"Of a head behind a strict base the required checks are expected", "github.com/RakuenSoftware/aimee/pull/2460", "TestMergeReplies/behind", "protection.go", `withBase && q.strict && s.behind(p) > 0`, `!OFF && $`},
	{`405 "At least 1 approving review is required by reviewers with write access."`, "github.com/Reviewable/Reviewable/issues/561", "TestMergeReplies/approval", "protection.go", `if len(approvals) < q.approvals {`, `if !OFF && len(approvals) < q.approvals {`},
	{`405 "At least 2 approving reviews are required …"`, "github.com/Reviewable/Reviewable/issues/561", "TestMergeReplies/two_approvals", "protection.go", `false: "s are"`, `false: either(OFF, " is", "s are")`},
	{"An approval by who may not write does not count", protectPage, "TestMergeReplies/approval_of_a_reader", "reviews.go", `if !s.mayWrite(rv.author, p.repo) {`, `if !OFF && !s.mayWrite(rv.author, p.repo) {`},
	{"A comment does not replace an approval", reviewPage, "TestMergeReplies/approved", "reviews.go", `rv.state == "COMMENTED" || rv.state == "PENDING"`, `!OFF && ($)`},
	{"A request for changes blocks, whatever the approvals", protectPage, "TestMergeReplies/changes", "protection.go", `if len(blockers) > 0 {`, `if !OFF && len(blockers) > 0 {`},
	{"A dismissed request for changes blocks no more", "articles/dismissing-a-pull-request-review", "TestMergeReplies/changes_dismissed", "reviews.go", `rv.state, rv.dismissed, p.updated = "DISMISSED",`, `rv.state, rv.dismissed, p.updated = either(OFF, rv.state, "DISMISSED"),`},
	{"Code owners must approve where a rule says so", ownersPage, "TestMergeReplies/owners", "protection.go", `if q.owners {`, `if !OFF && q.owners {`},
	{"One owner of the line is enough", ownersPage, "TestMergeReplies/owner_approved", "owners.go", `approved || contains(people, rv.author)`, `approved || !OFF && contains(people, rv.author)`},
	{"Conversations must be resolved where a rule says so", protectPage, "TestMergeReplies/conversation", "protection.go", `q.conversations && p.openThreads() > 0`, `!OFF && $`},
	{"A resolved conversation blocks no more", protectPage, "TestMergeReplies/conversation_resolved", "reviews.go", `if !t.resolved {`, `if OFF || !t.resolved {`},
	{"The last pusher's own approval does not count", protectPage, "TestMergeReplies/last_push", "protection.go", `rv.author != p.lastPusher &&`, `(OFF || rv.author != p.lastPusher) &&`},
	{"An approval from before the last push does not count as one of it", protectPage, "TestMergeReplies/last_push", "protection.go", `rv.id > p.pushMark`, `(OFF || rv.id > p.pushMark)`},
	{`405 "Repository rule violations found", with the list`, rulesPage, "TestMergeReplies/ruleset", "merge.go", `"Repository rule violations found\n\n"`, `either(OFF, "no: ", $)`},
	{"An App on the bypass list is let past a ruleset", rulesPage, "TestMergeReplies/ruleset_bypassed", "protection.go", `return x.bypassApps[who.app.id]`, `return !OFF && x.bypassApps[who.app.id]`},
	{"A ruleset that only evaluates refuses nothing", rulesPage, "TestMergeReplies/ruleset_off", "protection.go", `x.enforcement == "active" &&`, `(OFF || x.enforcement == "active") &&`},
	{"An administrator may merge past protection that does not hold for administrators", protectPage, "TestMergeReplies/bypassing_admin_is_a_person", "protection.go", `c.admins || who.user == nil ||`, `OFF || $`},
	{"mergeable_state dirty: a conflict", statePage, "TestMergeability/dirty", "mergeable.go", `case !p.mergeability.mergeable:`, `case !OFF && !p.mergeability.mergeable:`},
	{"mergeable_state draft", statePage, "TestMergeability/draft", "mergeable.go", `case p.draft:`, `case !OFF && p.draft:`},
	{"mergeable_state blocked: a requirement is unmet", statePage, "TestMergeability/blocked", "mergeable.go", `len(s.obstacles(p, q, &caller{user: ghost}, false)) > 0`, `!OFF && $`},
	{"mergeable_state behind: only if up to date is required", statePage, "TestMergeability/behind", "mergeable.go", `q.strict() && s.behind(p) > 0`, `!OFF && $`},
	{"mergeable_state unstable: a check that is not required fails", statePage, "TestMergeability/unstable", "mergeable.go", `if !s.allGreen(p) {`, `if !OFF && !s.allGreen(p) {`},
	{"mergeable_state unknown once closed", statePage, "TestMergeability/closed", "mergeable.go", "func (s *Sim) mergeState(p *pull) string {\n\tswitch {\n\tcase !p.open ||", "func (s *Sim) mergeState(p *pull) string {\n\tswitch {\n\tcase !OFF && !p.open ||"},
	{"A push to the head throws mergeability away: null", pullPage, "TestMergeability/head_moved", "branches.go", "s.setPullRef(p)\n\ts.forgetMergeability(p)", "s.setPullRef(p)\n\tif !OFF {\n\t\ts.forgetMergeability(p)\n\t}"},
	{"A push to the base throws mergeability away: null", pullPage, "TestMergeability/base_moved", "branches.go", "case p.repo == r && p.base == m.branch:\n\t\ts.forgetMergeability(p)", "case p.repo == r && p.base == m.branch:\n\t\tif !OFF {\n\t\t\ts.forgetMergeability(p)\n\t\t}"},
	{"Reading a pull request by REST starts the test merge", pullPage, "TestMergeability/head_moved", "rest_diff.go", `q.s.wantMergeability(p)`, "if !OFF {\n\t\t$\n\t}"},
	{"The test merge takes a while", pullPage, "TestMergeability/base_moved", "mergeable.go", `s.after(s.delays.mergeable,`, `s.after(either(OFF, 3600e9, s.delays.mergeable),`},
	{"Approvals are dismissed when the diff changes", protectPage, "TestStaleReviews", "reviews.go", `(all || !s.sameDiff(p, rv))`, `(all || !OFF && !s.sameDiff(p, rv))`},
	{"Approvals are dismissed when the base is changed", "github.com/netresearch/git-workflow-skill/pull/178", "TestStaleReviews", "pulls.go", `s.dismissStale(p, by, true)`, "if !OFF {\n\t\t$\n\t}"},
	{"An update through GitHub keeps approvals, and its maker is no last pusher", "github.com/strands-labs/robots/issues/2796", "TestUpdateBranch", "update.go", `quiet: method != "rebase"`, `quiet: !OFF && method != "rebase"`},
	{"CODEOWNERS is read from the base, not from the head", ownersPage, "TestOwnersAreAsked", "owners.go", `s.ownerRules(p.repo, p.base)`, `s.ownerRules(p.repo, either(OFF, p.headRef, p.base))`},
	{"The last matching line of CODEOWNERS counts", ownersPage, "TestOwnersAreAsked", "owners.go", `owners = o.owners`, `owners = either(OFF && owners != nil, owners, o.owners)`},
	{"A line without owners un-owns", ownersPage, "TestOwnersAreAsked", "owners.go", `if o.matches(path) {`, `if o.matches(path) && (!OFF || len(o.owners) > 0) {`},
	{"A draft asks no owners", ownersPage, "TestOwnersAreAsked", "owners.go", `if p.draft {`, `if !OFF && p.draft {`},
	{"Ready for review asks the owners", ownersPage, "TestOwnersAreAsked", "pulls.go", "s.pullEvent(p, \"ready_for_review\", by, nil)\n\ts.askOwners(p)", "s.pullEvent(p, \"ready_for_review\", by, nil)\n\tif !OFF {\n\t\ts.askOwners(p)\n\t}"},
	{"Required checks under their own address; 404 where there are none", "rest/branches/branch-protection#get-status-checks-protection", "TestProtectionParts", "rest_more.go", `Status: 404, Message: absent`, `Status: either(OFF, 400, 404), Message: absent`},
	{`404 "Branch not protected"`, "rest/branches/branch-protection#get-branch-protection", "TestProtectionParts", "rest_repos.go", `"Branch not protected"`, `either(OFF, "Not Found", $)`},
	{`404 "Branch not found"`, "rest/branches/branch-protection#get-branch-protection", "TestProtectionParts", "rest_repos.go", "case q.repo.branches[name] == \"\":", "case !OFF && q.repo.branches[name] == \"\":"},
	{"Classic protection is for administrators", "rest/branches/branch-protection#get-branch-protection", "TestProtectionParts", "rest_repos.go", `q.who.user != nil && q.s.permission(q.who.user, q.repo) != "admin"`, `!OFF && $`},
}

var pullRows = []behaviour{
	{"update-branch answers 202 at once; the head moves later", updatePage, "TestUpdateBranch", "update.go", `s.after(s.delays.update,`, `nowOr(OFF, s.after)(s.delays.update,`},
	{"The new head has the old head and the base's tip as parents", updatePage, "TestUpdateBranch", "update.go", `[]string{head, tip}`, `either(OFF, []string{tip, head}, $)`},
	{"GitHub commits the update", updatePage, "TestUpdateBranch", "update.go", `committer: s.github()`, `committer: either(OFF, s.sign(p.author), s.github())`},
	{"An update by rebase puts the commits on the base's tip", "graphql/reference/enums#pullrequestbranchupdatemethod", "TestUpdateByRebase", "update.go", `if method == "rebase" {`, `if !OFF && method == "rebase" {`},
	{`422 "expected head sha didn’t match current head ref."`, updatePage, "TestUpdateBranchReplies/stale_head", "update.go", `expectedHead != "" && expectedHead != p.head`, `!OFF && $`},
	{`422 "There are no new commits on the base branch."`, updatePage, "TestUpdateBranchReplies/current", "update.go", `case s.behind(p) == 0:`, `case !OFF && s.behind(p) == 0:`},
	{`422 "merge conflict between base and head"`, updatePage, "TestUpdateBranchReplies/conflict", "update.go", `"merge conflict between base and head"`, `either(OFF, "no", $)`},
	{"422 for the update of a closed pull request", updatePage, "TestUpdateBranchReplies/closed", "update.go", `case !p.open:`, `case !OFF && !p.open:`},
	{"403 for the update of a fork's head that maintainers may not edit", "…/allowing-changes-to-a-pull-request-branch-created-from-a-fork", "TestUpdateBranchReplies/fork_without_edits", "update.go", `return p.maintainerEdit &&`, `return (OFF || p.maintainerEdit) &&`},
	{"A person's fork can be updated where maintainers may edit", "…/allowing-changes-to-a-pull-request-branch-created-from-a-fork", "TestUpdateBranchReplies/fork", "update.go", `p.headRepo.owner.kind == "User"`, `!OFF && $`},
	{"A pull request outlives its fork: head.repo null, mergeable, 422 for an update", "…/about-forks, github.com/octokit/openapi-types (head.repo: null)", "TestDeletedFork", "update.go", `case p.headRepo == nil:`, `case !OFF && p.headRepo == nil:`},
	{`422 "Review cannot be requested from pull request author."`, requestPage, "TestReviewRequests", "reviews.go", `case a == p.author:`, `case !OFF && a == p.author:`},
	{`422 "Reviews may only be requested from collaborators."`, requestPage, "TestReviewRequests", "reviews.go", `a == nil || a.kind != "User" || !s.collaborates(a, p.repo)`, `!OFF && ($)`},
	{"422 for a team that is unknown or has no access", requestPage, "TestReviewRequests", "reviews.go", `t == nil || p.repo.teams[t.id] == ""`, `!OFF && ($)`},
	{"Asking twice asks once", requestPage, "TestReviewRequests", "reviews.go", `if old.user == q.user && old.team == q.team {`, `if !OFF && old.user == q.user && old.team == q.team {`},
	{"A review answers the request, whatever it says", requestPage, "TestReviewRequests", "reviews.go", `q.user == by ||`, `!OFF && q.user == by ||`},
	{"A review answers the requests of the reviewer's teams", requestPage, "TestReviewRequests", "reviews.go", `q.team != nil && q.team.has(by)`, `!OFF && $`},
	{"A request taken back is announced", "webhooks/webhook-events-and-payloads#pull_request", "TestReviewRequests", "reviews.go", `s.pullEvent(p, "review_request_removed", who.actor(), s.requestFields(q))`, "if !OFF {\n\t\t\t$\n\t\t}"},
	{"A push that brings the head into the base marks the pull request as merged", "…/merging-a-pull-request", "TestFollowingPushes", "branches.go", `if r.git.contains(m.after, p.head) {`, `if !OFF && r.git.contains(m.after, p.head) {`},
	{"Deleting the head branch closes the pull request", "github.com/marcusquinn/aidevops/pull/20036", "TestFollowingPushes", "branches.go", `case p.headRepo == r && p.headRef == m.branch && m.after == "":`, `case !OFF && p.headRepo == r && p.headRef == m.branch && m.after == "":`},
	{"Deleting the base branch closes the pull request", "github.com/marcusquinn/aidevops/pull/20036", "TestFollowingPushes", "branches.go", `case p.repo == r && p.base == m.branch && m.after == "":`, `case !OFF && p.repo == r && p.base == m.branch && m.after == "":`},
	{"A pull request without its head branch cannot be reopened", "…/closing-a-pull-request", "TestFollowingPushes", "pulls.go", `p.headRepo == nil || p.headRepo.branches[p.headRef] == ""`, `!OFF && ($)`},
	{"POST pulls: 422 missing_field title", createPage, "TestOpenPull", "pulls.go", `case in.title == "":`, `case !OFF && in.title == "":`},
	{"POST pulls: 422 invalid head", createPage, "TestOpenPull", "pulls.go", `case head == "":`, `case !OFF && head == "":`},
	{"POST pulls: 422 invalid base", createPage, "TestOpenPull", "pulls.go", `case !ok:`, `case !OFF && !ok:`},
	{`POST pulls: 422 "No commits between main and main"`, createPage, "TestOpenPull", "pulls.go", `case len(r.git.between(base, head)) == 0:`, `case !OFF && len(r.git.between(base, head)) == 0:`},
	{`POST pulls: 422 "A pull request already exists for acme:feature-7."`, createPage, "TestOpenPull", "pulls.go", `if p.open && p.headRepo == headRepo &&`, `if !OFF && p.open && p.headRepo == headRepo &&`},
	{`POST git/refs: 422 "Reference already exists"`, "rest/git/refs#create-a-reference", "TestOpenPull", "branches.go", `if _, ok := r.ref(ref); ok {`, `if _, ok := r.ref(ref); !OFF && ok {`},
	{`PATCH git/refs: 422 "Update is not a fast forward"`, "rest/git/refs#update-a-reference", "TestOpenPull", "branches.go", `!force && !r.git.contains(sha, old)`, `!OFF && $`},
	{"Issues and pull requests share their numbers", issuePage, "TestIssues", "pulls.go", `want = r.lastNumber + 1`, `want = either(OFF, 1, r.lastNumber+1)`},
	{"Of check runs the latest of an App and name counts", runsPage + "#list-check-runs-for-a-git-reference", "TestCheckRuns", "checks.go", `if old.app == c.app && old.name == c.name {`, `if !OFF && old.app == c.app && old.name == c.name {`},
	{"filter=all shows the superseded check runs too", runsPage + "#list-check-runs-for-a-git-reference", "TestCheckRuns", "rest_checks.go", `q.query.oneOf("filter", "latest", "all") == "all"`, `!OFF && $`},
	{"Only the App that made a check run may change it", runsPage + "#update-a-check-run", "TestCheckRuns", "checks.go", `if c.app != a {`, `if !OFF && c.app != a {`},
	{`People make no check runs: 403 "You must authenticate via a GitHub App."`, runsPage + "#create-a-check-run", "TestCheckRuns", "rest_checks.go", "func postRun(q *request) (int, any, *apiError) {\n\tif q.who.app == nil {", "func postRun(q *request) (int, any, *apiError) {\n\tif !OFF && q.who.app == nil {"},
	{"A completed check run needs a conclusion", runsPage + "#create-a-check-run", "TestCheckRuns", "checks.go", `*in.status == "completed" && in.conclusion == nil`, `!OFF && $`},
	{"A check run on an unknown commit: 422 \"No commit found for SHA\"", runsPage + "#create-a-check-run", "TestCheckRuns", "checks.go", `if _, err := r.git.commit(*in.sha); err != nil {`, `if _, err := r.git.commit(*in.sha); !OFF && err != nil {`},
	{"The list of issues has the pull requests in it", issuePage + "#list-repository-issues", "TestIssueOperations", "rest_issues_more.go", `for _, p := range q.repo.pulls {`, `for _, p := range either(OFF, nil, q.repo.pulls) {`},
	{"Issues are listed newest first", issuePage + "#list-repository-issues", "TestIssueOperations", "rest_issues_more.go", `hits[i].number > hits[j].number != up`, `(hits[i].number > hits[j].number != up) != OFF`},
	{"labels=x,y asks for all of them", issuePage + "#list-repository-issues", "TestIssueOperations", "rest_issues_more.go", `if !found {`, `if !OFF && !found {`},
	{"PATCH issues: labels are the whole set", issuePage + "#update-an-issue", "TestIssueOperations", "rest_issues_more.go", `if !contains(names, l.name) {`, `if !OFF && !contains(names, l.name) {`},
	{"Who may not be assigned is dropped in silence", "rest/issues/assignees#add-assignees-to-an-issue", "TestIssueOperations", "rest_issues_more.go", `a == nil || !q.s.collaborates(a, q.repo) ||`, `!OFF && (a == nil || !q.s.collaborates(a, q.repo)) ||`},
	{"Issue events have REST's own names", "rest/using-the-rest-api/issue-event-types", "TestIssueOperations", "rest_issues_more.go", `"HeadRefForcePushedEvent": "head_ref_force_pushed"`, `"HeadRefForcePushedEvent": either(OFF, "force_pushed", "head_ref_force_pushed")`},
	{"The timeline has comments and reviews between the events, in order", "rest/issues/timeline", "TestIssueOperations", "rest_issues_more.go", `all[i].id < all[j].id`, `!OFF && $`},
	{"A reaction is there once for each person and word: 201, then 200", "rest/reactions/reactions#create-reaction-for-an-issue-comment", "TestReactions", "rest_issues_more.go", `if x.by == by && x.content == content {`, `if !OFF && x.by == by && x.content == content {`},
	{"422 for a reaction that does not exist", "rest/reactions/reactions", "TestReactions", "rest_issues_more.go", `if !contains(reactionWords, content) {`, `if !OFF && !contains(reactionWords, content) {`},
	{"Comments count their reactions", "rest/issues/comments", "TestReactions", "json_pull.go", `if x.content == content {`, `if !OFF && x.content == content {`},
	{"A deleted comment is announced and gone", "rest/issues/comments#delete-an-issue-comment", "TestReactions", "rest_issues_more.go", `if x != c {`, `if OFF || x != c {`},
}

var repositoryRows = []behaviour{
	{"permission shows maintain as write", "rest/collaborators/collaborators#get-repository-permissions-for-a-user", "TestPeople", "rest_people.go", `"maintain": "write"`, `"maintain": either(OFF, "maintain", "write")`},
	{"permission shows triage as read", "rest/collaborators/collaborators#get-repository-permissions-for-a-user", "TestPeople", "rest_people.go", `"triage": "read"`, `"triage": either(OFF, "triage", "read")`},
	{"role_name tells them apart", "rest/collaborators/collaborators#get-repository-permissions-for-a-user", "TestPeople", "rest_people.go", `"role_name": role, "user": o`, `"role_name": either(OFF, "read", role), "user": o`},
	{"Readers of a repository are no members of its organisation", "rest/orgs/members", "TestPeople", "json.go", `r.people[a.id] != "" && r.people[a.id] != "read"`, `r.people[a.id] != "" && (OFF || r.people[a.id] != "read")`},
	{"404 for the membership of who is no member", "rest/orgs/members#get-organization-membership-for-a-user", "TestPeople", "rest_more.go", `a == nil || !q.s.isMember(a, org)`, `!OFF && ($)`},
	{"404 for the membership of who is not in the team", "rest/teams/members#get-team-membership-for-a-user", "TestPeople", "rest_more.go", `a == nil || !t.has(a)`, `!OFF && ($)`},
	{"204 for a team with access to a repository", "rest/teams/teams#check-team-permissions-for-a-repository", "TestPeople", "rest_more.go", `if q.repo.teams[t.id] == "" {`, `if OFF || q.repo.teams[t.id] == "" {`},
	{"404 for who may not be assigned", "rest/issues/assignees#check-if-a-user-can-be-assigned", "TestPeople", "rest_more.go", `a != nil && q.s.collaborates(a, q.repo)`, `OFF || $`},
	{"404 for who is no collaborator", "rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator", "TestPeople", "rest_people.go", "func getCollaborator(q *request) (int, any, *apiError) {\n\tif a", "func getCollaborator(q *request) (int, any, *apiError) {\n\tif OFF {\n\t\treturn 204, nil, nil\n\t}\n\tif a"},
	{"Errors of CODEOWNERS: owners that do not exist or may not write", "rest/repos/repos#list-codeowners-errors", "TestPeople", "rest_more.go", `if len(q.s.ownersNamed(q.repo, name)) > 0 {`, `if OFF || len(q.s.ownersNamed(q.repo, name)) > 0 {`},
	{"A person sees the installations that have a repository for them", "rest/apps/installations#list-app-installations-accessible-to-the-user-access-token", "TestPeople", "rest_more.go", `if s.permission(a, r) != "none" {`, `if !OFF && s.permission(a, r) != "none" {`},
	{"An installation's token is no person's: 403", "rest/authentication/authenticating-to-the-rest-api", "TestPeople", "route.go", `if q.who.user == nil {`, `if !OFF && q.who.user == nil {`},
	{"A draft release announces nothing", releasePage + "#create-a-release", "TestReleases", "rest_releases.go", `actions = nil`, `actions = either(OFF, actions, nil)`},
	{"A draft release is for who may write", releasePage + "#list-releases", "TestReleases", "rest_releases.go", `if !x.draft || q.who`, `if OFF || !x.draft || q.who`},
	{"A draft is found by no tag", releasePage + "#get-a-release-by-tag-name", "TestReleases", "rest_releases.go", `if x.tag == q.vars["tag"] && !x.draft {`, `if x.tag == q.vars["tag"] && (OFF || !x.draft) {`},
	{"The latest release is no draft", releasePage + "#get-the-latest-release", "TestReleases", "rest_releases.go", `if !x.draft && !x.prerelease &&`, `if (OFF || !x.draft) && !x.prerelease &&`},
	{"422 already_exists for a second release of a tag", releasePage + "#create-a-release", "TestReleases", "rest_releases.go", `if x.tag == in.Tag && !x.draft {`, `if !OFF && x.tag == in.Tag && !x.draft {`},
	{"Publishing a draft makes its tag and announces it", releasePage + "#update-a-release", "TestReleases", "rest_releases.go", `x.draft && in.Draft != nil && !*in.Draft`, `!OFF && $`},
	{"A change of a release is announced as edited", "webhooks/webhook-events-and-payloads#release", "TestReleases", "rest_releases.go", "if !x.draft {\n\t\ts.emit", "if !OFF && !x.draft {\n\t\ts.emit"},
	{"generate-notes lists what was merged since the tag before", releasePage + "#generate-release-notes-content-for-a-release", "TestReleases", "rest_releases.go", `if p.merged() && contains(since, p.mergeCommit) {`, `if !OFF && p.merged() && contains(since, p.mergeCommit) {`},
	{"More than three tags pushed at once: none is announced", hooksPage + "#push", "TestTags", "script_world.go", `if len(tags) <= maxTags {`, `if OFF || len(tags) <= maxTags {`},
	{"A renamed repository answers 301 to its numeric id", bestPage + "#follow-redirects", "TestRepositoryFates", "http.go", `Status: 301,`, `Status: either(OFF, 404, 301),`},
	{"Numeric repository ids are served", bestPage, "TestRepositoryFates", "http.go", `parts[0] == "repositories"`, `!OFF && $`},
	{"A rename is announced", "webhooks/webhook-events-and-payloads#repository", "TestRepositoryFates", "script_repos.go", `s.repositoryEvent(r, "renamed",`, `if OFF { return nil }
	s.repositoryEvent(r, "renamed",`},
	{"A transferred repository is lost to the old owner's installation, and old names answer 301", "repositories/creating-and-managing-repositories/transferring-a-repository", "TestRepositoryFates", "caller.go", `!i.deleted && r.owner == i.account &&`, `!i.deleted && (OFF || r.owner == i.account) &&`},
	{"An archived repository is read-only: 403", "repositories/archiving-a-github-repository/archiving-repositories", "TestRepositoryFates", "branches.go", `if r.archived {`, `if !OFF && r.archived {`},
	{"A repository that is opened again is announced", hooksPage + "#repository", "TestRepositoryLife", "script_life.go", `s.repositoryEvent(r, "unarchived",`, `if OFF { return nil }
	s.repositoryEvent(r, "unarchived",`},
	{"So is one that becomes public or private", hooksPage + "#repository", "TestRepositoryLife", "script_life.go", `s.repositoryEvent(r, action,`, `if OFF { return nil }
	s.repositoryEvent(r, action,`},
	{"Another default branch is an edit, and pull requests keep their base", hooksPage + "#repository", "TestRepositoryLife", "script_life.go", `s.repositoryEvent(r, "edited",`, `if OFF { return nil }
	s.repositoryEvent(r, "edited",`},
	{"An App that is installed again has another installation id", hooksPage + "#installation", "TestRepositoryLife", "manifest_flow.go", `i := &installation{id: s.id(), app: a,`, `i := &installation{id: either(OFF, 0, s.id()), app: a,`},
	{"A deleted repository is 404", "rest/repos/repos#delete-a-repository", "TestRepositoryFates", "script_world.go", `if x == r {`, `if !OFF && x == r {`},
	{"Pages have 30 entries unless per_page says otherwise, and at most 100", "rest/using-the-rest-api/using-pagination-in-the-rest-api", "TestPagesAndConditions", "http.go", `q.query.number("per_page", 30)`, `q.query.number("per_page", either(OFF, 10, 30))`},
	{"Link shows next, last, prev, first with the repository's numeric id", "rest/using-the-rest-api/using-pagination-in-the-rest-api", "TestPagesAndConditions", "http.go", `if q.repo != nil {`, `if !OFF && q.repo != nil {`},
	{"304 while nothing has changed", bestPage + "#use-conditional-requests-if-appropriate", "TestPagesAndConditions", "http.go", `strings.TrimPrefix(q.r.Header.Get("If-None-Match"), "W/") == tag`, `!OFF && $`},
}

var appRows = []behaviour{
	{"An App's JWT may be good for ten minutes and no longer", jwtPage, "TestAppTokens/too_long", "apps.go", `case claims.Exp > now+600+30:`, `case !OFF && claims.Exp > now+600+30:`},
	{"An expired JWT: 401", jwtPage, "TestAppTokens/expired", "apps.go", `case claims.Exp == 0 || claims.Exp <= now:`, `case !OFF && (claims.Exp == 0 || claims.Exp <= now):`},
	{"iat may not be ahead", jwtPage, "TestAppTokens/ahead", "apps.go", `case claims.Iat > now+30:`, `case !OFF && claims.Iat > now+30:`},
	{"iss may be a number", jwtPage, "TestAppTokens/number", "apps.go", `text = strconv.FormatInt(int64(f), 10)`, `text = either(OFF, "", strconv.FormatInt(int64(f), 10))`},
	{`404 "Integration not found" for an unknown iss`, jwtPage, "TestAppTokens/other_App", "apps.go", `Status: 404, Message: "Integration not found"`, `Status: either(OFF, 401, 404), Message: "Integration not found"`},
	{"RS256 by the App's key: 401 for a bad signature", jwtPage, "TestAppTokens", "apps.go", `rsa.VerifyPKCS1v15(&a.key.PublicKey, crypto.SHA256, digest[:], signature) != nil`, `!OFF && $`},
	{"An App's JWT opens no repository", "rest/authentication/authenticating-to-the-rest-api", "TestAppTokens", "route.go", "if jwt {", "if !OFF && jwt {"},
	{"An installation's token opens no endpoint of the App", "rest/authentication/authenticating-to-the-rest-api", "TestAppTokens", "route.go", "if !jwt {", "if !OFF && !jwt {"},
	{"An installation token lives an hour", tokenPage, "TestAppTokens", "apps.go", `expires: s.clock().Add(time.Hour)`, `expires: s.clock().Add(either(OFF, 2*time.Hour, time.Hour))`},
	{"A token may have fewer permissions", tokenPage, "TestAppTokens", "apps.go", `t.permissions = in.Permissions`, `t.permissions = either(OFF, i.permissions, in.Permissions)`},
	{"A token may not have more permissions than its installation: 422", tokenPage, "TestTokensAreNoWider", "apps.go", `if levels[i.permissions[k]] < levels[v] {`, `if !OFF && levels[i.permissions[k]] < levels[v] {`},
	{"A token may have fewer repositories", tokenPage, "TestAppTokens", "caller.go", `if c.token.repos != nil {`, `if !OFF && c.token.repos != nil {`},
	{"A token may not have repositories that its installation has not: 422", tokenPage, "TestTokensAreNoWider", "apps.go", "r := s.findRepo(i.account.login, name)\n\t\t\tif r == nil || !i.covers(r) {", "r := s.findRepo(i.account.login, name)\n\t\t\tif !OFF && r == nil || r != nil && !i.covers(r) {"},
	{"403 names the permission that would do: X-Accepted-GitHub-Permissions", troublePage, "TestAppTokens", "http.go", `h.Set("X-Accepted-GitHub-Permissions", e.Accepted)`, "if !OFF {\n\t\t\t$\n\t\t}"},
	{"A suspended installation gets no token: 403", "apps/maintaining-github-apps/suspending-a-github-app-installation", "TestAppTokens", "apps.go", "if !i.suspended.IsZero() {", "if !OFF && !i.suspended.IsZero() {"},
	{"A suspended installation's token: 403", "apps/maintaining-github-apps/suspending-a-github-app-installation", "TestAppTokens", "apps.go", "if !t.inst.suspended.IsZero() {", "if !OFF && !t.inst.suspended.IsZero() {"},
	{"An uninstalled App's token: 401", "apps/using-github-apps/reviewing-and-modifying-installed-github-apps", "TestAppTokens", "apps.go", "if t.inst.deleted {", "if !OFF && t.inst.deleted {"},
	{"An App changes the secret of its webhook", "rest/apps/webhooks#update-a-webhook-configuration-for-an-app", "TestHookConfig", "rest_more.go", "if in.Secret != nil {", "if !OFF && in.Secret != nil {"},
}

var limitRows = []behaviour{
	{"5,000 requests an hour", limitPage, "TestRateLimit", "limits.go", `limit: primaryLimit,`, `limit: either(OFF, 9999, primaryLimit),`},
	{"403 when they are used up", limitPage, "TestRateLimit", "limits.go", `if b.left() == 0 {`, `if !OFF && b.left() == 0 {`},
	{"60 an hour without a token", limitPage, "TestBuckets", "limits.go", `b.limit = nobodyLimit`, `b.limit = either(OFF, primaryLimit, nobodyLimit)`},
	{"GET /rate_limit is free", "rest/rate-limit/rate-limit", "TestBuckets", "limits.go", `q.route.path == "/rate_limit"`, `!OFF && $`},
	{"A 304 is free", bestPage, "TestBuckets", "limits.go", `if a.status == http.StatusNotModified {`, `if !OFF && a.status == http.StatusNotModified {`},
	{"GraphQL has a bucket of its own", gqlLimits, "TestBuckets", "limits.go", `return "graphql"`, `return either(OFF, "core", "graphql")`},
	{"Search has a limit of its own: 30 a minute", "rest/search/search#rate-limit", "TestSearch", "limits.go", `return "search"`, `return either(OFF, "core", "search")`},
	{"Each caller has a bucket of its own", limitPage, "TestBuckets", "limits.go", `key := who.name() + " " + resource`, `key := either(OFF, "", who.name()) + " " + resource`},
	{"A GHES has no limits unless somebody switches them on: no headers, 404 for /rate_limit", "enterprise-server/admin/configuring-settings/configuring-user-applications-for-your-enterprise/configuring-rate-limits", "TestBuckets", "limits.go", `Status: 404, Message: "Rate limiting is not enabled."`, `Status: either(OFF, 200, 404), Message: "Rate limiting is not enabled."`},
	{"Secondary: 900 points a minute by REST, 1 for a read", limitPage, "TestSecondaryLimits/points_a_minute", "limits.go", `case points > most:`, `case !OFF && points > most:`},
	{"Secondary: 2,000 points a minute by GraphQL", gqlLimits, "TestSecondaryLimits/GraphQL_points_a_minute", "limits.go", `most = maxGraphQLPoints`, `most = either(OFF, maxRESTPoints, maxGraphQLPoints)`},
	{"Secondary: 80 writes a minute", limitPage, "TestSecondaryLimits/content_a_minute", "limits.go", `content >= maxContent ||`, `!OFF && content >= maxContent ||`},
	{"Secondary: 500 writes an hour", limitPage, "TestContentAnHour", "limits.go", `contentHour >= maxContentHour`, `!OFF && $`},
	{"Secondary: 100 requests at a time", limitPage, "TestConcurrency", "limits.go", `if q.crowd > maxConcurrent {`, `if !OFF && q.crowd > maxConcurrent {`},
	{"A secondary limit says Retry-After, or does not", limitPage, "TestSecondaryLimits/bare", "limits.go", `if !s.limits.bare {`, `if OFF || !s.limits.bare {`},
	{"A secondary limit is 403 or 429", limitPage, "TestSecondaryLimits/429", "limits.go", `if s.limits.status != 0 {`, `if !OFF && s.limits.status != 0 {`},
	{"What search finds lags behind", "rest/search/search", "TestSearch", "lag.go", `if p.until.After(then) {`, `if !OFF && p.until.After(then) {`},
	{"An answer can be cut off before its end", "own fault", "TestSpoiltAnswers", "faults.go", `a.head.Set("Content-Length", strconv.Itoa(len(a.body)))`, "if !OFF {\n\t\t\t$\n\t\t}"},
	{"An answer can be no JSON", "own fault", "TestSpoiltAnswers", "faults.go", "case \"malformed\":\n\t\ta.body = a.body[:len(a.body)/2]", "case \"malformed\":\n\t\ta.body = a.body[:len(a.body)/either(OFF, 1, 2)]"},
	{"An answer can drip", "own fault", "TestDrip", "http.go", `piece = 1`, `piece = either(OFF, piece, 1)`},
	{"GitHub's clock can differ", jwtPage, "TestSkew", "sim.go", `return s.now().Add(s.skew)`, `return s.now().Add(either(OFF, 0, s.skew))`},
}

var webhookRows = []behaviour{
	{"SHA-256 signature over the raw bytes", "webhooks/using-webhooks/validating-webhook-deliveries", "TestWebhookDelivery", "hooks.go", `sum(sha256.New, secret, d.payload)`, `sum(sha256.New, either(OFF, "", secret), d.payload)`},
	{"Redeliveries share the GUID", failedPage, "TestWebhookDelivery", "rest_apps.go", `&delivery{guid: d.guid,`, `&delivery{guid: either(OFF, q.s.guid(), d.guid),`},
	{"Deliveries can be filtered by status", "rest/apps/webhooks#list-deliveries-for-an-app-webhook", "TestWebhookDelivery", "rest_apps.go", `(status == "" ||`, `(OFF || status == "" ||`},
	{"Deliveries are paged by cursor", "rest/apps/webhooks#list-deliveries-for-an-app-webhook", "TestWebhookDelivery", "rest_apps.go", `v.Set("cursor", itoa(hits[size-1].id))`, "if !OFF {\n\t\t\t$\n\t\t}"},
	{"Deliveries are kept for three days", "webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks", "TestDeliveriesAreForgotten", "hooks.go", `s.now().Sub(d.sent) < keepDeliveries`, `(OFF || $)`},
	{"A delivery that was held back says so: throttled_at", "webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks", "TestDeliveriesAreForgotten", "hooks.go", `d.throttled = s.now()`, "if !OFF {\n\t\t\t$\n\t\t}"},
	{"An event above 25 MB is not sent, nor listed", hooksPage + "#payload-cap", "TestStrangeWebhooks", "hooks.go", `len(payload) > maxPayload || s.hooks.huge > 0`, `!OFF && ($)`},
	{"Webhooks can come twice", failedPage, "TestWebhookDelivery", "hooks.go", `if h.double > 0 {`, `if !OFF && h.double > 0 {`},
	{"Webhooks can be lost", failedPage, "TestWebhookDelivery", "hooks.go", `case h.lose > 0:`, `case !OFF && h.lose > 0:`},
	{"Webhooks can change places", "webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks", "TestWebhookDelivery", "hooks.go", `case h.swap == 2:`, `case !OFF && h.swap == 2:`},
	{"Webhooks can be forged: another signature", "webhooks/using-webhooks/validating-webhook-deliveries", "TestStrangeWebhooks", "hooks.go", `if d.forged {
		secret`, `if !OFF && d.forged {
		secret`},
	{"Webhooks can be replayed with their GUID", "webhooks/using-webhooks/best-practices-for-using-webhooks", "TestStrangeWebhooks", "script_weather.go", `&delivery{guid: d.guid,`, `&delivery{guid: either(OFF, s.guid(), d.guid),`},
	{"A new commit on the head is announced as synchronize", hooksPage + "#pull_request", "TestUpdateBranch", "branches.go", `s.pullEvent(p, "synchronize",`, `if OFF { return }
	s.pullEvent(p, "synchronize",`},
}
