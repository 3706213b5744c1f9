package ghsim

import (
	"fmt"
	"testing"
	"time"
)

// Every operation answers as GitHub's OpenAPI description says, and so does every webhook.
func TestAnswersAreGitHubs(t *testing.T) {
	l := newLab(t, `
files: {CODEOWNERS: "* @acme/core", src/a.go: "package a"}
teams: {core: [bob, cat]}
protection: {main: {approvals: 1, checks: [build], strict: true, push: [pitcrew, dan]}}
rules: {main: {checks: [{context: lint, app: 15368}], linear: true, approvals: 1}}
auto-merge: true
releases: [v1.0.0]
prs:
  7: {author: ana, head: a1, checks: {build: success, lint: failure}, statuses: {ci/x: pending}, labels: [automerge], behind: 1, requested: [bob, "@acme/core"], reviews: {cat: changes}}
  8: {author: bob, fork: true, draft: true}
`)
	l.exec(`comment 7 bob "hello"`, "thread 7 open")
	a1 := l.s.SHA("a1")
	r := "/repos/acme/api"
	runs := l.do("GET", r+"/commits/"+a1+"/check-runs", "").want(200)
	run := runs.obj["check_runs"].([]any)[0].(map[string]any)
	suite := fmt.Sprintf("%.0f", run["check_suite"].(map[string]any)["id"])
	review := fmt.Sprintf("%.0f", l.do("GET", r+"/pulls/7/reviews", "").want(200).list[0].(map[string]any)["id"])
	comment := fmt.Sprintf("%.0f", l.do("GET", r+"/issues/7/comments", "").want(200).list[0].(map[string]any)["id"])
	rel := fmt.Sprintf("%.0f", l.do("GET", r+"/releases/latest", "").want(200).obj["id"])
	set := fmt.Sprintf("%.0f", l.do("GET", r+"/rulesets", "").want(200).list[0].(map[string]any)["id"])
	tree := l.do("GET", r+"/git/commits/"+a1, "").want(200).obj["tree"].(map[string]any)["sha"].(string)
	blob := l.do("GET", r+"/contents/README.md", "").want(200).obj["sha"].(string)
	for _, path := range []string{
		r, r + "/branches", r + "/branches/main", r + "/branches/main/protection", r + "/rules/branches/main", r + "/rulesets/" + set,
		r + "/contents/src", r + "/tags", r + "/releases", r + "/releases/tags/v1.0.0", r + "/releases/" + rel,
		r + "/commits", r + "/commits/main", r + "/commits/" + a1 + "/pulls", r + "/commits/" + a1 + "/branches-where-head",
		r + "/compare/main..." + a1, r + "/git/blobs/" + blob, r + "/git/ref/heads/main", r + "/git/matching-refs/heads", r + "/git/trees/" + tree + "?recursive=1",
		r + "/pulls", r + "/pulls/7", r + "/pulls/8", r + "/pulls/7/commits", r + "/pulls/7/files", r + "/pulls/7/comments", r + "/pulls/7/requested_reviewers",
		r + "/pulls/7/reviews/" + review, r + "/issues/7", r + "/issues/7/labels", r + "/issues/comments/" + comment, r + "/labels", r + "/labels/automerge",
		r + "/check-suites/" + suite, r + "/check-suites/" + suite + "/check-runs", r + "/commits/" + a1 + "/check-suites", r + "/commits/" + a1 + "/status", r + "/commits/" + a1 + "/statuses",
		r + "/collaborators", r + "/collaborators/cat/permission", r + "/teams", "/orgs/acme", "/orgs/acme/repos", "/orgs/acme/teams", "/orgs/acme/teams/core",
		"/orgs/acme/teams/core/members", "/users/ana", "/installation/repositories", "/rate_limit", "/meta",
	} {
		l.do("GET", path, "").want(200)
	}
	for _, path := range []string{"/app", "/app/installations", "/app/hook/config", "/app/hook/deliveries", r + "/installation", "/orgs/acme/installation"} {
		l.as(l.appToken(), "GET", path, "").want(200)
	}
	l.do("POST", r+"/git/blobs", `{"content":"x","encoding":"utf-8"}`).want(201)
	made := l.do("POST", r+"/git/trees", `{"base_tree":"`+tree+`","tree":[{"path":"n.txt","mode":"100644","type":"blob","content":"n"}]}`).want(201)
	commit := l.do("POST", r+"/git/commits", `{"message":"m","tree":"`+made.obj["sha"].(string)+`","parents":["`+a1+`"]}`).want(201)
	l.do("POST", r+"/git/refs", `{"ref":"refs/heads/pitcrew/x","sha":"`+commit.obj["sha"].(string)+`"}`).want(201)
	l.do("POST", r+"/pulls", `{"title":"t","head":"pitcrew/x","base":"main","body":"b"}`).want(201)
	l.do("PATCH", r+"/pulls/9", `{"title":"u"}`).want(200)
	l.do("POST", r+"/issues/9/labels", `{"labels":["x"]}`).want(200)
	l.do("DELETE", r+"/issues/9/labels/x", "").want(200)
	l.do("POST", r+"/issues/9/comments", `{"body":"hi"}`).want(201)
	l.do("POST", r+"/pulls/9/requested_reviewers", `{"reviewers":["ana"],"team_reviewers":[]}`).want(201)
	l.do("DELETE", r+"/pulls/9/requested_reviewers", `{"reviewers":["ana"],"team_reviewers":[]}`).want(200)
	check := l.do("POST", r+"/check-runs", `{"name":"pitcrew","head_sha":"`+a1+`","status":"in_progress","output":{"title":"t","summary":"s"}}`).want(201)
	l.do("PATCH", r+"/check-runs/"+fmt.Sprintf("%.0f", check.obj["id"]), `{"status":"completed","conclusion":"success"}`).want(200)
	l.do("PUT", r+"/pulls/7/update-branch", `{"expected_head_sha":"`+a1+`"}`).want(202)
	l.wait(5 * time.Second)
	l.exec("review 7 bob approved", "draft 8 off", "draft 8 on", "label 7 +x -x", "edit 7 {title: new}", "close 7", "reopen 7", "status 7 ci/y success",
		"thread 7 resolve", "release v1.1.0 {v: x}", "protect main {approvals: 2}", "rules main {checks: [a]}", "push 7 a5", "force 7 a6", "delete-branch pitcrew/x",
		"permit acme {issues: read}", "remove-repo acme/api", "add-repo acme/api", "suspend acme", "unsuspend acme", "rename acme/api web", "archive acme/web", "uninstall acme")
	l.wait(5 * time.Second)
	l.noErrs()
}
