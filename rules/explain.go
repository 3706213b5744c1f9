package rules

import (
	"fmt"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// Condition is one thing that a rule asked of a pull request, mostly a key of a matcher, and what came of it: the twigs of the
// tree of reasons. A reason says what stands in the way; the conditions say why these were the reasons, and what is not in the way.
type Condition struct {
	Of    string `json:"of,omitempty"`  // what it belongs to: "never", "policy bots"; empty: the section itself
	Key   string `json:"key,omitempty"` // of the matcher; empty: Want says it all
	Want  string `json:"want"`          // what the file says there
	Not   bool   `json:"not,omitempty"` // under unless and never: one that holds is against it
	State State  `json:"state"`         // done: as it should be; off: not so, or not asked for; stopped: it holds the pull request back; waiting: it cannot be told
	Where string `json:"where,omitempty"`
	Seen  string `json:"-"` // what the pull request has there: it may be a person or free text, which only who looks now may see
}

// Sentence draws a condition for people.
func (c Condition) Sentence() string {
	text := strings.TrimSpace(c.Key + " " + c.Want)
	switch {
	case c.Key == "":
		return text
	case c.State == Waiting:
		return text + ": cannot be told now"
	case c.State == Stopped:
		return "held by " + text
	case c.Not && c.State == Off:
		return "not where " + text + ", which is so"
	case c.Not:
		return "not " + text
	case c.State == Off:
		return "wants " + text
	}
	return text
}

// ofNever is what the conditions of `merge.never` belong to.
const ofNever = "never"

// Explain gives the answers of verdicts with the conditions that each rule asked, in the order in which it asked them. Where a
// rule is off, or broken, or lacks something that must be loaded first, it asked none.
func Explain(s *Snapshot, verdicts []Verdict) []Answer {
	answers := Answers(verdicts)
	if s.PR == nil || !s.PR.IsOpen() || len(s.Config.held()) > 0 {
		return answers
	}
	for i, v := range verdicts {
		if ask := asking[v.Rule]; ask != nil && v.Need.Empty() {
			answers[i].Asked = ask(s)
		}
		if v.Rule == Ready.Name {
			answers[i].Asked = append(answers[i].Asked, s.PR.free(v.Because)...)
		}
	}
	return answers
}

// asking are the rules that ask something of a pull request, by the names of their sections.
var asking = map[string]func(*Snapshot) []Condition{
	"reviewers": asks("reviewers", reviewersDefaults, func(r ReviewersSettings) []config.Matcher { return []config.Matcher{r.When, r.Unless} },
		func(r ReviewersSettings, f config.Facts) []Condition { return ofBoth("", r.When, r.Unless, f) }),
	"update": asks("update", updateDefaults, func(u UpdateSettings) []config.Matcher { return []config.Matcher{u.When, u.Unless} },
		func(u UpdateSettings, f config.Facts) []Condition { return ofBoth("", u.When, u.Unless, f) }),
	"merge": asks("merge", mergeDefaults, MergeSettings.matchers, MergeSettings.asked),
}

// asks makes a function that reads a section and asks what is in it.
func asks[C any](name string, defaults C, matchers func(C) []config.Matcher, ask func(C, config.Facts) []Condition) func(*Snapshot) []Condition {
	return func(s *Snapshot) []Condition {
		section := s.Config.section(name)
		if section == nil || section.Off {
			return nil
		}
		settings := defaults
		if stops(section.Decode(&settings)) {
			return nil
		}
		facts, need := matcherFacts(s, s.PR, matchers(settings)...)
		if !need.Empty() {
			return nil
		}
		return ask(settings, facts)
	}
}

// asked is what the merge section asks: `never`, then each policy until one matches or cannot be told.
func (m MergeSettings) asked(f config.Facts) []Condition {
	all := conditionsOf(ofNever, m.Never.Any(f), true)
	for i, p := range m.Policies {
		of := "policy " + p.called(i)
		all = append(all, ofBoth(of, p.When, p.Unless, f)...)
		if match, _ := applies(p.When, p.Unless, f); match != config.No {
			break
		}
	}
	return all
}

// free are the things that a policy or GitHub could ask for, where they are not in the way. What is in the way is a reason.
func (p *PR) free(because []Reason) []Condition {
	var all []Condition
	add := func(is bool, state State, text string) {
		if is {
			all = append(all, Condition{Want: text, State: state})
		}
	}
	if !hasReason(because, CodePolicy) {
		return nil // no policy got so far
	}
	add(!hasReason(because, CodeApprovals) && !hasReason(because, CodeApproved) && !hasReason(because, CodeFork), Off, "approvals: none is asked for")
	add(p.Mergeable == Yes, Done, "no conflict with "+p.BaseRef)
	add(!p.Protection.Strict, Off, "up to date with "+p.BaseRef+": not required")
	add(p.Protection.Conversations && p.Open == 0, Done, "conversations: all resolved")
	return all
}

func ofBoth(of string, when, unless config.Matcher, f config.Facts) []Condition {
	return append(conditionsOf(of, when.All(f), false), conditionsOf(of, unless.Any(f), true)...)
}

func conditionsOf(of string, r config.Result, not bool) []Condition {
	var out []Condition
	for _, key := range r.Why {
		out = append(out, Condition{Of: of, Key: key.Name, Want: key.Want, Not: not, State: met(of, key.Match, not), Where: placeOf(key), Seen: key.Got})
	}
	return out
}

// met is how a condition stands.
func met(of string, match config.Tri, not bool) State {
	switch {
	case match == config.Unknown:
		return Waiting
	case not == (match == config.No):
		return Done
	case of == ofNever:
		return Stopped
	}
	return Off
}

// What is kept of the conditions of a decision, in number and in length: a file may have thousands.
const (
	keptConditions = 40
	keptWant       = 200
)

// kept are answers as the log may hold them: no person is named, and what was asked last, which decided, is kept.
func kept(answers []Answer) []Answer {
	for i := range answers {
		asked := answers[i].Asked
		answers[i].Unkept = max(0, len(asked)-keptConditions)
		asked = asked[answers[i].Unkept:]
		for j, c := range asked {
			if want := []rune(wanted(config.Key{Name: c.Key, Want: c.Want})); len(want) > keptWant {
				asked[j].Want = fmt.Sprintf("%s…", string(want[:keptWant]))
			} else {
				asked[j].Want = string(want)
			}
		}
		answers[i].Asked = asked
	}
	return answers
}
