package oracle

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// judgeQueueing judges what was asked of GitHub's merge queue as a merge is judged: nothing is put in that policy, GitHub's rules and
// the base's config forbade, and what is put in is pinned. Of what is taken out only that pitcrew put it in matters.
func (o *Oracle) judgeQueueing(before ghsim.Facts, c Call, d time.Duration) {
	var in struct {
		Query     string
		Variables struct {
			Pull struct{ PullRequestID, ExpectedHeadOID, ID string }
		}
	}
	if json.Unmarshal([]byte(c.Body), &in) != nil {
		return
	}
	asked := in.Variables.Pull
	switch {
	case strings.HasPrefix(in.Query, "mutation Enqueue"):
		if r, p, ok := pullAt(before, asked.PullRequestID); ok {
			o.judgeEnqueue(c, o.history(key{r.ID, p.Number}), name(r, p.Number), asked.ExpectedHeadOID, d)
		}
	case strings.HasPrefix(in.Query, "mutation Dequeue"):
		if r, p, ok := pullAt(before, asked.ID); ok && p.QueuedBy != "" && p.QueuedBy != o.opts.Bot {
			o.wrongf("I5", name(r, p.Number), "it was taken out of the merge queue, where %s had put it", p.QueuedBy)
		}
	}
}

func pullAt(f ghsim.Facts, node string) (ghsim.RepoFacts, ghsim.PullFacts, bool) {
	for _, r := range f.Repos {
		for _, p := range r.Pulls {
			if p.Node == node {
				return r, p, true
			}
		}
	}
	return ghsim.RepoFacts{}, ghsim.PullFacts{}, false
}

func (o *Oracle) judgeEnqueue(c Call, h *history, subject, head string, d time.Duration) {
	if head == "" {
		o.wrongf("I1", subject, "it was put into the merge queue without the head that was decided on")
	}
	o.heeded(h, c.At, subject, "it was put into the merge queue")
	refused := strings.Contains(c.Message, "Pull request ")
	if why := h.ever(c.At, d, func(p permits) string {
		switch {
		case refused:
			return cmp.Or(p.Policy, h.early(p, c.At, d))
		case p.Enqueue != "" || h.early(p, c.At, d) != "":
			return cmp.Or(p.Enqueue, h.early(p, c.At, d))
		case p.Head != head:
			return "its head was another"
		}
		return ""
	}); why != "" {
		o.wrongf("I1", subject, "it was put into the merge queue although %s", why)
	}
	h.queued = true
	if why := h.ever(c.At, d, func(p permits) string { return p.Write }); why != "" {
		o.wrongf("I5", subject, "it was put into the merge queue although %s", why)
	}
}

// mayEnqueue says why a pull request may not be put into GitHub's merge queue: what the queue itself sees to does not count.
func mayEnqueue(policy *Policy, r ghsim.RepoFacts, p ghsim.PullFacts, h *history) string {
	rule, why := policy.Merge.allows(p, h)
	if rule == nil || why != "" {
		return why
	}
	queue, methods := false, r.Methods
	r.Methods = append([]string{rule.Method}, methods...) // the queue has a method of its own
	if why := unfit(r, p, rule.Method); why != "" {
		return why
	}
	demands := append([]ghsim.Demand{}, r.Demands[p.Base]...)
	for i := range demands {
		queue = queue || demands[i].Queue
		demands[i].Queue, demands[i].Strict, demands[i].Linear, demands[i].Methods = false, false, false, nil
	}
	if !queue {
		return "the base has no merge queue"
	}
	r.Demands = map[string][]ghsim.Demand{p.Base: demands}
	return demanded(r, p, rule, h)
}
