package ghsim

import (
	"fmt"
	"net/http"
	"strings"
)

const issuePath = "/repos/{owner}/{repo}/issues/{number}"

var (
	readIssues  = []string{"issues:read", "pull_requests:read"}
	writeIssues = []string{"issues:write", "pull_requests:write"}
)

var issueRoutes = []route{
	{method: "POST", path: "/repos/{owner}/{repo}/issues", need: []string{"issues:write"}, body: "title body", run: postIssue},
	{method: "GET", path: issuePath, need: readIssues, run: getIssue},
	{method: "GET", path: issuePath + "/comments", need: readIssues, run: listComments},
	{method: "POST", path: issuePath + "/comments", need: writeIssues, fault: "comment", body: "body", run: postComment},
	{method: "GET", path: "/repos/{owner}/{repo}/issues/comments/{id}", need: readIssues, run: getComment},
	{method: "PATCH", path: "/repos/{owner}/{repo}/issues/comments/{id}", need: writeIssues, fault: "comment", body: "body", run: patchComment},
	{method: "GET", path: issuePath + "/labels", need: readIssues, run: listIssueLabels},
	{method: "POST", path: issuePath + "/labels", need: writeIssues, fault: "label", body: "labels []", run: postLabels},
	{method: "PUT", path: issuePath + "/labels", need: writeIssues, fault: "label", body: "labels []", run: putLabels},
	{method: "DELETE", path: issuePath + "/labels", need: writeIssues, fault: "label", run: putLabels},
	{method: "DELETE", path: issuePath + "/labels/{name+}", need: writeIssues, fault: "label", run: deleteLabel},
	{method: "GET", path: "/repos/{owner}/{repo}/labels", need: readIssues, run: func(q *request) (int, any, *apiError) {
		return done(q.s.labelsJSON(q.repo, page(q, q.repo.labels)), nil)
	}},
	{method: "GET", path: "/repos/{owner}/{repo}/labels/{name+}", need: readIssues, run: getLabel},
	{method: "POST", path: "/repos/{owner}/{repo}/labels", need: writeIssues, body: "name color description", run: postLabel},
}

func postIssue(q *request) (int, any, *apiError) {
	var in struct{ Title, Body string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	i, e := q.s.createIssue(q.repo, q.who, in.Title, in.Body)
	if e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.s.issueJSON(q.repo, i), nil
}

// asIssue is the issue or pull request that the path names, seen as an issue, with its comments and labels.
func (q *request) asIssue() (object, []*comment, []*label, *apiError) {
	if p := q.repo.pull(q.number()); p != nil {
		return q.s.issueOfPull(p), p.comments, p.labels, nil
	}
	if i := q.repo.issue(q.number()); i != nil {
		return q.s.issueJSON(q.repo, i), i.comments, i.labels, nil
	}
	return nil, nil, nil, notFound()
}

func getIssue(q *request) (int, any, *apiError) {
	o, _, _, e := q.asIssue()
	return done(o, e)
}

func (q *request) commentJSON(number int, c *comment) object {
	kind := "issues"
	if q.repo.pull(number) != nil {
		kind = "pull"
	}
	return q.s.commentJSON(q.repo, q.s.issueURL(q.repo, number), fmt.Sprintf("%s/%s/%s/%d", q.s.base, q.repo.fullName(), kind, number), c)
}

func listComments(q *request) (int, any, *apiError) {
	_, comments, _, e := q.asIssue()
	if e != nil {
		return 0, nil, e
	}
	return done(list(page(q, comments), func(c *comment) object { return q.commentJSON(q.number(), c) }), nil)
}

func postComment(q *request) (int, any, *apiError) {
	var in struct{ Body string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	c, e := q.s.addComment(q.repo, q.number(), q.who, in.Body)
	if e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.commentJSON(q.number(), c), nil
}

// comment finds a comment by its id, and the number that it is on.
func (q *request) comment() (*comment, int) {
	for _, p := range q.repo.pulls {
		for _, c := range p.comments {
			if c.id == q.id() {
				return c, p.number
			}
		}
	}
	for _, i := range q.repo.issues {
		for _, c := range i.comments {
			if c.id == q.id() {
				return c, i.number
			}
		}
	}
	return nil, 0
}

func getComment(q *request) (int, any, *apiError) {
	c, number := q.comment()
	if c == nil {
		return 0, nil, notFound()
	}
	return done(q.commentJSON(number, c), nil)
}

func patchComment(q *request) (int, any, *apiError) {
	var in struct{ Body string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	c, number := q.comment()
	switch {
	case c == nil:
		return 0, nil, notFound()
	case len(in.Body) > maxComment:
		return 0, nil, validation("IssueComment", fieldError{Code: "unprocessable", Field: "data", Message: "Body is too long (maximum is 65536 characters)"})
	case in.Body == "":
		return 0, nil, validation("IssueComment", fieldError{Code: "unprocessable", Field: "data", Message: "Body cannot be blank"})
	}
	q.vars["number"] = itoa(int64(number))
	issue, _, _, e := q.asIssue()
	if e != nil {
		return 0, nil, e
	}
	q.s.editComment(q.repo, issue, c, in.Body, q.who.actor())
	return done(q.commentJSON(number, c), nil)
}

// editComment gives a comment another text, whoever its author is.
func (s *Sim) editComment(r *repo, issue object, c *comment, body string, by *account) {
	was := c.body
	c.body, c.updated = body, s.now()
	u, _ := issue["url"].(string)
	html, _ := issue["html_url"].(string)
	delete(issue, "closed_by")
	s.emit("issue_comment", "edited", r, by, object{"issue": issue, "comment": s.commentJSON(r, u, html, c), "changes": object{"body": object{"from": was}}})
}

func listIssueLabels(q *request) (int, any, *apiError) {
	_, _, labels, e := q.asIssue()
	if e != nil {
		return 0, nil, e
	}
	return done(q.s.labelsJSON(q.repo, page(q, labels)), nil)
}

// labelNames are {"labels": […]}; a bare list is what older clients send.
func (q *request) labelNames() ([]string, *apiError) {
	var in struct{ Labels []string }
	if strings.HasPrefix(strings.TrimSpace(string(q.raw)), "[") {
		e := q.decode(&in.Labels)
		return in.Labels, e
	}
	e := q.decode(&in)
	return in.Labels, e
}

// putLabels makes them all that the issue has; DELETE leaves it none.
// https://docs.github.com/rest/issues/labels#set-labels-for-an-issue
func putLabels(q *request) (int, any, *apiError) {
	names, e := q.labelNames()
	if e != nil {
		return 0, nil, e
	}
	_, _, have, e := q.asIssue()
	if e == nil {
		e = q.s.setLabels(q.repo, q.number(), q.who, have, names)
	}
	if e != nil {
		return 0, nil, e
	}
	if q.r.Method == http.MethodDelete {
		return http.StatusNoContent, nil, nil
	}
	return listIssueLabels(q)
}

func postLabels(q *request) (int, any, *apiError) {
	names, e := q.labelNames()
	if e == nil {
		e = q.s.addLabels(q.repo, q.number(), q.who, names)
	}
	if e != nil {
		return 0, nil, e
	}
	return listIssueLabels(q)
}

func deleteLabel(q *request) (int, any, *apiError) {
	if e := q.s.removeLabel(q.repo, q.number(), q.who, q.vars["name"]); e != nil {
		return 0, nil, e
	}
	return listIssueLabels(q)
}

func getLabel(q *request) (int, any, *apiError) {
	for _, l := range q.repo.labels {
		if equalFold(l.name, q.vars["name"]) {
			return done(q.s.labelJSON(q.repo, l), nil)
		}
	}
	return 0, nil, notFound()
}

func postLabel(q *request) (int, any, *apiError) {
	var in struct{ Name, Color, Description string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	for _, l := range q.repo.labels {
		if equalFold(l.name, in.Name) {
			return 0, nil, validation("Label", fieldError{Code: "already_exists", Field: "name"})
		}
	}
	l := q.s.labelNamed(q.repo, in.Name)
	l.color, l.description = orDefault(in.Color, l.color), in.Description
	return http.StatusCreated, q.s.labelJSON(q.repo, l), nil
}
