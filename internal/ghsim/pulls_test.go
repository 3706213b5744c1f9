package ghsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const pull7 = "/repos/acme/api/pulls/7"

// update-branch answers at once; the new head, with the old one and the base as parents, comes later and is announced.
func TestUpdateBranch(t *testing.T) {
	l := newLab(t, "protection: {main: {approvals: 1, dismiss-stale: true, last-push: true}}\nprs: {7: {head: a1, behind: 1, reviews: {bob: approved}}}\n")
	a1 := l.s.SHA("a1")
	r := l.do("PUT", pull7+"/update-branch", `{"expected_head_sha":"`+a1+`"}`).says(202, "Updating pull request branch.")
	if !strings.HasSuffix(fmt.Sprint(r.obj["url"]), pull7) {
		t.Errorf("url %v", r.obj["url"])
	}
	if head := l.head(); head != a1 {
		t.Errorf("the head moved at once, to %s", l.s.NameOf(head))
	}
	l.got()
	l.wait(2 * time.Second)
	head := l.head()
	if l.s.NameOf(head) != "a1+m2" {
		t.Fatalf("head is %q, want a1+m2", l.s.NameOf(head))
	}
	c := l.do("GET", "/repos/acme/api/git/commits/"+head, "").obj
	parents := c["parents"].([]any)
	if p0, p1 := parents[0].(map[string]any)["sha"], parents[1].(map[string]any)["sha"]; p0 != a1 || p1 != l.s.SHA("m2") {
		t.Errorf("parents %v %v, want a1 m2", p0, p1)
	}
	if c["committer"].(map[string]any)["name"] != "GitHub" {
		t.Errorf("committer %v", c["committer"])
	}
	if got := l.got(); got != "push\npull_request synchronize\n" {
		t.Errorf("webhooks\n%s", got)
	}
	l.do("PUT", pull7+"/update-branch", `{"expected_head_sha":"`+head+`"}`).says(422, "There are no new commits on the base branch.")
	l.wait(2 * time.Second)
	l.do("PUT", pull7+"/merge", `{"sha":"`+head+`"}`).want(200) // the approval survived
	l.noErrs()
}

func (l *lab) head() string {
	return l.do("GET", pull7, "").want(200).obj["head"].(map[string]any)["sha"].(string)
}

func TestUpdateBranchReplies(t *testing.T) {
	tests := []struct {
		name, github string
		script       []string
		body         string
		status       int
		message      string
	}{
		{"stale head", "prs: {7: {head: a1, behind: 1}}", []string{"push 7 a2"}, `{"expected_head_sha":"a1"}`, 422, "expected head sha didn’t match current head ref."},
		{"current", "prs: {7: {head: a1}}", nil, `{}`, 422, "There are no new commits on the base branch."},
		{"conflict", "prs: {7: {head: a1, conflict: true}}", nil, `{}`, 422, "merge conflict between base and head"},
		{"closed", "prs: {7: {head: a1, behind: 1}}", []string{"close 7"}, `{}`, 422, "closed"},
		{"fork", "prs: {7: {head: a1, behind: 1, fork: true}}", nil, `{}`, 202, "Updating"},
		{"fork without edits", "prs: {7: {head: a1, behind: 1, fork: true, maintainer-edit: false}}", nil, `{}`, 403, "Resource not accessible"},
		{"fork of an organisation", "prs: {7: {head: a1, behind: 1, fork: true, fork-owner: elsewhere}}", nil, `{}`, 403, "Resource not accessible"},
		{"fork closed to Apps", "prs: {7: {head: a1, behind: 1, fork: true}}", []string{"closed-forks on"}, `{}`, 403, "Resource not accessible"},
		{"no permission", "installations: {acme: {permissions: {pull_requests: read}}}\nprs: {7: {head: a1, behind: 1}}", nil, `{}`, 403, "Resource not accessible"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.github)
			l.exec(tt.script...)
			l.do("PUT", pull7+"/update-branch", strings.ReplaceAll(tt.body, "a1", l.s.SHA("a1"))).says(tt.status, tt.message)
		})
	}
}

func TestReviewRequests(t *testing.T) {
	l := newLab(t, "teams: {core: [bob, cat]}\npeople: {ana: write, bob: write, eve: read}\nprs: {7: {author: ana, head: a1}}\n")
	path := pull7 + "/requested_reviewers"
	l.got()
	l.do("POST", path, `{"reviewers":["ana"]}`).says(422, "Review cannot be requested from pull request author.")
	l.do("POST", path, `{"reviewers":["stranger"]}`).says(422, "Reviews may only be requested from collaborators.")
	l.do("POST", path, `{"team_reviewers":["ghosts"]}`).says(422, "Could not resolve")
	if got := l.got(); got != "" {
		t.Errorf("refused requests were announced: %s", got)
	}
	l.do("POST", path, `{"reviewers":["eve","bob"],"team_reviewers":["core"]}`).want(201)
	l.do("POST", path, `{"reviewers":["eve"]}`).want(201)
	if got := l.got(); got != strings.Repeat("pull_request review_requested\n", 3) {
		t.Errorf("webhooks\n%s", got)
	}
	l.do("DELETE", path, `{"reviewers":["eve"]}`).want(200)
	l.exec("review 7 bob commented")
	asked := l.do("GET", path, "").want(200)
	if n := len(asked.obj["users"].([]any)) + len(asked.obj["teams"].([]any)); n != 0 {
		t.Errorf("%d are still asked: %s", n, asked.raw)
	}
	if got := l.got(); got != "pull_request review_request_removed\npull_request_review submitted\n" {
		t.Errorf("webhooks\n%s", got)
	}
}

// Where a rule says so, a push that changes the diff dismisses approvals; one that does not keeps them.
func TestStaleReviews(t *testing.T) {
	for push, want := range map[string]string{"push 7 a2": "DISMISSED", "push main m3 {other.txt: x}": "APPROVED", "update 7": "APPROVED", "edit 7 {base: next}": "DISMISSED"} {
		t.Run(push, func(t *testing.T) {
			l := newLab(t, "protection: {main: {approvals: 1, dismiss-stale: true}, next: {approvals: 1, dismiss-stale: true}}\nprs: {7: {head: a1, behind: 1, reviews: {bob: approved}}, 8: {base: next}}\n")
			l.exec("push next n1 {pr-7.txt: other}", push)
			l.wait(2 * time.Second)
			if got := l.do("GET", pull7+"/reviews", "").list[0].(map[string]any)["state"]; got != want {
				t.Errorf("the approval is %v, want %s", got, want)
			}
		})
	}
}

// A push that brings the head into the base marks the pull request as merged; deleting a branch closes what needs it.
func TestFollowingPushes(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}, 8: {head: b1}, 9: {head: c1, base: feature-8}}\n")
	r := l.as(l.person("dan"), "PATCH", "/repos/acme/api/git/refs/heads/main", `{"sha":"`+l.s.SHA("a1")+`"}`)
	r.want(200)
	if p := l.do("GET", pull7, "").obj; p["merged"] != true {
		t.Errorf("the pull request whose head was pushed to main is %v, merged %v", p["state"], p["merged"])
	}
	l.exec("delete-branch feature-8")
	for _, n := range []string{"8", "9"} {
		if p := l.do("GET", "/repos/acme/api/pulls/"+n, "").obj; p["state"] != "closed" || p["merged"] != false {
			t.Errorf("%s is %v, merged %v", n, p["state"], p["merged"])
		}
	}
	l.as(l.person("dan"), "PATCH", "/repos/acme/api/pulls/8", `{"state":"open"}`).says(422, "has been deleted")
}

func (l *lab) person(login string) string { return l.s.Credentials().Tokens[login] }

func TestOpenPull(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	path := "/repos/acme/api/pulls"
	for body, text := range map[string]string{
		`{"title":"","head":"feature-7","base":"main"}`:   "missing_field",
		`{"title":"t","head":"nothing","base":"main"}`:    `"field":"head"`,
		`{"title":"t","head":"feature-7","base":"gone"}`:  `"field":"base"`,
		`{"title":"t","head":"main","base":"main"}`:       "No commits between main and main",
		`{"title":"t","head":"feature-7","base":"main"}`:  "A pull request already exists for acme:feature-7.",
		`{"title":"t","head":"x","base":"main","oops":1}`: "not simulated",
	} {
		l.do("POST", path, body).says(422, text)
	}
	l.do("POST", "/repos/acme/api/git/refs", `{"ref":"refs/heads/feature-7","sha":"`+l.s.SHA("a1")+`"}`).says(422, "Reference already exists")
	l.do("PATCH", "/repos/acme/api/git/refs/heads/feature-7", `{"sha":"`+l.s.SHA("m1")+`"}`).says(422, "not a fast forward")
}

// Numbers are shared by issues and pull requests; closing words close issues when the pull request lands on the default branch.
func TestIssues(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1, body: Fixes}}\n")
	l.wild = true // pitcrew opens no issues: the operation is not in its list
	n := l.as(l.person("ana"), "POST", "/repos/acme/api/issues", `{"title":"broken"}`)
	if n.obj["number"] != 8.0 {
		t.Fatalf("the issue has number %v, want 8", n.obj["number"])
	}
	l.wild = false
	l.exec(`edit 7 {body: "Fixes #8"}`)
	l.do("PUT", pull7+"/merge", "{}").want(200)
	if got := l.do("GET", "/repos/acme/api/issues/8", "").obj["state"]; got != "closed" {
		t.Errorf("the issue is %v", got)
	}
}

// So does one that stands in the commit that lands.
func TestIssuesOfACommit(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.wild = true // pitcrew opens no issues: the operation is not in its list
	l.as(l.person("ana"), "POST", "/repos/acme/api/issues", `{"title":"broken"}`)
	l.wild = false
	l.do("PUT", pull7+"/merge", `{"commit_message":"This fixes #8."}`).want(200)
	if got := l.do("GET", "/repos/acme/api/issues/8", "").obj["state"]; got != "closed" {
		t.Errorf("the issue is %v", got)
	}
}

// The latest run of each App and name counts; a run may be changed by its App alone.
func TestCheckRuns(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1, checks: {build: failure}}}\n")
	a1 := l.s.SHA("a1")
	l.exec("check 7 build success")
	runs := l.do("GET", "/repos/acme/api/commits/"+a1+"/check-runs", "").obj
	if runs["total_count"] != 1.0 {
		t.Errorf("%v runs, want the latest one", runs["total_count"])
	}
	if all := l.do("GET", "/repos/acme/api/commits/"+a1+"/check-runs?filter=all", "").obj["total_count"]; all != 2.0 {
		t.Errorf("%v runs in all, want 2", all)
	}
	id := fmt.Sprintf("%.0f", runs["check_runs"].([]any)[0].(map[string]any)["id"])
	l.wild = true // 403 is not described for this operation
	l.do("PATCH", "/repos/acme/api/check-runs/"+id, `{"conclusion":"failure"}`).says(403, "can only be modified by the GitHub App that created it")
	l.do("POST", "/repos/acme/api/check-runs", `{"name":"x","head_sha":"`+a1+`","status":"completed"}`).says(422, "missing_field")
	l.do("POST", "/repos/acme/api/check-runs", `{"name":"x","head_sha":"`+strings.Repeat("0", 40)+`"}`).says(422, "No commit found for SHA")
	l.as(l.person("dan"), "POST", "/repos/acme/api/check-runs", `{"name":"x","head_sha":"`+a1+`"}`).says(403, "You must authenticate via a GitHub App.")
}

// Owners are asked when a pull request opens or leaves draft: the last matching line of the base's CODEOWNERS.
func TestOwnersAreAsked(t *testing.T) {
	l := newLab(t, "files: {CODEOWNERS: \"* @bob\\n/docs/ @acme/core\\n*.gen\\n\"}\nteams: {core: [cat]}\n")
	tests := []struct{ files, users, teams string }{
		{"{a.txt: x}", "[bob]", "[]"},
		{"{docs/a.txt: x}", "[]", "[core]"},
		{"{a.gen: x}", "[]", "[]"},
		{"{sub/docs/a: x, CODEOWNERS: \"* @eve\"}", "[bob]", "[]"},
	}
	for i, tt := range tests {
		l.exec(fmt.Sprintf("open %d {author: ana, files: %s, draft: true}", 20+i, tt.files))
		path := fmt.Sprintf("/repos/acme/api/pulls/%d/requested_reviewers", 20+i)
		if raw := string(l.do("GET", path, "").raw); raw != `{"teams":[],"users":[]}` {
			t.Errorf("%s: a draft asks %s", tt.files, raw)
		}
		l.exec(fmt.Sprintf("draft %d off", 20+i))
		o := l.do("GET", path, "").obj
		users, teams := []string{}, []string{}
		for _, u := range o["users"].([]any) {
			users = append(users, u.(map[string]any)["login"].(string))
		}
		for _, x := range o["teams"].([]any) {
			teams = append(teams, x.(map[string]any)["slug"].(string))
		}
		if fmt.Sprint(users) != tt.users || fmt.Sprint(teams) != tt.teams {
			t.Errorf("%s: asked %v and %v, want %s and %s", tt.files, users, teams, tt.users, tt.teams)
		}
	}
}
