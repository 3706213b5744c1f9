package rules

import "strings"

// The codes of reasons.
const (
	CodeOff           Code = "off"
	CodeConfigUnknown Code = "config-unknown"
	CodeConfigBroken  Code = "config-broken"
	CodeConfigLater   Code = "config-later"
	CodeConfigBreaks  Code = "config-breaks"
	CodeArchived      Code = "archived"

	CodeFrozen Code = "frozen"
	CodeSoak   Code = "soak"

	CodePaused   Code = "paused"
	CodeMismatch Code = "mismatch"

	CodeDiffers       Code = "merged-differently"
	CodeBranchGone    Code = "branch-gone"
	CodeBranchGoes    Code = "branch-goes"
	CodeBranchLeft    Code = "branch-left"
	CodeBranchUnknown Code = "branch-unknown"
	CodeRetargets     Code = "retargets"

	CodeMerged       Code = "merged"
	CodeClosed       Code = "closed"
	CodeDraft        Code = "draft"
	CodeFork         Code = "fork"
	CodeForkBehind   Code = "fork-not-updated"
	CodeTruncated    Code = "truncated"
	CodeNoPolicy     Code = "no-policy"
	CodePolicy       Code = "policy"
	CodeMatchUnknown Code = "match-unknown"
	CodeBumpUnknown  Code = "bump-unknown"
	CodeNever        Code = "never"

	CodeGuarded        Code = "guarded"
	CodeUnclaimed      Code = "author-unknown"
	CodeApproved       Code = "approved"
	CodeApprovals      Code = "approvals"
	CodeChanges        Code = "changes-requested"
	CodeReviewRequired Code = "review-required"
	CodeThreads        Code = "conversations"

	CodeChecksGreen  Code = "checks-green"
	CodeCheckPending Code = "check-pending"
	CodeCheckFailed  Code = "check-failed"
	CodeCheckAbsent  Code = "check-absent"
	CodeCheckSilent  Code = "check-silent"
	CodeCheckHeld    Code = "check-held"
	CodeRedGrace     Code = "check-red-grace"
	CodeRerun        Code = "check-runs-again"
	CodeNoChecks     Code = "no-checks"
	CodeSettles      Code = "no-checks-yet"

	CodeConflict     Code = "conflict"
	CodeMergeability Code = "mergeability-unknown"
	CodeBehind       Code = "behind"
	CodeBehindHelp   Code = "behind-not-updated"
	CodeUnknownness  Code = "behind-unknown"
	CodeUpToDate     Code = "up-to-date"
	CodeKept         Code = "kept-up-to-date"

	CodeProtection   Code = "protection-unreadable"
	CodeOtherRule    Code = "rule-not-understood"
	CodeQueue        Code = "merge-queue"
	CodeQueued       Code = "in-merge-queue"
	CodeLeaves       Code = "leaves-merge-queue"
	CodeLeftQueue    Code = "put-out-of-merge-queue"
	CodeMethod       Code = "method-forbidden"
	CodeLinear       Code = "linear-history"
	CodeBlocked      Code = "blocked-by-github"
	CodeRefused      Code = "refused-by-github"
	CodeBrief        Code = "refused-for-a-moment"
	CodeBarred       Code = "base-barred"
	CodeNotRebased   Code = "cannot-be-rebased"
	CodeOwnCheck     Code = "own-check"
	CodeUnderWay     Code = "under-way"
	CodeObserved     Code = "observed"
	CodeObserving    Code = "observing"
	CodeInLine       Code = "in-line"
	CodeNext         Code = "next"
	CodeBudget       Code = "update-budget"
	CodeToKeep       Code = "update-due"
	CodeHindered     Code = "update-hindered"
	CodeTested       Code = "update-tested"
	CodeVanished     Code = "approvals-lost"
	CodeKeepsItself  Code = "keeps-itself"
	CodeRebaseSigned Code = "rebase-unsigned"
	CodeNoRebase     Code = "rebase-unknown"
	CodeRebaseDrops  Code = "rebase-drops-approvals"
	CodeCurrent      Code = "update-not-needed"
	CodeNotWanted    Code = "not-wanted"

	CodeReviewers   Code = "reviewers-enough"
	CodeAsking      Code = "asking"
	CodeNobody      Code = "nobody-to-ask"
	CodeNobodyKnown Code = "people-unknown"

	CodeNotReleased   Code = "not-released"
	CodeNoSemver      Code = "no-semantic-version"
	CodeNoPackage     Code = "no-package"
	CodeNotWantedPkg  Code = "package-not-wanted"
	CodeNotUsed       Code = "package-not-used"
	CodeLock          Code = "lock-file"
	CodeForeignCommit Code = "foreign-commit"
	CodeManifest      Code = "manifest"
	CodeProposed      Code = "proposed"
	CodeProposedOnce  Code = "proposed-once"
	CodeFannedOut     Code = "fanned-out"
)

// text says a code to people: its sentence, what clears it, who can, and the fact whose change could clear it. {name}
// is an argument, {who} the people and the teams. An empty fact means: anything could.
type text struct {
	sentence string
	clears   string
	who      string
	fact     Fact
}

// codes has every code. The sentence is what people read everywhere: check run, pages, terminal.
var codes = map[Code]text{
	CodeOff:           {"{section} is not turned on here", "a section `{section}` in .platform.yml", "a maintainer", FactConfig},
	CodeConfigUnknown: {"the configuration cannot be read now: {why}", "GitHub answers again, or the App may read the file", "an operator", ""},
	CodeConfigBroken:  {"{problem}", "the file mended on the base branch", "a maintainer", FactConfig},
	CodeConfigLater:   {"{problem}", "the key taken out of the file", "a maintainer", FactConfig},
	CodeConfigBreaks:  {"it would break the configuration: {problem}", "the file mended by a push", "the author", FactHead},
	CodeArchived:      {"the repository is archived", "the repository unarchived", "an administrator", FactConfig},

	CodeFrozen: {"frozen until {until} ({window})", "the freeze ends, or `merge.freeze` changed", "a maintainer", FactConfig},
	CodeSoak:   {"soaks for {span}, {when}", "the time passes", "", ""},

	CodePaused:   {"merging {what} has been paused since {since}", "`pitcrew resume`, or the button on the page of the line", "an operator", FactLine},
	CodeMismatch: {"merging {what} has been stopped since {since}: the merge of #{pull} made something else than what was decided", "that merge looked at, and then `pitcrew resume`, or the button on the page of the line", "an operator", FactLine},

	CodeDiffers:       {"what the merge made of {base} is not what was decided; merging is stopped in this repository", "somebody looks at it, mends {base}, and then `pitcrew resume`", "an operator", FactLine},
	CodeBranchGone:    {"its branch is deleted", "", "", FactHead},
	CodeBranchGoes:    {"deletes its branch", "", "", FactHead},
	CodeBranchLeft:    {"its branch stays: {why}", "", "", FactHead},
	CodeBranchUnknown: {"deletes its branch, once GitHub has said who needs it", "GitHub answers", "", ""},
	CodeRetargets:     {"points {which}, which would be closed with its branch, at {base}", "", "", FactHead},

	CodeMerged:       {"merged", "", "", FactState},
	CodeClosed:       {"closed without a merge", "the pull request reopened", "the author", FactState},
	CodeDraft:        {"draft", "the pull request marked ready for review", "the author", FactState},
	CodeFork:         {"its head is in a fork, and nobody with write access has approved {head}{own}", "an approval of {head} from somebody with write access", "a reviewer", FactReviews},
	CodeForkBehind:   {"behind {base}, and in a fork that pitcrew cannot update: {why}", "{clears}", "{by}", ""},
	CodeTruncated:    {"there are more {what} than pitcrew reads", "a smaller pull request, or a merge by hand", "somebody with write access", ""},
	CodeNoPolicy:     {"no merge policy matches: {why}", "{clears}", "whoever may change that", FactLabels},
	CodePolicy:       {"policy {policy} applies", "", "", ""},
	CodeMatchUnknown: {"whether {what} matches cannot be told: {why}", "GitHub says more", "", ""},
	CodeBumpUnknown:  {"whether {what} matches cannot be told: {why}", "{clears}", "a maintainer", FactHead},
	CodeNever:        {"held by {key} {value}", "{clears}", "{by}", FactLabels},

	CodeGuarded:        {"changes {what}, which lands only with an approval of {whose}", "an approval of {head} from {whose}", "{whose}", FactReviews},
	CodeUnclaimed:      {"GitHub knows no account of the author of {commit}, so that nobody's approval is certain to be another's", "the commit made again with an e-mail address of a GitHub account{or}", "the author", FactHead},
	CodeApproved:       {"approvals: {have} of {want}", "", "", FactReviews},
	CodeApprovals:      {"approval {have} of {want} at {head}{own}", "an approval of {head} from somebody with write access", "a reviewer", FactReviews},
	CodeChanges:        {"{who} requested changes", "an approval from the same person, or the review dismissed", "{who}", FactReviews},
	CodeReviewRequired: {"GitHub still requires a review (of a code owner, or of the newest push)", "the review that GitHub names on the pull request", "a code owner", FactReviews},
	CodeThreads:        {"{open} not resolved", "each conversation resolved", "the author or a reviewer", FactThreads},

	CodeChecksGreen:  {"checks {names}: green on {head}", "", "", FactChecks},
	CodeCheckPending: {"check {name} not finished at {head}", "the check finishes", "", FactChecks},
	CodeCheckFailed:  {"check {name} {result} at {head}", "the check green again", "the author", FactChecks},
	CodeCheckAbsent:  {"check {name} not reported at {head}", "the check reports on this commit; a workflow that is filtered by path never does", "", FactChecks},
	CodeCheckSilent:  {"check {name} has not reported at {head}, though others have; it may be filtered by path, or not be started for this pull request", "the check reports on this commit, or is no longer asked for", "a maintainer", FactChecks},
	CodeCheckHeld:    {"{what} at {head}: {held}", "`Approve workflows to run` on the pull request", "somebody with write access", FactChecks},
	CodeRedGrace:     {"check {name} {result} at {head}; it keeps its place for 90 seconds, for a new run of it", "a new run begins", "", FactChecks},
	CodeRerun:        {"check {name} runs again at {head}, and keeps its place", "the check finishes", "", FactChecks},
	CodeSettles:      {"no check has reported at {head} yet; pitcrew waits a minute for one", "a check reports, or the minute passes", "", ""},
	CodeNoChecks:     {"no check has reported at {head}", "a check reports on this commit", "", FactChecks},

	CodeConflict:     {"conflicts with {base}{files}", "the conflict resolved by a push", "the author", FactBase},
	CodeMergeability: {"GitHub is still computing whether it can be merged", "GitHub knows", "", ""},
	CodeBehind:       {"behind {base}, which requires branches to be up to date", "its turn comes; then pitcrew updates it", "", FactBase},
	CodeBehindHelp:   {"behind {base}, which requires branches to be up to date; pitcrew does not update it: {why}", "an update by hand, or `update` in .platform.yml", "the author", FactBase},
	CodeUnknownness:  {"whether it is behind {base} cannot be told now", "GitHub answers", "", ""},
	CodeKept:         {"kept up to date with {base}", "", "", FactBase},
	CodeUpToDate:     {"up to date with {base}", "", "", FactBase},

	CodeProtection:   {"the branch protection of {base} cannot be read: {why}", "the App gets the permission Administration: read", "an administrator", ""},
	CodeOtherRule:    {"a ruleset asks for {rule}, which pitcrew does not understand, and GitHub does not call the pull request clean", "GitHub calls it clean, or a merge by hand", "somebody with write access", ""},
	CodeQueue:        {"{base} has GitHub's merge queue, which lands what pitcrew hands over{method}", "", "", FactConfig},
	CodeQueued:       {"in GitHub's merge queue of {base}{position}", "GitHub's queue lands it", "", FactState},
	CodeLeaves:       {"GitHub's merge queue of {base} has it no more, and it is not merged yet", "GitHub shows it as merged", "", ""},
	CodeLeftQueue:    {"GitHub's merge queue of {base} put it out again: {why}", "{clears}", "the author", ""},
	CodeMethod:       {"the repository does not allow the merge method {method}", "another `method`, or the method allowed in the repository's settings", "a maintainer", FactConfig},
	CodeLinear:       {"the base {base} requires a linear history, which the method merge would break", "`method: squash` or `rebase`", "a maintainer", FactConfig},
	CodeBlocked:      {"GitHub blocks the merge for a reason that it does not tell", "what GitHub names on the pull request", "somebody with write access", ""},
	CodeRefused:      {"GitHub refused ({status}): {why}", "what GitHub names; pitcrew tries again by itself", "", ""},
	CodeBrief:        {"GitHub refused for a moment: {why}", "pitcrew tries again within seconds", "", ""},
	CodeBarred:       {"GitHub lets pitcrew merge nothing into {base} ({status}): {why}", "the App allowed to, by its permissions or by the rules of {base}; pitcrew tries again then, and every hour", "an administrator", FactConfig},
	CodeNotRebased:   {"{head} cannot be rebased onto {base}", "a new commit, or `method: squash`", "the author", FactHead},
	CodeOwnCheck:     {"{base} requires the check pitcrew itself, which is reported first", "pitcrew reports it", "", ""},
	CodeUnderWay:     {"{act} is under way", "GitHub shows it", "", ""},
	CodeObserved:     {"only observing: pitcrew would {act} now", "`observe: false`, and serve without --observe", "a maintainer", FactConfig},
	CodeObserving:    {"pitcrew only observes here and writes nothing", "", "", FactConfig},
	CodeInLine:       {"ready: in line to {method} into {base}", "", "", ""},
	CodeNext:         {"next in line for {base}", "", "", ""},
	CodeBudget:       {"already updated {times} within a day, as often as `per-day` allows", "a day after the first of them, or a larger `per-day`", "a maintainer", ""},
	CodeToKeep:       {"behind {base}", "its turn comes; then pitcrew updates it", "", FactBase},
	CodeHindered:     {"behind {base}, and not updated while {why}", "that mended; then pitcrew updates it", "whoever can mend that", ""},
	CodeTested:       {"behind {base} again, and updated when the checks of the last update have finished", "the checks finish", "", FactSuites},
	CodeVanished:     {"approvals were lost by pitcrew's own update, so it is not updated again", "approvals of {head}, or the rule turned off that dismisses them{or}", "a reviewer or a maintainer", FactReviews},
	CodeKeepsItself:  {"left to {bot}, which keeps its own branches up to date; {ask}", "an update by {bot}, or `update.when` with it as `author`", "a maintainer", FactHead},
	CodeRebaseSigned: {"{base} requires signed commits, which an update by rebase would not have", "`update.method: merge`", "a maintainer", FactConfig},
	CodeNoRebase:     {"this GitHub has no update by rebase", "`update.method: merge`", "a maintainer", FactConfig},
	CodeRebaseDrops:  {"an update by rebase makes new commits, which need approvals of their own{github}", "`update.method: merge`, through which approvals hold", "a maintainer", FactConfig},
	CodeCurrent:      {"nothing to do: {why}", "", "", ""},
	CodeNotWanted:    {"not asked for: {why}", "{clears}", "whoever may change that", ""},

	CodeReviewers:   {"asked or reviewing: {who}", "", "", FactRequests},
	CodeAsking:      {"asks {who}", "", "", FactRequests},
	CodeNobody:      {"nobody to ask: {why}", "an owner in CODEOWNERS, or people in `reviewers.from`", "a maintainer", FactConfig},
	CodeNobodyKnown: {"the members of {teams} cannot be read", "the App gets the permission Members: read", "an administrator", ""},

	CodeNotReleased:   {"{tag} is a {what}, which is not propagated", "a full release", "a maintainer", FactRelease},
	CodeNoSemver:      {"{tag} is no semantic version", "a tag like v1.2.3", "a maintainer", FactRelease},
	CodeNoPackage:     {"the repository has no package at {tag}", "", "", FactRelease},
	CodeNotWantedPkg:  {"`propagate.packages` does not name {package}", "the package named there", "a maintainer", FactConfig},
	CodeNotUsed:       {"{package} is not used here", "", "", FactRelease},
	CodeLock:          {"{lock} would have to change too, which pitcrew cannot do yet", "an update by hand", "a maintainer", FactRelease},
	CodeForeignCommit: {"the branch {branch} has commits that are not pitcrew's", "the branch deleted, or the update done by hand there", "whoever pushed", FactRelease},
	CodeManifest:      {"{path}: {why}", "the manifest mended", "a maintainer", FactRelease},
	CodeFannedOut:     {"{package} is used in {users} of the installation", "", "", FactRelease},
	CodeProposed:      {"proposed as #{number}", "", "", FactRelease},
	CodeProposedOnce:  {"{package} {version} was proposed once, and that pull request is gone", "an update by hand", "a maintainer", FactRelease},
}

// Names puts names into sentences: a person's login by token.
type Names interface {
	Login(token string) string
}

// Sentence draws a reason for people.
func (r Reason) Sentence(n Names) string { return r.draw(codes[r.Code].sentence, n) }

// Clears says what clears a reason; empty where nothing has to.
func (r Reason) Clears(n Names) string { return r.draw(codes[r.Code].clears, n) }

// By says who can clear it; empty: nobody has to.
func (r Reason) By(n Names) string { return r.draw(codes[r.Code].who, n) }

func (r Reason) draw(template string, n Names) string {
	who := r.people(n)
	pairs := []string{"{who}", who, "{asked}", ""}
	if who != "" {
		pairs[3] = " (asked: " + who + ")"
	}
	for key, value := range r.Args {
		pairs = append(pairs, "{"+key+"}", value)
	}
	pairs = append(pairs, "{own}", "", "{files}", "") // what was remembered by an older version has no such argument
	return strings.NewReplacer(pairs...).Replace(template)
}

func (r Reason) people(n Names) string {
	var logins []string
	for _, p := range r.Who {
		switch {
		case p.Login != "":
			logins = append(logins, p.Login)
		case n != nil && n.Login(p.Token) != "":
			logins = append(logins, n.Login(p.Token))
		default:
			logins = append(logins, "somebody")
		}
	}
	if teams := r.Args["teams"]; teams != "" {
		logins = append(logins, strings.Split(teams, ", ")...)
	}
	return list(logins)
}

// list joins names as people do: "ana", "ana and bo", "ana, bo and cy".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
