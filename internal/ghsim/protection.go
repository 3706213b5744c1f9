package ghsim

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// demands are what applies to a branch: at most one classic protection, and every active ruleset.
// https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
type demands struct {
	classic  *protection
	rulesets []*ruleset
}

// requirements gathers what applies to a branch. An exact pattern of classic protection beats a wildcard.
func (s *Sim) requirements(r *repo, branch string) demands {
	var d demands
	for _, c := range r.protections {
		if c.pattern == branch || d.classic == nil && matchBranch(c.pattern, branch) {
			d.classic = c
		}
	}
	for _, x := range r.rulesets {
		if x.enforcement == "active" && x.applies(r, branch) {
			d.rulesets = append(d.rulesets, x)
		}
	}
	return d
}

func (x *ruleset) applies(r *repo, branch string) bool {
	hit := func(patterns []string) bool {
		for _, p := range patterns {
			p = strings.TrimPrefix(p, "refs/heads/")
			if p == "~ALL" || p == "~DEFAULT_BRANCH" && branch == r.defaultBranch || matchBranch(p, branch) {
				return true
			}
		}
		return false
	}
	return hit(x.include) && !hit(x.exclude)
}

func matchBranch(pattern, branch string) bool {
	ok, err := doublestar.Match(pattern, branch)
	return ok && err == nil
}

// policies are all policies that apply.
func (d demands) policies() []policy {
	var list []policy
	if d.classic != nil {
		list = append(list, d.classic.policy)
	}
	for _, x := range d.rulesets {
		list = append(list, x.policy)
	}
	return list
}

func (d demands) any(ask func(policy) bool) bool {
	for _, p := range d.policies() {
		if ask(p) {
			return true
		}
	}
	return false
}

func (d demands) strict() bool {
	return d.any(func(p policy) bool { return p.strict && len(p.checks) > 0 })
}
func (d demands) reviews() bool { return d.any(func(p policy) bool { return p.reviews }) }
func (d demands) queue() bool   { return d.any(func(p policy) bool { return p.queue }) }

// queueMethod is how the merge queue lands.
func (d demands) queueMethod() string {
	for _, p := range d.policies() {
		if p.queue {
			return orDefault(p.queueMethod, "squash")
		}
	}
	return ""
}

func (d demands) linear() bool { return d.any(func(p policy) bool { return p.linear }) }

// required is the union of the required checks.
func (d demands) required() []requiredCheck {
	var list []requiredCheck
	for _, p := range d.policies() {
		for _, c := range p.checks {
			if !contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// bypasses reports whether a caller is let past a ruleset.
func (s *Sim) bypasses(x *ruleset, who *caller, r *repo) bool {
	if who.user != nil {
		return x.bypassAdmin && s.permission(who.user, r) == "admin"
	}
	return x.bypassApps[who.app.id]
}

// obstacle is why a pull request may not be merged, in GitHub's words.
type obstacle struct {
	message string
	ruleset bool
}

// obstacles lists why the caller may not merge. Where withBase is set, a head that lacks the base's tip counts too: GitHub then
// calls the required checks "expected", because they have not run on the merge.
func (s *Sim) obstacles(p *pull, d demands, who *caller, withBase bool) []obstacle {
	var list []obstacle
	if c := d.classic; c != nil && (c.admins || who.user == nil || s.permission(who.user, p.repo) != "admin") {
		for _, m := range s.unmet(p, c.policy, withBase) {
			list = append(list, obstacle{message: m})
		}
	}
	for _, x := range d.rulesets {
		if s.bypasses(x, who, p.repo) {
			continue
		}
		for _, m := range s.unmet(p, x.policy, withBase) {
			list = append(list, obstacle{m, true})
		}
	}
	return list
}

// unmet lists what one policy still asks of a pull request.
func (s *Sim) unmet(p *pull, q policy, withBase bool) []string {
	var list []string
	if q.locked {
		list = append(list, "Cannot change this locked branch")
	}
	if q.reviews {
		list = append(list, s.unmetReviews(p, q)...)
	}
	if q.conversations && p.openThreads() > 0 {
		list = append(list, "A conversation must be resolved before this pull request can be merged.")
	}
	return append(list, s.unmetChecks(p, q, withBase)...)
}

func (s *Sim) unmetReviews(p *pull, q policy) []string {
	approvals, blockers := s.opinions(p)
	if len(blockers) > 0 {
		return []string{"Changes have been requested."}
	}
	var list []string
	if len(approvals) < q.approvals {
		list = append(list, fmt.Sprintf("At least %d approving review%s required by reviewers with write access.", q.approvals, map[bool]string{true: " is", false: "s are"}[q.approvals == 1]))
	}
	if q.owners {
		if missing := s.missingOwners(p, approvals); len(missing) > 0 {
			list = append(list, "Waiting on code owner review from "+strings.Join(missing, " or ")+".")
		}
	}
	if q.lastPush && !s.lastPushApproved(p, approvals) {
		list = append(list, fmt.Sprintf("New changes require approval from someone other than %s because they were the last pusher.", p.lastPusher.login))
	}
	return list
}

// lastPushApproved: somebody other than the last pusher approved after that push. Bringing the branch up to date through GitHub is no push.
func (s *Sim) lastPushApproved(p *pull, approvals []*review) bool {
	for _, rv := range approvals {
		if rv.author != p.lastPusher && rv.id > p.pushMark {
			return true
		}
	}
	return false
}

func (s *Sim) unmetChecks(p *pull, q policy, withBase bool) []string {
	words := map[string]int{}
	one := ""
	stale := withBase && q.strict && s.behind(p) > 0
	for _, c := range q.checks {
		word := s.checkWord(p.repo, p.head, c)
		if stale {
			word = "expected"
		}
		if word != "success" {
			words[word]++
			one = fmt.Sprintf("Required status check %q is %s.", c.context, word)
		}
	}
	bad := words["expected"] + words["failing"] + words["pending"]
	switch {
	case bad == 0:
		return nil
	case bad == 1:
		return []string{one}
	case bad == words["expected"]:
		return []string{fmt.Sprintf("%d of %d required status checks are expected.", bad, len(q.checks))}
	}
	var parts []string
	for _, w := range []string{"failing", "expected", "pending"} {
		if words[w] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", words[w], w))
		}
	}
	return []string{fmt.Sprintf("%d of %d required status checks have not succeeded: %s.", bad, len(q.checks), strings.Join(parts, ", "))}
}
