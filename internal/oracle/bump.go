package oracle

import (
	"slices"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// What a pull request of a bot raises, beside the levels patch, minor and major.
const (
	none   = ""  // it is nobody's who says so
	untold = "?" // it cannot be told: not every commit is one that GitHub signed for its author and says it
)

var levels = []string{none, "patch", "minor", "major"}

// raises is the most that the commits of a bot's pull request raise, as whoever wrote them meant it. What our own update brought is
// the base's.
func (o *Oracle) raises(p ghsim.PullFacts) string {
	if !p.Bot {
		return none
	}
	most := none
	for _, c := range p.Commits {
		if c.By == o.opts.Bot && c.Merge {
			continue
		}
		level := none
		if c.By == p.Author && o.opts.Raises != nil {
			level = o.opts.Raises(c.Message)
		}
		if level == none {
			return untold
		}
		most = levels[max(slices.Index(levels, most), slices.Index(levels, level))]
	}
	if most == none {
		return untold
	}
	return most
}
