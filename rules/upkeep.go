package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// hinders are the blockers of a merge that keep a branch from being updated too, in words: an update would cost a run of the checks
// and bring nobody nearer. Who waits for a review, for checks that run or for a freeze to end is updated all the same.
var hinders = map[Code]string{
	CodeCheckFailed: "a check is red",
	CodeChanges:     "changes are requested",
	CodeNever:       "`merge.never` holds it",
	CodePaused:      "merging is paused",
	CodeMismatch:    "merging is stopped",
}

// hindered gives why a branch that is always kept up to date is not updated now; none: it is.
func (p *PR) hindered(s *Snapshot, place Landing) []Reason {
	reasons := slices.Concat(place.Reasons, checkReasons(config.Selection{}, "", s, p))
	if len(whoVoted(votes(p), "CHANGES_REQUESTED")) > 0 {
		reasons = append(reasons, reason(CodeChanges, NeedsYou))
	}
	var why []string
	for _, r := range reasons {
		if words, ok := hinders[r.Code]; ok && !contains(why, words) {
			why = append(why, words)
		}
	}
	switch {
	case len(why) > 0:
		return []Reason{reason(CodeHindered, Waiting, "base", p.BaseRef, "why", list(why))}
	case p.vanished(place):
		return []Reason{lost(p, "; or `update.only: needed`")}
	case p.tested(s):
		return []Reason{reason(CodeTested, Waiting, "base", p.BaseRef)}
	}
	return nil
}

func lost(p *PR, or string) Reason {
	return reason(CodeVanished, NeedsYou, "head", short(p.Head), "or", or)
}

// votesNow are the approvals of the pull request.
func (p *PR) votesNow() Votes {
	return Votes{Given: len(whoVoted(votes(p), "APPROVED")), Held: len(p.approvals())}
}

// newest is our newest update of the branch, if its head is the one that it made.
func (p *PR) newest() (Updated, bool) {
	updates := p.memory().Updates
	if len(updates) == 0 || updates[len(updates)-1].To != p.Head {
		return Updated{}, false
	}
	return updates[len(updates)-1], true
}

// vanished says that there were more approvals before our newest update than there are after it: GitHub dismissed them, or they do
// not hold at the new head and its policy lacks them.
func (p *PR) vanished(place Landing) bool {
	u, ours := p.newest()
	now := p.votesNow()
	return ours && (now.Given < u.Given || now.Held < u.Held && (hasReason(place.Reasons, CodeApprovals) || hasReason(place.Reasons, CodeFork)))
}

// tested says that the checks of our newest update still run, or may still begin to. The base may move faster than they do: another
// update would only begin them anew.
func (p *PR) tested(s *Snapshot) bool { return s.Now.Before(p.testedUntil(s)) }

// testedUntil is until when an update is waited for whose checks run; zero: it is not.
func (p *PR) testedUntil(s *Snapshot) time.Time {
	u, ours := p.newest()
	if !ours {
		return time.Time{}
	}
	until := u.At.Add(settleFor)
	for _, c := range p.Checks {
		switch {
		case s.App.made(c):
		case c.State == CheckPending:
			return u.At.Add(rerunRuns)
		default:
			until = time.Time{} // something has reported
		}
	}
	return until
}

// testedAtOnce is how many branches of a base may be updated and tested at once only to be kept up to date.
const testedAtOnce = 3

// testing is how many are.
func (b *Base) testing() int {
	n := 0
	for _, e := range b.memory().Line {
		if e.Stand == Kept && e.Runs {
			n++
		}
	}
	return n
}

// keepers are the bots that keep their own branches up to date, with how each is asked to. A branch that somebody else pushed to
// they leave alone from then on.
// https://docs.github.com/en/code-security/dependabot/working-with-dependabot/managing-pull-requests-for-dependency-updates#managing-dependabot-pull-requests-with-comment-commands
// https://docs.renovatebot.com/updating-rebasing/
var keepers = []struct{ name, ask string }{
	{"dependabot", "`@dependabot rebase` in a comment asks it to"},
	{"renovate", "its box in the description asks it to"},
}

// keptByItself gives why the branch of a bot that keeps it up to date itself is left alone. Who names the bot as `author` wants it
// updated all the same, and a branch that people push to is nobody's but theirs.
func keptByItself(p *PR, match config.Result) []Reason {
	foreign := slices.ContainsFunc(p.Authors, func(id int64) bool { return id != p.Author.ID })
	named := slices.ContainsFunc(match.Why, func(k config.Key) bool { return k.Name == "author" && k.Match == config.Yes })
	if !p.Author.Bot || foreign || named {
		return nil
	}
	for _, k := range keepers {
		if p.Author.Login == k.name+"[bot]" || strings.HasPrefix(p.HeadRef, k.name+"/") {
			return []Reason{reason(CodeKeepsItself, Off, "bot", k.name, "ask", k.ask)}
		}
	}
	return nil
}

// signatures is GitHub's name of the rule that asks for signed commits.
const signatures = "required_signatures"

// rebaseReasons are why a branch cannot be updated by a rebase. GitHub signs none of the commits that it makes so.
// https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
func (u UpdateSettings) rebaseReasons(s *Snapshot, p *PR) []Reason {
	at := lines{s.Config, "update"}.at("method")
	switch {
	case u.Method != MethodRebase:
		return nil
	case contains(p.Protection.Others, signatures):
		return []Reason{reason(CodeRebaseSigned, Stopped, "base", p.BaseRef).from(at)}
	case s.Repo.NoRebase:
		return []Reason{reason(CodeNoRebase, Stopped).from(at)}
	}
	return nil
}

// dropsApprovals says before an update by rebase that it will cost approvals. No approval holds at commits that were not there when
// it was given, unless the policy counts as GitHub does, and GitHub keeps them.
func (u UpdateSettings) dropsApprovals(s *Snapshot, p *PR, place Landing) []Reason {
	if u.Method != MethodRebase || !p.Protection.Dismisses && (s.Config.unmerged(place) || s.Config.loose(s, p)) {
		return nil
	}
	github := ""
	if p.Protection.Dismisses {
		github = "; GitHub dismisses those of the old ones"
	}
	return []Reason{reason(CodeRebaseDrops, Off, "github", github).from(lines{s.Config, "update"}.at("method"))}
}

// loose says that the policy of a pull request counts approvals as GitHub does, where something merges.
func (c Config) loose(s *Snapshot, p *PR) bool {
	settings := mergeDefaults
	if stops(c.section("merge").Decode(&settings)) {
		return false
	}
	facts, _ := matcherFacts(s, p, settings.matchers()...)
	policy, _ := settings.policy(facts, lines{c, "merge"})
	return policy != nil && policy.At == approvalsAny
}
