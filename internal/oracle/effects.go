package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// landed follows a head that moved and a pull request that was merged.
func (o *Oracle) landed(h *history, r ghsim.RepoFacts, p ghsim.PullFacts, blind time.Duration) {
	if h.head != "" && p.Head != h.head && len(p.Parents) == 2 && p.Parents[0] == h.head {
		if asked, ok := o.calls.updates[key{r.ID, p.Number}][h.head]; ok && o.now.At.Sub(asked.at) < updatesWithin {
			h.updates[p.Head] = h.head
			o.updated(h, name(r, p.Number))
		}
	}
	if asked, ok := o.calls.updates[key{r.ID, p.Number}][h.head]; ok && asked.anew && p.Head != h.head && p.Committer == o.opts.Bot && o.now.At.Sub(asked.at) < updatesWithin {
		h.rebased[p.Head] = h.head // no approval holds through it
		o.updated(h, name(r, p.Number))
	}
	h.head = p.Head
	if p.QueuedBy != "" {
		h.entered = p.Head
	}
	if h.merged || p.MergedAt.IsZero() {
		return
	}
	h.merged = true
	if p.MergedBy != o.opts.Bot {
		return
	}
	o.heeded(h, o.now.At, name(r, p.Number), "it was merged")
	why := h.ever(o.now.At, fresh+blind, func(x permits) string {
		if x.Merge == "" && x.Head != p.Head {
			return "its head was another"
		}
		return cmp.Or(x.Merge, h.early(x, o.now.At, fresh+blind))
	})
	if why != "" {
		o.wrongf("I1", name(r, p.Number), "it was merged although %s", why)
	}
}

// updated judges how often a branch was updated in a day.
func (o *Oracle) updated(h *history, subject string) {
	h.updated = append(h.updated, o.now.At)
	n := 0
	for _, at := range h.updated {
		if o.now.At.Sub(at) < 24*time.Hour {
			n++
		}
	}
	if why := h.ever(o.now.At, updatesWithin, func(x permits) string {
		if n > x.PerDay {
			return fmt.Sprintf("%d a day are wanted", x.PerDay)
		}
		return ""
	}); why != "" {
		o.wrongf("I6", subject, "its branch was updated %d times within a day although %s", n, why)
	}
}

// updatesWithin is how long after it was asked for an update may come.
const updatesWithin = time.Minute

// effects is I3: what was done twice.
func (o *Oracle) effects(h *history, r ghsim.RepoFacts, p ghsim.PullFacts, blind time.Duration) {
	if p.Author == o.opts.Bot && !h.opened {
		h.opened = true
		o.proposed(r, p, blind)
	}
	for what, n := range p.Ours {
		if n > 1 {
			o.wrongf("I3", name(r, p.Number), "%d check runs of ours: %s", n, what)
		}
	}
	o.comments(r, p)
	asked := map[string]int{}
	for _, a := range p.Asked {
		if asked[a.Who]++; asked[a.Who] > 1+reviewsOf(p, a.Who) {
			o.wrongf("I3", name(r, p.Number), "%s was asked for a review %d times and gave %d", a.Who, asked[a.Who], reviewsOf(p, a.Who))
		}
	}
}

// reviewsOf is how many reviews somebody gave.
func reviewsOf(p ghsim.PullFacts, who string) int {
	n := 0
	for _, v := range p.Reviews {
		if v.By == who {
			n++
		}
	}
	return n
}

func reviewedBy(p ghsim.PullFacts, who string) bool {
	return slices.ContainsFunc(p.Reviews, func(v ghsim.ReviewFacts) bool { return v.By == who })
}

// proposed judges a pull request that we opened: wanted there, of a package of the same organisation, and the only one for it.
func (o *Oracle) proposed(r ghsim.RepoFacts, p ghsim.PullFacts, blind time.Duration) {
	if !o.ofSameOwner(r.ID, p.Title) {
		o.wrongf("I7", name(r, p.Number), "a package of another organisation was proposed: %s", p.Title)
	}
	for _, q := range r.Pulls {
		if q.Number != p.Number && q.Open && q.Author == o.opts.Bot && q.HeadRef == p.HeadRef {
			o.wrongf("I3", name(r, p.Number), "#%d is open for the same", q.Number)
		}
	}
	if why := o.history(key{r.ID, 0}).ever(o.now.At, fresh+blind, func(x permits) string { return x.Write }); why != "" {
		o.wrongf("I5", name(r, p.Number), "it was opened although %s", why)
	}
}

// ofSameOwner says whether a title names a package of a repository that ever had an owner in common with this one. Packages are
// called like the repository that publishes them was at first.
func (o *Oracle) ofSameOwner(repo int64, title string) bool {
	for _, names := range o.names {
		if strings.Contains(title, "@"+names[0]+" ") && slices.ContainsFunc(names, func(name string) bool { return o.hadOwner(repo, name) }) {
			return true
		}
	}
	return false
}

func (o *Oracle) hadOwner(repo int64, other string) bool {
	owner, _, _ := strings.Cut(other, "/")
	return slices.ContainsFunc(o.names[repo], func(name string) bool { return strings.HasPrefix(name, owner+"/") })
}

// watch keeps what is wanted of a repository itself.
func (o *Oracle) watch(r ghsim.RepoFacts) {
	if !slices.Contains(o.names[r.ID], r.Name) {
		o.names[r.ID] = append(o.names[r.ID], r.Name)
	}
	policy, why := o.policyOf(r, r.Default)
	switch {
	case why != "":
	case policy.Observe != "":
		why = "it is only observed"
	case !policy.Propagate:
		why = "propagate is off"
	}
	o.history(key{r.ID, 0}).add(o.now.At, permits{Write: why})
}
