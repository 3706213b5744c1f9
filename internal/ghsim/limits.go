package ghsim

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Primary limits: what an App, an installation of it or a person has for each resource.
// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
const (
	primaryLimit = 5000 // an hour: requests, or points of GraphQL
	searchLimit  = 30   // a minute
	nobodyLimit  = 60   // an hour, of who has not signed in
)

// Secondary limits, for each caller.
// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const (
	maxConcurrent    = 100
	maxRESTPoints    = 900  // a minute: 1 for a read, 5 for a write
	maxGraphQLPoints = 2000 // a minute: 1 for a query, 5 for a mutation
	maxContent       = 80   // writes a minute
	maxContentHour   = 500
)

// limits says which limits hold, and how a secondary one is answered.
type limits struct {
	off     bool // as on GHES, where an administrator has to switch them on
	primary bool // only the primary ones
	status  int  // of a secondary limit: 403 or 429
	bare    bool // without Retry-After
}

// bucket counts a caller's requests of one resource in a window that starts with the first.
type bucket struct {
	limit, used int
	reset       time.Time
}

// left is what may still be used.
func (b *bucket) left() int { return max(0, b.limit-b.used) }

// name is a caller's own name for limits: installations of one App do not share theirs.
func (c *caller) name() string {
	switch {
	case c == nil:
		return "nobody"
	case c.user != nil:
		return "user " + itoa(c.user.id)
	case c.inst != nil:
		return "installation " + itoa(c.inst.id)
	}
	return "app " + itoa(c.app.id)
}

// bucketOf is the bucket of a resource (core, search, graphql) that a caller uses now.
func (s *Sim) bucketOf(who *caller, resource string) *bucket {
	key := who.name() + " " + resource
	b := s.buckets[key]
	if b != nil && b.reset.After(s.clock()) {
		return b
	}
	b = &bucket{limit: primaryLimit, reset: s.clock().Add(time.Hour)}
	switch {
	case resource == "search":
		b.limit, b.reset = searchLimit, s.clock().Add(time.Minute)
	case who == nil:
		b.limit = nobodyLimit
	}
	s.buckets[key] = b
	return b
}

// resourceOf is the resource that a path counts for.
func resourceOf(path string) string {
	switch {
	case strings.HasSuffix(path, "/graphql"):
		return "graphql"
	case strings.HasPrefix(restPath(path), "/search/"):
		return "search"
	}
	return "core"
}

// spend counts a request of REST against the primary limit; a bucket that is empty refuses it.
func (s *Sim) spend(q *request) *apiError {
	if s.limits.off || q.route.path == "/rate_limit" {
		return nil
	}
	b := s.bucketOf(q.who, resourceOf(q.r.URL.Path))
	if b.left() == 0 {
		return &apiError{Status: 403, Message: "API rate limit exceeded for installation.", Docs: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}
	}
	b.used++
	return nil
}

// spent is a request that the secondary limits remember for an hour.
type spent struct {
	at     time.Time
	points int
	writes bool
	graph  bool
}

// slowDown counts a request against the secondary limits of its caller; one that is over them is refused and not counted.
func (s *Sim) slowDown(q *request, x spent) *apiError {
	if s.limits.off || s.limits.primary || q.who.user == nil && q.who.inst == nil {
		return nil
	}
	if q.crowd > maxConcurrent {
		return s.tooFast("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	}
	x.at, x.points = s.now(), 1
	if x.writes {
		x.points = 5
	}
	name := q.who.name()
	var kept []spent
	points, content, contentHour := x.points, 0, 0
	for _, old := range s.spent[name] {
		age := x.at.Sub(old.at)
		if age >= time.Hour {
			continue
		}
		kept = append(kept, old)
		if age < time.Minute && old.graph == x.graph {
			points += old.points
		}
		if old.writes {
			contentHour++
		}
		if old.writes && age < time.Minute {
			content++
		}
	}
	s.spent[name] = kept
	most := maxRESTPoints
	if x.graph {
		most = maxGraphQLPoints
	}
	switch {
	case points > most:
		return s.tooFast("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	case x.writes && (content >= maxContent || contentHour >= maxContentHour):
		return s.tooFast("You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.")
	}
	s.spent[name] = append(kept, x)
	return nil
}

func (s *Sim) tooFast(text string) *apiError {
	e := &apiError{Status: 403, Message: text, Docs: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}
	if s.limits.status != 0 {
		e.Status = s.limits.status
	}
	if !s.limits.bare {
		e.RetryAfter = "60"
	}
	return e
}

// rateHeaders show the primary limit; a 304 is free.
func (s *Sim) rateHeaders(q *request, a *answer) {
	if s.limits.off {
		return
	}
	resource := resourceOf(q.r.URL.Path)
	b := s.bucketOf(q.who, resource)
	if a.status == http.StatusNotModified {
		b.used = max(0, b.used-1)
	}
	for k, v := range map[string]int64{"Limit": int64(b.limit), "Used": int64(b.used), "Remaining": int64(b.left()), "Reset": b.reset.Unix()} {
		a.head.Set("X-RateLimit-"+k, strconv.FormatInt(v, 10))
	}
	a.head.Set("X-RateLimit-Resource", resource)
}

// getRateLimit shows the buckets and does not count itself.
// https://docs.github.com/rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user
func getRateLimit(q *request) (int, any, *apiError) {
	if q.s.limits.off {
		return 0, nil, &apiError{Status: 404, Message: "Rate limiting is not enabled."}
	}
	all := object{}
	for _, resource := range []string{"core", "graphql", "search"} {
		b := q.s.bucketOf(q.who, resource)
		all[resource] = object{"limit": b.limit, "remaining": b.left(), "used": b.used, "reset": b.reset.Unix()}
	}
	return http.StatusOK, object{"resources": all, "rate": all["core"]}, nil
}

// crowds counts the requests of each caller that are being answered or wait for it.
type crowds struct {
	mu sync.Mutex
	n  map[string]int
}

// enter counts one more and says how many that are.
func (c *crowds) enter(who string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[who]++
	return c.n[who]
}

func (c *crowds) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[who]--; c.n[who] == 0 {
		delete(c.n, who)
	}
}
