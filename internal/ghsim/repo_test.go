package ghsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const api = "/repos/acme/api"

// first is the id of the first member of a list.
func (r reply) first() string {
	r.t.Helper()
	if len(r.list) == 0 {
		r.t.Fatalf("%s: %s is empty", r.what, r.raw)
	}
	return fmt.Sprintf("%.0f", r.list[0].(map[string]any)["id"])
}

// words are the values of one key in a list.
func (r reply) words(key string) string {
	var all []string
	for _, x := range r.list {
		all = append(all, fmt.Sprint(x.(map[string]any)[key]))
	}
	return strings.Join(all, " ")
}

// Issues and pull requests in one list, and what can be done to both.
func TestIssueOperations(t *testing.T) {
	l := newLab(t, "people: {ana: write, bob: write, eve: read}\nprs: {7: {author: ana, head: a1, labels: [x, y]}, 8: {author: bob, head: b1}}\n")
	l.exec(`comment 7 bob "hello"`, "review 7 bob approved", "force 7 a2", "draft 7 on", "draft 7 off", "request 8 +ana", "edit 8 {title: new}")
	if got := l.do("GET", api+"/issues", "").want(200).words("number"); got != "8 7" {
		t.Errorf("issues %s, want both pull requests, newest first", got)
	}
	if got := l.do("GET", api+"/issues?labels=x,y&state=all&creator=ana", "").want(200).words("number"); got != "7" {
		t.Errorf("with both labels: %s", got)
	}
	if got := l.do("GET", api+"/issues?labels=x,z", "").want(200).words("number"); got != "" {
		t.Errorf("with a label that it has not: %s", got)
	}
	l.do("PATCH", api+"/issues/7", `{"labels":["y","z"],"title":"renamed"}`).says(200, "renamed")
	if got := l.do("GET", api+"/issues/7/labels", "").words("name"); got != "y z" {
		t.Errorf("labels %s, want y z", got)
	}
	l.do("POST", api+"/issues/7/assignees", `{"assignees":["bob","stranger"]}`).says(201, `"login":"bob"`)
	if got := len(l.do("GET", api+"/pulls/7", "").obj["assignees"].([]any)); got != 1 {
		t.Errorf("%d assignees, want bob alone", got)
	}
	events := l.do("GET", api+"/issues/7/events", "").want(200).words("event")
	for _, want := range []string{"head_ref_force_pushed", "convert_to_draft", "ready_for_review", "labeled", "unlabeled", "assigned"} {
		if !strings.Contains(events, want) {
			t.Errorf("events %s lack %s", events, want)
		}
	}
	if got := l.do("GET", api+"/issues/7/timeline", "").want(200).words("event"); !strings.HasPrefix(strings.TrimPrefix(got, "labeled labeled "), "commented reviewed head_ref_force_pushed") {
		t.Errorf("timeline %s", got)
	}
	if got := l.do("GET", api+"/issues/8/events", "").want(200).words("event"); got != "review_requested" {
		t.Errorf("events of 8: %s", got)
	}
	l.noErrs()
}

// A reaction is there once for each person and word.
func TestReactions(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.exec(`comment 7 bob "hello"`, "react 7 ana +1")
	id := l.do("GET", api+"/issues/7/comments", "").first()
	path := api + "/issues/comments/" + id
	l.do("POST", path+"/reactions", `{"content":"+1"}`).want(201)
	l.do("POST", path+"/reactions", `{"content":"+1"}`).want(200)
	l.do("POST", path+"/reactions", `{"content":"tada"}`).says(422, "invalid")
	counts := l.do("GET", path, "").obj["reactions"].(map[string]any)
	if counts["+1"] != 2.0 || counts["total_count"] != 2.0 {
		t.Errorf("reactions %v, want two +1", counts)
	}
	l.got()
	l.do("DELETE", path, "").want(204)
	l.do("GET", path, "").want(404)
	if got := l.got(); got != "issue_comment deleted\n" {
		t.Errorf("webhooks %s", got)
	}
	l.noErrs()
}

// Members, teams, assignees, owners: who is who.
func TestPeople(t *testing.T) {
	l := newLab(t, "files: {CODEOWNERS: \"* @bob @nobody\\n\", main.go: \"package main\"}\nteams: {core: [bob]}\npeople: {ana: write, mia: maintain, tri: triage, eve: read}\nprs: {7: {head: a1}}\n")
	if got := l.do("GET", "/orgs/acme/members", "").want(200).words("login"); !strings.Contains(got, "bob") || strings.Contains(got, "eve") {
		t.Errorf("members %s", got)
	}
	l.do("GET", "/orgs/acme/members/bob", "").want(204)
	l.do("GET", "/orgs/acme/members/eve", "").want(404)
	l.do("GET", "/orgs/acme/memberships/bob", "").says(200, "active")
	l.do("GET", "/orgs/acme/memberships/eve", "").want(404)
	l.do("GET", "/orgs/acme/teams/core/memberships/bob", "").says(200, "active")
	l.do("GET", "/orgs/acme/teams/core/memberships/ana", "").want(404)
	l.do("GET", "/orgs/acme/teams/core/repos/acme/api", "").want(204)
	l.do("GET", api+"/assignees", "").says(200, `"ana"`)
	l.do("GET", api+"/assignees/ana", "").want(204)
	l.do("GET", api+"/assignees/nobody", "").want(404)
	for login, want := range map[string]string{"mia": `"permission":"write","role_name":"maintain"`, "tri": `"permission":"read","role_name":"triage"`, "eve": `"permission":"read","role_name":"read"`} {
		l.do("GET", api+"/collaborators/"+login+"/permission", "").says(200, want)
	}
	l.do("GET", api+"/collaborators/ana", "").want(204)
	l.do("GET", api+"/collaborators/nobody", "").want(404)
	l.do("GET", api+"/codeowners/errors", "").says(200, "Unknown owner on line 1: make sure @nobody exists")
	l.do("GET", api+"/contributors", "").want(200)
	l.do("GET", api+"/languages", "").says(200, `{"Go":12}`)
	l.do("GET", api+"/readme", "").says(200, `"README.md"`)
	l.as(l.signedIn("ana"), "GET", "/user/installations", "").says(200, `"total_count":1`)
	id := l.s.Credentials().Installations["acme"]
	l.as(l.signedIn("ana"), "GET", fmt.Sprintf("/user/installations/%d/repositories", id), "").says(200, `"total_count":1`)
	l.do("GET", "/user/installations", "").want(403)
	l.do("GET", "/user", "").want(403)
	l.noErrs()
}

// Protection in parts; and where it is none.
func TestProtectionParts(t *testing.T) {
	l := newLab(t, "protection: {main: {checks: [build]}}\nprs: {7: {head: a1}}\n")
	l.do("GET", api+"/branches/main/protection/required_status_checks", "").says(200, `"contexts":["build"]`)
	l.wild = true // 404 is described for the first alone
	l.do("GET", api+"/branches/main/protection/required_pull_request_reviews", "").says(404, "not enabled")
	l.do("GET", api+"/branches/feature-7/protection", "").says(404, "Branch not protected")
	l.do("GET", api+"/branches/gone/protection", "").says(404, "Branch not found")
	l.as(l.person("ana"), "GET", api+"/branches/main/protection", "").want(404)
}

// Releases change, and list what was merged since.
func TestReleases(t *testing.T) {
	l := newLab(t, "releases: [v1.0.0]\nprs: {7: {author: ana, head: a1, title: Add x}}\n")
	l.do("PUT", mergePath, `{}`).want(200)
	l.do("POST", api+"/releases/generate-notes", `{"tag_name":"v1.1.0","previous_tag_name":"v1.0.0"}`).says(200, "* Add x by @ana in http://github.test/acme/api/pull/7")
	draft := l.do("POST", api+"/releases", `{"tag_name":"v1.1.0","draft":true}`).want(201)
	id := fmt.Sprintf("%.0f", draft.obj["id"])
	l.as(l.person("eve"), "GET", api+"/releases/"+id, "").want(404)
	l.do("GET", api+"/releases/tags/v1.1.0", "").want(404)
	l.do("GET", api+"/releases/latest", "").says(200, "v1.0.0")
	if got := l.got(); strings.Contains(got, "release") {
		t.Errorf("a draft was announced: %s", got)
	}
	l.do("PATCH", api+"/releases/"+id, `{"draft":false,"body":"notes"}`).says(200, "notes")
	if got := l.got(); got != "create\npush\nrelease published\nrelease released\n" {
		t.Errorf("webhooks\n%s", got)
	}
	l.do("GET", api+"/releases/latest", "").says(200, "v1.1.0")
	l.do("PATCH", api+"/releases/"+id, `{"body":"better"}`).says(200, "better")
	if got := l.got(); got != "release edited\n" {
		t.Errorf("webhooks %s", got)
	}
	l.do("POST", api+"/releases", `{"tag_name":"v1.1.0"}`).says(422, "already_exists")
	l.do("POST", api+"/releases", `{"tag_name":"v2.0.0-rc1","prerelease":true}`).want(201)
	l.do("GET", api+"/releases/latest", "").says(200, "v1.1.0")
	l.noErrs()
}

// More than three tags of one push are not announced.
func TestTags(t *testing.T) {
	l := newLab(t, "")
	l.exec("tags v1 v2 v3")
	if got := l.got(); strings.Count(got, "create") != 3 || strings.Count(got, "push") != 3 {
		t.Errorf("three tags: %s", got)
	}
	l.exec("tags w1 w2 w3 w4")
	if got := l.got(); got != "" {
		t.Errorf("four tags: %s", got)
	}
	if got := l.do("GET", api+"/tags", "").want(200).words("name"); !strings.Contains(got, "w4") {
		t.Errorf("tags %s", got)
	}
}

// Renamed, transferred, archived, deleted.
func TestRepositoryFates(t *testing.T) {
	l := newLab(t, "repos: {acme/api: {}, acme/lib: {}, acme/old: {}, other/thing: {}}\n")
	l.wild = true // numeric ids are not described
	id := fmt.Sprintf("%.0f", l.do("GET", "/repos/acme/lib", "").obj["id"])
	l.exec("rename acme/lib lib2")
	l.do("GET", "/repos/acme/lib", "").want(301)
	l.do("GET", "/repositories/"+id, "").says(200, "acme/lib2")
	if got := l.got(); got != "repository renamed\n" {
		t.Errorf("webhooks %s", got)
	}
	l.exec("transfer acme/lib2 other")
	l.do("GET", "/repositories/"+id, "").want(404) // the installation of acme has lost it
	other := l.mint("other", "")
	l.as(other, "GET", "/repos/acme/lib2", "").want(301)
	l.as(other, "GET", "/repositories/"+id, "").says(200, "other/lib2")
	l.exec("archive acme/old")
	l.do("GET", "/repos/acme/old", "").says(200, `"archived":true`)
	l.do("POST", "/repos/acme/old/git/refs", `{"ref":"refs/heads/x","sha":"`+l.branch("/repos/acme/old", "main")+`"}`).says(403, "archived so is read-only")
	l.got()
	l.exec("delete-repo acme/old")
	l.do("GET", "/repos/acme/old", "").want(404)
	if got := l.got(); got != "repository deleted\n" {
		t.Errorf("webhooks %s", got)
	}
}

func (l *lab) branch(repo, name string) string {
	l.t.Helper()
	return l.do("GET", repo+"/git/ref/heads/"+name, "").want(200).obj["object"].(map[string]any)["sha"].(string)
}

// A pull request outlives the fork that it came from: its head's repository is null, it can be merged, and not be updated.
func TestDeletedFork(t *testing.T) {
	l := newLab(t, "prs: {7: {author: eve, head: a1, fork: true, behind: 1}}\n")
	l.exec("delete-repo eve/api")
	l.wild = true // the description denies that head.repo can be null
	p := l.do("GET", pull7, "").want(200).obj
	if p["state"] != "open" || p["head"].(map[string]any)["repo"] != nil {
		t.Errorf("state %v, head %v", p["state"], p["head"])
	}
	l.wait(2 * time.Second)
	l.do("PUT", pull7+"/update-branch", `{}`).says(422, "Head repository was deleted")
	l.do("PUT", mergePath, `{}`).want(200)
	l.noErrs()
}

// An update by rebase puts the commits on the base anew, and is a push like any other.
func TestUpdateByRebase(t *testing.T) {
	l := newLab(t, "protection: {main: {approvals: 1, dismiss-stale: true}}\nprs: {7: {author: ana, head: a1, behind: 1, reviews: {bob: approved}}}\n")
	l.exec("update 7 rebase by bob")
	l.wait(2 * time.Second)
	c := l.do("GET", api+"/git/commits/"+l.head(), "").want(200).obj
	parents := c["parents"].([]any)
	if len(parents) != 1 || parents[0].(map[string]any)["sha"] != l.s.SHA("m2") {
		t.Errorf("parents %v, want the base's tip alone", parents)
	}
	if committer := get(c, "committer", "email"); committer == get(c, "author", "email") || get(c, "verification", "verified") != false {
		t.Errorf("committed by %v, verification %v, want who asked, and no signature", committer, c["verification"])
	}
	if got := l.do("GET", pull7+"/reviews", "").words("state"); got != "DISMISSED" {
		t.Errorf("the approval is %s", got)
	}
}

// Search has a limit of its own, finds what the token may see, and lags where it is told to.
func TestSearch(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, labels: [x], title: Add x}, 8: {author: bob, head: b1, draft: true}}\n")
	r := l.do("GET", "/search/issues?q=repo:acme/api+is:pr+label:x", "").says(200, `"total_count":1`)
	if got := r.head.Get("X-RateLimit-Limit") + r.head.Get("X-RateLimit-Resource"); got != "30search" {
		t.Errorf("limit %s", got)
	}
	if got := l.do("GET", api, "").head.Get("X-RateLimit-Used"); got != "1" {
		t.Errorf("%s requests of core, want 1", got)
	}
	l.exec("lag search 30s", "label 8 +x")
	l.do("GET", "/search/issues?q=label:x", "").says(200, `"total_count":1`)
	l.now = l.now.Add(31 * time.Second)
	l.do("GET", "/search/issues?q=label:x", "").says(200, `"total_count":2`)
	l.wild = true
	l.do("GET", "/search/issues", "").says(422, "Validation Failed")
	for range 30 {
		l.do("GET", "/search/issues?q=is:pr", "")
	}
	l.do("GET", "/search/issues?q=is:pr", "").says(403, "API rate limit exceeded")
	l.do("GET", api, "").want(200)
	l.now = l.now.Add(time.Minute)
	l.do("GET", "/search/issues?q=is:pr", "").want(200)
}

// The App changes its own webhook: a new secret signs what is sent from now on.
func TestHookConfig(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.as(l.appToken(), "PATCH", "/app/hook/config", `{"secret":"another-secret"}`).says(200, "********")
	if got := l.s.Credentials().WebhookSecret; got != "another-secret" {
		t.Errorf("secret %q", got)
	}
}
