package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// applies says whether all of when and none of unless hold for a pull request, and in words what is missing, or what
// cannot be told. What does not hold for certain does not, whatever else is unknown.
func applies(when, unless config.Matcher, facts config.Facts) (match config.Tri, words string) {
	all, none := when.All(facts), unless.Any(facts)
	var missing, unknown []string
	for _, key := range all.Why {
		if key.Match == config.No {
			missing = append(missing, key.Name+" "+wanted(key))
		}
	}
	for i, key := range none.Why {
		if key.Match == config.Yes {
			missing = append(missing, "not "+key.Name+" "+holds(unless, i, facts))
		}
	}
	for _, key := range append(all.Why, none.Why...) {
		if key.Match == config.Unknown {
			unknown = append(unknown, key.Name+" ("+untold(key)+")")
		}
	}
	switch {
	case all.Match == config.No || none.Match == config.Yes:
		return config.No, strings.Join(missing, ", ")
	case len(unknown) > 0:
		return config.Unknown, strings.Join(unknown, ", ")
	}
	return config.Yes, ""
}

// policy gives the first policy that matches, or the reasons why none does. A policy of which it cannot be told is not
// skipped: it could be the one.
func (m MergeSettings) policy(facts config.Facts, l lines) (*picked, []Reason) {
	var missing, clears []string
	for i := range m.Policies {
		policy := &picked{Policy: m.Policies[i], path: fmt.Sprintf("policies[%d]", i), lines: l}
		name := first(policy.Name, fmt.Sprintf("%d", i+1))
		match, words := applies(policy.When, policy.Unless, facts)
		switch match {
		case config.Unknown:
			return nil, []Reason{untellable("policy "+name, words, facts, policy.When, policy.Unless).from(policy.at())}
		case config.Yes:
			policy.Method = first(policy.Method, m.Method)
			r := reason(CodePolicy, Done, "policy", name, "method", policy.Method, "base", facts.Base).from(policy.at())
			if m.DeleteBranch && !facts.Fork {
				r.Args["delete"] = "yes"
			}
			return policy, []Reason{r}
		}
		missing = append(missing, name+" (wants "+words+")")
		clears = append(clears, words)
	}
	if len(missing) == 0 {
		missing, clears = []string{"`merge.policies` is empty"}, []string{"a policy"}
	}
	return nil, []Reason{reason(CodeNoPolicy, NeedsYou, "why", strings.Join(missing, "; "), "clears", strings.Join(clears, ", or ")).from(l.at("policies"))}
}

// picked is the policy that decides about a pull request, and where it stands.
type picked struct {
	Policy // Method is never empty
	path   string
	lines  lines
}

// at is the place of the policy.
func (p picked) at() string { return p.lines.at(p.path) }

// approvalsAt is the place that says how many approvals.
func (p picked) approvalsAt() string {
	if p.Approvals == nil {
		return p.at()
	}
	return p.lines.at(p.path + ".approvals")
}

// checksAt is the place that names checks.
func (p picked) checksAt() string { return p.lines.at(p.path + ".checks") }

func (m MergeSettings) matchers() []config.Matcher {
	all := []config.Matcher{m.Never}
	for _, p := range m.Policies {
		all = append(all, p.When, p.Unless)
	}
	return all
}

func neverReasons(never config.Matcher, facts config.Facts) []Reason {
	var reasons []Reason
	for i, key := range never.Any(facts).Why {
		switch key.Match {
		case config.Yes:
			reasons = append(reasons, neverReason(key.Name, holds(never, i, facts)).from(placeOf(key)))
		case config.Unknown:
			reasons = append(reasons, untellable("`never` for "+key.Name, untold(key), facts, never).from(placeOf(key)))
		}
	}
	return reasons
}

// untellable is the reason where it cannot be told whether something matches. What a bot raises no time will tell.
func untellable(what, why string, facts config.Facts, matchers ...config.Matcher) Reason {
	asks := slices.ContainsFunc(matchers, func(m config.Matcher) bool { return contains(m.Keys(), "bump") })
	if facts.BumpUntold == "" || !asks || !strings.Contains(why, facts.BumpUntold) {
		return reason(CodeMatchUnknown, Waiting, "what", what, "why", why)
	}
	clears := "a policy before it that does not ask for `bump`, or a merge by hand"
	if facts.Author == dependabot {
		clears = "Dependabot's commits alone (its command `recreate` makes them anew), " + clears
	}
	return reason(CodeBumpUnknown, NeedsYou, "what", what, "why", why, "clears", clears)
}

// neverReason is that of one key of `never` that matches. A label can be taken away; what else matches is the pull request
// itself.
func neverReason(key, value string) Reason {
	clears, by := "another "+key+", or `merge.never` changed", "the author or a maintainer"
	switch key {
	case "label":
		clears, by = "label "+value+" taken away", "whoever put it there"
	case "author", "fork", "base":
		clears, by = "a merge by hand, or `merge.never` changed", "somebody with write access"
	}
	return reason(CodeNever, Stopped, "key", key, "value", value, "clears", clears, "by", by)
}

// wanted is what a key of a matcher asks for, as a reason may hold it: what the file says. A reason holds no person, so
// logins are left out.
func wanted(key config.Key) string {
	if key.Name == "author" && namesPeople(key.Want) {
		return "that it names"
	}
	return key.Want
}

// holds is what the pull request has of the i-th key of a matcher: its labels that match, and else the pattern, for a
// reason holds neither free text nor a person.
func holds(m config.Matcher, i int, facts config.Facts) string {
	key := m.Any(facts).Why[i]
	if key.Name != "label" {
		return wanted(key)
	}
	var labels []string
	for _, label := range facts.Labels {
		one := facts
		one.Labels = []string{label}
		if m.Any(one).Why[i].Match == config.Yes {
			labels = append(labels, label)
		}
	}
	return strings.Join(labels, ", ")
}

// untold says why it cannot be told whether a key holds.
func untold(key config.Key) string {
	if key.Name == "author" {
		return "the members of a team cannot be read"
	}
	return key.Got
}

// namesPeople says that a list of authors, as a matcher writes it, has others than bots and teams in it.
func namesPeople(authors string) bool {
	for _, word := range strings.FieldsFunc(authors, func(r rune) bool { return r == ' ' || r == ',' }) {
		isWord := word == "or" || word == "any" || word == "but" || word == "not"
		if !isWord && !strings.HasPrefix(word, "@") && !strings.HasSuffix(word, "[bot]") {
			return true
		}
	}
	return false
}

// turns is when an answer of the matchers changes although nothing happens; zero: it does not.
func turns(now time.Time, facts config.Facts, matchers ...config.Matcher) time.Time {
	var soonest time.Time
	for _, m := range matchers {
		if left := m.Turns(facts); left > 0 {
			soonest = earlier(soonest, now.Add(left))
		}
	}
	return soonest
}

// matcherFacts collects what matchers look at, and what must still be loaded for them: members of teams.
func matcherFacts(s *Snapshot, p *PR, matchers ...config.Matcher) (config.Facts, Need) {
	facts := config.Facts{
		Author: p.Author.Login, AuthorBot: p.Author.Bot, Base: p.BaseRef, Head: p.HeadRef, Title: p.Title, Body: p.Body,
		Labels: p.Labels, FilesComplete: !contains(p.Truncated, "files"), Draft: p.Draft, Fork: p.Fork,
	}
	facts.Files = p.paths()
	facts.Bump, facts.BumpUntold = p.raises(s.App)
	facts.Age, facts.Idle = s.Now.Sub(p.CreatedAt), -1
	if !p.UpdatedAt.IsZero() {
		facts.Idle = s.Now.Sub(p.UpdatedAt)
	}
	for _, f := range p.Files {
		facts.ChangedLines += f.Additions + f.Deletions
	}
	var need Need
	facts.TeamsComplete = true
	for _, m := range matchers {
		for _, team := range m.Teams() {
			members, known := s.Members[teamKey(team)]
			if !known {
				need.Teams = append(need.Teams, teamKey(team))
				continue
			}
			facts.TeamsComplete = facts.TeamsComplete && members != nil
			for _, member := range members {
				if member.ID == p.Author.ID {
					facts.AuthorTeams = append(facts.AuthorTeams, team)
				}
			}
		}
	}
	return facts, need
}

// teamKey is a team as Members knows it: "@Acme/Core" is "acme/core".
func teamKey(team string) string { return strings.ToLower(strings.TrimPrefix(team, "@")) }
