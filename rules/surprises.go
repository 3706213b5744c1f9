package rules

import (
	"fmt"

	"github.com/pitcrew-app/pitcrew/config"
)

// What in a section contradicts itself. It stops nothing: the section does what it says, which may be nothing.

// Surprises implements config.Surprising.
func (r ReviewersSettings) Surprises(s *config.Section) []config.Problem {
	found := clashes(s, "", "nobody is ever asked", r.When, r.Unless)
	if len(r.From) == 0 {
		found = append(found, surprise(s, "from", "nobody is ever asked: `from` is empty", "name owners, people or teams"))
	}
	if r.When.Asks("draft") {
		found = append(found, surprise(s, "when.draft", "nobody is ever asked: `reviewers` asks nobody about a draft", "take it out"))
	}
	return found
}

// Surprises implements config.Surprising.
func (u UpdateSettings) Surprises(s *config.Section) []config.Problem {
	return append(clashes(s, "", "nothing is ever updated", u.When, u.Unless), unfit(s, "", "nothing is ever updated", u.When)...)
}

// Surprises implements config.Surprising.
func (m MergeSettings) Surprises(s *config.Section) []config.Problem {
	if len(m.Policies) == 0 {
		return []config.Problem{surprise(s, "policies", "pitcrew merges nothing: there is no policy", "write one, or remove the key for the built-in one")}
	}
	var found []config.Problem
	taken, named := map[string]int{}, map[string]bool{}
	for i, p := range m.Policies {
		path := fmt.Sprintf("policies[%d]", i)
		found = append(found, clashes(s, path+".", "it never merges", p.When, p.Unless, m.Never)...)
		found = append(found, unfit(s, path+".", "it never merges", p.When)...)
		if by, is := takenBy(taken, p); is {
			found = append(found, surprise(s, path, fmt.Sprintf("policy %s never decides: %s before it takes all that it would", p.called(i), m.Policies[by].called(by)), "put it before, or give the other one a `when`"))
		} else if named[p.Name] && p.Name != "" {
			found = append(found, surprise(s, path+".name", fmt.Sprintf("two policies are called %q", p.Name), "give one another name: reasons are told by it"))
		}
		named[p.Name] = true
		if _, is := taken[p.When.String()]; !is && p.Unless.IsZero() {
			taken[p.When.String()] = i
		}
	}
	return found
}

// takenBy is the policy before p that takes whatever p would match: one without conditions, or one with the same `when`.
func takenBy(taken map[string]int, p Policy) (int, bool) {
	if by, is := taken[""]; is {
		return by, true
	}
	by, is := taken[p.When.String()]
	return by, is
}

// Surprises implements config.Surprising.
func (p PropagateSettings) Surprises(s *config.Section) []config.Problem {
	if p.Except.Cover(p.Packages) {
		return []config.Problem{surprise(s, "except", "nothing is ever proposed: `except` takes away all that `packages` names", "except less")}
	}
	return nil
}

// called is the name of the i-th policy, or its number.
func (p Policy) called(i int) string { return first(p.Name, fmt.Sprint(i+1)) }

// clashes are the keys of when that something else always stops.
func clashes(s *config.Section, path, so string, when config.Matcher, stops ...config.Matcher) []config.Problem {
	var found []config.Problem
	for _, stop := range stops {
		for _, c := range when.Clashes(stop) {
			found = append(found, surprise(s, path+"when."+c.Key, fmt.Sprintf("%s: %s %s is asked for here and held back at %s", so, c.Key, c.Want, c.Stopped), "take out one of them"))
		}
	}
	return found
}

// unfit are the keys of when that pitcrew neither merges nor updates.
func unfit(s *config.Section, path, so string, when config.Matcher) []config.Problem {
	if !when.Asks("draft") {
		return nil
	}
	return []config.Problem{surprise(s, path+"when.draft", so+": `draft: true` is asked for, and pitcrew leaves those alone", "take it out")}
}

func surprise(s *config.Section, path, message, hint string) config.Problem {
	p := s.Problem(path, message, hint)
	p.Level = config.Notice
	return p
}
