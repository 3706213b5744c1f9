package ghsim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reads that lag: GitHub answers from replicas, and each kind of thing gets there in its own time. A lag is of a route, which then
// sees all of the world as it was, or of a resource, which then is as it was wherever it is read, by REST and by GraphQL alike.

// lag lets reads see the past.
type lag struct {
	of string // a route, or a resource
	by time.Duration
}

// past is the world as it was until a moment.
type past struct {
	until time.Time
	w     *world
}

// resources are what can lag by itself: each puts its part of a repository's past into a copy of its present.
var resources = map[string]func(now, then *repo){
	"checks": func(now, then *repo) { now.checks, now.suites, now.statuses = then.checks, then.suites, then.statuses },
	"branches": func(now, then *repo) {
		now.branches, now.tags, now.tagObjects = then.branches, then.tags, then.tagObjects
	},
	"releases": func(now, then *repo) { now.releases = then.releases },
	"pulls":    func(now, then *repo) { now.pulls = then.pulls },
	"labels":   graftPulls(func(now, then *pull) { now.labels = then.labels }),
	"reviews": graftPulls(func(now, then *pull) {
		now.reviews, now.requested, now.threads = then.reviews, then.requested, then.threads
	}),
	"comments": graftPulls(func(now, then *pull) { now.comments = then.comments }),
}

// graftPulls does so with a part of each pull request that there was.
func graftPulls(part func(now, then *pull)) func(now, then *repo) {
	return func(now, then *repo) {
		for _, p := range now.pulls {
			if old := then.pull(p.number); old != nil {
				part(p, old)
			}
		}
	}
}

// remember keeps a copy of the world before it changes, as long as some read lags.
func (s *Sim) remember() {
	if len(s.faults.lags) == 0 {
		return
	}
	s.faults.history = append(s.faults.history, past{s.now(), s.w.clone()})
	longest := time.Duration(0)
	for _, l := range s.faults.lags {
		longest = max(longest, l.by)
	}
	for len(s.faults.history) > 1 && s.faults.history[1].until.Before(s.now().Add(-longest)) {
		s.faults.history = s.faults.history[1:]
	}
}

// lagging is the world that a read sees; nil is the present.
func (s *Sim) lagging(k kind) *world {
	if k.writes {
		return nil
	}
	var mixed *world
	for _, l := range s.faults.lags {
		graft := resources[l.of]
		if graft == nil && !contains(k.names, l.of) {
			continue
		}
		then := s.worldBefore(s.now().Add(-l.by))
		if then == nil {
			continue
		}
		if graft == nil {
			return then
		}
		if mixed == nil {
			mixed = s.w.clone()
		}
		mixed.graft(then.clone(), graft)
	}
	return mixed
}

// worldBefore is the world as it was at a moment; nil if it has not changed since.
func (s *Sim) worldBefore(then time.Time) *world {
	for _, p := range s.faults.history {
		if p.until.After(then) {
			return p.w
		}
	}
	return nil
}

// graft puts a part of each repository's past into a copy of the present.
func (w *world) graft(then *world, part func(now, then *repo)) {
	for _, r := range w.repos {
		old := then.sameRepo(r)
		if old == nil {
			continue
		}
		part(r, old)
		for _, p := range r.pulls { // what came from the past belongs to the present's repositories
			p.repo, p.headRepo = r, w.sameRepo(p.headRepo)
		}
	}
}

// sameRepo is a repository of another moment as it is in this world; nil if it is gone.
func (w *world) sameRepo(r *repo) *repo {
	for _, x := range w.repos {
		if r != nil && x.id == r.id {
			return x
		}
	}
	return nil
}

func execLag(s *Sim, l *line) error {
	of, err := l.lagging()
	if err != nil {
		return err
	}
	w, err := l.next("how long")
	if err != nil {
		return err
	}
	d, err := duration(w)
	if err != nil {
		return err
	}
	s.faults.lags = slices.DeleteFunc(s.faults.lags, func(x lag) bool { return x.of == of })
	if d > 0 {
		s.faults.lags = append(s.faults.lags, lag{of, d})
	}
	return l.end()
}

// lagging reads what shall lag: a resource, or a route that reads.
func (l *line) lagging() (string, error) {
	if len(l.words) > 0 && resources[l.words[0]] != nil {
		return l.next("the resource")
	}
	name, err := l.route()
	if err != nil {
		return "", fmt.Errorf("%w; or a resource: %s", err, strings.Join(sortedKeys(resources), ", "))
	}
	if !reads(name) {
		return "", fmt.Errorf("%s writes: only reads can lag", name)
	}
	return name, nil
}

// reads says whether a route of scripts ever reads.
func reads(name string) bool {
	if contains([]string{"api", "graphql", "snapshot"}, name) {
		return true
	}
	for _, x := range allRoutes() {
		if x.method == "GET" && (x.fault == name || routeKey(x.method+" "+x.path) == name) {
			return true
		}
	}
	return false
}
