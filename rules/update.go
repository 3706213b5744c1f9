package rules

import (
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// UpdateSettings is the section `update`.
type UpdateSettings struct {
	When   config.Matcher `yaml:"when" doc:"only pull requests of which every key holds"`
	Unless config.Matcher `yaml:"unless" lock:"joined" doc:"not pull requests of which any key holds"`
	Only   string         `yaml:"only" choices:"needed always" doc:"needed: when the base requires it and its turn has come; always: whenever the base has moved"`
	Method string         `yaml:"method" choices:"merge rebase" doc:"merge: by a merge commit, through which approvals hold; rebase: by new commits on top of the base, which need approvals of their own"`
	PerDay int            `yaml:"per-day" min:"1" max:"100" lock:"smaller" doc:"how often one pull request is updated within 24 hours"`
}

var updateDefaults = UpdateSettings{Only: onlyNeeded, Method: MethodMerge, PerDay: 5}

// The values of `only`.
const (
	onlyNeeded = "needed" // the base requires it, and its turn has come
	onlyAlways = "always" // whenever the base moved
)

// KeptUp is updating as a pull request sees it: whether it is to be kept up to date, and why not.
var KeptUp = PerPR("update", "Brings branches up to date with their base.", updateDefaults, keptUp)

// Update is updating as the base sees it: one branch at a time, the first in line before those that are only kept up to
// date.
var Update = PerBase("update", "Updates the branch whose turn it is.", updateDefaults, update)

func keptUp(u UpdateSettings, s *Snapshot, p *PR) Verdict {
	if !p.IsOpen() {
		return Verdict{Because: []Reason{closedReason(p)}, Waits: waitsOf(nil)}
	}
	reasons, need := u.wanted(s, p)
	if !need.Empty() {
		return Verdict{Need: need}
	}
	v := Verdict{Because: reasons}
	if len(reasons) == 0 {
		place := lineOf(s, p)
		v.Because = u.upkeep(s, p, place)
		if u.kept(p, v.Because) {
			v.Standing = Kept
		}
		if due(v.Because) {
			v.Because = append(v.Because, u.dropsApprovals(s, p, place)...)
		}
	}
	v.Waits = append(waitsOf(nil), FactLabels, FactText, FactLine, FactBase)
	switch {
	case u.Only == onlyAlways && p.Behind != No:
		v.Waits = append(v.Waits, FactReviews, FactChecks)
	case u.Only == onlyAlways && p.tested(s):
		v.Waits = append(v.Waits, FactSuites)
	}
	facts, _ := matcherFacts(s, p, u.When, u.Unless)
	v.Again = earlier(againFor(s, p, v.Because), turns(s.Now, facts, u.When, u.Unless))
	return v
}

// kept says that the base is to look after the branch of a wanted pull request. What waits for a person or for a day to pass comes
// back by itself, and the base has others to look at.
func (u UpdateSettings) kept(p *PR, state []Reason) bool {
	if u.Only == onlyAlways {
		return !hasReason(state, CodeHindered) && !hasReason(state, CodeVanished) && !hasReason(state, CodeBudget) && !hasReason(state, CodeForkBehind)
	}
	return p.Protection.Strict
}

// due says that an update is what a branch waits for.
func due(state []Reason) bool { return hasReason(state, CodeBehind) || hasReason(state, CodeToKeep) }

// wanted gives the reasons why this pull request is not to be updated; none: it is.
func (u UpdateSettings) wanted(s *Snapshot, p *PR) ([]Reason, Need) {
	facts, need := matcherFacts(s, p, u.When, u.Unless)
	if !need.Empty() {
		return nil, need
	}
	match, words := applies(u.When, u.Unless, facts)
	where := lines{s.Config, "update"}
	switch {
	case match == config.Unknown:
		return []Reason{reason(CodeMatchUnknown, Waiting, "what", "`update`", "why", words).from(where.at("when"))}, Need{}
	case match == config.No:
		return []Reason{reason(CodeNotWanted, Off, "why", "`update` wants "+words, "clears", words).from(where.at("when"))}, Need{}
	case p.hasQueue():
		return []Reason{reason(CodeCurrent, Off, "why", "GitHub's merge queue brings it up to date")}, Need{}
	case p.Draft:
		return []Reason{reason(CodeDraft, NeedsYou)}, Need{}
	case p.Mergeable == No:
		return []Reason{p.conflict()}, Need{}
	}
	if itself := keptByItself(p, u.When.Any(facts)); len(itself) > 0 {
		return itself, Need{}
	}
	return u.rebaseReasons(s, p), Need{}
}

// state says how a wanted pull request stands towards its base.
func (u UpdateSettings) state(s *Snapshot, p *PR) []Reason {
	if p.Behind == No {
		return []Reason{reason(CodeUpToDate, Done, "base", p.BaseRef).from(p.Protection.By[DemandStrict])}
	}
	if u.Only == onlyNeeded && !p.Protection.Strict {
		return []Reason{reason(CodeCurrent, Off, "why", p.BaseRef+" does not require it")}
	}
	if p.Behind == Unknown {
		return []Reason{reason(CodeUnknownness, Waiting, "base", p.BaseRef)}
	}
	if reasons := append(p.unlent(s), actReasons(KindUpdate, s, p)...); len(reasons) > 0 {
		return reasons[:1]
	}
	if n := len(p.updatesOfDay(s.Now)); n >= u.PerDay {
		return []Reason{reason(CodeBudget, Stopped, "times", count(n, "time")).from(lines{s.Config, "update"}.at("per-day"))}
	}
	if !p.Protection.Strict {
		return []Reason{reason(CodeToKeep, Waiting, "base", p.BaseRef)}
	}
	return []Reason{reason(CodeBehind, Waiting, "base", p.BaseRef).from(p.Protection.By[DemandStrict])}
}

// upkeep says how a wanted pull request stands towards its base beside the line: what is only kept up to date waits for more than
// its turn.
func (u UpdateSettings) upkeep(s *Snapshot, p *PR, place Landing) []Reason {
	reasons := u.state(s, p)
	if u.Only == onlyAlways && due(reasons) && !place.Behind {
		if hindered := p.hindered(s, place); len(hindered) > 0 {
			return hindered
		}
	}
	if u.Only == onlyNeeded && p.vanished(place) {
		reasons = append(reasons, lost(p, ""))
	}
	return reasons
}

// day is the span that `per-day` counts in: it slides, so that midnight is no gate.
const day = 24 * time.Hour

// updatesOfDay are our updates of the last day, oldest first.
func (p *PR) updatesOfDay(now time.Time) []Updated {
	updates := p.memory().Updates
	for i, u := range updates {
		if u.At.After(now.Add(-day)) {
			return updates[i:]
		}
	}
	return nil
}

// nextUpdate is when the oldest update of the day no longer counts.
func (p *PR) nextUpdate(now time.Time) time.Time {
	if updates := p.updatesOfDay(now); len(updates) > 0 {
		return updates[0].At.Add(day)
	}
	return time.Time{}
}

func update(u UpdateSettings, s *Snapshot, b *Base) Verdict {
	var v Verdict
	front := true // nobody before it in line is on the way
	for _, p := range b.Line {
		if p.BaseRef != b.Ref {
			continue
		}
		unwanted, need := u.wanted(s, p)
		if !need.Empty() {
			return Verdict{Need: need}
		}
		place := lineOf(s, p)
		if len(unwanted) == 0 {
			state := u.upkeep(s, p, place)
			if due(state) && u.turn(s, b, p, place, front) {
				v.Do = []Action{u.action(s, b, p)}
				return v
			}
			v.Again = earlier(v.Again, againFor(s, p, state))
		}
		if place.Standing == InLine && !hasReason(place.Reasons, CodeRefused) {
			front = false
		}
	}
	return v
}

// action updates a branch by the method that is set.
func (u UpdateSettings) action(s *Snapshot, b *Base, p *PR) UpdateBranch {
	a := UpdateBranch{Repo: s.Repo, Number: p.Number, Head: p.Head, Base: b.Tip, Diff: p.Diff(), Votes: p.votesNow()}
	if u.Method == MethodRebase {
		a.Method, a.Node = MethodRebase, p.ID
	}
	return a
}

// turn says whether it is the turn of a wanted pull request that is behind.
func (u UpdateSettings) turn(s *Snapshot, b *Base, p *PR, place Landing, front bool) bool {
	switch {
	case front && place.Behind:
		return true
	case u.Only == onlyAlways:
		return b.testing() < testedAtOnce
	case place.Standing == InLine, len(Paused(s.Paused, b.Ref)) > 0:
		return false
	}
	// Not in line, because no policy merges it: the base requires it, and GitHub's own word is that nothing else is in
	// its way, for it calls a pull request BEHIND only then.
	return p.MergeState == "BEHIND" && s.Config.unmerged(place)
}

// unmerged says that pitcrew is not asked to merge this pull request.
func (c Config) unmerged(place Landing) bool {
	section := c.section("merge")
	if section == nil || section.Off {
		return true
	}
	return hasReason(place.Reasons, CodeNoPolicy)
}

// updateSettings are the settings of the section `update` of a configuration, or why nothing is updated by it.
func updateSettings(c Config) (settings UpdateSettings, off string) {
	section := c.section("update")
	if section == nil || section.Off {
		return UpdateSettings{}, "`update` is not turned on here"
	}
	settings = updateDefaults
	if stops(section.Decode(&settings)) {
		return UpdateSettings{}, "its section `update` cannot be followed"
	}
	return settings, ""
}

// lineOf is the landing of a pull request by the merge section of the same configuration; without one it is out.
func lineOf(s *Snapshot, p *PR) Landing {
	section := s.Config.section("merge")
	if section == nil || section.Off {
		return Landing{}
	}
	settings := mergeDefaults
	if stops(section.Decode(&settings)) {
		return Landing{}
	}
	l, _ := landing(settings, s, p)
	return l
}
