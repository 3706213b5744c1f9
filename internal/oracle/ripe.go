package oracle

import (
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// ripen takes note of when what a policy asks for came: the approvals, and the checks that pass.
func (x *permits) ripen(p ghsim.PullFacts) {
	for _, v := range p.Reviews {
		if v.State == "APPROVED" {
			x.Approved = append(x.Approved, v.At)
		}
	}
	for _, c := range p.Checks {
		if c.Done && c.Passed {
			x.Green = append(x.Green, c)
		}
	}
}

// early says why it is too early to merge what may be merged, throughout the time d before now: the base is frozen, or it was not
// approved and green for as long as the policy asks.
func (h *history) early(x permits, now time.Time, d time.Duration) string {
	switch {
	case x.Asks == nil:
		return ""
	case x.Asks.Freeze.covers(now.Add(-d-clocks), now.Add(clocks)):
		return "the base is frozen"
	case x.Asks.Soak > 0 && !h.soaked(x, now.Add(clocks-x.Asks.Soak), now.Add(-d)):
		return "it was not approved and green for " + x.Asks.Soak.String()
	}
	return ""
}

// clocks is how much GitHub's clock and ours may differ.
const clocks = 30 * time.Second

// soaked says that everything that the policy asks for was there at a time. A check that ran again since the snapshot may have been
// made takes nothing back.
func (h *history) soaked(x permits, at, snapshot time.Time) bool {
	old := 0
	for _, t := range x.Approved {
		if !t.After(at) {
			old++
		}
	}
	if old < x.Rule.Approvals {
		return false
	}
	if _, ours := h.updates[x.Head]; ours {
		return true
	}
	return !slices.ContainsFunc(x.Green, func(c ghsim.CheckFacts) bool {
		return !c.Ours && (x.Rule.AllChecks || slices.Contains(x.Rule.Checks, c.Name)) && c.At.After(at) && !c.At.After(snapshot)
	})
}
