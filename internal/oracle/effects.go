package oracle

import (
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
		}
	}
	h.head = p.Head
	if h.merged || p.MergedAt.IsZero() {
		return
	}
	h.merged = true
	if p.MergedBy != o.opts.Bot {
		return
	}
	why := h.ever(o.now.At, fresh+blind, func(x permits) string {
		if x.Merge == "" && x.Head != p.Head {
			return "its head was another"
		}
		return x.Merge
	})
	if why != "" {
		o.wrongf("I1", name(r, p.Number), "it was merged although %s", why)
	}
}

// updatesWithin is how long after it was asked for an update may come.
const updatesWithin = 2 * time.Minute

// effects is I3: what was done twice.
func (o *Oracle) effects(h *history, r ghsim.RepoFacts, p ghsim.PullFacts) {
	if p.Author == o.opts.Bot && !h.opened {
		h.opened = true
		o.proposed(r, p)
	}
	for what, n := range p.Ours {
		if n > 1 {
			o.wrongf("I3", name(r, p.Number), "%d check runs of ours: %s", n, what)
		}
	}
	for i, body := range p.Comments {
		if slices.Contains(p.Comments[:i], body) {
			o.wrongf("I3", name(r, p.Number), "commented twice: %s", body)
		}
	}
	for i, a := range p.Asked {
		if slices.ContainsFunc(p.Asked[:i], func(b ghsim.AskedFacts) bool { return b.Who == a.Who }) && !reviewedBy(p, a.Who) {
			o.wrongf("I3", name(r, p.Number), "%s was asked for a review twice", a.Who)
		}
	}
}

func reviewedBy(p ghsim.PullFacts, who string) bool {
	return slices.ContainsFunc(p.Reviews, func(v ghsim.ReviewFacts) bool { return v.By == who })
}

// proposed judges a pull request that we opened: wanted there, of a package of the same organisation, and the only one for it.
func (o *Oracle) proposed(r ghsim.RepoFacts, p ghsim.PullFacts) {
	if !slices.ContainsFunc(o.owners[r.ID], func(owner string) bool { return strings.Contains(p.Title, "@"+owner+"/") }) {
		o.wrongf("I7", name(r, p.Number), "a package of another organisation was proposed: %s", p.Title)
	}
	for _, q := range r.Pulls {
		if q.Number != p.Number && q.Open && q.Author == o.opts.Bot && q.HeadRef == p.HeadRef {
			o.wrongf("I3", name(r, p.Number), "#%d is open for the same", q.Number)
		}
	}
	if why := o.history(key{r.ID, 0}).ever(o.now.At, takes, func(x permits) string { return x.Write }); why != "" {
		o.wrongf("I5", name(r, p.Number), "it was opened although %s", why)
	}
}

// takes is how long opening a pull request may take, its steps and what is looked up for it included.
const takes = time.Minute

// watch keeps what is wanted of a repository itself.
func (o *Oracle) watch(r ghsim.RepoFacts) {
	owner, _, _ := strings.Cut(r.Name, "/")
	if !slices.Contains(o.owners[r.ID], owner) {
		o.owners[r.ID] = append(o.owners[r.ID], owner)
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
