package oracle

import (
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// What soaks begins anew with an approval or a green check that it lacked before, and with nothing else.
func TestWhatTheOracleSaysOfSoaking(t *testing.T) {
	const early, wait = "I1 it was not approved and green for 3m0s", 10 * time.Minute
	review := func(by, state string, at time.Time) ghsim.ReviewFacts {
		return ghsim.ReviewFacts{By: by, State: state, Commit: "a1", Writer: true, At: at}
	}
	check := func(name string, at time.Time) ghsim.CheckFacts {
		return ghsim.CheckFacts{Name: name, App: 5, Done: true, Passed: true, At: at}
	}
	soaks := func(m *Merge) { m.Soak = 3 * time.Minute }
	for name, c := range map[string]struct {
		asks   func(*Merge)
		change func(s *scene, p *ghsim.PullFacts) // a minute before the merge
		want   string
	}{
		"nothing new": {soaks, func(*scene, *ghsim.PullFacts) {}, ""},
		"another approval instead": {soaks, func(s *scene, p *ghsim.PullFacts) {
			p.Reviews = []ghsim.ReviewFacts{review("cy", "APPROVED", s.f.At)}
		}, early},
		"another approval beside an old comment": {soaks, func(s *scene, p *ghsim.PullFacts) {
			p.Reviews = []ghsim.ReviewFacts{review("bob", "COMMENTED", begin), review("cy", "APPROVED", s.f.At)}
		}, early},
		"another approval as well": {soaks, func(s *scene, p *ghsim.PullFacts) {
			p.Reviews = []ghsim.ReviewFacts{p.Reviews[0], review("cy", "APPROVED", s.f.At)}
		}, ""},
		"a check that is asked for": {soaks, func(s *scene, p *ghsim.PullFacts) {
			p.Checks = []ghsim.CheckFacts{check("build", s.f.At)}
		}, early},
		"a check that nobody asks for": {soaks, func(s *scene, p *ghsim.PullFacts) {
			p.Checks = []ghsim.CheckFacts{p.Checks[0], check("docs", s.f.At)}
		}, ""},
		"a check where all are asked for": {func(m *Merge) { soaks(m); m.Rules[0].AllChecks = true }, func(s *scene, p *ghsim.PullFacts) {
			p.Checks = []ghsim.CheckFacts{p.Checks[0], check("docs", s.f.At)}
		}, early},
		"our own check where all are asked for": {func(m *Merge) { soaks(m); m.Rules[0].AllChecks = true }, func(s *scene, p *ghsim.PullFacts) {
			own := check("pitcrew", s.f.At)
			own.Ours = true
			p.Checks = []ghsim.CheckFacts{p.Checks[0], own}
		}, ""},
		"no soaking is asked for": {func(*Merge) {}, func(s *scene, p *ghsim.PullFacts) {
			p.Checks = []ghsim.CheckFacts{check("build", s.f.At)}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.asks(c.asks)
			s.after(wait, nothing)
			s.after(0, func(p *ghsim.PullFacts) { c.change(s, p) })
			s.after(time.Minute, nothing)
			s.merge()
			compare(t, s.o.Violations(), c.want)
		})
	}
}

// What was green when a merge was decided on, and was run again while it was on its way, takes nothing back; nor does an approval
// that went then, where nothing soaks.
func TestWhatTheOracleSaysOfAMergeOnItsWay(t *testing.T) {
	s := newScene()
	s.asks(func(m *Merge) { m.Soak = 3 * time.Minute })
	s.after(10*time.Minute, nothing)
	s.after(time.Second, func(p *ghsim.PullFacts) {
		p.Checks = []ghsim.CheckFacts{{Name: "build", App: 5, Done: true, Passed: true, At: s.f.At}}
	})
	s.merge()
	compare(t, s.o.Violations(), "")

	s = newScene()
	s.after(10*time.Minute, nothing)
	s.after(time.Second, func(p *ghsim.PullFacts) { p.Reviews = nil })
	s.merge()
	compare(t, s.o.Violations(), "")
}
