package ghsim

import (
	"net/http"
	"strings"
)

// allRoutes is the REST API: one table a file.
func allRoutes() []*route {
	var all []*route
	for _, table := range [][]route{appRoutes, repoRoutes, gitRoutes, pullRoutes, issueRoutes, issueMoreRoutes, searchRoutes, checkRoutes, peopleRoutes, userRoutes, moreRoutes} {
		for _, x := range table {
			x.parts = strings.Split(strings.Trim(x.path, "/"), "/")
			all = append(all, &x)
		}
	}
	return all
}

// done answers 200 with an object, or the error.
func done(v any, e *apiError) (int, any, *apiError) { return http.StatusOK, v, e }

// pullOr404 is the pull request that the path names.
func (q *request) pullOr404() (*pull, *apiError) {
	if p := q.repo.pull(q.number()); p != nil {
		return p, nil
	}
	return nil, notFound()
}

// onPull wraps an operation on one pull request.
func onPull(run func(*request, *pull) (int, any, *apiError)) func(*request) (int, any, *apiError) {
	return func(q *request) (int, any, *apiError) {
		p, e := q.pullOr404()
		if e != nil {
			return 0, nil, e
		}
		return run(q, p)
	}
}

// commitOr finds the commit that a path names: a SHA, a branch, a tag, heads/… or tags/…, or the start of a SHA.
func (q *request) commitOr(ref string, otherwise *apiError) (*gitCommit, *apiError) {
	r := q.repo
	short := strings.TrimPrefix(ref, "refs/")
	for _, sha := range []string{r.branches[ref], r.tags[ref], r.branches[strings.TrimPrefix(short, "heads/")], r.tags[strings.TrimPrefix(short, "tags/")], ref} {
		if c, err := r.git.commit(sha); err == nil {
			return c, nil
		}
	}
	return nil, otherwise
}

func noCommit(ref string) *apiError {
	return &apiError{Status: 422, Message: "No commit found for SHA: " + ref}
}
