package ghsim

import (
	"strings"
	"time"
)

// runInput is a check run as an App reports it; nil fields are left as they are.
type runInput struct {
	name, sha, status, conclusion, detailsURL, externalID *string
	title, summary, text                                  *string
	started, completed                                    *time.Time
	actions                                               []any
	annotations                                           []annotation // besides those that are there
}

var (
	runStatuses    = []string{"queued", "in_progress", "completed"}
	runConclusions = []string{"action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out", "startup_failure"}
)

// maxText is GitHub's limit on each text of a check run's output.
const maxText = 65535

// createRun makes a check run of an App, and its suite if the commit has none of the App.
// https://docs.github.com/rest/checks/runs#create-a-check-run
func (s *Sim) createRun(r *repo, a *app, in runInput) (*checkRun, *apiError) {
	if in.name == nil || *in.name == "" {
		return nil, missingField("CheckRun", "name")
	}
	if in.sha == nil {
		return nil, missingField("CheckRun", "head_sha")
	}
	if _, err := r.git.commit(*in.sha); err != nil {
		return nil, &apiError{Status: 422, Message: "No commit found for SHA: " + *in.sha, GraphQLType: "UNPROCESSABLE"}
	}
	if e := in.valid(); e != nil {
		return nil, e
	}
	c := &checkRun{id: s.id(), app: a, sha: *in.sha, name: *in.name, status: "queued", started: s.now()}
	c.suite = s.suite(r, a, c.sha)
	r.checks = append(r.checks, c)
	s.applyRun(r, c, in, "created")
	return c, nil
}

// updateRun changes a check run; only the App that made it may.
// https://docs.github.com/rest/checks/runs#update-a-check-run
func (s *Sim) updateRun(r *repo, a *app, c *checkRun, in runInput) *apiError {
	if c.app != a {
		return &apiError{Status: 403, Message: "Invalid app_id `" + itoa(a.id) + "` - check run can only be modified by the GitHub App that created it.", GraphQLType: "FORBIDDEN"}
	}
	if e := in.valid(); e != nil {
		return e
	}
	if in.name != nil {
		c.name = *in.name
	}
	s.applyRun(r, c, in, "")
	return nil
}

func (in runInput) valid() *apiError {
	invalid := func(field string) *apiError {
		return &apiError{Status: 422, Message: "Invalid request.\n\n" + field + " is not a valid value.", GraphQLType: "UNPROCESSABLE"}
	}
	switch {
	case in.status != nil && !contains(runStatuses, *in.status):
		return invalid("status")
	case in.conclusion != nil && !contains(runConclusions, *in.conclusion):
		return invalid("conclusion")
	case in.status != nil && *in.status == "completed" && in.conclusion == nil:
		return missingField("CheckRun", "conclusion")
	case in.summary != nil && len(*in.summary) > maxText, in.text != nil && len(*in.text) > maxText:
		return &apiError{Status: 422, Message: "Invalid request.\n\nOnly 65535 characters are allowed; more were supplied.", GraphQLType: "UNPROCESSABLE"}
	}
	return validAnnotations(in.annotations)
}

func missingField(resource, field string) *apiError {
	return &apiError{Status: 422, Message: "Validation Failed", Errors: []fieldError{{Resource: resource, Code: "missing_field", Field: field}}, GraphQLType: "UNPROCESSABLE"}
}

// applyRun fills a run, and announces it as created, completed or both.
func (s *Sim) applyRun(r *repo, c *checkRun, in runInput, announce string) {
	set := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	set(&c.status, in.status)
	set(&c.detailsURL, in.detailsURL)
	set(&c.externalID, in.externalID)
	set(&c.title, in.title)
	set(&c.summary, in.summary)
	set(&c.text, in.text)
	if in.actions != nil {
		c.actions = in.actions
	}
	for _, a := range in.annotations {
		a.id = s.id()
		c.annotations = append(c.annotations, a)
	}
	if in.started != nil {
		c.started = *in.started
	}
	was := c.conclusion
	if c.status != "completed" {
		c.conclusion, c.completed = "", time.Time{}
	}
	if in.conclusion != nil { // a conclusion completes the run, whatever the status says
		c.conclusion, c.status, c.completed = *in.conclusion, "completed", s.now()
		if in.completed != nil {
			c.completed = *in.completed
		}
	}
	c.suite.updated = s.now()
	if announce != "" {
		s.runEvent(r, c, announce)
	}
	if c.conclusion != "" && c.conclusion != was {
		s.runEvent(r, c, "completed")
		s.suiteDone(r, c.suite)
		s.tryAutoMerges(r, c.sha)
	}
}

// suite is the check suite of an App on a commit, made when it is first needed.
func (s *Sim) suite(r *repo, a *app, sha string) *checkSuite {
	for _, u := range r.suites {
		if u.app == a && u.sha == sha && !u.held {
			return u
		}
	}
	u := &checkSuite{id: s.id(), app: a, sha: sha, branch: r.branchAt(sha), created: s.now(), updated: s.now()}
	r.suites = append(r.suites, u)
	return u
}

// branchAt is a branch whose tip is the commit: of a pull request if there is one.
func (r *repo) branchAt(sha string) string {
	for _, p := range r.pulls {
		if p.head == sha {
			return p.headRef
		}
	}
	for _, b := range sortedKeys(r.branches) {
		if r.branches[b] == sha {
			return b
		}
	}
	return ""
}

// suiteDone announces a suite whose runs have all completed.
func (s *Sim) suiteDone(r *repo, u *checkSuite) {
	if status, _ := r.suiteState(u); status == "completed" {
		s.suiteEvent(r, u)
	}
}

// suiteState is a suite's status and conclusion, from the latest runs of each name.
func (r *repo) suiteState(u *checkSuite) (status, conclusion string) {
	status, conclusion = "completed", "success"
	runs := 0
	for _, c := range r.latestRuns(u.sha) {
		if c.suite != u {
			continue
		}
		runs++
		switch {
		case c.status != "completed":
			return "in_progress", ""
		case !passes(c.conclusion):
			conclusion = c.conclusion
		}
	}
	switch {
	case u.held:
		return "completed", "action_required"
	case runs == 0:
		return "queued", ""
	}
	return status, conclusion
}

// passes: the conclusions that satisfy a required check.
// https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/troubleshooting-required-status-checks
func passes(conclusion string) bool {
	return conclusion == "success" || conclusion == "neutral" || conclusion == "skipped"
}

// latestRuns are the check runs of a commit, only the newest of each App and name.
func (r *repo) latestRuns(sha string) []*checkRun {
	var list []*checkRun
	for _, c := range r.runsOf(sha) {
		for i, old := range list {
			if old.app == c.app && old.name == c.name {
				list = append(list[:i], list[i+1:]...)
				break
			}
		}
		list = append(list, c)
	}
	return list
}

// runsOf are all check runs of a commit, superseded ones included.
func (r *repo) runsOf(sha string) []*checkRun {
	var list []*checkRun
	for _, c := range r.checks {
		if c.sha == sha {
			list = append(list, c)
		}
	}
	return list
}

// latestStatuses are the statuses of a commit, only the newest of each context.
func (r *repo) latestStatuses(sha string) []*status {
	var list []*status
	for _, x := range r.statuses {
		if x.sha != sha {
			continue
		}
		for i, old := range list {
			if old.context == x.context {
				list = append(list[:i], list[i+1:]...)
				break
			}
		}
		list = append(list, x)
	}
	return list
}

// checkWord judges a required check on a commit: success, pending, failing or expected (nothing reported it). Runs and statuses of
// the name must all pass; where the rule pins an App, only its runs count.
func (s *Sim) checkWord(r *repo, sha string, q requiredCheck) string {
	word := "expected"
	worst := func(w string) {
		rank := map[string]int{"expected": 0, "success": 1, "pending": 2, "failing": 3}
		if rank[w] > rank[word] {
			word = w
		}
	}
	for _, c := range r.latestRuns(sha) {
		if c.name != q.context || q.app != 0 && c.app.id != q.app {
			continue
		}
		switch {
		case c.status != "completed":
			worst("pending")
		case passes(c.conclusion):
			worst("success")
		default:
			worst("failing")
		}
	}
	for _, x := range r.latestStatuses(sha) {
		if x.context == q.context && (q.app == 0 || x.creator.app != nil && x.creator.app.id == q.app) {
			worst(map[string]string{"success": "success", "pending": "pending", "failure": "failing", "error": "failing"}[x.state])
		}
	}
	return word
}

// allGreen reports whether no check or status of the head is failing or pending, required or not. Our own App's runs count as any.
func (s *Sim) allGreen(p *pull) bool {
	for _, c := range p.repo.latestRuns(p.head) {
		if c.status != "completed" || !passes(c.conclusion) {
			return false
		}
	}
	for _, x := range p.repo.latestStatuses(p.head) {
		if x.state != "success" {
			return false
		}
	}
	return true
}

// rollup is the state of GraphQL's statusCheckRollup: SUCCESS, FAILURE, ERROR, PENDING, EXPECTED; "" where nothing was reported.
func (s *Sim) rollup(r *repo, sha string) string {
	state := ""
	rank := []string{"", "SUCCESS", "EXPECTED", "PENDING", "ERROR", "FAILURE"}
	worst := func(w string) {
		if indexOf(rank, w) > indexOf(rank, state) {
			state = w
		}
	}
	for _, c := range r.latestRuns(sha) {
		switch {
		case c.status != "completed":
			worst("PENDING")
		case passes(c.conclusion):
			worst("SUCCESS")
		default:
			worst("FAILURE")
		}
	}
	for _, x := range r.latestStatuses(sha) {
		worst(strings.ToUpper(x.state))
	}
	return state
}

func indexOf(list []string, x string) int {
	for i, y := range list {
		if x == y {
			return i
		}
	}
	return -1
}

// createStatus reports a commit status.
// https://docs.github.com/rest/commits/statuses#create-a-commit-status
func (s *Sim) createStatus(r *repo, by *account, x status) (*status, *apiError) {
	if !contains([]string{"success", "failure", "error", "pending"}, x.state) {
		return nil, &apiError{Status: 422, Message: "Validation Failed", Errors: []fieldError{{Resource: "Status", Code: "custom", Field: "state", Message: "state is not included in the list"}}}
	}
	if len(x.description) > 140 {
		return nil, &apiError{Status: 422, Message: "Validation Failed", Errors: []fieldError{{Resource: "Status", Code: "custom", Field: "description", Message: "description is too long (maximum is 140 characters)"}}}
	}
	if _, err := r.git.commit(x.sha); err != nil {
		return nil, &apiError{Status: 422, Message: "No commit found for SHA: " + x.sha}
	}
	if x.context == "" {
		x.context = "default"
	}
	same := 0
	for _, old := range r.statuses {
		if old.sha == x.sha && old.context == x.context {
			same++
		}
	}
	if same >= 1000 {
		return nil, &apiError{Status: 422, Message: "Validation Failed", Errors: []fieldError{{Resource: "Status", Code: "custom", Message: "This SHA and context has reached the maximum number of statuses."}}}
	}
	x.id, x.creator, x.created = s.id(), by, s.now()
	r.statuses = append(r.statuses, &x)
	s.statusEvent(r, &x)
	s.tryAutoMerges(r, x.sha)
	return &x, nil
}
