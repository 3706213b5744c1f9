package rules

import (
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// timeReasons are about when something may land: a freeze, and the time for which it must have been approved and green.
func (m MergeSettings) timeReasons(s *Snapshot, p *PR, where lines, others []Reason) []Reason {
	var reasons []Reason
	if w, frozen := m.Freeze.Holding(s.Now); frozen {
		reasons = append(reasons, reason(CodeFrozen, Stopped, "window", w.String(), "until", clock(w.End(s.Now)), "end", w.End(s.Now).UTC().Format(time.RFC3339)).from(where.at("freeze")))
	}
	soak := time.Duration(m.Soak)
	if soak == 0 {
		return reasons
	}
	begun := true
	for _, r := range blocking(others) {
		begun = begun && flight[r.Code]
	}
	switch until := p.greenSince(s).Add(soak); {
	case !begun:
		reasons = append(reasons, reason(CodeSoak, Waiting, "span", m.Soak.String(), "when", "from when it is approved and green").from(where.at("soak")))
	case s.Now.Before(until):
		reasons = append(reasons, reason(CodeSoak, Waiting, "span", m.Soak.String(), "when", "until "+clock(until.In(s.Config.zone()))).from(where.at("soak")))
	}
	return reasons
}

// soaked is when a pull request has been approved and green for long enough.
func (m MergeSettings) soaked(s *Snapshot, p *PR) time.Time {
	return p.greenSince(s).Add(time.Duration(m.Soak))
}

// settleFor is how long after a head was first seen a check may still register itself, where none is known at all: GitHub then
// asks for none, and would merge in the seconds before CI has begun.
const settleFor = time.Minute

// settles is until when a check may still register itself and finish; zero: one has, or the policy wants none.
func (p *PR) settles(s *Snapshot, want config.Selection) time.Time {
	theirs := func(c Check) bool { return !s.App.made(c) && c.State != CheckPending }
	if want.Word == checksNone || slices.ContainsFunc(p.Checks, theirs) {
		return time.Time{}
	}
	since := s.Now
	if m := p.memory(); m.TreeHead == p.Head {
		since = m.HeadAt
	}
	if until := since.Add(settleFor); s.Now.Before(until) {
		return until
	}
	return time.Time{}
}

// greenSince is when the last of what a pull request needs came: its head, an approval of it, a check. What our own update runs
// again was green before, and counts from then.
func (p *PR) greenSince(s *Snapshot) time.Time {
	since := p.CreatedAt
	for _, r := range votes(p) {
		since = latest(since, r.At)
	}
	if len(p.approvedHeads()) > 1 {
		return since
	}
	for _, c := range p.Checks {
		if !s.App.made(c) {
			since = latest(since, c.At)
		}
	}
	if m := p.memory(); m.TreeHead == p.Head {
		return latest(since, m.HeadAt)
	}
	return s.Now // seen for the first time
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// clock is a moment as people read it.
func clock(t time.Time) string { return t.Format("Mon 2 Jan 15:04 MST") }

func (c Config) zone() *time.Location {
	if c.File == nil || c.File.Zone == nil {
		return time.UTC
	}
	return c.File.Zone
}
