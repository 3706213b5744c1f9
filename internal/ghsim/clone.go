package ghsim

import "maps"

// clone copies what changes in the world: repositories with all that is in them. Accounts, Apps and installations are shared;
// git objects never change.
func (w *world) clone() *world {
	c := *w
	c.repos = make([]*repo, len(w.repos))
	moved := map[*repo]*repo{}
	for i, r := range w.repos {
		n := *r
		c.repos[i], moved[r] = &n, &n
	}
	for _, n := range c.repos {
		n.cloneParts(moved)
	}
	return &c
}

func copies[T any](in []*T) []*T {
	out := make([]*T, len(in))
	for i, x := range in {
		n := *x
		out[i] = &n
	}
	return out
}

// cloneParts replaces the parts that a copied repository still shares with the original.
func (r *repo) cloneParts(moved map[*repo]*repo) {
	r.parent = moved[r.parent]
	r.branches, r.tags = maps.Clone(r.branches), maps.Clone(r.tags)
	r.tagObjects = maps.Clone(r.tagObjects)
	r.people, r.teams = maps.Clone(r.people), maps.Clone(r.teams)
	r.protections, r.rulesets = append([]*protection(nil), r.protections...), append([]*ruleset(nil), r.rulesets...)
	r.labels, r.statuses = append([]*label(nil), r.labels...), append([]*status(nil), r.statuses...)
	r.issues, r.releases = copies(r.issues), copies(r.releases)
	suites := map[*checkSuite]*checkSuite{}
	r.suites = append([]*checkSuite(nil), r.suites...)
	for i, u := range r.suites {
		n := *u
		r.suites[i], suites[u] = &n, &n
	}
	r.checks = copies(r.checks)
	for _, c := range r.checks {
		c.suite = suites[c.suite]
	}
	r.pulls = copies(r.pulls)
	for _, p := range r.pulls {
		p.repo, p.headRepo = moved[p.repo], moved[p.headRepo]
		p.labels, p.assignees = append([]*label(nil), p.labels...), append([]*account(nil), p.assignees...)
		p.requested, p.timeline = append([]*reviewRequest(nil), p.requested...), append([]*timelineItem(nil), p.timeline...)
		p.reviews, p.threads, p.comments = copies(p.reviews), copies(p.threads), copies(p.comments)
	}
}
