package ghsim

import (
	"net/http"
	"sort"
	"strings"
)

const pullPath = "/repos/{owner}/{repo}/pulls/{number}"

var (
	readPulls  = []string{"pull_requests:read"}
	writePulls = []string{"pull_requests:write"}
)

var pullRoutes = []route{
	{method: "GET", path: "/repos/{owner}/{repo}/pulls", need: readPulls, run: listPulls},
	{method: "POST", path: "/repos/{owner}/{repo}/pulls", need: writePulls, fault: "open", body: "title head base body draft maintainer_can_modify head_repo", run: postPull},
	{method: "GET", path: pullPath, need: []string{"pull_requests:read", "contents:read"}, forms: "diff patch", fault: "pull", run: onPull(getPull)},
	{method: "PATCH", path: pullPath, need: writePulls, fault: "edit", body: "title body state base maintainer_can_modify", run: onPull(patchPull)},
	{method: "GET", path: pullPath + "/merge", need: readPulls, run: onPull(getMerged)},
	{method: "PUT", path: pullPath + "/merge", need: []string{"contents:write"}, fault: "merge", body: "commit_title commit_message sha merge_method", run: onPull(putMerge)},
	{method: "PUT", path: pullPath + "/update-branch", need: writePulls, fault: "update", body: "expected_head_sha", run: onPull(putUpdate)},
	{method: "GET", path: pullPath + "/commits", need: readPulls, run: onPull(listPullCommits)},
	{method: "GET", path: pullPath + "/files", need: readPulls, run: onPull(listPullFiles)},
	{method: "GET", path: pullPath + "/comments", need: readPulls, run: onPull(listReviewComments)},
	{method: "GET", path: pullPath + "/requested_reviewers", need: readPulls, run: onPull(getRequested)},
	{method: "POST", path: pullPath + "/requested_reviewers", need: writePulls, fault: "reviewers", body: "reviewers team_reviewers", run: onPull(postRequested)},
	{method: "DELETE", path: pullPath + "/requested_reviewers", need: writePulls, body: "reviewers team_reviewers", run: onPull(deleteRequested)},
	{method: "GET", path: pullPath + "/reviews", need: readPulls, run: onPull(listReviews)},
	{method: "POST", path: pullPath + "/reviews", need: writePulls, body: "event body commit_id comments", run: onPull(postReview)},
	{method: "GET", path: pullPath + "/reviews/{id}", need: readPulls, run: onPull(getReview)},
	{method: "PUT", path: pullPath + "/reviews/{id}/dismissals", need: writePulls, body: "message event", run: onPull(putDismissal)},
}

func listPulls(q *request) (int, any, *apiError) {
	state, base, head := q.query.oneOf("state", "open", "closed", "all"), q.query.Get("base"), q.query.Get("head")
	var hits []*pull
	for _, p := range q.repo.pulls {
		if state != "all" && p.state() != state || base != "" && base != p.base {
			continue
		}
		if head != "" && (p.headRepo == nil || !equalFold(head, p.headRepo.owner.login+":"+p.headRef)) {
			continue
		}
		hits = append(hits, p)
	}
	byUpdate := q.query.oneOf("sort", "created", "updated") == "updated"
	up := q.query.oneOf("direction", "desc", "asc") == "asc"
	sort.SliceStable(hits, func(i, j int) bool {
		a, b := hits[i], hits[j]
		if up {
			a, b = b, a
		}
		if byUpdate && !a.updated.Equal(b.updated) {
			return a.updated.After(b.updated)
		}
		return a.number > b.number
	})
	return http.StatusOK, list(page(q, hits), q.s.pullJSON), nil
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func postPull(q *request) (int, any, *apiError) {
	var in struct {
		Title, Head, Base, Body string
		Draft                   bool
		MaintainerCanModify     *bool  `json:"maintainer_can_modify"`
		HeadRepo                string `json:"head_repo"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if in.HeadRepo != "" {
		return 0, nil, q.s.notSimulated(422, "head_repo of POST pulls")
	}
	p, e := q.s.openPull(q.repo, q.who, openInput{title: in.Title, head: in.Head, base: in.Base, body: in.Body, draft: in.Draft,
		maintainerEdit: in.MaintainerCanModify == nil || *in.MaintainerCanModify})
	if e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.s.fullPullJSON(p), nil
}

func patchPull(q *request, p *pull) (int, any, *apiError) {
	var in struct {
		Title, Body, State, Base *string
		MaintainerCanModify      *bool `json:"maintainer_can_modify"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if u := q.who.user; u != nil && u != p.author && !q.s.mayWrite(u, p.repo) {
		return 0, nil, notFound()
	}
	if e := q.s.editPull(p, q.who, editInput{in.Title, in.Body, in.Base, in.State, in.MaintainerCanModify}); e != nil {
		return 0, nil, e
	}
	return http.StatusOK, q.s.fullPullJSON(p), nil
}

func getMerged(_ *request, p *pull) (int, any, *apiError) {
	if p.merged() {
		return http.StatusNoContent, nil, nil
	}
	return 0, nil, notFound()
}

func putMerge(q *request, p *pull) (int, any, *apiError) {
	var in struct {
		CommitTitle   *string `json:"commit_title"`
		CommitMessage *string `json:"commit_message"`
		SHA           string  `json:"sha"`
		MergeMethod   string  `json:"merge_method"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if in.MergeMethod != "" && methodRefusals[in.MergeMethod] == "" {
		return 0, nil, &apiError{Status: 422, Message: "Invalid request.\n\n" + in.MergeMethod + " is not a member of [\"merge\", \"squash\", \"rebase\"]."}
	}
	sha, e := q.s.mergePull(p, q.who, mergeInput{sha: in.SHA, method: in.MergeMethod, title: in.CommitTitle, message: in.CommitMessage})
	if e != nil {
		return 0, nil, e
	}
	return http.StatusOK, object{"sha": sha, "merged": true, "message": "Pull Request successfully merged"}, nil
}

func putUpdate(q *request, p *pull) (int, any, *apiError) {
	var in struct {
		ExpectedHeadSHA string `json:"expected_head_sha"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if e := q.s.updateBranch(p, q.who, in.ExpectedHeadSHA, "merge"); e != nil {
		return 0, nil, e
	}
	return http.StatusAccepted, object{"message": "Updating pull request branch.", "url": q.s.pullURL(p)}, nil
}

// maxCommits is how many commits of a pull request are listed.
const maxCommits = 250

func listPullCommits(q *request, p *pull) (int, any, *apiError) {
	var commits []*gitCommit
	for _, sha := range q.s.commitsOf(p) {
		c, err := p.repo.git.commit(sha)
		if err != nil {
			return 0, nil, q.s.internal(err)
		}
		commits = append(commits, c)
	}
	commits = commits[:min(len(commits), maxCommits)]
	return http.StatusOK, list(page(q, commits), func(c *gitCommit) object { return q.s.commitJSON(p.repo, c) }), nil
}

// maxFiles is how many files of a pull request are listed.
const maxFiles = 3000

func listPullFiles(q *request, p *pull) (int, any, *apiError) {
	files := q.s.changes(p)
	patches, err := p.repo.git.patches(q.s.mergeBase(p), p.head)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	files = files[:min(len(files), maxFiles)]
	return http.StatusOK, list(page(q, files), func(c fileChange) object { return q.s.fileJSON(p.repo, p.head, c, patches[c.path]) }), nil
}

func listReviewComments(q *request, p *pull) (int, any, *apiError) {
	var all []object
	for _, t := range p.threads {
		for _, c := range t.comments {
			all = append(all, q.s.reviewCommentJSON(p, t, c))
		}
	}
	return http.StatusOK, list(page(q, all), func(o object) object { return o }), nil
}

func getRequested(q *request, p *pull) (int, any, *apiError) {
	o := q.s.pullJSON(p)
	return http.StatusOK, object{"users": o["requested_reviewers"], "teams": o["requested_teams"]}, nil
}

type reviewersInput struct {
	Reviewers     []string `json:"reviewers"`
	TeamReviewers []string `json:"team_reviewers"`
}

func postRequested(q *request, p *pull) (int, any, *apiError) {
	var in reviewersInput
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if e := q.s.requestReviewers(p, q.who, in.Reviewers, in.TeamReviewers); e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.s.pullJSON(p), nil
}

func deleteRequested(q *request, p *pull) (int, any, *apiError) {
	var in reviewersInput
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if in.Reviewers == nil {
		return 0, nil, &apiError{Status: 422, Message: "Invalid request.\n\n\"reviewers\" wasn't supplied."}
	}
	if e := q.s.removeReviewers(p, q.who, in.Reviewers, in.TeamReviewers); e != nil {
		return 0, nil, e
	}
	return http.StatusOK, q.s.pullJSON(p), nil
}

func listReviews(q *request, p *pull) (int, any, *apiError) {
	return http.StatusOK, list(page(q, p.reviews), func(rv *review) object { return q.s.reviewJSON(p, rv) }), nil
}

func postReview(q *request, p *pull) (int, any, *apiError) {
	var in struct {
		Event, Body string
		CommitID    string `json:"commit_id"`
		Comments    []any
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if len(in.Comments) > 0 {
		return 0, nil, q.s.notSimulated(422, "comments with a review")
	}
	rv, e := q.s.submitReview(p, q.who, reviewInput{event: strings.ToUpper(in.Event), body: in.Body, commit: in.CommitID})
	if e != nil {
		return 0, nil, e
	}
	return http.StatusOK, q.s.reviewJSON(p, rv), nil
}

func (q *request) review(p *pull) (*review, *apiError) {
	for _, rv := range p.reviews {
		if rv.id == q.id() {
			return rv, nil
		}
	}
	return nil, notFound()
}

func getReview(q *request, p *pull) (int, any, *apiError) {
	rv, e := q.review(p)
	if e != nil {
		return 0, nil, e
	}
	return http.StatusOK, q.s.reviewJSON(p, rv), nil
}

func putDismissal(q *request, p *pull) (int, any, *apiError) {
	var in struct{ Message string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	rv, e := q.review(p)
	if e == nil {
		e = q.s.dismissReview(p, q.who, rv, in.Message)
	}
	if e != nil {
		return 0, nil, e
	}
	return http.StatusOK, q.s.reviewJSON(p, rv), nil
}
