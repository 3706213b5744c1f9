package server

import (
	"crypto/sha256"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Transport counts the requests that go through next to GitHub, and reads from the answers what is left of the limits.
func (m *Metrics) Transport(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		code := "error"
		if err == nil {
			code = strconv.Itoa(resp.StatusCode)
			m.limits.read(r, resp)
		}
		m.requests.WithLabelValues(routeOf(r), code).Inc()
		return resp, err
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// routeWords are the parts of GitHub's paths that are no names; all else becomes {}.
var routeWords = wordSet(`access_tokens actions app attempts annotations assignees blobs branches check-runs check-suites
	collaborators comments commits compare config contents deliveries files git graphql hook installation installations
	issues jobs labels matching-refs members memberships merge orgs permission protection pulls rate_limit ref refs releases repos repositories requested_reviewers
	reviews rules rulesets runs status statuses tags teams trees update-branch user users`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// namesAfter says how many parts after the first one are names, whatever they look like: a repository may be called pulls.
var namesAfter = map[string]int{"repos": 2, "orgs": 1, "users": 1, "repositories": 1}

// restIsName are the words after which the path is one name with slashes in it: a file, a branch, a commit.
var restIsName = wordSet("contents ref refs matching-refs compare labels trees tags")

// nextIsName are the words after which one part is a name.
var nextIsName = wordSet("assignees branches collaborators members memberships teams")

// routeOf is the method and path of a request without the names in it.
func routeOf(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/api/v3")
	if strings.HasSuffix(path, "/graphql") {
		return r.Method + " /graphql"
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	names := namesAfter[parts[0]]
	var route strings.Builder
	last := ""
	for i, p := range parts {
		if i > 0 && i <= names || nextIsName[last] || !routeWords[p] {
			p = "{}"
		}
		route.WriteString("/" + p)
		last = p
		if i > names && restIsName[p] && i+1 < len(parts) {
			route.WriteString("/{}")
			break
		}
	}
	return r.Method + " " + route.String()
}

// limits is what is left of GitHub's limits: for each resource the least of all tokens whose hour has not ended.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
type limits struct {
	now func() time.Time

	mu   sync.Mutex
	left map[limitKey]allowance
}

// limitKey is a token's hash with the resource that it draws on: the token itself is kept nowhere.
type limitKey struct {
	token    [sha256.Size]byte
	resource string
}

type allowance struct {
	left  float64
	reset time.Time
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, left: map[limitKey]allowance{}}
}

// limitResources have a label of their own.
var limitResources = wordSet("core graphql search code_search integration_manifest dependency_snapshots")

func (l *limits) read(r *http.Request, resp *http.Response) {
	left, errLeft := strconv.ParseFloat(resp.Header.Get("X-RateLimit-Remaining"), 64)
	reset, errReset := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64)
	if errLeft != nil || errReset != nil {
		return
	}
	key := limitKey{holder(r.Header.Get("Authorization")), resp.Header.Get("X-RateLimit-Resource")}
	if !limitResources[key.resource] {
		key.resource = "other"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.left[key]; !known {
		l.dropEnded()
	}
	l.left[key] = allowance{left, time.Unix(reset, 0)}
}

// holder tells the holders of limits apart. The App itself signs a new token for each request, and has one limit.
func holder(authorization string) [sha256.Size]byte {
	if strings.Count(authorization, ".") == 2 {
		return [sha256.Size]byte{}
	}
	return sha256.Sum256([]byte(authorization))
}

func (l *limits) dropEnded() {
	now := l.now()
	maps.DeleteFunc(l.left, func(_ limitKey, a allowance) bool { return !a.reset.After(now) })
}

var descLeft = prometheus.NewDesc("pitcrew_github_rate_limit_left",
	"Requests left in the hour of the installation that has the fewest, by resource; absent until GitHub was asked.", []string{"resource"}, nil)

// Describe implements prometheus.Collector.
func (l *limits) Describe(to chan<- *prometheus.Desc) { to <- descLeft }

// Collect implements prometheus.Collector.
func (l *limits) Collect(to chan<- prometheus.Metric) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dropEnded()
	least := map[string]float64{}
	for key, a := range l.left {
		if known, ok := least[key.resource]; !ok || a.left < known {
			least[key.resource] = a.left
		}
	}
	for resource, left := range least {
		to <- prometheus.MustNewConstMetric(descLeft, prometheus.GaugeValue, left, resource)
	}
}
