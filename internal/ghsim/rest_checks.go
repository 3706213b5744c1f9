package ghsim

import (
	"net/http"
	"time"
)

var (
	readChecks  = []string{"checks:read"}
	writeChecks = []string{"checks:write"}
	runBody     = "name head_sha details_url external_id status started_at conclusion completed_at output actions"
)

var checkRoutes = []route{
	{method: "POST", path: "/repos/{owner}/{repo}/check-runs", need: writeChecks, fault: "check-run", body: runBody, run: postRun},
	{method: "GET", path: "/repos/{owner}/{repo}/check-runs/{id}", need: readChecks, run: getRun},
	{method: "PATCH", path: "/repos/{owner}/{repo}/check-runs/{id}", need: writeChecks, fault: "check-run", body: runBody, run: patchRun},
	{method: "GET", path: "/repos/{owner}/{repo}/check-runs/{id}/annotations", need: readChecks, run: listAnnotations},
	{method: "GET", path: "/repos/{owner}/{repo}/check-suites/{id}", need: readChecks, run: getSuite},
	{method: "GET", path: "/repos/{owner}/{repo}/check-suites/{id}/check-runs", need: readChecks, run: listSuiteRuns},
	{method: "GET", path: "/repos/{owner}/{repo}/commits/{ref+}/check-runs", need: readChecks, run: listRuns},
	{method: "GET", path: "/repos/{owner}/{repo}/commits/{ref+}/check-suites", need: readChecks, run: listSuites},
	{method: "GET", path: "/repos/{owner}/{repo}/commits/{ref+}/status", need: []string{"statuses:read"}, run: getCombined},
	{method: "GET", path: "/repos/{owner}/{repo}/commits/{ref+}/statuses", need: []string{"statuses:read"}, run: listStatuses},
	{method: "POST", path: "/repos/{owner}/{repo}/statuses/{ref}", need: []string{"statuses:write"}, body: "state target_url description context", run: postStatus},
}

// decodeRun reads a check run from a request.
func (q *request) decodeRun() (runInput, *apiError) {
	var in struct {
		Name, Status, Conclusion *string
		HeadSHA                  *string    `json:"head_sha"`
		DetailsURL               *string    `json:"details_url"`
		ExternalID               *string    `json:"external_id"`
		StartedAt                *time.Time `json:"started_at"`
		CompletedAt              *time.Time `json:"completed_at"`
		Output                   *struct {
			Title, Summary, Text *string
			Annotations          []annotation
			Images               []any
		}
		Actions []any
	}
	if e := q.decode(&in); e != nil {
		return runInput{}, e
	}
	out := runInput{name: in.Name, sha: in.HeadSHA, status: in.Status, conclusion: in.Conclusion, detailsURL: in.DetailsURL,
		externalID: in.ExternalID, started: in.StartedAt, completed: in.CompletedAt, actions: in.Actions}
	if o := in.Output; o != nil {
		if len(o.Images) > 0 {
			return out, q.s.notSimulated(422, "images of check runs")
		}
		if o.Summary == nil || q.r.Method == http.MethodPost && o.Title == nil {
			return out, missingField("CheckRun", "output")
		}
		out.title, out.summary, out.text, out.annotations = o.Title, o.Summary, o.Text, o.Annotations
	}
	return out, nil
}

func postRun(q *request) (int, any, *apiError) {
	if q.who.app == nil {
		return 0, nil, &apiError{Status: 403, Message: "You must authenticate via a GitHub App."}
	}
	in, e := q.decodeRun()
	if e != nil {
		return 0, nil, e
	}
	c, e := q.s.createRun(q.repo, q.who.app, in)
	if e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.s.runJSON(q.repo, c), nil
}

func (q *request) checkRun() (*checkRun, *apiError) {
	for _, c := range q.repo.checks {
		if c.id == q.id() {
			return c, nil
		}
	}
	return nil, notFound()
}

func getRun(q *request) (int, any, *apiError) {
	c, e := q.checkRun()
	if e != nil {
		return 0, nil, e
	}
	return done(q.s.runJSON(q.repo, c), nil)
}

func patchRun(q *request) (int, any, *apiError) {
	c, e := q.checkRun()
	if e != nil {
		return 0, nil, e
	}
	if q.who.app == nil {
		return 0, nil, &apiError{Status: 403, Message: "You must authenticate via a GitHub App."}
	}
	in, e := q.decodeRun()
	if e == nil {
		e = q.s.updateRun(q.repo, q.who.app, c, in)
	}
	if e != nil {
		return 0, nil, e
	}
	return done(q.s.runJSON(q.repo, c), nil)
}

// selectRuns filters by check_name, status, app_id, and filter=latest (the default) or all.
func (q *request) selectRuns(sha string, keep func(*checkRun) bool) []*checkRun {
	runs := q.repo.latestRuns(sha)
	name, status, app := q.query.Get("check_name"), q.query.oneOf("status", "", "queued", "in_progress", "completed"), q.query.Get("app_id")
	if q.query.oneOf("filter", "latest", "all") == "all" {
		runs = q.repo.runsOf(sha)
	}
	var hits []*checkRun
	for _, c := range runs {
		if (name == "" || name == c.name) && (status == "" || status == c.status) && (app == "" || app == itoa(c.app.id)) && keep(c) {
			hits = append(hits, c)
		}
	}
	return hits
}

func (q *request) runsJSON(runs []*checkRun) object {
	return object{"total_count": len(runs), "check_runs": list(page(q, runs), func(c *checkRun) object { return q.s.runJSON(q.repo, c) })}
}

func listRuns(q *request) (int, any, *apiError) {
	c, e := q.commitOr(q.vars["ref"], noCommit(q.vars["ref"]))
	if e != nil {
		return 0, nil, e
	}
	return done(q.runsJSON(q.selectRuns(c.sha, func(*checkRun) bool { return true })), nil)
}

func (q *request) suite() (*checkSuite, *apiError) {
	for _, u := range q.repo.suites {
		if u.id == q.id() {
			return u, nil
		}
	}
	return nil, notFound()
}

func listSuiteRuns(q *request) (int, any, *apiError) {
	u, e := q.suite()
	if e != nil {
		return 0, nil, e
	}
	return done(q.runsJSON(q.selectRuns(u.sha, func(c *checkRun) bool { return c.suite == u })), nil)
}

// restSuite is a suite as REST shows it: its commit in the short form, with its ids.
func (q *request) restSuite(u *checkSuite) object {
	return q.s.suiteJSON(q.repo, u)
}

func getSuite(q *request) (int, any, *apiError) {
	u, e := q.suite()
	if e != nil {
		return 0, nil, e
	}
	o := q.restSuite(u)
	o["repository"] = q.s.repoHead(q.repo)
	return done(o, nil)
}

func listSuites(q *request) (int, any, *apiError) {
	c, e := q.commitOr(q.vars["ref"], noCommit(q.vars["ref"]))
	if e != nil {
		return 0, nil, e
	}
	var hits []*checkSuite
	app, name := q.query.Get("app_id"), q.query.Get("check_name")
	for _, u := range q.repo.suites {
		if u.sha == c.sha && (app == "" || app == itoa(u.app.id)) && (name == "" || q.repo.hasRun(u, name)) {
			hits = append(hits, u)
		}
	}
	return done(object{"total_count": len(hits), "check_suites": list(page(q, hits), func(u *checkSuite) object {
		o := q.restSuite(u)
		o["repository"] = q.s.repoHead(q.repo)
		return o
	})}, nil)
}

// hasRun says whether a suite has a check run of a name.
func (r *repo) hasRun(u *checkSuite, name string) bool {
	for _, c := range r.checks {
		if c.suite == u && c.name == name {
			return true
		}
	}
	return false
}

func getCombined(q *request) (int, any, *apiError) {
	c, e := q.commitOr(q.vars["ref"], notFound())
	if e != nil {
		return 0, nil, e
	}
	all := q.repo.latestStatuses(c.sha)
	state := "success"
	for _, x := range all {
		if x.state == "failure" || x.state == "error" {
			state = "failure"
		} else if x.state == "pending" && state == "success" {
			state = "pending"
		}
	}
	if len(all) == 0 {
		state = "pending"
	}
	return done(object{"state": state, "sha": c.sha, "total_count": len(all), "repository": q.s.repoHead(q.repo),
		"statuses":   list(page(q, all), func(x *status) object { o := q.s.statusJSON(q.repo, x); o["required"] = false; return o }),
		"commit_url": q.s.repoURL(q.repo) + "/commits/" + c.sha, "url": q.s.repoURL(q.repo) + "/commits/" + c.sha + "/status"}, nil)
}

func listStatuses(q *request) (int, any, *apiError) {
	c, e := q.commitOr(q.vars["ref"], notFound())
	if e != nil {
		return 0, nil, e
	}
	var hits []*status
	for i := len(q.repo.statuses) - 1; i >= 0; i-- {
		if q.repo.statuses[i].sha == c.sha {
			hits = append(hits, q.repo.statuses[i])
		}
	}
	return done(list(page(q, hits), func(x *status) object {
		o := q.s.statusJSON(q.repo, x)
		o["creator"] = q.s.user(x.creator)
		return o
	}), nil)
}

func postStatus(q *request) (int, any, *apiError) {
	var in struct {
		State, Description, Context string
		TargetURL                   string `json:"target_url"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	x, e := q.s.createStatus(q.repo, q.who.actor(), status{sha: q.vars["ref"], state: in.State, description: in.Description, context: in.Context, targetURL: in.TargetURL})
	if e != nil {
		return 0, nil, e
	}
	o := q.s.statusJSON(q.repo, x)
	o["creator"] = q.s.user(x.creator)
	return http.StatusCreated, o, nil
}
