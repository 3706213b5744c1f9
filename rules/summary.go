package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Summary is what a person reads first: the title in at most six words or so, the sentence, and the state of the whole.
type Summary struct {
	Title    string
	Sentence string
	State    State
}

// Summarise gives the first sentence about a pull request from the newest answers. Check run, pages and terminal all
// say this.
func Summarise(answers []Answer, names Names) Summary {
	merge := answerOf(answers, "merge")
	blockers := blocking(merge.Because)
	switch {
	case hasCode(answers, CodeDiffers):
		return Summary{"Merged, but not what was decided", period("Merged, but " + firstOf(answers, CodeDiffers).Sentence(names)), NeedsYou}
	case hasCode(answers, CodeMerged):
		return Summary{"Merged", "Merged.", Done}
	case hasCode(answers, CodeClosed):
		return Summary{"Closed", "Closed without a merge.", Off}
	case hasCode(answers, CodeConfigBroken):
		return Summary{"The configuration is broken", period("Not everything is done here: " + firstOf(answers, CodeConfigBroken).Sentence(names)), NeedsYou}
	case hasCode(answers, CodeConfigUnknown):
		return Summary{"The configuration cannot be read", period("Nothing is done here until it can be: " + firstOf(answers, CodeConfigUnknown).Args["why"]), Stopped}
	case hasCode(answers, CodeInLine):
		r := firstOf(answers, CodeInLine)
		return Summary{"Ready: merges by itself", fmt.Sprintf("Ready: pitcrew lands it (%s into %s) when its turn comes.", r.Args["method"], r.Args["base"]), Waiting}
	case len(blockers) == 0:
		return othersSummary(answers, names)
	}
	return waitingSummary(blockers, hasCode(answers, CodeObserving), names)
}

// period ends a sentence, unless it ends already.
func period(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "!") {
		return text
	}
	return text + "."
}

// othersSummary is for pull requests that pitcrew is not asked to merge: what else it does for them.
func othersSummary(answers []Answer, names Names) Summary {
	for _, a := range answers {
		if a.Rule == "merge" {
			continue
		}
		if b := blocking(a.Because); len(b) > 0 {
			return Summary{first(titles[b[0].Code], "Waits, see below"), "Not merged by pitcrew. " + period(upper(b[0].Sentence(names))), b[0].State}
		}
	}
	if !hasReason(answerOf(answers, "merge").Because, CodeOff) {
		return Summary{"Not decided yet", "Not decided yet: pitcrew is still reading what it must know.", Waiting}
	}
	return Summary{"Nothing to do", "Nothing to do: merging is not turned on here.", Off}
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func answerOf(answers []Answer, rule string) Answer {
	for _, a := range answers {
		if a.Rule == rule {
			return a
		}
	}
	return Answer{}
}

func firstOf(answers []Answer, code Code) Reason {
	for _, a := range answers {
		for _, r := range a.Because {
			if r.Code == code {
				return r
			}
		}
	}
	return Reason{}
}

// waitingSummary says what stands in the way of a merge: what somebody decided first, then what is waited for.
func waitingSummary(blockers []Reason, observing bool, names Names) Summary {
	then := "Then it merges by itself."
	if observing {
		then = "Then pitcrew would merge it; here it only observes."
	}
	var held, unmerged, awaited []string
	for _, r := range blockers {
		switch {
		case r.Code == CodeNoPolicy:
			unmerged = append(unmerged, r.Sentence(names))
		case r.State == Stopped || awaits[r.Code] == "":
			held = append(held, r.Sentence(names))
		default:
			awaited = append(awaited, r.draw(awaits[r.Code], names))
		}
	}
	var sentences []string
	if len(unmerged) > 0 {
		sentences = append(sentences, period("Not merged by pitcrew: "+strings.Join(unmerged, "; ")))
	}
	if len(held) > 0 {
		sentences = append(sentences, period(upper(strings.Join(held, "; "))))
	}
	switch {
	case len(awaited) > 0 && len(sentences) > 0:
		sentences = append(sentences, "It also waits for "+series(awaited)+".")
	case len(awaited) > 0:
		sentences = append(sentences, "Waits for "+series(awaited)+".", then)
	}
	return Summary{title(blockers), strings.Join(sentences, " "), blockers[0].State}
}

// awaits are what is waited for, as "Waits for" goes on. A blocker that is not here is somebody's decision, and stands in a
// sentence of its own.
var awaits = map[Code]string{
	CodeApprovals: "{missing} of {head}{asked}", CodeChanges: "a new review by {who}, who requested changes",
	CodeReviewRequired: "the review that GitHub requires (of a code owner, or of the newest push)", CodeThreads: "{open} to be resolved",
	CodeCheckPending: "check {name}", CodeCheckFailed: "check {name}, which {result}", CodeCheckAbsent: "check {name}, which has not reported",
	CodeNoChecks: "a first check to report", CodeConflict: "the conflict with {base} to be resolved",
	CodeMergeability: "GitHub to say whether it can be merged", CodeUnknownness: "GitHub to say whether it is behind {base}",
	CodeMatchUnknown: "GitHub to say whether {what} matches ({why})", CodeBehind: "its turn to be updated with {base}",
	CodeBehindHelp: "an update with {base} by hand ({why})", CodeUnderWay: "{act}, which is under way",
	CodeQueued: "GitHub's merge queue of {base}{position}", CodeLeaves: "GitHub to show it as merged",
	CodeRefused: "the next try, after GitHub refused ({why})", CodeBrief: "the next try, after GitHub refused for a moment ({why})", CodeDraft: "the author to mark it ready for review",
	CodeBlocked: "GitHub, which blocks the merge for a reason that it does not tell",
	CodeGuarded: "an approval of {head} from {whose}, for it changes {what}", CodeSettles: "a first check to report, for a minute",
	CodeSoak: "the time to soak ({span}, {when})",
	CodeFork: "an approval of {head} by somebody with write access{asked}, for its head is in a fork", CodeForkBehind: "an update with {base} by hand ({why})",
	CodeCheckHeld:   "somebody to let its workflows run",
	CodeCheckSilent: "check {name}, which has not reported although others have", CodeRedGrace: "check {name}, which {result} and may be run again",
	CodeRerun: "check {name}, which runs again", CodeToKeep: "its turn to be updated with {base}", CodeTested: "the checks of its last update",
}

// series joins what is waited for; parts with commas of their own are set apart by semicolons.
func series(parts []string) string {
	if slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, ",") }) && len(parts) > 1 {
		last := len(parts) - 1
		return strings.Join(parts[:last], "; ") + "; and " + parts[last]
	}
	return list(parts)
}

// title is the first blocker in a few words.
func title(blockers []Reason) string {
	words := first(titles[blockers[0].Code], "Waits, see below")
	if len(blockers) > 1 {
		words += ", and more"
	}
	return words
}

// titles are the titles of the check run, by what is most in the way.
var titles = map[Code]string{
	CodeApprovals: "Waits for an approval", CodeChanges: "Changes were requested", CodeReviewRequired: "Waits for a required review",
	CodeThreads: "Waits for open conversations", CodeCheckPending: "Waits for checks", CodeCheckAbsent: "Waits for checks",
	CodeNoChecks: "Waits for checks", CodeCheckFailed: "A check is red", CodeConflict: "Conflicts with its base", CodeDraft: "Draft",
	CodeMergeability: "Waits for GitHub", CodeMatchUnknown: "Waits for GitHub", CodeBumpUnknown: "A bump cannot be told", CodeUnknownness: "Waits for GitHub",
	CodeBehind: "Waits for its update", CodeBehindHelp: "Behind its base", CodeBudget: "Updated often enough today",
	CodeConfigBreaks: "It breaks the configuration", CodeNever: "Held by a rule", CodeNoPolicy: "No merge policy matches", CodeFork: "Waits for an approval", CodeForkBehind: "Behind its base",
	CodeTruncated: "Too large to decide", CodeQueued: "In GitHub's merge queue", CodeLeaves: "Leaves GitHub's merge queue", CodeLeftQueue: "Left GitHub's merge queue", CodeMethod: "Merge method not allowed",
	CodeLinear: "Merge method not allowed", CodeBlocked: "Blocked by GitHub", CodeOtherRule: "An unknown rule blocks",
	CodeProtection: "Branch protection not readable", CodeRefused: "GitHub refused, tried again", CodeBrief: "GitHub refused, tried again", CodeBarred: "GitHub bars merging here", CodeNotRebased: "Cannot be rebased", CodeUnderWay: "Under way now",
	CodeObserved: "Only observing", CodeConfigLater: "A setting is not built", CodeArchived: "Repository is archived",
	CodeGuarded: "Waits for an owner's approval", CodeUnclaimed: "A commit's author is unknown", CodeFrozen: "Frozen",
	CodePaused: "Merging is paused", CodeMismatch: "Merging is stopped", CodeSoak: "Soaks for a while", CodeSettles: "Waits for checks",
	CodeCheckSilent: "A check does not report", CodeCheckHeld: "A workflow is held", CodeRedGrace: "A check is red", CodeRerun: "Waits for checks", CodeToKeep: "Waits for its update",
	CodeTested: "Waits for checks", CodeHindered: "Not updated for now", CodeVanished: "Approvals were lost", CodeKeepsItself: "Left to its bot",
	CodeRebaseSigned: "Cannot be rebased", CodeNoRebase: "Cannot be rebased",
	CodeNobody: "Nobody to ask", CodeNobodyKnown: "A team cannot be read", CodeAsking: "Asks for a review",
}
