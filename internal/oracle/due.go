package oracle

import (
	"cmp"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// Owing is something that is to be done and was not.
type Owing struct{ Subject, What string }

// Owed is what is eligible as things are: what pitcrew owes once nothing goes wrong any more. state is GitHub's own opinion.
func (o *Oracle) Owed(state ghsim.State) []Owing {
	var owed []Owing
	for _, r := range o.now.Repos {
		if r.Archived || !o.reachable(r) {
			continue
		}
		bases := map[string]bool{}
		for _, p := range r.Pulls {
			if p.Open && !bases[p.Base] {
				bases[p.Base] = true
				owed = append(owed, o.owedBy(r, p.Base, state)...)
			}
			if p.Open && o.unasked(r, p) {
				owed = append(owed, Owing{name(r, p.Number), "nobody was asked for a review"})
			}
		}
	}
	return owed
}

// reachable says that the App may work in a repository.
func (o *Oracle) reachable(r ghsim.RepoFacts) bool {
	return slices.ContainsFunc(o.now.Installs, func(i ghsim.InstallFacts) bool {
		return i.ID == r.Installation && !i.Suspended && !i.Deleted && !i.Lacks
	})
}

// owedBy is what the line of a base owes. While checks run after one of our updates nothing need happen: that one is first.
func (o *Oracle) owedBy(r ghsim.RepoFacts, base string, state ghsim.State) []Owing {
	var owed []Owing
	for _, p := range r.Pulls {
		if !p.Open || p.Base != base {
			continue
		}
		h := o.history(key{r.ID, p.Number})
		x := h.states[len(h.states)-1]
		if from := cmp.Or(h.updates[p.Head], h.rebased[p.Head]); from != "" && x.Flight && o.now.At.Sub(o.calls.updates[key{r.ID, p.Number}][from].at) < rerunsWithin {
			return nil
		}
		if left, is := o.leftIn(r, p, x); is {
			owed = append(owed, left)
		}
		g := pullState(state, r.ID, p.Number)
		switch {
		case x.Merge == "" && h.early(x, o.now.At, 0) == "" && lands(g):
			owed = append(owed, Owing{name(r, p.Number), "it was not merged"})
		case x.Enqueue == "" && h.early(x, o.now.At, 0) == "" && g.Queueable && (h.entered != p.Head || p.LeftBy == o.opts.Bot):
			owed = append(owed, Owing{name(r, p.Number), "it was not put into GitHub's merge queue"})
		case x.Update == "" && g.MergeState == "BEHIND" && x.Merge == behind && o.budgetLeft(r, p) && (!p.Bot || p.Author == o.opts.Bot): // other bots see to their branches themselves
			owed = append(owed, Owing{name(r, p.Number), "its branch was not updated"})
		}
	}
	return owed
}

// rerunsWithin is how long checks may take after an update.
const rerunsWithin = 2 * time.Hour

func lands(g ghsim.PullState) bool {
	return (g.MergeState == "CLEAN" || g.MergeState == "UNSTABLE" || g.MergeState == "HAS_HOOKS") && g.Decision != "REVIEW_REQUIRED" && g.Decision != "CHANGES_REQUESTED"
}

func pullState(state ghsim.State, repo int64, number int) ghsim.PullState {
	for _, r := range state.Repositories {
		for _, p := range r.Pulls {
			if r.ID == repo && p.Number == number {
				return p
			}
		}
	}
	return ghsim.PullState{}
}

func (o *Oracle) budgetLeft(r ghsim.RepoFacts, p ghsim.PullFacts) bool {
	policy, why := o.policyOf(r, p.Base)
	if why != "" || policy.Update == nil {
		return false
	}
	return len(o.calls.updates[key{r.ID, p.Number}]) < policy.Update.PerDay
}

// unasked says that reviewers are wanted, that there are some, and that they were not asked.
func (o *Oracle) unasked(r ghsim.RepoFacts, p ghsim.PullFacts) bool {
	h := o.history(key{r.ID, p.Number})
	x := h.states[len(h.states)-1]
	if x.Ask != "" {
		return false
	}
	have := map[string]bool{}
	for _, who := range p.Requested {
		have[who] = true
	}
	for _, v := range p.Reviews {
		have[v.By] = v.Writer || have[v.By]
	}
	delete(have, p.Author)
	if len(have) >= x.Request {
		return false
	}
	for _, who := range x.From {
		asked := slices.ContainsFunc(p.Asked, func(a ghsim.AskedFacts) bool { return a.Who == who })
		if who != p.Author && !have[who] && !asked && !reviewedBy(p, who) && !slices.Contains(p.TakenBack, who) && !slices.Contains(h.refused, who) {
			return true
		}
	}
	return false
}
