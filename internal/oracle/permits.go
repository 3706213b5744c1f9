package oracle

import (
	"cmp"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// permits is what may be done with a pull request at one moment; an empty reason is a yes.
type permits struct {
	Head    string
	Merge   string // why it may not be merged
	Enqueue string // why it may not be put into GitHub's merge queue
	Policy  string // why the policy alone, which GitHub does not know, forbids it
	Paused  string // and whether somebody stopped merging
	Flight  bool   // it is not merged because checks run
	Method  string // how it may
	Asks    *Merge // and what asks for time
	Wording wording
	Rule    *Rule
	Update  string // why its branch may not be updated
	PerDay  int    // how often it may be
	Rebase  bool   // and by rebase
	Ask     string // why nobody may be asked for a review
	Write   string // why nothing at all may be written
	Report  string // why no check run may be written
	Comment string // why no comment may be
	Request int    // how many reviewers are wanted
	From    []string

	Approved []time.Time        // when it was approved
	Green    []ghsim.CheckFacts // the checks that pass
}

// history is what was permitted when, oldest first, and what was seen of a pull request.
type history struct {
	times               []time.Time // from when
	states              []permits
	updates             map[string]string // new head → the head that our update started from
	rebased             map[string]string // the same, of those by rebase
	updated             []time.Time       // when those came
	head                string
	merged              bool
	queued              bool     // we put it into the merge queue
	raises              string   // what it raises now: a level, none or untold
	entered             string   // the newest head at which it was there, whoever put it in
	opened              bool     // and it was judged, if it is ours
	refused             []string // whom GitHub would not take as a reviewer, ever: whoever is asked again, is so a day later
	asked               map[string]int
	reverted, uncounted bool            // its merge was taken back, and its minute must be
	untaken             map[string]bool // heads whose merge was once answered 422
}

func (h *history) add(at time.Time, p permits) {
	if n := len(h.states); n > 0 && same(h.states[n-1], p) {
		return
	}
	h.times, h.states = append(h.times, at), append(h.states, p)
}

// had says whether a commit was ever its head.
func (h *history) had(head string) bool {
	return slices.ContainsFunc(h.states, func(p permits) bool { return p.Head == head })
}

func same(a, b permits) bool {
	return a.Head == b.Head && a.Merge == b.Merge && a.Enqueue == b.Enqueue && a.Policy == b.Policy && a.Paused == b.Paused && a.Wording == b.Wording && a.Flight == b.Flight && a.Method == b.Method && a.Asks == b.Asks && a.Rule == b.Rule && a.Update == b.Update && a.PerDay == b.PerDay && a.Rebase == b.Rebase && a.Ask == b.Ask && a.Write == b.Write &&
		a.Report == b.Report && a.Comment == b.Comment && a.Request == b.Request && slices.Equal(a.From, b.From) && slices.EqualFunc(a.Approved, b.Approved, time.Time.Equal) && slices.Equal(a.Green, b.Green)
}

// ever says whether at some instant within d before now something was permitted; else why it was not, at last.
func (h *history) ever(now time.Time, d time.Duration, why func(permits) string) string {
	last := "it was not there"
	for i := len(h.states) - 1; i >= 0; i-- {
		text := why(h.states[i])
		if text == "" {
			return ""
		}
		if i == len(h.states)-1 {
			last = text
		}
		if h.times[i].Before(now.Add(-d)) {
			break // it held from before the time that counts
		}
	}
	return last
}

// permits judges a pull request as it is.
func (o *Oracle) permits(r ghsim.RepoFacts, p ghsim.PullFacts, h *history) permits {
	x := permits{Head: p.Head}
	x.ripen(p)
	h.raises = o.raises(p)
	policy, why := o.policyOf(r, p.Base)
	if why != "" {
		x.Merge, x.Enqueue, x.Policy, x.Update, x.Ask, x.Write, x.Report, x.Comment = why, why, why, why, why, why, why, why
		if policy != nil && policy.Broken {
			x.Report = ""
		}
		return x
	}
	switch policy.Observe {
	case "true":
		x.Write, x.Report = "it is only observed", "it is only observed"
	case "check":
		x.Write = "it is only observed"
	}
	x.Comment = x.Write
	if !policy.Comment {
		x.Comment = cmp.Or(x.Comment, "nobody asked for a comment")
	}
	if x.Write != "" {
		x.Merge, x.Enqueue, x.Policy, x.Update, x.Ask = x.Write, x.Write, x.Write, x.Write, x.Write
		return x
	}
	o.mayMerge(&x, policy, r, p, h)
	x.Enqueue = mayEnqueue(policy, r, p, h)
	x.Update = mayUpdate(policy, r, p)
	x.pause(o.pausedIn(r, p.Base), policy)
	if policy.Update != nil {
		x.PerDay, x.Rebase = policy.Update.PerDay, policy.Update.Rebase
	}
	x.Ask = mayAsk(policy, r, p)
	if policy.Reviewers != nil {
		x.Request, x.From = policy.Reviewers.Request, policy.Reviewers.From
	}
	return x
}

// pause forbids what a pause forbids: to land, and to be updated in order to land.
func (x *permits) pause(why string, policy *Policy) {
	if x.Paused = why; why == "" {
		return
	}
	if x.Merge == behind {
		x.Merge = why
	}
	x.Merge, x.Enqueue, x.Policy = cmp.Or(x.Merge, why), cmp.Or(x.Enqueue, why), cmp.Or(x.Policy, why)
	if policy.Update != nil && !policy.Update.Always {
		x.Update = cmp.Or(x.Update, why)
	}
}

// policyOf is the policy that governs a base, or why nothing may be done there.
func (o *Oracle) policyOf(r ghsim.RepoFacts, base string) (*Policy, string) {
	if r.Installation == 0 {
		return nil, "the App is not installed there"
	}
	text, there := r.Config[base]
	if !there {
		text, there = r.Config[r.Default]
	}
	if !there {
		return nil, "there is no .platform.yml"
	}
	policy := o.opts.Policy(text)
	switch {
	case policy == nil:
		return nil, "its .platform.yml is nobody's"
	case policy.Broken:
		return policy, "its .platform.yml has a mistake"
	}
	return policy, ""
}

// mayMerge says how a pull request may be merged, or why not: what GitHub itself sees to, what only the policy asks for, what GitHub
// demands of the base.
func (o *Oracle) mayMerge(x *permits, policy *Policy, r ghsim.RepoFacts, p ghsim.PullFacts, h *history) {
	var rule *Rule
	if rule, x.Policy = policy.Merge.allows(p, h); rule == nil {
		x.Merge = x.Policy
		return
	}
	x.Method, x.Asks, x.Rule = rule.Method, policy.Merge, rule
	x.Wording = o.worded(policy.Merge, rule.Method, p)
	x.Merge = cmp.Or(unfit(r, p, rule.Method), x.Policy)
	if x.Merge == "" || x.Merge == x.Policy {
		x.Flight = inFlight(rule, r.Demands[p.Base], p)
	}
	x.Merge = cmp.Or(x.Merge, demanded(r, p, rule, h))
}

// approved judges approvals as the rule counts them: those of the head by others than who wrote it, or those of any head.
func (r *Rule) approved(want int, p ghsim.PullFacts, h *history) string {
	if r.AnyHead {
		return reviewed(want, p, nil, nil)
	}
	return reviewed(want, p, h, p.Authors)
}

// unfit is why GitHub merges nothing like this, whatever rules there are.
func unfit(r ghsim.RepoFacts, p ghsim.PullFacts, method string) string {
	switch {
	case !p.Open:
		return "it is closed"
	case p.Draft:
		return "it is a draft"
	case r.Archived:
		return "the repository is archived"
	case !slices.Contains(r.Methods, method):
		return method + " is not allowed"
	}
	return ""
}

// allows is the rule by which a policy merges a pull request, and why not yet; no rule: why not at all.
func (m *Merge) allows(p ghsim.PullFacts, h *history) (*Rule, string) {
	switch {
	case m == nil:
		return nil, "merge is off"
	case m.forbids(p.Labels, p.Title):
		return nil, never
	}
	rule := m.rule(p.Labels, p.Author, h.raises)
	switch {
	case rule == nil:
		return nil, "no policy matches"
	case len(rule.Bump) > 0 && h.raises == untold:
		return nil, "what it raises cannot be told"
	}
	return rule, cmp.Or(rule.approved(rule.Approvals, p, h), strange(p, h), green(rule, p))
}

// strange is why what comes from a fork may not land: nobody who may write has approved its head.
func strange(p ghsim.PullFacts, h *history) string {
	if p.Fork && reviewed(1, p, h, p.Authors) != "" {
		return "it comes from a fork, and approvals are missing"
	}
	return ""
}

// reviewed judges approvals; those of the people who are left out do not count, their requests for changes do.
func reviewed(want int, p ghsim.PullFacts, h *history, out []string) string {
	newest := map[string]ghsim.ReviewFacts{}
	for _, v := range p.Reviews {
		if v.State != "COMMENTED" && v.State != "PENDING" && v.Writer && !v.Bot && v.By != p.Author {
			newest[v.By] = v
		}
	}
	have := 0
	for _, v := range newest {
		switch {
		case v.State == "CHANGES_REQUESTED":
			return "changes are requested"
		case v.State == "APPROVED" && h.approves(v.Commit, p.Head) && !slices.Contains(out, v.By):
			have++
		}
	}
	if have < want {
		return "approvals are missing"
	}
	return ""
}

// approves says whether an approval of a commit holds at the head: it is the head, or our own updates led from it to there. Without
// a history every one does.
func (h *history) approves(commit, head string) bool {
	if h == nil {
		return true
	}
	for range 50 {
		if commit == head {
			return true
		}
		from, ours := h.updates[head]
		if !ours {
			return false
		}
		head = from
	}
	return false
}

func green(rule *Rule, p ghsim.PullFacts) string {
	seen := 0
	found := map[string]bool{}
	for _, c := range p.Checks {
		if c.Ours {
			continue
		}
		seen++
		found[c.Name] = true
		if (rule.AllChecks || slices.Contains(rule.Checks, c.Name)) && !(c.Done && c.Passed) {
			return c.Name + " is not green"
		}
	}
	switch {
	case rule.AllChecks && seen == 0:
		return "no check was seen"
	case rule.AllChecks && p.Held > 0:
		return "a workflow waits"
	}
	for _, name := range rule.Checks {
		if !found[name] {
			return name + " was not reported"
		}
	}
	return ""
}

// inFlight says that checks which the policy or GitHub asks for run, and that none of them failed.
func inFlight(rule *Rule, demands []ghsim.Demand, p ghsim.PullFacts) bool {
	running := false
	for _, c := range p.Checks {
		if c.Ours || !rule.AllChecks && !slices.Contains(rule.Checks, c.Name) && !demandsCheck(demands, c.Name) {
			continue
		}
		if c.Done && !c.Passed {
			return false
		}
		running = running || !c.Done
	}
	return running
}

// demanded judges what GitHub itself asks for before a merge into the base.
func demanded(r ghsim.RepoFacts, p ghsim.PullFacts, rule *Rule, h *history) string {
	late := ""
	for _, d := range r.Demands[p.Base] {
		if d.Strict && p.Behind {
			late = behind
		}
		switch {
		case d.Locked, d.Queue, d.Limited:
			return "the base takes no merges"
		case d.Linear && rule.Method == "merge":
			return "the base takes no merge commits"
		case d.Conversations && p.Unresolved > 0:
			return "conversations are open"
		case len(d.Methods) > 0 && !slices.Contains(d.Methods, rule.Method):
			return "the base does not allow " + rule.Method
		}
		if why := rule.approved(d.Approvals, p, h); d.Approvals > 0 && why != "" {
			return why
		}
		for _, q := range d.Checks {
			if why := required(q, p); why != "" {
				return why
			}
		}
	}
	return late
}

func demandsCheck(demands []ghsim.Demand, name string) bool {
	return slices.ContainsFunc(demands, func(d ghsim.Demand) bool {
		return slices.ContainsFunc(d.Checks, func(c ghsim.DemandedCheck) bool { return c.Name == name })
	})
}

// never is why what the policy names as never to be merged is not.
const never = "never matches"

// behind is the only reason, where it is one, that pitcrew can mend.
const behind = "it is behind"

func required(q ghsim.DemandedCheck, p ghsim.PullFacts) string {
	found := false
	for _, c := range p.Checks {
		if c.Name != q.Name || q.App != 0 && c.App != q.App {
			continue
		}
		found = true
		if !c.Done || !c.Passed {
			return q.Name + " is not green"
		}
	}
	if !found {
		return q.Name + " was not reported"
	}
	return ""
}

func mayUpdate(policy *Policy, r ghsim.RepoFacts, p ghsim.PullFacts) string {
	u := policy.Update
	switch {
	case u == nil:
		return "update is off"
	case !p.Open:
		return "it is closed"
	case p.Draft:
		return "it is a draft"
	case u.Label != "" && !has(p.Labels, u.Label):
		return "it lacks the label " + u.Label
	case p.Fork && !p.Lent:
		return "its fork is not lent"
	case !p.Behind:
		return "it is up to date"
	case !u.Always && !slices.ContainsFunc(r.Demands[p.Base], func(d ghsim.Demand) bool { return d.Strict }):
		return "the base does not require it"
	case u.Always:
		return hindered(policy, r, p)
	}
	return ""
}

// hindered is why what is always kept up to date is not, for the time being: people or checks are against it as it is.
func hindered(policy *Policy, r ghsim.RepoFacts, p ghsim.PullFacts) string {
	if reviewed(0, p, &history{}, nil) != "" {
		return "changes are requested"
	}
	if policy.Merge != nil && policy.Merge.forbids(p.Labels, p.Title) {
		return never
	}
	for _, d := range r.Demands[p.Base] {
		for _, c := range p.Checks {
			for _, q := range d.Checks {
				if c.Name == q.Name && (q.App == 0 || c.App == q.App) && c.Done && !c.Passed && !c.Ours {
					return c.Name + " is red"
				}
			}
		}
	}
	return ""
}

func mayAsk(policy *Policy, r ghsim.RepoFacts, p ghsim.PullFacts) string {
	switch {
	case policy.Reviewers == nil:
		return "reviewers is off"
	case !p.Open:
		return "it is closed"
	case p.Draft:
		return "it is a draft"
	case r.Archived:
		return "the repository is archived"
	}
	return ""
}
