package oracle

import (
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// ripen takes note of when what a policy asks for came: each approval, and each check that passed. A check that runs again begins
// anew, unless our own update made it run again.
func (h *history) ripen(now time.Time, p ghsim.PullFacts) {
	h.approvals, h.green = nil, nil
	for _, v := range p.Reviews {
		if v.State == "APPROVED" {
			h.approvals = append(h.approvals, h.first("approval "+v.By+v.Commit, now))
		}
	}
	for _, c := range p.Checks {
		id := "check " + c.Name + p.Head
		switch {
		case c.Done && c.Passed:
			h.green = append(h.green, sighting{c.Name, h.first(id, now)})
		default:
			delete(h.since, id)
		}
	}
}

// sighting is a check that passed, and since when.
type sighting struct {
	name string
	at   time.Time
}

func (h *history) first(what string, now time.Time) time.Time {
	if _, seen := h.since[what]; !seen {
		h.since[what] = now
	}
	return h.since[what]
}

// early says why it is too early to merge what may be merged, throughout the time d before now: the base is frozen, or it was not
// approved and green for as long as the policy asks.
func (h *history) early(x permits, now time.Time, d time.Duration) string {
	switch {
	case x.Asks == nil:
		return ""
	case x.Asks.Freeze.covers(now.Add(-d), now):
		return "the base is frozen"
	case x.Asks.Soak > 0 && !h.soaked(x, now.Add(-x.Asks.Soak+sloppy)):
		return "it was not approved and green for " + x.Asks.Soak.String()
	}
	return ""
}

// sloppy is how much later than GitHub's own time something is seen here.
const sloppy = 2 * time.Second

// soaked says that everything that the policy asks for was there at a time.
func (h *history) soaked(x permits, at time.Time) bool {
	old := 0
	for _, t := range h.approvals {
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
	return !slices.ContainsFunc(h.green, func(c sighting) bool {
		return (x.Rule.AllChecks || slices.Contains(x.Rule.Checks, c.name)) && c.at.After(at)
	})
}
