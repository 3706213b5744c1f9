package oracle

import (
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// Nothing lands where somebody has stopped merging, and pitcrew itself stops it only after a merge that made something else.
func TestWhatTheOracleSaysOfPauses(t *testing.T) {
	enter := func(s *scene) {
		s.pull().Node = "PR7"
		s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Queue: true}}}
		s.after(time.Hour, nothing)
		s.call("POST", "/graphql", `{"query":"mutation Enqueue($pull:X!){}","variables":{"pull":{"pullRequestId":"PR7","expectedHeadOid":"a1"}}}`)
		s.look()
	}
	for name, c := range map[string]struct {
		happens func(*scene)
		want    string
	}{
		"of the repository":   {func(s *scene) { s.pause(Pause{Place: 10}); s.after(time.Minute, nothing); s.merge() }, "merging is paused"},
		"of the organisation": {func(s *scene) { s.pause(Pause{Place: 1}); s.after(time.Minute, nothing); s.merge() }, "merging is paused"},
		"of the base":         {func(s *scene) { s.pause(Pause{10, "main"}); s.after(time.Minute, nothing); s.merge() }, "merging is paused"},
		"into the queue":      {func(s *scene) { s.pause(Pause{Place: 10}); enter(s) }, "put into the merge queue although merging is paused"},
		"into the queue of a frozen base": {func(s *scene) {
			s.asks(func(m *Merge) { m.Freeze = Span{begin, begin.Add(24 * time.Hour)} })
			enter(s)
		}, "put into the merge queue although the base is frozen"},
		"of another base":          {func(s *scene) { s.pause(Pause{10, "dev"}); s.after(time.Minute, nothing); s.merge() }, ""},
		"a moment ago":             {func(s *scene) { s.pause(Pause{Place: 10}); s.after(4*time.Second, nothing); s.merge() }, ""},
		"longer ago than it seems": {func(s *scene) { s.pause(Pause{Place: 10}); s.after(6*time.Second, nothing); s.merge() }, "merging is paused"},
		"over": {func(s *scene) {
			s.pause(Pause{Place: 10})
			s.o.Resumed(Pause{Place: 10})
			s.after(time.Minute, nothing)
			s.merge()
		}, ""},
		"owes nothing": {func(s *scene) { s.pause(Pause{Place: 10}); s.after(time.Hour, nothing); s.end(Kept{}) }, ""},
		"left in the queue": {func(s *scene) {
			s.pause(Pause{Place: 10})
			s.after(time.Hour, func(p *ghsim.PullFacts) { p.QueuedBy = bot })
			s.end(Kept{})
		}, "left in GitHub's merge queue"},
		"by itself": {func(s *scene) { s.merge(); s.o.Stopped(10, 7) }, "merging was stopped although"},
		"by itself, for a reason": {func(s *scene) {
			s.merge()
			s.after(time.Second, func(p *ghsim.PullFacts) { p.Corrupted = true })
			s.o.Stopped(10, 7)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.after(time.Hour, nothing)
			c.happens(s)
			s.says(t, c.want)
		})
	}
}

func (s *scene) pause(p Pause) {
	s.o.Paused(p)
	s.look()
}

func (s *scene) end(k Kept) { s.o.End(nil, ghsim.State{}, k) }

// says compares what the oracle found with words of it; empty: it is to have found nothing.
func (s *scene) says(t *testing.T, want string) {
	t.Helper()
	var said []string
	for _, v := range s.o.Violations() {
		said = append(said, v.String())
	}
	if got := strings.Join(said, "\n"); want == "" && got != "" || !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
