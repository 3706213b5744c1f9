package ghsim

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// primaryLimit is the number of requests that an installation, an App or a person has in an hour.
// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
const primaryLimit = 5000

// bucket counts a caller's requests of an hour that starts with the first.
type bucket struct {
	used  int
	reset time.Time
}

// bucketOf is the bucket that a caller uses now.
func (s *Sim) bucketOf(who *caller) *bucket {
	key := "nobody"
	switch {
	case who == nil:
	case who.user != nil:
		key = "user " + itoa(who.user.id)
	case who.inst != nil:
		key = "installation " + itoa(who.inst.id)
	default:
		key = "app " + itoa(who.app.id)
	}
	b := s.buckets[key]
	if b == nil || !b.reset.After(s.now()) {
		b = &bucket{reset: s.now().Add(time.Hour)}
		s.buckets[key] = b
	}
	return b
}

// spend counts a request; a bucket that is empty refuses it.
func (s *Sim) spend(who *caller) *apiError {
	b := s.bucketOf(who)
	if b.used >= primaryLimit {
		return &apiError{Status: 403, Message: "API rate limit exceeded for installation.", Docs: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}
	}
	b.used++
	return nil
}

func (s *Sim) rateHeaders(q *request, a *answer) {
	resource := "core"
	if strings.HasSuffix(q.r.URL.Path, "/graphql") {
		resource = "graphql"
	}
	b := s.bucketOf(q.who)
	for k, v := range map[string]int64{"Limit": primaryLimit, "Used": int64(b.used), "Remaining": int64(primaryLimit - b.used), "Reset": b.reset.Unix()} {
		if a.head.Get("X-RateLimit-"+k) == "" {
			a.head.Set("X-RateLimit-"+k, strconv.FormatInt(v, 10))
		}
	}
	a.head.Set("X-RateLimit-Resource", resource)
}

func getRateLimit(q *request) (int, any, *apiError) {
	b := q.s.bucketOf(q.who)
	o := func() object {
		return object{"limit": primaryLimit, "remaining": primaryLimit - b.used, "used": b.used, "reset": b.reset.Unix()}
	}
	return http.StatusOK, object{"resources": object{"core": o(), "graphql": o(), "search": o()}, "rate": o()}, nil
}
