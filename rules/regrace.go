package rules

import (
	"slices"
	"time"
)

// redGrace is how long a pull request keeps its place in line although a check of it turned red: what runs a failed check again
// needs so long to begin. GitHub shows the failure until then.
const redGrace = 90 * time.Second

// Red is when a check turned red of a pull request that stood in line, and at which head.
type Red struct {
	Head string    `json:"head"`
	At   time.Time `json:"at"`
}

// regrace lets a red check that is about to be run again, and one that is being run again, cost no place: once for a head, and only
// who stood in line already.
func (p *PR) regrace(s *Snapshot, reasons []Reason) []Reason {
	if !p.stood(s.Now) {
		return reasons
	}
	for i, r := range reasons {
		switch {
		case r.Code == CodeCheckFailed && s.Now.Before(p.redSince(s).Add(redGrace)):
			reasons[i].Code, reasons[i].State = CodeRedGrace, Waiting
		case r.Code == CodeCheckPending && s.Now.Before(p.rerunBy()):
			reasons[i].Code = CodeRerun
		}
	}
	return reasons
}

// stood says that the newest answers about this head had the pull request in line.
func (p *PR) stood(now time.Time) bool {
	m := p.memory()
	i := slices.IndexFunc(m.Tree, func(a Answer) bool { return a.Rule == "merge" })
	if i < 0 || m.TreeHead != p.Head {
		return false
	}
	standing, _, _ := stand(m.Tree[i].Because, now, p)
	return standing == InLine
}

// redSince is when the head turned red: when we saw it first or, before that, by GitHub's word.
func (p *PR) redSince(s *Snapshot) time.Time {
	if red := p.memory().Red; red.Head == p.Head {
		return red.At
	}
	var since time.Time
	for _, c := range p.Checks {
		if c.State == CheckFailed {
			since = latest(since, c.At)
		}
	}
	if since.IsZero() {
		return s.Now
	}
	return since
}

// rerunBy is until when checks that run again cost no place; zero: none were red.
func (p *PR) rerunBy() time.Time {
	if red := p.memory().Red; red.Head == p.Head {
		return red.At.Add(rerunRuns)
	}
	return time.Time{}
}

// redden takes note of when a head began to be red, or to be run again, without losing its place.
func (m *Memory) redden(at time.Time, d Decided) {
	graced := slices.ContainsFunc(d.Answers, func(a Answer) bool { return hasReason(a.Because, CodeRedGrace) || hasReason(a.Because, CodeRerun) })
	switch {
	case !graced:
		m.Red = Red{}
	case m.Red.Head != d.Head:
		m.Red = Red{d.Head, at}
	}
}

// silentFor is how long after a head was first seen a check that is asked for may not have reported at all, where others have: then
// a person has to look why.
const silentFor = 10 * time.Minute

// silentAt is when that is; zero: nothing has reported yet, and everything may still come.
func (p *PR) silentAt(s *Snapshot) time.Time {
	theirs := func(c Check) bool { return !s.App.made(c) && c.State != CheckPending }
	if !slices.ContainsFunc(p.Checks, theirs) {
		return time.Time{}
	}
	if m := p.memory(); m.TreeHead == p.Head {
		return m.HeadAt.Add(silentFor)
	}
	return s.Now.Add(silentFor)
}

// absent is the reason for a check that is asked for and has not reported.
func (p *PR) absent(s *Snapshot, name string) Reason {
	if p.Held > 0 {
		return p.held(name, "check "+name+" not reported")
	}
	if at := p.silentAt(s); !at.IsZero() && !s.Now.Before(at) {
		return reason(CodeCheckSilent, NeedsYou, "name", name, "head", short(p.Head))
	}
	return reason(CodeCheckAbsent, Waiting, "name", name, "head", short(p.Head))
}
