package ghsim

import (
	"fmt"
	"hash/fnv"
	"time"
)

// ciRun is a check that the simulated CI runs on every head of a pull request.
type ciRun struct {
	name  string
	takes time.Duration
	fails float64 // how often, 0 to 1
}

// habit is what a simulated person does without being told. Zero durations mean never.
type habit struct {
	reviews  time.Duration // asked for a review, answers after this
	approves float64       // how often with an approval, 0 to 1; else changes are requested
	fixes    time.Duration // asked for changes, pushes after this and asks again
}

// chance is a number between 0 and 1 that depends on the seed and the key alone, not on the order in which things happen.
func (s *Sim) chance(key string) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", s.opts.Seed, key)
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}

// slowed is a duration of people or CI on the Sim's clock.
func (s *Sim) slowed(d time.Duration) time.Duration { return time.Duration(float64(d) / s.opts.Speed) }

// startCI starts the checks of the head of a pull request.
func (s *Sim) startCI(p *pull) {
	if !p.open {
		return
	}
	for _, c := range s.ci {
		s.startRun(p, c)
	}
}

func (s *Sim) startRun(p *pull, c ciRun) {
	attempt := p.ciRuns[c.name]
	if p.ciRuns == nil {
		p.ciRuns = map[string]int{}
	}
	p.ciRuns[c.name]++
	status := "in_progress"
	run, e := s.createRun(p.repo, s.appNamed("ci"), runInput{name: &c.name, sha: &p.head, status: &status})
	if e != nil {
		s.internal(e)
		return
	}
	conclusion := "success"
	if s.chance(fmt.Sprintf("ci %s#%d %s %d", p.repo.fullName(), p.number, c.name, attempt)) < c.fails {
		conclusion = "failure"
	}
	s.after(s.slowed(c.takes), func() {
		if run.status == "completed" {
			return
		}
		if e := s.updateRun(p.repo, run.app, run, runInput{conclusion: &conclusion}); e != nil {
			s.internal(e)
		}
	})
}

// wakeReviewer lets a person who is asked for a review answer. For a team, the first member with a habit answers.
func (s *Sim) wakeReviewer(p *pull, q *reviewRequest) {
	people := []*account{q.user}
	if q.team != nil {
		people = q.team.members
	}
	for _, a := range people {
		h := s.habits[a.id]
		if h.reviews == 0 || a == p.author {
			continue
		}
		s.after(s.slowed(h.reviews), func() { s.answerRequest(p, q, a, h) })
		return
	}
}

func (s *Sim) answerRequest(p *pull, q *reviewRequest, a *account, h habit) {
	if !p.open || !contains(p.requested, q) {
		return
	}
	in := reviewInput{event: "APPROVE"}
	if s.chance(fmt.Sprintf("review %s#%d %s %d", p.repo.fullName(), p.number, a.login, len(p.reviews))) >= h.approves {
		in = reviewInput{event: "REQUEST_CHANGES", body: "Please have another look."}
	}
	if _, e := s.submitReview(p, &caller{user: a}, in); e != nil {
		s.internal(e)
		return
	}
	fix := s.habits[p.author.id].fixes
	if in.event == "REQUEST_CHANGES" && fix > 0 {
		s.after(s.slowed(fix), func() { s.fixPull(p, a) })
	}
}

// fixPull lets the author push a change and ask the reviewer again.
func (s *Sim) fixPull(p *pull, reviewer *account) {
	if !p.open || p.headRepo == nil {
		return
	}
	path := fmt.Sprintf("fix-%d.txt", p.number)
	text := fmt.Sprintf("change %d, as %s asked\n", len(p.reviews), reviewer.login)
	by := &caller{user: p.author}
	if _, err := s.pushFiles(p.headRepo, p.headRef, map[string]string{path: text}, p.author, ""); err != nil {
		s.internal(err)
		return
	}
	if e := s.requestReviewers(p, by, []string{reviewer.login}, nil); e != nil {
		s.internal(e)
	}
}
