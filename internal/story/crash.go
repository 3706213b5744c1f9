package story

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// crash is armed by the verb: the program dies with its next write of a kind.
type crash struct {
	route string
	after bool   // GitHub has done what it was asked for; else it has not heard of it
	when  string // the program died: in words
}

// crashRoutes are the words for writes: how their paths end, or a mutation of theirs.
var crashRoutes = map[string]string{
	"merge": "/merge", "update": "/update-branch", "reviewers": "/requested_reviewers", "check-run": "/check-runs", "comment": "/comments",
	"open": "createPullRequest(", "move": "updatePullRequest(",
}

// parseCrash reads "merge" or "merge after".
func parseCrash(text string) (*crash, error) {
	route, after, _ := strings.Cut(text, " ")
	if crashRoutes[route] == "" || after != "" && after != "after" {
		return nil, fmt.Errorf("write crash ROUTE or crash ROUTE after, where ROUTE is one of %s", strings.Join(sorted(crashRoutes), ", "))
	}
	return &crash{route: route, after: after != ""}, nil
}

// kills stands before GitHub, counts what it is asked, and ends the program in the middle of the request that a crash is armed for.
func (w *world) kills(github http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.count()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if w.crash == nil || w.crash.when != "" || !w.crash.means(r, body) {
			github.ServeHTTP(rw, r)
			return
		}
		w.crash.when = "before GitHub heard of " + w.crash.route
		if w.crash.after {
			github.ServeHTTP(httptest.NewRecorder(), r)
			w.crash.when = "before it heard the answer to " + w.crash.route
		}
		w.kill()
		panic(http.ErrAbortHandler)
	})
}

// means says whether the request is the one that the crash waits for.
func (c *crash) means(r *http.Request, body []byte) bool {
	sign := crashRoutes[c.route]
	if strings.HasPrefix(sign, "/") {
		return r.Method != http.MethodGet && strings.Contains(r.URL.Path, sign)
	}
	return bytes.Contains(body, []byte(sign))
}
