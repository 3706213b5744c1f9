package ghsim

var searchRoutes = []route{
	{method: "GET", path: "/search/issues", query: paging + " q sort order", fault: "search", run: searchIssues},
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
	if q.query.Get("sort")+q.query.Get("order") != "" {
		return 0, nil, q.s.notSimulated(422, "sort and order of a search")
	}
	x := &gqlRun{s: q.s, who: q.who, now: q.s.now()}
	hits, err := x.find(text)
	if err != nil {
		return 0, nil, q.s.notSimulated(422, "search for %s: %v", text, err)
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
