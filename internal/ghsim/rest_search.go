package ghsim

import "errors"

var searchRoutes = []route{
	{method: "GET", path: "/search/issues", fault: "search", run: searchIssues},
}

// maxFound is how many results a search shows at most, whatever it found.
// https://docs.github.com/rest/search/search#about-search
const maxFound = 1000

// searchIssues finds issues and pull requests by the same qualifiers as GraphQL's search. It has a limit of its own, and lags
// more than other reads: "lag search 30s".
func searchIssues(q *request) (int, any, *apiError) {
	text := q.query.Get("q")
	if text == "" {
		return 0, nil, validation("Search", fieldError{Code: "missing", Field: "q"})
	}
	x := &gqlRun{s: q.s, who: q.who, now: q.s.now()}
	hits, err := x.find(text)
	var unknown *apiError
	switch {
	case errors.As(err, &unknown):
		unknown.Status = 422
		return 0, nil, unknown
	case err != nil:
		return 0, nil, validation("Search", fieldError{Code: "invalid", Field: "q", Message: err.Error()})
	}
	total := len(hits)
	var shown []object
	for _, h := range hits[:min(total, maxFound)] {
		var o object
		switch v := h.(type) {
		case *pull:
			o = q.s.issueOfPull(v)
		case gqlIssue:
			o = q.s.issueJSON(v.r, v.issue)
		}
		o["score"] = 1.0
		if o["body"] == nil {
			o["body"] = ""
		}
		delete(o, "closed_by")
		shown = append(shown, o)
	}
	return done(object{"total_count": total, "incomplete_results": false, "search_type": "lexical", "items": list(page(q, shown), func(o object) object { return o })}, nil)
}
