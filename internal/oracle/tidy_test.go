package oracle

import (
	"fmt"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// gone is a deletion of a branch, and the oracle looking at it.
func (s *scene) gone(branch, head string) {
	s.call("POST", "/graphql", fmt.Sprintf(`{"query":"mutation Delete($ref:X){}","variables":{"ref":{"refUpdates":[{"name":"refs/heads/%s","beforeOid":%q,"afterOid":%q}]}}}`, branch, head, zeros))
	s.look()
}

// landed lets the pull request land, by us, from the branch topic; another one merges into that.
func (s *scene) landed() {
	s.pull().HeadRef = "topic"
	s.f.Repos[0].Pulls = append(s.f.Repos[0].Pulls, ghsim.PullFacts{Number: 8, Author: "ana", Open: true, Head: "b1", HeadRef: "stacked", Base: "topic"})
	s.look()
	s.after(time.Second, func(p *ghsim.PullFacts) { p.Open, p.MergedAt, p.MergedBy = false, s.f.At, bot })
}

func TestWhatTheOracleSaysOfWhatIsLeftBehind(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *scene)
		want string
	}{
		"the branch of what landed": {func(s *scene) { s.landed(); s.gone("topic", "a1") }, ""},
		"another branch":            {func(s *scene) { s.landed(); s.gone("stacked", "b1") }, "I4 which we did not land"},
		"at another commit":         {func(s *scene) { s.landed(); s.gone("topic", "a2") }, "I4 which we did not land"},
		"without the commit":        {func(s *scene) { s.landed(); s.gone("topic", "") }, "I1 without the commit"},
		"what is open":              {func(s *scene) { s.pull().HeadRef = "topic"; s.look(); s.gone("topic", "a1") }, "I4 which we did not land"},
		"the default branch": {func(s *scene) {
			s.landed()
			s.pull().HeadRef = "main"
			s.look()
			s.gone("main", "a1")
		}, "I1 the default branch"},
		"and somebody's is closed": {func(s *scene) {
			s.landed()
			s.f.Repos[0].Pulls[1].Open = false
			s.gone("topic", "a1")
		}, "I1 it was closed"},
		"only observed": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "observe"
			s.landed()
			s.after(time.Minute, nothing)
			s.gone("topic", "a1")
		}, "I5 only observed"},
		"pointed where it landed": {func(s *scene) {
			s.landed()
			s.call("PATCH", "/repos/acme/api/pulls/8", `{"base":"main"}`)
			s.f.Repos[0].Pulls[1].Base = "main"
			s.look()
		}, ""},
		"pointed elsewhere": {func(s *scene) {
			s.landed()
			s.call("PATCH", "/repos/acme/api/pulls/8", `{"base":"release"}`)
			s.look()
		}, "I1 nothing landed there from topic"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			c.play(s)
			compare(t, s.o.Violations(), c.want)
		})
	}
}
