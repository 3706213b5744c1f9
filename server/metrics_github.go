package server

import (
	"net/http"
	"strconv"
	"strings"
)

// Transport counts the requests that go through next to GitHub.
func (m *Metrics) Transport(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		code := "error"
		if err == nil {
			code = strconv.Itoa(resp.StatusCode)
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
