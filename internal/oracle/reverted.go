package oracle

import (
	"strings"
	"time"
)

// Reverted takes note that a person has taken a merge back. told says that the program could know by then what had landed.
func (o *Oracle) Reverted(repo string, number int, told bool) {
	for _, r := range o.now.Repos {
		if !strings.EqualFold(r.Name, repo) {
			continue
		}
		h := o.history(key{r.ID, number})
		h.reverted = true
		for _, p := range r.Pulls {
			if p.Number == number {
				h.uncounted = told && o.reachable(r) && o.now.At.Sub(p.MergedAt) > seenWithin
			}
		}
	}
}

// seenWithin is how long after a merge its effect was surely seen, if everything that was sent has arrived.
const seenWithin = 2 * time.Minute
