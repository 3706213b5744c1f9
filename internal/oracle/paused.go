package oracle

import (
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// Pause is where people, or pitcrew itself, stopped merging. It is nothing of GitHub's: whoever asked for it tells.
type Pause struct {
	Place int64  // a repository, or an installation with all that it covers
	Base  string // empty: every one
}

// Paused takes note that merging was stopped in a place, which the program has said.
func (o *Oracle) Paused(p Pause) { o.paused[p] = true }

// Resumed takes note that the pause of this very place is over.
func (o *Oracle) Resumed(p Pause) { delete(o.paused, p) }

// Stopped judges that the program itself has stopped merging in a repository because a merge of its own made something else than
// what was decided: one did.
func (o *Oracle) Stopped(repo int64, number int) {
	o.Paused(Pause{Place: repo})
	for _, r := range o.now.Repos {
		for _, p := range r.Pulls {
			if r.ID == repo && p.Number == number && !(p.Corrupted && p.MergedBy == o.opts.Bot) {
				o.wrongf("I4", name(r, number), "merging was stopped although its merge made what was decided")
			}
		}
	}
}

// pausedIn says why nothing lands in a base, where somebody has stopped that.
func (o *Oracle) pausedIn(r ghsim.RepoFacts, base string) string {
	for _, place := range []int64{r.ID, r.Installation} {
		if o.paused[Pause{place, ""}] || o.paused[Pause{place, base}] {
			return "merging is paused"
		}
	}
	return ""
}

// heeded judges that merging was not paused for as long as a snapshot may be old. It is in the program's own log that it is: reads
// that lag excuse nothing.
func (o *Oracle) heeded(h *history, at time.Time, subject, what string) {
	if why := h.ever(at, fresh, func(p permits) string { return p.Paused }); why != "" {
		o.wrongf("I1", subject, "%s although %s", what, why)
	}
}

// leftIn says that a pull request is in GitHub's merge queue because of us, and may not land any more for what GitHub knows
// nothing of.
func (o *Oracle) leftIn(r ghsim.RepoFacts, p ghsim.PullFacts, x permits) (Owing, bool) {
	if p.QueuedBy != o.opts.Bot || x.Write != "" || x.Paused == "" && x.Policy != never {
		return Owing{}, false
	}
	why := x.Paused
	if why == "" {
		why = x.Policy
	}
	return Owing{name(r, p.Number), fmt.Sprintf("it was left in GitHub's merge queue although %s", why)}, true
}
