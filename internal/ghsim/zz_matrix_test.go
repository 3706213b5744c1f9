package ghsim

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/contract"
)

// The documented statuses of operations that write which no other test of this package shows. A script of "fail" arms the status:
// empty repositories (409), switched-off issues (410) and GitHub's own checks of spam are not simulated, their answers are.
func TestDocumentedStatuses(t *testing.T) {
	const gone, weak, moved = "remove-repo acme/api", "permit acme {contents: read, issues: read, pull_requests: read, checks: read}", "rename acme/api web"
	for _, tt := range []struct {
		op     string
		status int
		script string
		body   string
	}{
		{"POST /app-manifests/{code}/conversions", 422, "fail", ""},
		{"POST /app/hook/deliveries/{delivery_id}/attempts", 400, "fail", ""},
		{"POST /app/hook/deliveries/{delivery_id}/attempts", 422, "fail", ""},
		{"POST /app/installations/{installation_id}/access_tokens", 401, "skew -2h", ""},
		{"POST /app/installations/{installation_id}/access_tokens", 403, "suspend acme", ""},
		{"POST /app/installations/{installation_id}/access_tokens", 404, "uninstall acme", ""},
		{"DELETE /installation/token", 204, "", ""},
		{"PUT /repos/{owner}/{repo}/contents/{path}", 201, "", `{"message":"m","content":"eA=="}`},
		{"PUT /repos/{owner}/{repo}/contents/{path}", 200, `file main new.txt "x"`, `{"message":"m","content":"eQ==","sha":"587be6b4c3f93f93c489c0111bba5596147a26cb"}`},
		{"PUT /repos/{owner}/{repo}/contents/{path}", 404, gone, `{"message":"m","content":"eA=="}`},
		{"PUT /repos/{owner}/{repo}/contents/{path}", 409, `file main new.txt "x"`, `{"message":"m","content":"eA==","sha":"` + strings.Repeat("1", 40) + `"}`},
		{"PUT /repos/{owner}/{repo}/contents/{path}", 422, `file main new.txt "x"`, `{"message":"m","content":"eA=="}`},
		{"POST /repos/{owner}/{repo}/git/blobs", 403, weak, `{"content":"x"}`},
		{"POST /repos/{owner}/{repo}/git/blobs", 404, gone, `{"content":"x"}`},
		{"POST /repos/{owner}/{repo}/git/blobs", 409, "fail", `{"content":"x"}`},
		{"POST /repos/{owner}/{repo}/git/blobs", 422, "fail", `{"content":"x"}`},
		{"POST /repos/{owner}/{repo}/git/commits", 404, gone, `{"message":"m","tree":"x"}`},
		{"POST /repos/{owner}/{repo}/git/commits", 409, "fail", `{"message":"m","tree":"x"}`},
		{"POST /repos/{owner}/{repo}/git/commits", 422, "", `{"message":"m","tree":"` + strings.Repeat("1", 40) + `"}`},
		{"POST /repos/{owner}/{repo}/git/refs", 409, "fail", `{"ref":"refs/heads/x","sha":"x"}`},
		{"DELETE /repos/{owner}/{repo}/git/refs/{ref}", 204, "", ""},
		{"DELETE /repos/{owner}/{repo}/git/refs/{ref}", 409, "fail", ""},
		{"DELETE /repos/{owner}/{repo}/git/refs/{ref}", 422, "delete-branch feature-7", ""},
		{"PATCH /repos/{owner}/{repo}/git/refs/{ref}", 409, "fail", `{"sha":"x"}`},
		{"POST /repos/{owner}/{repo}/git/trees", 403, weak, `{"tree":[]}`},
		{"POST /repos/{owner}/{repo}/git/trees", 404, gone, `{"tree":[]}`},
		{"POST /repos/{owner}/{repo}/git/trees", 409, "fail", `{"tree":[]}`},
		{"POST /repos/{owner}/{repo}/git/trees", 422, "fail", `{"tree":[]}`},
		{"PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", 200, "", `{"body":"y"}`},
		{"PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", 422, "", `{"body":""}`},
		{"PATCH /repos/{owner}/{repo}/issues/{issue_number}", 301, moved, `{"title":"y"}`},
		{"PATCH /repos/{owner}/{repo}/issues/{issue_number}", 403, weak, `{"title":"y"}`},
		{"PATCH /repos/{owner}/{repo}/issues/{issue_number}", 404, gone, `{"title":"y"}`},
		{"PATCH /repos/{owner}/{repo}/issues/{issue_number}", 410, "fail", `{"title":"y"}`},
		{"PATCH /repos/{owner}/{repo}/issues/{issue_number}", 422, "", `{"title":""}`},
		{"PATCH /repos/{owner}/{repo}/issues/{issue_number}", 503, "fail", `{"title":"y"}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/comments", 403, weak, `{"body":"y"}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/comments", 404, gone, `{"body":"y"}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/comments", 410, "fail", `{"body":"y"}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/comments", 422, "", `{"body":""}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/labels", 301, moved, `{"labels":["x"]}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/labels", 404, gone, `{"labels":["x"]}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/labels", 410, "fail", `{"labels":["x"]}`},
		{"POST /repos/{owner}/{repo}/issues/{issue_number}/labels", 422, "", `{"labels":[""]}`},
		{"DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", 301, moved, ""},
		{"DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", 404, "", ""},
		{"DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", 410, "fail", ""},
		{"POST /repos/{owner}/{repo}/labels", 201, "", `{"name":"x"}`},
		{"POST /repos/{owner}/{repo}/labels", 404, gone, `{"name":"x"}`},
		{"POST /repos/{owner}/{repo}/labels", 422, "label 7 +x", `{"name":"x"}`},
		{"POST /repos/{owner}/{repo}/pulls", 403, weak, `{"title":"x","head":"feature-7","base":"main"}`},
		{"PATCH /repos/{owner}/{repo}/pulls/{pull_number}", 403, weak, `{"title":"x"}`},
		{"DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", 422, "", `{"team_reviewers":["x"]}`},
		{"POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", 403, weak, `{"reviewers":["bob"]}`},
		{"POST /repos/{owner}/{repo}/releases", 404, gone, `{"tag_name":"v1"}`},
		{"POST /repos/{owner}/{repo}/releases/generate-notes", 404, gone, `{"tag_name":"v1"}`},
		{"PATCH /repos/{owner}/{repo}/releases/{release_id}", 404, "", `{"name":"x"}`},
	} {
		t.Run(fmt.Sprintf("%s %d", tt.op, tt.status), func(t *testing.T) {
			l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
			l.exec(`comment 7 bob "hi"`)
			comment := l.do("GET", api+"/issues/7/comments", "").first()
			id := itoa(l.s.Credentials().Installations["acme"])
			method, path, _ := strings.Cut(tt.op, " ")
			path = strings.NewReplacer("{owner}", "acme", "{repo}", "api", "{pull_number}", "7", "{issue_number}", "7", "{comment_id}", comment,
				"{installation_id}", id, "{ref}", "heads/feature-7", "{path}", "new.txt", "{name}", "none", "{release_id}", "1", "{delivery_id}", "1", "{code}", "x").Replace(path)
			token := l.token
			if strings.HasPrefix(path, "/app") {
				token = l.appToken()
			}
			script := tt.script
			if script == "fail" {
				script = fmt.Sprintf("fail %s %d", tt.op, tt.status)
			}
			l.script(script)
			l.as(token, method, path, tt.body).want(tt.status)
			l.noErrs()
		})
	}
}

// The declared reads that no other test of this package makes.
func TestReadsOfTheRest(t *testing.T) {
	l := newLab(t, `
repos:
  acme/api: {protection: {main: {approvals: 1}}, prs: {7: {author: ana, head: a1, checks: {build: success}}, 8: {author: bob}}}
`)
	l.exec("merge 8 by dan")
	run := l.do("GET", api+"/commits/"+l.s.SHA("a1")+"/check-runs", "").want(200).obj["check_runs"].([]any)[0].(map[string]any)
	oneRun := fmt.Sprintf("%s/check-runs/%.0f", api, run["id"])
	for _, tt := range []struct {
		path   string
		status int
	}{
		{"/app/installations", 200},
		{"/app/installations/" + itoa(l.s.Credentials().Installations["acme"]), 200},
		{"/app/installations/1", 404},
		{api + "/branches/main/protection/required_pull_request_reviews", 200},
		{oneRun, 200},
		{oneRun + "/annotations", 200},
		{api + "/pulls/7/merge", 404},
		{api + "/pulls/8/merge", 204},
	} {
		token := l.token
		if strings.HasPrefix(tt.path, "/app") {
			token = l.appToken()
		}
		l.as(token, "GET", tt.path, "").want(tt.status)
	}
	l.noErrs()
}

// Each operation with each status that GitHub documents or that the tests of this package saw: every declared operation was asked
// for, and at least 95 of 100 documented statuses of the operations that write were seen. It runs last; asked for alone it has seen
// nothing and judges nothing. -v prints the matrix.
func TestMatrix(t *testing.T) {
	if f := flag.Lookup("test.run"); f != nil && f.Value.String() != "" {
		t.Skip("the matrix is of all tests of this package")
	}
	judge, err := newReferee()
	if err != nil {
		t.Fatal(err)
	}
	cells := judge.Matrix()
	t.Log("\n" + contract.Table(cells))
	hit := map[string]int{}
	documented, missing := 0, []string{}
	for _, c := range cells {
		hit[c.Operation] += c.Times
		if strings.HasPrefix(c.Operation, "GET ") || !c.Documented {
			continue
		}
		documented++
		if c.Times == 0 {
			missing = append(missing, fmt.Sprintf("%s %d", c.Operation, c.Status))
		}
	}
	for operation, times := range hit {
		if times == 0 {
			t.Errorf("%s is declared and never asked for: test it, or take it out of internal/contract/operations.txt", operation)
		}
	}
	text := fmt.Sprintf("%d of %d documented statuses of operations that write were seen; not seen: %s", documented-len(missing), documented, strings.Join(missing, ", "))
	if t.Log(text); len(missing)*20 > documented {
		t.Error(text)
	}
}
